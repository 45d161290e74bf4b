"""Percentages and indices from whole numbers, rounded half up as official reports round (rule E.11)."""

from __future__ import annotations

import pandas as pd

PERCENT_DIGITS = 2


def percent_of(part_n: pd.Series, whole_n: pd.Series) -> pd.Series:
    """Return 100·part/whole with two decimals, half up, from integers; NA where whole is not above 0.

    The value may pass 100 and is never cut (rule B.12).
    """
    part, whole = part_n.astype("Int64"), whole_n.astype("Int64")
    whole = whole.where(whole > 0)
    scale = 10**PERCENT_DIGITS
    # floor((2·part·scale·100 + whole) / (2·whole)) is round-half-up without a binary fraction in between.
    rounded = (2 * part * 100 * scale + whole) // (2 * whole)
    return (rounded / scale).astype("Float64")


def index_of(now_n: pd.Series, before_n: pd.Series) -> pd.Series:
    """Return the same-period index: 100 is unchanged; NA where there is no base (rule D.2)."""
    return percent_of(now_n, before_n)
