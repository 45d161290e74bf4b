"""The record of what was rendered: manifest.json in the output folder of each audience.

Input: an earlier manifest.json and the entries of this run. Output: manifest.json, written whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from analysis import __version__
from analysis.files import write_whole

MANIFEST_FILE = "manifest.json"
STATUSES = ("rendered", "reused", "failed")


@dataclass(frozen=True)
class ReportEntry:
    """What came of one report.

    status: rendered, reused or failed · key: one hash over `inputs` and the parameters · inputs: path to SHA-256
    page: path inside the output folder · error: one line that begins with the failure's kind; empty where it went well.
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
    """Return the manifest of an output folder; None where there is none, or none that this version understands."""
    try:
        content = json.loads((out / MANIFEST_FILE).read_text(encoding="utf-8"))
        reports = tuple(ReportEntry(**entry) for entry in content["reports"])
        return Manifest(content["version"], content["started"], content["finished"], reports)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        # A record that cannot be read says nothing about the pages: the run starts a new one.
        return None


def write_manifest(manifest: Manifest, out: Path) -> Path:
    """Write manifest.json into an output folder and return its path."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    return write_whole(out / MANIFEST_FILE, text + "\n")


def keep_untouched(
    earlier: Manifest | None, entries: Sequence[ReportEntry], out: Path, order: Sequence[str]
) -> tuple[ReportEntry, ...]:
    """Return the entries of this run and those of earlier pages that it did not touch and that still stand.

    order: names of reports in time order; a report that is not named comes after them.
    """
    touched = {entry.page for entry in entries}
    kept = [
        entry
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
