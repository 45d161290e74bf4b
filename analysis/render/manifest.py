"""The record of what was rendered: manifest.json in the output folder of each audience.

Input: an earlier manifest.json and the entries of this run. Output: manifest.json, written whole or not at all. Until
it is written, a journal beside it holds what the run has done, so that a run that is killed loses nothing.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis import __version__
from analysis.files import add_line, write_whole

MANIFEST_FILE = "manifest.json"
# One entry a line. It is there only while a run is on, or after one that was killed.
JOURNAL_FILE = ".manifest.jsonl"
STATUSES = ("rendered", "reused", "failed")


@dataclass(frozen=True)
class ReportEntry:
    """What came of one report.

    status: rendered, reused or failed · key: one hash over `inputs` and the parameters · inputs: path to SHA-256
    page: path inside the output folder · files: the page and its tables, the same way · error: one line that begins
    with the failure's kind, and parameters: what was asked; both empty where it went well ·
    rendered_at: when it last ran (UTC), which a page that is reused keeps.
    """

    report: str
    notebook: str
    lang: str
    audience: str
    sector: str
    organisation: str
    status: str
    seconds: float
    key: str
    inputs: Mapping[str, str]
    page: str
    error: str = ""
    files: Sequence[str] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    rendered_at: str = ""

    @property
    def has_failed(self) -> bool:
        return self.status == "failed"

    @property
    def error_kind(self) -> str:
        """Return error, crashed or timeout; empty where the report went well."""
        return self.error.partition(":")[0]


@dataclass(frozen=True)
class Manifest:
    """All reports of one audience, in the order in which the index shows them. Times are UTC, to the second."""

    version: str
    started: str
    finished: str
    reports: tuple[ReportEntry, ...]

    @property
    def failed(self) -> tuple[ReportEntry, ...]:
        return tuple(entry for entry in self.reports if entry.has_failed)


def new_manifest(started: str, finished: str, reports: Iterable[ReportEntry]) -> Manifest:
    """Return a manifest of this version of the program."""
    return Manifest(__version__, started, finished, tuple(reports))


def read_manifest(out: Path) -> Manifest | None:
    """Return the manifest of an output folder, with what a run did that was killed before it could write it.

    None where there is none, or none that this version understands.
    """
    written, entries = _read_written(out), _read_journal(out)
    if not entries:
        return written
    earlier = written or new_manifest("", "", ())
    kept = [entry for entry in earlier.reports if entry.page not in entries]
    return replace(earlier, reports=(*kept, *entries.values()))


def _read_written(out: Path) -> Manifest | None:
    try:
        content = json.loads((out / MANIFEST_FILE).read_text(encoding="utf-8"))
        reports = tuple(map(_entry_of, content["reports"]))
        return Manifest(content["version"], content["started"], content["finished"], reports)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        # A record that cannot be read says nothing about the pages: the run starts a new one.
        return None


def _read_journal(out: Path) -> dict[str, ReportEntry]:
    """Return the last entry of each page in the journal; a line that was not written to its end says nothing."""
    try:
        lines = (out / JOURNAL_FILE).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return {}
    entries = {}
    for line in lines:
        with contextlib.suppress(ValueError, TypeError):
            entry = _entry_of(json.loads(line))
            entries[entry.page] = entry
    return entries


def _entry_of(fields: Mapping[str, Any]) -> ReportEntry:
    return ReportEntry(**{**fields, "files": tuple(fields.get("files", ()))})


def was_cut_short(out: Path) -> bool:
    """Return whether the last run into a folder ended before it could write its manifest."""
    return (out / JOURNAL_FILE).exists()


def note_entry(entry: ReportEntry, out: Path) -> None:
    """Add an entry to the journal of the run that is on. Call when its page stands."""
    add_line(out / JOURNAL_FILE, json.dumps(asdict(entry), ensure_ascii=False))


def write_manifest(manifest: Manifest, out: Path) -> Path:
    """Write manifest.json into an output folder and return its path. The journal is done with."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    path = write_whole(out / MANIFEST_FILE, text + "\n")
    (out / JOURNAL_FILE).unlink(missing_ok=True)
    return path


def keep_untouched(
    earlier: Manifest | None, entries: Sequence[ReportEntry], out: Path, order: Sequence[str]
) -> tuple[ReportEntry, ...]:
    """Return the entries of this run and those of earlier pages that it did not touch and that still stand.

    A page that was rendered in an earlier run is one that this run has reused; what failed then is still a failure.
    order: names of reports in time order; a report that is not named comes after them.
    """
    touched = {entry.page for entry in entries}
    kept = [
        replace(entry, status="failed" if entry.status == "failed" else "reused")
        for entry in (earlier.reports if earlier else ())
        if entry.page not in touched and _still_stands(entry, out)
    ]
    ranks = {report: rank for rank, report in enumerate(order)}
    together = [*entries, *kept]
    return tuple(
        sorted(
            together,
            key=lambda entry: (
                ranks.get(entry.report, len(ranks)),
                entry.report,
                entry.notebook,
                entry.organisation or entry.sector,
                entry.lang != "vi",
            ),
        )
    )


def _still_stands(entry: ReportEntry, out: Path) -> bool:
    """Return whether an earlier page, or the page that says why there is none, is still in its place."""
    page = out / entry.page
    return page.is_file() or (entry.has_failed and page.with_suffix(".error.html").is_file())
