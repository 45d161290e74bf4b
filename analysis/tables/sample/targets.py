"""Targets as they were assigned: national, of the Khối, and of its organisations.

Input: the register's bodies and the membership frame. Output: the targets frame.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from analysis.tables.sample import facts
from analysis.tables.sample.bodies import Body
from analysis.tables.sample.draw import Draw, share_out

# The Khối's count for each year; of 2020 only what follows the Congress. The rest of 1.500 is left for 2025.
YEARLY = {2020: 160, 2021: 290, 2022: 320, 2023: 330, 2024: 330}
ASSIGNED = {
    2020: date(2020, 8, 20),
    2021: date(2021, 2, 8),
    2022: date(2022, 2, 14),
    2023: date(2023, 2, 6),
    2024: date(2024, 2, 19),
}
# Resolution 21-NQ/TW of 16 June 2022: 3 to 4 percent of all members a year (rule B.10).
NATIONAL_ON = date(2022, 6, 16)
NATIONAL_YEARS = (2021, 2022, 2023, 2024)
MEMBER_GOOD_PCT, ORGANISATION_GOOD_PCT = 90, 85
# Items may deliberately add up to more than the headline (rule B.14).
SURPLUS = {2020: 3, 2021: 6, 2022: 4, 2023: 9, 2024: -3}
# Bodies to whom nothing was assigned; one whose target is 0; one whose target was revised in the year.
WITHOUT_TARGET = (11, 27, 75, 76)
ZERO_TARGET = 29
REVISED, REVISED_ON, REVISED_BY = 37, date(2022, 7, 15), -3


def targets_frame(bodies: list[Body], membership: pd.DataFrame, draw: Draw) -> pd.DataFrame:
    """Return the targets table: one row per target as assigned; a revised one has two rows."""
    scale = len(bodies) // facts.BODIES
    rows = [_row("bloc", "term", facts.TERM_START, target=facts.TERM_TARGET * scale, target_type="cumulative_count")]
    for year in facts.YEARS:
        day = ASSIGNED[year]
        rows.append(_row("bloc", "year", day, year=year, target=YEARLY[year] * scale))
        rows.append(_rate("bloc", year, day, measure="member_good_or_better", target=MEMBER_GOOD_PCT))
        rows.append(_rate("bloc", year, day, measure="organisation_good_or_better", target=ORGANISATION_GOOD_PCT))
        rows += _organisation_rows(bodies, membership, year, draw)
    rows += [
        _rate("national", year, NATIONAL_ON, measure="admission_rate", target=3, target_high=4)
        for year in NATIONAL_YEARS
    ]
    return pd.DataFrame(rows)


def _row(level: str, scope: str, assigned_on: date, **values: object) -> dict[str, object]:
    usual = {"year": None, "org_id": None, "measure": "admitted", "target_type": "annual_count", "target_high": None}
    return {"level": level, "scope": scope, "assigned_on": assigned_on, **usual, **values}


def _rate(level: str, year: int, assigned_on: date, **values: object) -> dict[str, object]:
    return _row(level, "year", assigned_on, year=year, target_type="annual_rate", **values)


def _organisation_rows(bodies: list[Body], membership: pd.DataFrame, year: int, draw: Draw) -> list[dict[str, object]]:
    """Return what each organisation of that day was given: by its size, and by how many it is likely to admit."""
    day, row = ASSIGNED[year], facts.row_of(ASSIGNED[year])
    there = [
        body
        for body in bodies
        if body.first_row < max(row, 1) and row <= body.last_row and body.number not in WITHOUT_TARGET
    ]
    in_year = membership[membership["period_end"].dt.year == year]
    admitted = in_year.groupby("org_id")["admitted_n"].sum()
    closing = in_year.groupby("org_id")["closing_n"].first()
    odds = [
        (int(closing[body.org_id]) // 4 + 15 * int(admitted[body.org_id])) * draw.between(80, 125)
        if body.number != ZERO_TARGET and body.may_admit(row)
        else 0
        for body in there
    ]
    scale = len(bodies) // facts.BODIES
    counts = share_out(scale * (YEARLY[year] + SURPLUS[year]), np.array(odds))
    rows = [
        _row("organisation", "year", day, year=year, org_id=body.org_id, target=int(count))
        for body, count in zip(there, counts, strict=True)
        if count > 0 or body.number == ZERO_TARGET
    ]
    return rows + _revisions(rows, {body.org_id for body in bodies if body.number == REVISED}, year)


def _revisions(rows: list[dict[str, object]], revised: set[str], year: int) -> list[dict[str, object]]:
    if year != REVISED_ON.year:
        return []
    return [
        row | {"target": max(1, int(str(row["target"])) + REVISED_BY), "assigned_on": REVISED_ON}
        for row in rows
        if row["org_id"] in revised
    ]
