"""Jobs for tests of rendering: fixture notebooks, parameters files, and a dataset that holds its description alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analysis.render.batch import BatchOptions, BatchResult, judge_batch, run_batch
from analysis.render.plan import Job, Selection, plan_jobs
from analysis.render.task import Publisher

ROOT = Path(__file__).parents[1]
NOTEBOOKS = Path(__file__).parent / "notebooks"

DATASET = """\
title_vi: Thử
title_en: Test
kind: synthetic
granularity: month
term_start: 2020-10-13
term_end: 2025-02-28
publishable: true
"""


def write_dataset(folder: Path) -> Path:
    """Write dataset.yaml: all that a plan needs to know of a dataset."""
    folder.mkdir(exist_ok=True)
    (folder / "dataset.yaml").write_text(DATASET, encoding="utf-8")
    return folder


def write_params(folder: Path, name: str, /, **changed: str) -> Path:
    """Write the parameters file `name`.yaml of a public report on 2022, with some values changed."""
    period = name if name[0] == "2" else "2022"
    values = {
        "report": name,
        "period": period,
        "compare_with": "",
        "dataset": str(write_dataset(folder / "dataset")),
        "audience": "public",
        "language": "vi",
        "sector": "",
        "organisation": "",
        **changed,
    }
    path = folder / f"{name}.yaml"
    path.write_text("".join(f'{key}: "{value}"\n' for key, value in values.items()), encoding="utf-8")
    return path


def plan_fixtures(folder: Path, *names: str, report: str = "2022") -> list[Job]:
    """Return one Vietnamese job for each fixture notebook."""
    notebooks = [NOTEBOOKS / f"{name}.ipynb" for name in names]
    return plan_jobs(notebooks, [write_params(folder, report)], Selection(languages=["vi"]))


def run_jobs(jobs: list[Job], folder: Path, publisher: Publisher, **options: object) -> BatchResult:
    """Run jobs into folder/out and folder/executed."""
    chosen = BatchOptions(ROOT, folder / "out", folder / "executed", **options)  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        # Where this variable is set, ipykernel does not read what is written to file descriptors.
        if "PYTEST_CURRENT_TEST" in os.environ:
            patch.delenv("PYTEST_CURRENT_TEST")
        return run_batch(judge_batch(jobs, chosen), publisher, chosen)
