"""The command `nhiemky published add`: one printed figure more, asked for field by field, checked before it is written.

What is heavy is imported inside the functions, so that help answers at once.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analysis.errors import NhiemkyError
from analysis.interview import ALLOWED, EMPTY, FIELDS, Interview

if TYPE_CHECKING:
    import pandas as pd


def _field_options(command: Callable) -> Callable:
    for name, asked in reversed(FIELDS.items()):
        allowed = "" if name == "measure" else ", ".join(ALLOWED.get(name, ()))
        text = f"{asked}: {allowed}." if allowed else f"{asked}."
        command = click.option(f"--{name.replace('_', '-')}", name, metavar="TEXT", help=text)(command)
    return command


@click.command()
@click.option("--file", "file", metavar="FILE.csv", help="Default: data/published/figures.csv.")
@click.option("--yes", "is_silent", is_flag=True, help="Ask nothing: what no option names takes its default.")
@_field_options
def add(file: str | None, is_silent: bool, **given: str | None) -> None:
    """Add one printed figure: asks for every field that no option names, with what is allowed and a default.

    What was printed is read, the new figure is checked against the others, and a fact that is recorded already is
    noticed, before anything is written. Ctrl-C leaves the file as it was.
    """
    from analysis.project import project_root
    from analysis.tables.published import FIGURES_FILE, read_figures

    path = Path(file) if file else project_root() / FIGURES_FILE
    content = path.read_bytes()
    figures = read_figures(path)
    if not is_silent:
        click.echo(f"Enter takes the default in brackets, {EMPTY} leaves a cell empty, Ctrl-C ends without writing.")
    row = Interview(given, is_silent).row(figures)
    _refuse_known(row, figures)
    added, whole = _with_row(path, content, row)
    if not _is_wanted(row, whole, is_silent):
        click.echo("Nothing was written.")
        return
    _write(path, content, added)
    click.echo(f"{path}: figure {row['figure_id']} added, {len(whole)} figures.")


def _refuse_known(row: Mapping[str, str], figures: pd.DataFrame) -> None:
    if row["figure_id"] in set(figures["figure_id"]):
        raise NhiemkyError(f"This very figure is recorded already: {row['figure_id']}. Nothing was written.")


def _with_row(path: Path, content: bytes, row: Mapping[str, str]) -> tuple[bytes, pd.DataFrame]:
    """Return the file with the new row, and its figures. Raises DataError with all that is wrong with the row."""
    from analysis.errors import DataError
    from analysis.tables.published import read_figures, with_row

    added = with_row(content, row)
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / path.name
        trial.write_bytes(added)
        try:
            return added, read_figures(trial)
        except DataError as error:
            raise DataError(error.problems, f"{path}, with the new figure (nothing was written)") from None


def _is_wanted(row: Mapping[str, str], whole: pd.DataFrame, is_silent: bool) -> bool:
    """Show what the checks say of the new figure, and return whether it is to be written."""
    from analysis.cli_published import say_checks
    from analysis.measures.reconcile import check_printed

    checks = check_printed(whole)
    own = checks[checks["rows"].map(lambda rows: row["figure_id"] in rows).astype(bool)]
    say_checks(own)
    repeated = own[own["check"] == "duplicate"]
    if is_silent:
        _refuse_same_source(row, repeated)
        return True
    if len(repeated):
        return click.confirm("This fact is recorded already. Add it as one more print of it?", default=False)
    return click.confirm("Add this figure?", default=True)


def _refuse_same_source(row: Mapping[str, str], repeated: pd.DataFrame) -> None:
    """Raise NhiemkyError where the same source is recorded for the same fact: nobody is there to be asked."""
    known = [
        figure_id
        for rows, urls in zip(repeated["rows"], repeated["urls"], strict=True)
        for figure_id, url in zip(rows, urls, strict=True)
        if url == row["url"] and figure_id != row["figure_id"]
    ]
    if known:
        raise NhiemkyError(f"This fact of this source is recorded already: {', '.join(known)}. Nothing was written.")


def _write(path: Path, content: bytes, added: bytes) -> None:
    from analysis.files import write_whole

    if path.read_bytes() != content:
        raise NhiemkyError(f"{path} was changed while you answered. Nothing was written; run the command again.")
    write_whole(path, added)
