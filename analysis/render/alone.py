"""One run at a time in an output folder: a second one waits, and then makes only what is still missing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

LOCKS_FOLDER = "build/locks"


@contextmanager
def only_run(out: Path, root: Path, say_waiting: Callable[[], None]) -> Iterator[None]:
    """Keep other runs of the project out of an output folder; the system lets go when this process ends, however.

    say_waiting: called where another run is there, before waiting for its end.
    """
    # Not in the folder itself, which is published.
    place = hashlib.sha256(str(out).encode()).hexdigest()[:12]
    folder = root / LOCKS_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"{out.name}-{place}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say_waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
