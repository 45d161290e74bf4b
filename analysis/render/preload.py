"""Imported by the process that all reports of a batch are forked from: what it holds, no report loads again."""

# ruff: noqa: E402

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pkgutil
import signal
import sys
from pathlib import Path

from analysis.render.startup import skip_slow_imports

# Ctrl-C is for the batch, which ends this process; until then it must not stop it half-way.
signal.signal(signal.SIGINT, signal.SIG_IGN)
skip_slow_imports()

import altair
import nbformat
import pandas as pd

import analysis.figures
import analysis.measures
import analysis.render.worker
import analysis.report
import analysis.tables
from analysis.errors import NhiemkyError
from analysis.figures.spec import write_spec
from analysis.language import load_language
from analysis.render.engine import load_source
from analysis.render.kernel import hold_kernel
from analysis.render.plan import LANGUAGES
from analysis.render.task import load_batch
from analysis.tables.dataset import Dataset
from analysis.tables.schema import TABLES
from analysis.tables.verdicts import sound_dataset

# What IPython imports only when a shell starts, or when a cell raises.
SHELL_MODULES = (
    "IPython.terminal.debugger",
    "IPython.core.completerlib",
    "IPython.core.crashhandler",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "pygments.formatters.html",
    "pygments.formatters.terminal256",
    "pygments.lexers.python",
    "sqlite3",
    "stack_data",
)
# Heavy libraries that single measures import when they are used: held where a notebook of the batch names the measure.
# A wrong guess costs time, never a number.
IMPORTED_BY = {
    "measures.projection": "scipy.special",
    "measures.organisations": "scipy.stats",
    "measures.probation": "statsmodels.duration.survfunc",
}


def _hold_code() -> None:
    """Import what reports import, and do once what libraries do the first time they are used."""
    for name in SHELL_MODULES:
        importlib.import_module(name)
    for package in (analysis.figures, analysis.measures, analysis.tables):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    for code in LANGUAGES:
        load_language(code).decimal(1.5, 1)
    write_spec(altair.Chart(pd.DataFrame({"share_pct": [1.0]})).mark_bar().encode(x="share_pct:Q"))


def hold_batch(batch_file: Path) -> None:
    """Load the batch, the code that publishes its pages, its notebooks, and its datasets, parsed and checked."""
    try:
        batch = load_batch(batch_file)
    except FileNotFoundError:
        return  # The batch was refused and is over already.
    batch.publisher.prepare()
    for notebook in {job.notebook for job in batch.jobs}:
        _hold_imports(load_source(notebook))
    for dataset in batch.datasets:
        # The batch itself says what is wrong with a dataset; this process must survive to be told to end.
        with contextlib.suppress(NhiemkyError):
            _hold_dataset(sound_dataset(dataset).dataset)


def _hold_imports(notebook: nbformat.NotebookNode) -> None:
    """Import the heavy libraries of the measures that a notebook names."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    for measure, library in IMPORTED_BY.items():
        if measure in code:
            importlib.import_module(library)


def _hold_dataset(dataset: Dataset) -> None:
    """Parse every table now, so that no report does it again; what a report asks for is still counted for itself."""
    for name in TABLES:
        dataset.apart().table(name)


_hold_code()
hold_kernel()
if batch_name := os.environ.pop("NHIEMKY_BATCH", ""):
    hold_batch(Path(batch_name))
if "vl_convert" in sys.modules:
    raise RuntimeError("vl_convert was imported in a process that forks: V8 would hang in every report")
# What reports inherit: in a cell, Ctrl-C is what it is in any kernel.
signal.signal(signal.SIGINT, signal.default_int_handler)
# What is loaded now stays: the collector of a report need not look at it, and so its pages of memory stay shared.
gc.collect()
gc.freeze()
