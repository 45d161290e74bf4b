"""The printed figures of data/published/figures.csv, each with its source."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.tables.read import read_table

FIGURES_FILE = "data/published/figures.csv"


def read_figures(path: Path) -> pd.DataFrame:
    """Return the printed figures, one row each, as the schema describes them. Raises DataError with every problem."""
    return read_table(path, "figures")
