"""The command `nhiemky`.

Exit status: 0 all well, 1 some reports failed, 2 wrong use or parameters, 3 a dataset that cannot be used,
130 interrupted. What is heavy is imported inside the commands, so that help and a wrong option answer at once.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis import __version__
from analysis.cli_issue import issue
from analysis.cli_published import published
from analysis.errors import DataError, NhiemkyError, Problem
from analysis.files import STANDALONE
from analysis.project import EDITIONS

if TYPE_CHECKING:
    from analysis.render.batch import BatchOptions, BatchResult
    from analysis.render.lanes import Lanes
    from analysis.render.log import EventLog
    from analysis.render.plan import Job
    from analysis.render.printing import Printer
    from analysis.render.reuse import Verdict
    from analysis.render.task import Publisher

SOME_FAILED, WRONG_USE, INTERRUPTED = 1, 2, 130
# Where fewer reports ran, the slowest of them are no news.
FEW = 10
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
NO_PLACE = (errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOENT)


class _Commands(click.Group):
    """Ends a command with a message and its exit status, never with a traceback, where the user can put it right."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except NhiemkyError as error:
            click.echo(str(error), err=True)
            ctx.exit(error.exit_status)
        except (KeyboardInterrupt, click.Abort):
            # A question that is left by Ctrl-C, or by the end of the input.
            click.echo("\nInterrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            if error.errno in NO_PLACE and error.filename:
                click.echo(f"{where}{error.strerror}. Name another place, or change who may write there.", err=True)
                ctx.exit(WRONG_USE)
            if error.errno not in NO_ROOM:
                raise
            click.echo(
                f"{where}{error.strerror}. No file is half written, and no page that stood is lost: make room and "
                "run again, which makes only what is missing.",
                err=True,
            )
            ctx.exit(SOME_FAILED)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="nhiemky")
def main() -> None:
    """Reports on a provincial Party organisation's term, from returns to published pages."""


main.add_command(published)
main.add_command(issue)


@main.command()
@click.argument("notebooks", nargs=-1, metavar="[NOTEBOOK]...")
@click.option(
    "--params", "params_files", multiple=True, metavar="FILE", help="Parameters files; default: all of params/."
)
@click.option("--lang", "languages", multiple=True, type=click.Choice(["vi", "en"]), help="Default: both.")
@click.option("--audience", type=click.Choice(list(EDITIONS)), help="Default: what each parameters file says.")
@click.option("--sector", metavar="S", help="A sector group instead of all sectors.")
@click.option("--organisation", metavar="ID", help="An org_id, or `all`: one page each. Internal pages only.")
@click.option("--data", "dataset", metavar="DIR", help="A dataset instead of the one the parameters name.")
@click.option("--out", metavar="DIR", help="Default: build/site (public) or build/internal (internal).")
@click.option("--jobs", "lanes", type=click.IntRange(min=1), metavar="N", help="Reports at a time; default: all cores.")
@click.option(
    "--engine",
    type=click.Choice(["warm", "cold"]),
    default="warm",
    show_default=True,
    help="warm: forked from one process. cold: papermill with a fresh kernel each.",
)
@click.option("--force", is_flag=True, help="Render what has not changed, too.")
@click.option("--log", metavar="FILE", help="Add what happens to a file, as one JSON object a line.")
@click.option("--docx", "has_word", is_flag=True, help="A Word document beside each page, too.")
@click.option("--pdf", "has_pdf", is_flag=True, help="A PDF beside each page, too (needs Chromium, Chrome or Edge).")
@click.option("--standalone", "is_alone", is_flag=True, help="Each page as one file beside it, too.")
@click.option("--plan", "is_plan", is_flag=True, help="Only list what would be rendered, and why.")
def render(notebooks: Sequence[str], out: str | None, lanes: int | None, engine: str, **wanted: Any) -> None:
    """Render report pages: all notebooks, for all periods, in both languages.

    NOTEBOOK is a path, or a name such as `admissions`.
    """
    from analysis.render.startup import skip_slow_imports

    skip_slow_imports()
    from analysis.project import project_root
    from analysis.render import request
    from analysis.render.log import EventLog

    root = project_root()
    dataset = request.from_root(wanted["dataset"], root) if wanted["dataset"] else None
    selection = request.select(
        wanted["languages"], wanted["audience"], (wanted["sector"], wanted["organisation"]), dataset
    )
    jobs = request.plan(
        request.find_notebooks(notebooks, root), request.find_params(wanted["params_files"], root), selection, root
    )
    request.require_cleared(jobs, root)
    audiences = sorted({job.params.audience for job in jobs}, reverse=True)
    if out and len(audiences) > 1:
        raise NhiemkyError(
            "--out names one folder, but these parameters make public and internal pages, which never "
            "share one. Add --audience."
        )
    folders = {audience: Path(out).resolve() if out else root / EDITIONS[audience] for audience in audiences}
    # Word's library is what most needs to be loaded once for all reports: the last of them says what is prepared.
    wishes = {STANDALONE: wanted["is_alone"], ".docx": wanted["has_word"]}
    documents = tuple(suffix for suffix, is_wanted in wishes.items() if is_wanted)
    editions = [
        (own, replace(options, documents=documents, printer=_press(options.out) if wanted["has_pdf"] else None))
        for own, options in (_edition(jobs, audience, folders[audience], wanted["force"]) for audience in audiences)
    ]
    if wanted["is_plan"]:
        _list_plans(editions)
        return
    for edition, options in editions:
        _refuse_other_edition(edition, options)
    log = EventLog(Path(wanted["log"]).resolve() if wanted["log"] else None)
    _end(
        [
            _render_alone(edition, replace(options, lanes=lanes or 0, engine=engine), log)
            for edition, options in editions
        ]
    )


