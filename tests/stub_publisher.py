"""Stands for the site in tests of the batch: a page is what the cells printed. Other processes import it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import nbformat

from analysis.errors import DataError, Problem
from analysis.render.failure import Failure
from analysis.render.manifest import Manifest
from analysis.render.plan import Job
from analysis.render.task import Publisher


def publish_page(notebook: nbformat.NotebookNode, job: Job, jobs: Sequence[Job], out: Path) -> tuple[Path, ...]:
    """Write what the cells printed, and how many pages there are to link to."""
    printed = "".join(
        output.text for cell in notebook.cells for output in cell.get("outputs", []) if output.output_type == "stream"
    )
    return (_write(out / job.page, f"{len(jobs)} pages\n{printed}"),)


def publish_error(job: Job, failure: Failure, out: Path) -> Path:
    return _write(out / job.page.replace(".html", ".error.html"), failure.summary())


def publish_nothing(notebook: nbformat.NotebookNode, job: Job, jobs: Sequence[Job], out: Path) -> tuple[Path, ...]:
    raise ValueError("this page cannot be written")


def publish_site(manifest: Manifest, out: Path) -> Path:
    return _write(out / "index.html", "\n".join(entry.page for entry in manifest.reports))


def refuse() -> None:
    raise DataError([Problem("K01", "error", "targets", "sai", "wrong")], "data/sample")


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


STUB = Publisher(publish_page, publish_error, publish_site)
