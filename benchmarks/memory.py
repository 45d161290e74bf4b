"""The most memory that a command and all its descendants hold at one time.

Measured is the proportional set size: a page of memory that processes share counts once, whoever shares it. Linux only.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from benchmarks.commands import CommandFailed

INTERVAL = 0.05


def can_measure() -> bool:
    """Return whether this system says what a process holds; Linux does."""
    return Path("/proc/self/smaps_rollup").is_file()


def peak_memory(command: Sequence[str], folder: Path) -> int:
    """Run a command and return the peak, in bytes, of what it and all its descendants hold together.

    Raises CommandFailed, with all that the command said, where it failed.
    """
    peak = 0
    # A file takes any amount of output; a pipe that nobody empties would stop the command.
    with tempfile.TemporaryFile() as said:
        with psutil.Popen(command, cwd=folder, stdout=said, stderr=said) as process:
            while process.poll() is None:
                peak = max(peak, _held_by_all(process))
                time.sleep(INTERVAL)
        if process.returncode:
            said.seek(0)
            text = said.read().decode(errors="replace")
            raise CommandFailed(f"{' '.join(command)}\nended with exit status {process.returncode}:\n{text}")
    return peak


def _held_by_all(process: psutil.Popen) -> int:
    """Return the sum over a process and its descendants; it has ended meanwhile: nothing."""
    try:
        pids = [process.pid, *(child.pid for child in process.children(recursive=True))]
    except psutil.NoSuchProcess:
        return 0
    return sum(map(_held, pids))


def _held(pid: int) -> int:
    """Return the proportional set size of a process in bytes, 0 where it has ended meanwhile."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii", errors="replace").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