def _edition(planned: Sequence[Job], audience: str, out: Path, is_forced: bool) -> tuple[list[Job], BatchOptions]:
    """Return the jobs of one audience, and where their pages go."""
    from analysis.project import project_root
    from analysis.render import request
    from analysis.render.batch import BatchOptions

    root = project_root()
    jobs = [job for job in planned if job.params.audience == audience]
    order, known = request.all_pages(root, audience, jobs[0].params.dataset)
    return jobs, BatchOptions(
        root=root,
        out=out,
        executed=root / "build" / "executed",
        order=order,
        known=known,
        datasets=[job.params.dataset for job in planned],
        is_forced=is_forced,
    )


def _refuse_other_edition(jobs: Sequence[Job], options: BatchOptions) -> None:
    """Raise NhiemkyError where the folder holds pages of the other audience: the two never share one."""
    from analysis.render.manifest import read_manifest

    manifest, audience = read_manifest(options.out), jobs[0].params.audience
    others = {entry.audience for entry in manifest.reports} - {audience} if manifest else set()
    if others:
        raise NhiemkyError(
            f"{options.out} holds {others.pop()} pages: {audience} ones need a folder of their own. "
            "Name another with --out."
        )


def _list_plans(editions: Sequence[tuple[Sequence[Job], BatchOptions]]) -> None:
    from analysis.render.batch import judge_batch

    for jobs, options in editions:
        verdicts = judge_batch(jobs, options)
        for verdict in verdicts:
            if verdict.causes:
                click.echo(f"{verdict.job.params.audience}  {verdict.job.page}  {', '.join(verdict.causes)}")
        waiting = sum(bool(verdict.causes) for verdict in verdicts)
        click.echo(f"{waiting} to render, {len(verdicts) - waiting} unchanged")


def _render_alone(jobs: Sequence[Job], options: BatchOptions, log: EventLog) -> BatchResult:
    """Render one audience while no other run writes to its folder."""
    from analysis.render.alone import only_run

    def say_waiting() -> None:
        click.echo(f"Another run writes to {options.out}: waiting for its end.")

    with only_run(options.out, options.root, say_waiting):
        return _render_edition(jobs, options, log)


def _render_edition(jobs: Sequence[Job], options: BatchOptions, log: EventLog) -> BatchResult:
    """Render what has changed of one audience, and write its index."""
    from analysis.render import request
    from analysis.render.batch import judge_batch, record_unchanged
    from analysis.render.manifest import was_cut_short
    from analysis.site.links import site_files

    started = time.monotonic()
    verdicts = judge_batch(jobs, options)
    waiting = sum(bool(verdict.causes) for verdict in verdicts)
    log.write(
        "begin",
        audience=jobs[0].params.audience,
        out=str(options.out),
        engine=options.engine,
        to_render_n=waiting,
        unchanged_n=len(jobs) - waiting,
    )

    index = options.out / "index.html"
    if waiting:
        result = _run(verdicts, options, log)
    else:
        _say_warnings(request.require_sound_datasets(jobs, options.root))
        # A run that was killed may have made all pages, and no index of them.
        is_settled = all((options.out / name).is_file() for name in site_files()) and not was_cut_short(options.out)
        result = record_unchanged(verdicts, options, None if is_settled else _publisher(options))
    seconds = time.monotonic() - started
    _summarise(result, len(jobs), seconds, index)
    log.write(
        "end",
        audience=jobs[0].params.audience,
        rendered_n=result.done - len(result.failures),
        failed_n=len(result.failures),
        unchanged_n=result.reused,
        not_rendered_n=len(jobs) - result.done - result.reused,
        unprinted_n=len(result.unprinted),
        is_interrupted=result.is_interrupted,
        seconds=round(seconds, 3),
    )
    return result


