"""What a batch hands to the process of each report: its jobs, where they are written and who publishes them.

The batch writes it once to a file; a process that was forked after the file was read finds it in memory.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.render.failure import Failure
from analysis.render.manifest import Manifest
from analysis.render.plan import Job

if TYPE_CHECKING:  # The batch only hands notebooks on; importing nbformat would delay its start.
    import nbformat

PublishPage = Callable[["nbformat.NotebookNode", Job, Sequence[Job], Path], Sequence[Path]]
PublishError = Callable[[Job, Failure, Path], Path]
PublishSite = Callable[[Manifest, Path], Path]


def _nothing() -> None:
    """Prepare nothing."""


@dataclass(frozen=True)
class Publisher:
    """The functions that turn an executed notebook into a page; module-level, because other processes import them.

    page: writes a page with its tables and returns them all · error: writes what is shown of a failure · site: writes
    what leads to all pages of a manifest · prepare: called once in the process that reports are forked from, to load
    what `page` needs · beside: write what stands beside the page, after it, and return it.
    """

    page: PublishPage
    error: PublishError
    site: PublishSite
    prepare: Callable[[], None] = _nothing
    beside: tuple[PublishPage, ...] = ()


@dataclass(frozen=True)
class Batch:
    """A run over jobs: `root` is the project, `out` takes the pages, `executed` the executed notebooks.

    linked: the jobs whose pages a page may link to: those of this run and those that already stand.
    datasets: the folders that reports find parsed and checked.
    """

    jobs: Sequence[Job]
    linked: Sequence[Job]
    publisher: Publisher
    root: Path
    out: Path
    executed: Path
    engine: str
    datasets: Sequence[Path]

    def save(self, path: Path) -> Path:
        path.write_bytes(pickle.dumps(self))
        return path


@dataclass(frozen=True)
class Task:
    """One report of a batch, as its process is told: the batch's file, the place of the job in it, its chart server."""

    batch_file: Path
    index: int
    chart_server: str


@dataclass(frozen=True)
class Made:
    """What the process of a report says at its end: why it failed, the files that it read, with their hashes, and
    those that it wrote for readers, by path inside the output folder.
    """

    failure: Failure | None
    inputs: Mapping[str, str]
    files: Sequence[str] = ()


@cache
def load_batch(path: Path) -> Batch:
    """Return the batch that `save` wrote."""
    batch = pickle.loads(path.read_bytes())
    assert isinstance(batch, Batch)
    return batch
