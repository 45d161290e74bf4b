"""The floor: what the cells and the page of each report cost where nothing else is done.

One warm process per core executes the cells by `exec` and writes the page by the project's own code: no kernel, no
messages, no isolation, no record, no executed notebook. Run in a project as `python -m benchmarks.floor LANGUAGE…`:
prints the seconds from the moment when all processes are warm to the last page.
"""

from __future__ import annotations

import ast
import contextlib
import io
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import click

from analysis.render.charts import bundled_fonts_only
from analysis.render.lanes import core_count
from analysis.render.plan import Job, Selection, plan_jobs
from analysis.render.startup import skip_slow_imports


def plan(root: Path, languages: Sequence[str]) -> list[Job]:
    """Return the jobs of a project: all notebooks with all parameters files. The project is the current folder."""
    notebooks, params = (root / "notebooks").glob("*.ipynb"), (root / "params").glob("*.yaml")
    return plan_jobs(sorted(notebooks), sorted(params), Selection(languages=languages))


def run_cells(job: Job) -> Any:
    """Return the notebook of a job with what its cells put out, executed one after the other in one namespace."""
    import nbformat

    notebook = nbformat.read(job.notebook, as_version=4)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        with contextlib.redirect_stdout(io.StringIO()):
            shown = _run(cell.source, namespace)
        if "parameters" in cell.metadata.get("tags", ()):
            namespace |= job.params.model_dump()
        cell.outputs = [nbformat.v4.new_output("display_data", data=shown._repr_mimebundle_())] if shown else []
    return notebook


def _run(source: str, namespace: dict[str, Any]) -> Any:
    """Execute a cell and return the value of its last line, as a notebook shows it."""
    body = ast.parse(source).body
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr):
        exec(compile(ast.Module(body, []), "<cell>", "exec"), namespace)
        return None
    exec(compile(ast.Module(body[:-1], []), "<cell>", "exec"), namespace)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)


def _work(jobs: Sequence[Job], out: Path, next_job: Any, parent: Connection) -> None:
    """Say when this process is warm, wait for the word to begin, make reports until none is left, and say so."""
    skip_slow_imports()
    import analysis.render.preload  # noqa: F401
    from analysis.site.publish import publish_page

    def make(job: Job) -> None:
        publish_page(run_cells(job), job, jobs, out)

    # One report of each notebook, not counted: after it the process holds what a report needs, V8 and the dataset too.
    for job in {job.notebook: job for job in jobs}.values():
        make(job)
    parent.send("warm")
    parent.recv()
    for job in _take(jobs, next_job):
        make(job)
    parent.send("done")


def _take(jobs: Sequence[Job], next_job: Any) -> Iterator[Job]:
    """Yield jobs that no other process has taken, until there are none."""
    while True:
        with next_job.get_lock():
            index, next_job.value = next_job.value, next_job.value + 1
        if index >= len(jobs):
            return
        yield jobs[index]


def measure(jobs: Sequence[Job], out: Path) -> float:
    """Return the seconds that the jobs took, from the moment when every process was warm.

    Raises EOFError where a process failed, which has then said why on standard error.
    """
    context = multiprocessing.get_context("spawn")
    next_job = context.Value("i", 0)
    with tempfile.TemporaryDirectory(prefix="nhiemky-floor-") as folder:
        # Charts are drawn with the fonts that a batch draws them with: else the floor would be slower than need be, and
        # its pages would be others.
        os.environ["FONTCONFIG_FILE"] = str(bundled_fonts_only(Path(folder)))
        workers = []
        for _ in range(core_count()):
            own, theirs = context.Pipe()
            # A daemon: where one fails, this process ends without waiting for the others.
            context.Process(target=_work, args=(jobs, out, next_job, theirs), daemon=True).start()
            theirs.close()  # So that the end of the process is the end of what can be received from it.
            workers.append(own)
        return _time(workers)


def _time(workers: Sequence[Connection]) -> float:
    """Return the seconds between the word to begin, once all are warm, and the word of the last that it is done."""
    for worker in workers:
        worker.recv()
    started = time.perf_counter()
    for worker in workers:
        worker.send("begin")
    for worker in workers:
        worker.recv()
    return time.perf_counter() - started


if __name__ == "__main__":
    click.echo(measure(plan(Path.cwd(), sys.argv[1:]), Path.cwd() / "build" / "floor"))