def _run(verdicts: Sequence[Verdict], options: BatchOptions, log: EventLog) -> BatchResult:
    from analysis.render import request
    from analysis.render.batch import run_batch

    jobs = [verdict.job for verdict in verdicts]

    def check(lanes: Lanes) -> None:
        # Where the datasets are parsed anyway: this process then does without pandas.
        _say_warnings(lanes.call(request.require_sound_datasets, jobs, options.root))
        lanes.call(request.require_sound_record, options.root)

    return run_batch(verdicts, _publisher(options), options, check, log)


def _publisher(options: BatchOptions) -> Publisher:
    # The library that makes pages is slow to import, and not needed where no page is made.
    from analysis.render.task import Publisher
    from analysis.site import publish

    made = Publisher(publish.publish_page, publish.publish_error, publish.publish_site, publish.prepare_pages)
    writers = {
        ".docx": (publish.publish_document, publish.prepare_documents),
        STANDALONE: (publish.publish_standalone, publish.prepare_standalone),
    }
    for suffix in options.documents:
        write, prepare = writers[suffix]
        made = replace(made, prepare=prepare, beside=(*made.beside, write))
    return made


def _press(out: Path) -> Printer:
    from analysis.site.paper import find_browser, press_for

    return press_for(out, find_browser())


def _say_warnings(warnings: int) -> None:
    if warnings:
        click.echo(f"The data has {warnings} warning(s); see `nhiemky check DATASET`.")


def _summarise(result: BatchResult, planned: int, seconds: float, index: Path) -> None:
    for job, failure in result.failures:
        click.echo(f"\nFailed: {job.page}", err=True)
        click.echo(f"  notebook: {job.notebook}", err=True)
        click.echo(f"  {failure.summary()}", err=True)
        for line in failure.message.strip().splitlines()[1:]:
            click.echo(f"    {line}", err=True)
        click.echo(f"  parameters: {json.dumps(dict(failure.parameters), ensure_ascii=False)}", err=True)
    for page, reason in result.unprinted:
        click.echo(f"\nNot printed: {page}\n  {reason}\n  The page itself stands; --pdf tries again.", err=True)
    pages = result.done - len(result.failures)
    failed = f", {len(result.failures)} failed" if result.failures else ""
    waiting = planned - result.done - result.reused
    left = f", {waiting} not rendered (interrupted)" if result.is_interrupted else ""
    same = f", {result.reused} unchanged" if result.reused else ""
    if result.done >= FEW:
        slowest = ", ".join(f"{job.page} {taken:.2f} s" for job, taken in result.slowest)
        click.echo(f"Slowest: {slowest}")
    click.echo(f"{pages} pages{same}{failed}{left} in {seconds:.1f} s: {index}")


def _end(results: Sequence[BatchResult]) -> None:
    if any(result.is_interrupted for result in results):
        sys.exit(INTERRUPTED)
    if any(result.failures or result.unprinted for result in results):
        sys.exit(SOME_FAILED)


@main.command()
@click.argument("dataset", metavar="DATASET")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects instead of sentences.")
def check(dataset: str, as_json: bool) -> None:
    """Check a dataset and list every problem. Ends with 3 where it cannot be used."""
    problems = _find_problems(Path(dataset))
    if as_json:
        click.echo(json.dumps([problem.as_dict() for problem in problems], ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            click.echo(f"{problem.severity} [{problem.rule}] {problem.table}: {problem.message('en')}")
        counts = [f"{sum(p.severity == kind for p in problems)} {kind}(s)" for kind in ("error", "warning", "note")]
        click.echo(f"{dataset}: {', '.join(counts)}")
    if any(problem.severity == "error" for problem in problems):
        sys.exit(DataError.exit_status)


def _find_problems(root: Path) -> list[Problem]:
    from analysis.tables.check import check_dataset
    from analysis.tables.dataset import open_dataset

    try:
        return list(check_dataset(open_dataset(root)))
    except DataError as error:
        return list(error.problems)


@main.command()
@click.argument("out", metavar="OUT")
@click.option("--random-seed", type=int, default=2020, show_default=True, metavar="N")
@click.option("--scale", type=click.IntRange(min=1), default=1, show_default=True, metavar="K", help="Times the size.")
@click.option("--format", "file_format", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
def sample(out: str, random_seed: int, scale: int, file_format: str) -> None:
    """Write the synthetic dataset: the same bytes for the same options."""
    from analysis.tables.sample import write_sample

    write_sample(Path(out), random_seed, scale, file_format)
    click.echo(f"Synthetic dataset written to {out}")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab(options: Sequence[str]) -> None:
    """Open JupyterLab in the project, without its questions about news and updates. OPTIONS go to JupyterLab."""
    from analysis.project import project_root

    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *options,
    ]
    # A folder of our own among Jupyter's: it switches off the question about news, which would ask the network.
    own = str(files("analysis").joinpath("lab"))
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, [own, os.environ.get("JUPYTER_CONFIG_PATH")]))
    os.chdir(project_root())
    os.execv(sys.executable, command)
