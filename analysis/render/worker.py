"""The process of one report: runs the notebook, writes it, publishes its page, and says what came of it."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from pathlib import Path

import nbformat
from nbclient.exceptions import DeadKernelError

from analysis.figures.block import MIME
from analysis.figures.svg import SERVER_VARIABLE
from analysis.files import ABSENT, write_whole
from analysis.render.engine import EXECUTE, find_failure
from analysis.render.failure import Failure
from analysis.render.plan import Job
from analysis.render.reuse import UNKNOWN
from analysis.render.task import Batch, Made, Task, load_batch


def run_report(task: Task, connection: Connection) -> None:
    """Make one report and send, besides the position of each cell that starts, what was made at the end.

    Ends the process without any clean-up: whatever the notebook left behind (threads, exit handlers) ends with it.
    """
    _stand_alone(task)
    batch = load_batch(task.batch_file)
    os.chdir(batch.root)
    if batch.engine == "cold":
        # The batch takes its folder away at the end, even what a process that was killed has left there.
        tempfile.tempdir = str(task.batch_file.parent)
    job = batch.jobs[task.index]
    connection.send(_make(batch, job, connection.send))
    connection.close()
    os._exit(0)


def _make(batch: Batch, job: Job, watch: Callable[[int], None]) -> Made:
    parameters = job.params.model_dump()
    try:
        return make_report(batch, job, watch)
    except DeadKernelError as error:
        return Made(Failure("crashed", None, "", str(error), parameters), {})
    except BaseException as error:  # noqa: BLE001
        # The process boundary: whatever happened here, SystemExit too, is one report's failure and not the batch's.
        return Made(Failure("error", None, type(error).__name__, str(error), parameters), {})


def make_report(batch: Batch, job: Job, watch: Callable[[int], None]) -> Made:
    """Execute, write and publish one report."""
    environment, folder = dict(os.environ), Path.cwd()
    node = EXECUTE[batch.engine](job.notebook, job.params.model_dump(), watch)
    # The page is made as if the notebook had changed nothing around it.
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    write_whole(batch.executed / job.executed, nbformat.writes(node) + "\n")
    failure = find_failure(node, job.params.model_dump())
    if failure is not None:
        return Made(failure, _files_read(node))
    publish = (batch.publisher.page, *batch.publisher.beside)
    files = [file for write in publish for file in write(node, job, batch.linked, batch.out)]
    return Made(None, _files_read(node), [file.relative_to(batch.out).as_posix() for file in files])


def _files_read(node: nbformat.NotebookNode) -> dict[str, str]:
    """Return the files that a report names as read, in its definitions.

    Where it has none, or where code follows that may have read more, the page is made again by every run.
    """
    read: dict[str, str] = {}
    is_known = False
    for cell in node.cells:
        blocks = [output["data"][MIME] for output in cell.get("outputs", []) if MIME in output.get("data", {})]
        named = [block["inputs"] for block in blocks if "inputs" in block]
        if cell.cell_type == "code" and cell.source.strip():
            is_known = bool(named)
        read |= {name: digest for inputs in named for name, digest in inputs.items()}
    return read if is_known else {**read, UNKNOWN: ABSENT}


def _stand_alone(task: Task) -> None:
    """Take from this process what it shares with the others: terminal, Ctrl-C, random state."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    # Ctrl-C is for the batch, which then ends its reports. A cell takes it as in a kernel, so it must not come here.
    if hasattr(os, "setsid"):
        os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_batch, daemon=True).start()
    if task.chart_server:
        os.environ[SERVER_VARIABLE] = task.chart_server
    sys.argv = ["ipykernel_launcher.py"]
    # Forked from one parent, all reports would draw the same "random" numbers.
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


def _end_with_batch() -> None:
    """End this process when the batch is gone, even if the notebook never returns."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
