"""Which pages need not be made again, because nothing that they were made from has changed.

Input: the jobs of a run and the manifest of the run before. Output: a verdict for each job.
A page depends on its notebook, its typed parameters, the tables that its measures asked for, the library with its
templates, the versions of what it is made with, and the pages it links to. Not on times, nor on tables it never read.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis.files import DOCUMENT_SUFFIXES, beside, file_hash, sha256
from analysis.render.manifest import Manifest, ReportEntry
from analysis.render.plan import Job

# A notebook, and the sector or organisation it is about.
Scope = tuple[str, str, str]

LIBRARY = "analysis"
PARAMETERS, VERSIONS, LINKS = "(parameters)", "(versions)", "(links)"
# Stands among the inputs of a page that does not say what it was made from: such a page never holds.
UNKNOWN = "(inputs not named)"
MADE_WITH = (
    "altair",
    "babel",
    "ipykernel",
    "jinja2",
    "nbclient",
    "nbformat",
    "numpy",
    "pandas",
    "papermill",
    "pyarrow",
    "python-docx",
    "scipy",
    "statsmodels",
    "vl-convert-python",
    "xlsxwriter",
)


@dataclass(frozen=True)
class Verdict:
    """What is known of one job before the run: the entry that still holds, or the names of what has changed."""

    job: Job
    entry: ReportEntry | None
    causes: tuple[str, ...]


@dataclass(frozen=True)
class Surroundings:
    """What inputs are looked up in: the project's root, and all jobs whose pages stand after the run, in time order.

    documents: what must stand beside each page, by suffix.
    """

    root: Path
    linked: Sequence[Job]
    documents: Sequence[str] = ()

    @cached_property
    def pages(self) -> Mapping[str, Sequence[str]]:
        """Return the pages of each report."""
        return {
            report: sorted(job.page for job in jobs)
            for report, jobs in _grouped(self.linked, lambda job: job.params.report).items()
        }

    @cached_property
    def series(self) -> Mapping[Scope, Sequence[tuple[str, str]]]:
        """Return the reports and periods in which the same page comes again."""
        return {
            scope: list(dict.fromkeys((job.params.report, job.params.period) for job in jobs))
            for scope, jobs in _grouped(self.linked, _scope).items()
        }


def judge(jobs: Iterable[Job], manifest: Manifest | None, out: Path, around: Surroundings) -> list[Verdict]:
    """Return a verdict for each job, in order. A job without causes need not run."""
    known = {entry.page: entry for entry in manifest.reports} if manifest else {}
    return [_judge_one(job, known.get(job.page), out, around) for job in jobs]


def _judge_one(job: Job, entry: ReportEntry | None, out: Path, around: Surroundings) -> Verdict:
    if entry is None:
        return Verdict(job, None, ("new",))
    if entry.has_failed:
        return Verdict(job, None, ("failed before",))
    if not (out / job.page).is_file():
        return Verdict(job, None, ("page is gone",))
    # A document that was not asked for may go: what a reader took away is not missed.
    if not all((out / name).is_file() for name in entry.files if not name.endswith(DOCUMENT_SUFFIXES)):
        return Verdict(job, None, ("tables are gone",))
    missing = [suffix for suffix in around.documents if not _has_document(entry, suffix, out)]
    if missing:
        return Verdict(job, None, tuple(f"no {suffix}" for suffix in missing))
    now = {**current_inputs(entry.inputs, around.root), **own_inputs(job, around)}
    changed = sorted(name for name in now.keys() | entry.inputs.keys() if now.get(name) != entry.inputs.get(name))
    if changed or entry.key != make_key(now):
        return Verdict(job, None, tuple(changed) or ("manifest",))
    return Verdict(job, entry, ())


def standing_files(entry: ReportEntry, out: Path) -> tuple[str, ...]:
    """Return the files of an entry, without documents that are gone."""
    return tuple(name for name in entry.files if not name.endswith(DOCUMENT_SUFFIXES) or (out / name).is_file())


def _has_document(entry: ReportEntry, suffix: str, out: Path) -> bool:
    name = beside(entry.page, suffix)
    return name in entry.files and (out / name).is_file()


def own_inputs(job: Job, around: Surroundings) -> dict[str, str]:
    """Return what a report depends on before it has read any table, by name, with a hash of each."""
    return {
        from_root(job.notebook, around.root): file_hash(job.notebook),
        LIBRARY: library_hash(),
        PARAMETERS: _hash_of(job.params.model_dump()),
        VERSIONS: _versions_hash(),
        LINKS: _hash_of(_linked_pages(job, around)),
    }


def current_inputs(names: Iterable[str], root: Path) -> dict[str, str]:
    """Return the files among `names` with their hashes of now."""
    return {name: file_hash(root / name) for name in names if name != LIBRARY and not name.startswith("(")}


def make_key(inputs: Mapping[str, str]) -> str:
    """Return one hash over everything that a report was made from."""
    return _hash_of(sorted(inputs.items()))


def with_input(entry: ReportEntry, name: str, content_hash: str) -> ReportEntry:
    """Return an entry as if its page had been made from another content of one input, of which it is known to be so."""
    inputs = {**entry.inputs, name: content_hash}
    return replace(entry, inputs=inputs, key=make_key(inputs))


def from_root(path: Path, root: Path) -> str:
    """Return a path from the project's root; of a file elsewhere only the name: a manifest tells nobody of folders."""
    absolute = (root / path).resolve()
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else absolute.name


@cache
def library_hash() -> str:
    """Return one hash over the library: code, texts, templates and assets."""
    package = Path(__file__).resolve().parents[1]
    files = sorted(path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return _hash_of([(path.relative_to(package).as_posix(), sha256(path)) for path in files])


@cache
def _versions_hash() -> str:
    return _hash_of([platform.python_version(), *(f"{name} {version(name)}" for name in MADE_WITH)])


def _linked_pages(job: Job, around: Surroundings) -> list[Sequence[str]]:
    """Return the pages that a page leads to: those of its own report, and its neighbours in time."""
    series = around.series.get(_scope(job), ())
    here = next((place for place, (report, _) in enumerate(series) if report == job.params.report), None)
    near = () if here is None else series[max(here - 1, 0) : here + 2]
    return [around.pages.get(job.params.report, ()), [f"{report} {period}" for report, period in near]]


def _scope(job: Job) -> Scope:
    return job.name, job.params.sector, job.params.organisation


def _grouped(jobs: Iterable[Job], key: Callable[[Job], Any]) -> dict[Any, list[Job]]:
    groups: dict[Any, list[Job]] = {}
    for job in jobs:
        groups.setdefault(key(job), []).append(job)
    return groups


def _hash_of(content: object) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
