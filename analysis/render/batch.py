"""Render many reports at once: run them, record them, and say what failed.

Input: jobs from the plan. Output: pages, executed notebooks and manifest.json; a report that fails keeps its old page.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from analysis.files import remove_parts
from analysis.render.failure import Failure
from analysis.render.lanes import Lanes, Outcome, can_fork, core_count
from analysis.render.log import NO_LOG, EventLog
from analysis.render.manifest import (
    Manifest,
    ReportEntry,
    keep_untouched,
    new_manifest,
    note_entry,
    read_manifest,
    write_manifest,
)
from analysis.render.plan import Job
from analysis.render.printing import Printer, PrintRun, print_missing
from analysis.render.progress import Progress
from analysis.render.reuse import Surroundings, Verdict, judge, make_key, own_inputs, standing_files
from analysis.render.task import Batch, Publisher

__all__ = ["BatchOptions", "BatchResult", "Failure", "Publisher", "judge_batch", "record_unchanged", "run_batch"]

TIME_LIMIT = 120.0
SLOWEST_N = 3


@dataclass(frozen=True)
class BatchOptions:
    """Where and how a batch runs.

    root: the project · out: takes the pages · executed: takes the executed notebooks · lanes: reports at a time, 0 for
    all cores · engine: warm or cold · time_limit: seconds a report may take · order: names of reports in time order ·
    known: all jobs of the project; pages link to those that stand · datasets: those of batches that follow, too: the
    process that reports are forked from is started once, with the first · is_forced: run what has not changed, too ·
    documents: what stands beside each page, by suffix · printer: makes PDFs of pages, None where none are asked for.
    """

    root: Path
    out: Path
    executed: Path
    lanes: int = 0
    engine: str = "warm"
    time_limit: float = TIME_LIMIT
    order: Sequence[str] = ()
    known: Sequence[Job] = ()
    datasets: Sequence[str] = ()
    is_forced: bool = False
    documents: Sequence[str] = ()
    printer: Printer | None = None


@dataclass(frozen=True)
class BatchResult:
    """What a batch did: reports that it ran (`done`), and pages that still held (`reused`).

    `manifest` also holds the earlier pages that it did not touch. slowest: reports that took the most seconds ·
    unprinted: pages that stand without the PDF that was asked for, each with the reason.
    """

    manifest: Manifest
    failures: tuple[tuple[Job, Failure], ...]
    done: int
    reused: int
    is_interrupted: bool
    slowest: tuple[tuple[Job, float], ...] = ()
    unprinted: tuple[tuple[str, str], ...] = ()


def judge_batch(jobs: Sequence[Job], options: BatchOptions) -> list[Verdict]:
    """Return for each job why it must run, or the entry of the page that still holds."""
    around = Surroundings(options.root, _linked(jobs, options), options.documents)
    verdicts = judge(jobs, read_manifest(options.out), options.out, around)
    if not options.is_forced:
        return verdicts
    return [Verdict(verdict.job, None, verdict.causes or ("forced",)) for verdict in verdicts]


def run_batch(
    verdicts: Sequence[Verdict],
    publisher: Publisher,
    options: BatchOptions,
    before: Callable[[Lanes], None] | None = None,
    log: EventLog = NO_LOG,
) -> BatchResult:
    """Run the jobs that must run, publish their pages and write the manifest.

    Ctrl-C ends it early, with what is done recorded. No other run may write to the same folder meanwhile.
    before: called before any report runs; if it raises, nothing is written.
    """
    jobs = [verdict.job for verdict in verdicts if verdict.causes]
    batch = _make_batch(jobs, [verdict.job for verdict in verdicts], publisher, options)
    started = _now()
    # Hashed before anything is read: what somebody changes meanwhile is then found changed by the next run.
    around = Surroundings(options.root, batch.linked)
    own = [own_inputs(job, around) for job in jobs]
    outcomes: list[Outcome] = []
    entries: list[ReportEntry] = []
    is_interrupted = False
    with Lanes(batch, options.lanes or core_count(), options.time_limit) as lanes:
        if before is not None:
            before(lanes)
        # Of an earlier run that was killed; what it had finished is known from its journal.
        remove_parts(options.out)
        try:
            with Progress(len(jobs)) as progress:
                for outcome in lanes.outcomes():
                    job, entry = jobs[outcome.index], _entry(jobs[outcome.index], outcome, own[outcome.index])
                    _keep(job, outcome.failure, entry, publisher, options)
                    outcomes.append(outcome)
                    entries.append(entry)
                    progress.report(job.page, outcome)
                    log.report(job, outcome)
        except KeyboardInterrupt:
            is_interrupted = True
    run = _print([*entries, *_reused(verdicts, options)], options, is_interrupted)
    manifest = _record(run.entries, publisher, options, started)
    failures = tuple((jobs[o.index], o.failure) for o in sorted(outcomes, key=_index) if o.failure is not None)
    slowest = sorted(outcomes, key=lambda outcome: -outcome.seconds)[:SLOWEST_N]
    return BatchResult(
        manifest,
        failures,
        len(outcomes),
        len(verdicts) - len(jobs),
        run.is_interrupted,
        tuple((jobs[outcome.index], outcome.seconds) for outcome in slowest),
        run.unprinted,
    )


def _keep(job: Job, failure: Failure | None, entry: ReportEntry, publisher: Publisher, options: BatchOptions) -> None:
    """Write what must outlive this process: the page that says why a report failed, and the journal."""
    # On a full disk neither can be written. The other reports go on; a report that the journal lacks is made again.
    with contextlib.suppress(OSError):
        if failure is not None:
            publisher.error(job, failure, options.out)
        note_entry(entry, options.out)


def record_unchanged(
    verdicts: Sequence[Verdict], options: BatchOptions, publisher: Publisher | None = None
) -> BatchResult:
    """Write the manifest of a run in which no page had to be made, and the index where there is a publisher."""
    started = _now()
    run = _print(_reused(verdicts, options), options, is_interrupted=False)
    manifest = _record(run.entries, publisher, options, started)
    return BatchResult(manifest, (), 0, len(verdicts), run.is_interrupted, unprinted=run.unprinted)


def _print(entries: Sequence[ReportEntry], options: BatchOptions, is_interrupted: bool) -> PrintRun:
    if options.printer is None or is_interrupted:
        return PrintRun(tuple(entries), is_interrupted=is_interrupted)
    return print_missing(entries, options.out, options.printer, options.lanes or core_count())


def _reused(verdicts: Sequence[Verdict], options: BatchOptions) -> list[ReportEntry]:
    """Return the entries of pages that still hold, without documents that somebody took away."""
    return [
        replace(verdict.entry, status="reused", files=standing_files(verdict.entry, options.out))
        for verdict in verdicts
        if verdict.entry is not None
    ]


def _make_batch(jobs: Sequence[Job], planned: Sequence[Job], publisher: Publisher, options: BatchOptions) -> Batch:
    datasets = sorted({job.params.dataset for job in jobs} | set(options.datasets))
    return Batch(
        jobs=tuple(jobs),
        linked=_linked(planned, options),
        publisher=publisher,
        root=options.root,
        out=options.out,
        executed=options.executed,
        engine=choose_engine(options.engine),
        datasets=[options.root / dataset for dataset in datasets],
    )


def choose_engine(wanted: str) -> str:
    """Return the engine that can run here: cold, and saying so, where warm cannot."""
    if wanted == "warm" and not can_fork():
        message = (
            "Reports cannot be forked safely on this system: they run in fresh kernels by papermill (--engine cold), "
            "which is slower."
        )
        print(message)  # noqa: T201 — the command line's own word
        return "cold"
    return wanted


def _linked(jobs: Sequence[Job], options: BatchOptions) -> tuple[Job, ...]:
    """Return the jobs whose pages stand when the run is over, in the order of the plan."""
    running = {job.page for job in jobs}
    standing = [job for job in options.known if job.page not in running and (options.out / job.page).is_file()]
    ranks = {report: rank for rank, report in enumerate(options.order)}
    return tuple(sorted([*jobs, *standing], key=lambda job: ranks.get(job.params.report, len(ranks))))


def _record(
    entries: Sequence[ReportEntry], publisher: Publisher | None, options: BatchOptions, started: str
) -> Manifest:
    reports = keep_untouched(read_manifest(options.out), entries, options.out, options.order)
    manifest = new_manifest(started, _now(), reports)
    # The manifest comes last, and ends the journal: a run that is killed before it is followed by one that does all
    # of this again.
    if publisher is not None:
        publisher.site(manifest, options.out)
    write_manifest(manifest, options.out)
    return manifest


def _entry(job: Job, outcome: Outcome, own: Mapping[str, str]) -> ReportEntry:
    inputs = {**outcome.made.inputs, **own}
    return ReportEntry(
        report=job.params.report,
        notebook=job.name,
        lang=job.params.language,
        audience=job.params.audience,
        sector=job.params.sector,
        organisation=job.params.organisation,
        status="failed" if outcome.failure else "rendered",
        seconds=round(outcome.seconds, 3),
        key=make_key(inputs),
        inputs=inputs,
        page=job.page,
        error=outcome.failure.summary() if outcome.failure else "",
        files=tuple(outcome.made.files),
        parameters=outcome.failure.parameters if outcome.failure else {},
        rendered_at=_now(),
    )


def _index(outcome: Outcome) -> int:
    return outcome.index


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
