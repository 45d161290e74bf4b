"""The command `nhiemky issue`: what the public pages say is recorded, so that later pages can say what they corrected.

What is heavy is imported inside the command, so that help answers at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis.errors import NhiemkyError
from analysis.project import EDITIONS, project_root

if TYPE_CHECKING:
    import pandas as pd


@click.command()
@click.argument("reports", nargs=-1, metavar="[REPORT]...")
@click.option("--date", "issued_on", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Day of publication.")
@click.option("--out", metavar="DIR", help="Folder of the public pages; default: build/site.")
def issue(reports: Sequence[str], issued_on: datetime | None, out: str | None) -> None:
    """Record the headline figures of the public pages that stand, when they are handed out.

    REPORT is a folder of pages, such as 2023-H1; default: all. Where a later return changes a figure, the pages made
    from then on say what it was and what it is. No page is changed by recording it.
    """
    from analysis.render.alone import only_run

    root = project_root()
    folder = Path(out).resolve() if out else root / EDITIONS["public"]

    def say_waiting() -> None:
        click.echo(f"A run writes to {folder}: waiting for its end.")

    with only_run(folder, root, say_waiting):
        _issue(root, folder, reports, issued_on)


def _issue(root: Path, folder: Path, reports: Sequence[str], issued_on: datetime | None) -> None:
    from analysis.measures.issued import issued_anew
    from analysis.render.manifest import read_manifest
    from analysis.site.issue import choose_entries, collect_figures, reports_without_figures
    from analysis.tables.issued import ISSUED_FILE, add_issued, read_issued

    manifest = read_manifest(folder)
    if manifest is None:
        raise NhiemkyError(f"{folder}: no pages stand here. Run `nhiemky render`, or name their folder with --out.")
    entries = choose_entries(manifest, reports)
    stated = collect_figures(entries, folder)
    _say_without_figures(reports_without_figures(entries, folder), nothing_else=stated.empty)
    issued = read_issued(root / ISSUED_FILE)
    _refuse_earlier_day(issued, issued_on)
    anew = issued_anew(stated, issued)
    if anew.empty:
        click.echo(f"Nothing new: all {len(stated)} figures were issued as they stand.")
        return
    edition = int(issued["edition"].max()) + 1 if len(issued) else 1
    before = _hash(root)
    add_issued(root / ISSUED_FILE, anew.assign(edition=edition, issued_on=issued_on))
    _settle([folder, *_other_folders(root, folder)], anew, (before, _hash(root)))
    _say(anew, issued, edition, len(stated))


def _say_without_figures(reports: Sequence[str], *, nothing_else: bool) -> None:
    """Name the reports of which nothing can be recorded. Raises NhiemkyError where there are no others."""
    from analysis.errors import name_keys

    if nothing_else:
        raise NhiemkyError(
            f"no page of {name_keys(reports)} states a headline figure, so nothing was recorded. Headline figures are "
            "on the pages of overview, admissions, classification, structure and membership, of a period with data. "
            "Render one of them (`nhiemky render overview`), look at it, and issue it then."
        )
    if reports:
        click.echo(f"No headline figures on the pages of {name_keys(reports)}: nothing of them is recorded.")


def _refuse_earlier_day(issued: pd.DataFrame, issued_on: datetime | None) -> None:
    """Raise NhiemkyError where an edition would be dated before one that is recorded."""
    last = issued["issued_on"].max()
    if issued_on is not None and issued_on < last:
        raise NhiemkyError(
            f"--date {issued_on:%Y-%m-%d}: an edition of {last:%Y-%m-%d} is recorded already, and this one is later. "
            "Give that day or a later one."
        )


def _settle(folders: Sequence[Path], anew: pd.DataFrame, hashes: tuple[str, str]) -> None:
    """Spare pages that say the same from being made again, because what they are held against was added to."""
    from analysis.render.manifest import read_manifest, was_cut_short, write_manifest
    from analysis.site.issue import settle

    for folder in folders:
        manifest = read_manifest(folder)
        # After a run that was killed the journal counts, and the next run makes the index anew.
        if manifest is not None and not was_cut_short(folder):
            write_manifest(settle(manifest, folder, anew, hashes), folder)


def _other_folders(root: Path, folder: Path) -> list[Path]:
    return [own for place in EDITIONS.values() if (own := root / place) != folder]


def _hash(root: Path) -> str:
    from analysis.files import ABSENT, sha256
    from analysis.tables.issued import ISSUED_FILE

    path = root / ISSUED_FILE
    return sha256(path) if path.is_file() else ABSENT


def _say(anew: pd.DataFrame, issued: pd.DataFrame, edition: int, stated_n: int) -> None:
    """Print what was recorded, and each figure that was issued before with another value."""
    from analysis.tables.issued import ISSUED_FILE, KEY, last_issued

    last = last_issued(issued)
    changed = [row for row in anew.to_dict("records") if tuple(row[name] for name in KEY) in last]
    for row in changed:
        count, of, _ = last[tuple(row[name] for name in KEY)]
        place = f", {row['sector']}" if row["sector"] else ""
        now = _words(row["count_n"], row["of_n"])
        click.echo(f"corrected: {row['measure']} {row['period']}{place}: {_words(count, of)}, now {now}")
    new_n = len(anew) - len(changed)
    click.echo(
        f"Edition {edition}: {new_n} figures new, {len(changed)} corrected, {stated_n - len(anew)} as issued before; "
        f"recorded in {ISSUED_FILE}. Keep it as you keep the dataset."
    )


def _words(count: Any, of: Any) -> str:
    from analysis.language import is_missing

    return str(count) if is_missing(of) else f"{count} of {of}"
