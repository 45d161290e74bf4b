"""The processes of a batch: as many reports at a time as there are lanes, each in a process of its own.

A report that crashes, or runs past its time, ends with its process and costs no other report anything.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from analysis.render.charts import ChartServer
from analysis.render.failure import Failure
from analysis.render.task import Batch, Made, Task

PRELOADED = "analysis.render.preload"


@dataclass(frozen=True)
class Outcome:
    """How one report ended, after how many seconds, and what it made of what."""

    index: int
    seconds: float
    made: Made

    @property
    def failure(self) -> Failure | None:
        """Return why the report failed, None where its page stands."""
        return self.made.failure


@dataclass
class _Running:
    """A report that runs: its process, the messages it sends, when it has to be done, the cell it is in."""

    task: Task
    lane: int
    process: Any
    messages: Connection
    started: float
    deadline: float
    cell: int | None = None


def can_fork() -> bool:
    """Return whether reports can be forked from a process that holds what they need.

    Not so on Windows; nor on macOS, whose libraries (Accelerate, under numpy) may crash in a forked process
    (https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods).
    """
    return sys.platform != "darwin" and "forkserver" in multiprocessing.get_all_start_methods()


def core_count() -> int:
    """Return the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Lanes:
    """Runs the jobs of a batch. Use as a context: leaving it ends every process that is still there."""

    def __init__(self, batch: Batch, count: int, time_limit: float) -> None:
        self._batch = batch
        self._count = max(1, min(count, len(batch.jobs)))
        self._time_limit = time_limit
        self._folder = Path(tempfile.mkdtemp(prefix="nhiemky-"))
        self._file = batch.save(self._folder / "batch.pickle")
        self._context: Any = multiprocessing.get_context("forkserver" if can_fork() else "spawn")
        self._running: dict[int, _Running] = {}
        self._ending: list[Any] = []
        self._charts: list[ChartServer] = []

    def __enter__(self) -> Lanes:
        # Both take a second or two to get ready, and do so beside each other and beside the caller.
        if can_fork():
            self._start_preloading()
        if hasattr(socket, "AF_UNIX"):
            self._charts = [ChartServer(self._folder, lane) for lane in range(self._count)]
        return self

    def __exit__(self, *_: object) -> None:
        for running in self._running.values():
            self._end(running)
        self._bury(list(self._ending))
        for server in self._charts:
            server.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a function returns in a process like that of a report, which has the datasets parsed and checked.

        Raises what the function raises.
        """
        messages, sending = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_answer, args=(function, arguments, sending), name="question")
        process.start()
        sending.close()
        try:
            answer = messages.recv()
        except EOFError:
            process.join()
            raise RuntimeError(f"{function.__name__}: {describe_exit(process.exitcode)}") from None
        finally:
            messages.close()
            process.kill()
            process.join()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def outcomes(self) -> Iterator[Outcome]:
        """Run all jobs and yield how each ended, in the order in which they end."""
        waiting = iter(range(len(self._batch.jobs)))
        for lane in range(self._count):
            self._start_next(lane, waiting)
        while self._running:
            for running in self._wait_for_news():
                outcome = self._read(running)
                if outcome is not None:
                    self._start_next(running.lane, waiting)
                    self._bury([process for process in self._ending if not process.is_alive()])
                    yield outcome

    def _start_preloading(self) -> None:
        from multiprocessing import forkserver

        # Read by analysis.render.preload when the process that forks starts, which then forgets it.
        os.environ["NHIEMKY_BATCH"] = str(self._file)
        self._context.set_forkserver_preload(["__main__", PRELOADED])
        forkserver.ensure_running()
        del os.environ["NHIEMKY_BATCH"]

    def _start_next(self, lane: int, waiting: Iterator[int]) -> None:
        index = next(waiting, None)
        if index is None:
            return
        server = self._charts[lane] if self._charts else None
        if server is not None:
            server.wait_until_ready()
        task = Task(self._file, index, server.address if server else "")
        messages, sending = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_run, args=(task, sending), name=f"report-{index}")
        process.start()
        sending.close()
        now = time.monotonic()
        self._running[lane] = _Running(task, lane, process, messages, now, now + self._time_limit)

    def _wait_for_news(self) -> list[_Running]:
        """Return the reports that sent something, ended, or ran past their time."""
        sources: dict[Any, _Running] = {}
        for running in self._running.values():
            sources[running.messages] = running
            sources[running.process.sentinel] = running
        next_deadline = min(running.deadline for running in self._running.values())
        ready = wait(list(sources), timeout=max(0.0, next_deadline - time.monotonic()))
        if not ready:
            return [running for running in self._running.values() if running.deadline <= time.monotonic()]
        return list({running.lane: running for running in map(sources.__getitem__, ready)}.values())

    def _read(self, running: _Running) -> Outcome | None:
        """Return how a report ended, None while it still runs."""
        try:
            while running.messages.poll():
                message = running.messages.recv()
                if isinstance(message, Made):
                    return self._finish(running, message)
                running.cell = message
        except EOFError:
            running.process.join()
            return self._finish(running, self._crash(running))
        if not running.process.is_alive() and not running.messages.poll():
            return self._finish(running, self._crash(running))
        if time.monotonic() >= running.deadline:
            message = f"not done after {self._time_limit:g} seconds"
            return self._finish(running, Made(self._failure(running, "timeout", message), {}))
        return None

    def _finish(self, running: _Running, made: Made) -> Outcome:
        del self._running[running.lane]
        self._end(running)
        if made.failure is not None and made.failure.kind == "timeout" and self._charts:
            self._charts[running.lane].restart()
        return Outcome(running.task.index, time.monotonic() - running.started, made)

    def _end(self, running: _Running) -> None:
        """End a report's process, which may be in an endless loop or have nothing more to do."""
        running.messages.close()
        running.process.kill()
        # What the notebook has started and left running is of the report's own group.
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(running.process.pid, signal.SIGKILL)
        # The system takes some milliseconds to clear a process away; the lane need not wait for that.
        self._ending.append(running.process)

    def _bury(self, processes: Sequence[Any]) -> None:
        """Take leave of processes that were ended."""
        for process in processes:
            self._ending.remove(process)
            process.join()
            process.close()

    def _crash(self, running: _Running) -> Made:
        return Made(self._failure(running, "crashed", describe_exit(running.process.exitcode)), {})

    def _failure(self, running: _Running, kind: str, message: str) -> Failure:
        parameters = self._batch.jobs[running.task.index].params.model_dump()
        return Failure(kind, running.cell, "", message, parameters)


def describe_exit(code: int | None) -> str:
    """Return in words how a process ended that did not say so itself."""
    if code is not None and code < 0:
        return f"its process was killed by {signal.Signals(-code).name}"
    return f"its process ended with exit status {code}"


def _answer(function: Callable[..., Any], arguments: tuple[Any, ...], connection: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the batch, which ends this process.
    try:
        answer = function(*arguments)
    except Exception as error:  # noqa: BLE001 - a process boundary: whoever asked raises it
        answer = error
    with contextlib.suppress(BrokenPipeError):  # Whoever asked was interrupted, and has gone.
        connection.send(answer)


def _run(task: Task, connection: Connection) -> None:
    # Imported here: the batch itself needs none of what a report needs.
    from analysis.render.startup import skip_slow_imports

    skip_slow_imports()
    from analysis.render.worker import run_report

    run_report(task, connection)
