"""Imported by the process that all reports of a batch are forked from: what it holds, no report loads again."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from pathlib import Path

from analysis.render.startup import skip_slow_imports

skip_slow_imports()

import altair  # noqa: E402, F401
import pandas  # noqa: E402, F401

import analysis.render.engine  # noqa: E402
import analysis.render.worker  # noqa: E402
import analysis.report  # noqa: E402
from analysis.errors import NhiemkyError  # noqa: E402
from analysis.render.task import load_batch  # noqa: E402


def _hold(batch_file: Path) -> None:
    """Load the batch, the code that publishes its pages and its datasets, parsed and checked."""
    batch = load_batch(batch_file)
    for dataset in batch.datasets:
        # The batch itself says what is wrong with a dataset; this process must survive to be told to end.
        with contextlib.suppress(NhiemkyError):
            analysis.report.sound_dataset(dataset)
            analysis.report.dataset_hash(dataset)


if batch_name := os.environ.pop("NHIEMKY_BATCH", ""):
    _hold(Path(batch_name))
if "vl_convert" in sys.modules:
    raise RuntimeError("vl_convert was imported in a process that forks: V8 would hang in every report")
# What is loaded now stays: the collector of a report need not look at it, and so its pages of memory stay shared.
gc.collect()
gc.freeze()
