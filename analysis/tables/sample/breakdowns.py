"""Admissions and members by category: occupations and ages that differ from sector to sector.

Input: the ledger and the membership frame. Output: the admissions and composition frames.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from analysis.tables import codes
from analysis.tables.sample.draw import Draw, share_out
from analysis.tables.sample.facts import ROW_ENDS, TERM_END
from analysis.tables.sample.membership import Ledger

KEY = ["org_id", "period_end", "dimension", "category"]
COMPOSITION_DAYS = (ROW_ENDS[0], *(date(year, 12, 31) for year in range(2020, 2025)), TERM_END)

# Odds by category, in the order of codes.PARTITIONS: of those admitted, and of all members.
ADMITTED_AGE = (62, 22, 9, 4, 2, 1, 0, 0)
MEMBER_AGE = (14, 20, 21, 16, 12, 9, 5, 3)
FEMALE_MALE = {
    "party_mass": (50, 50),
    "state_agency": (46, 54),
    "service_unit": (66, 34),
    "state_capital": (36, 64),
    "non_state": (44, 56),
    "other": (40, 60),
}
OCCUPATION = {
    "party_mass": (5, 88, 0, 0, 0, 0, 0, 0, 7),
    "state_agency": (88, 2, 0, 6, 0, 0, 0, 0, 4),
    "service_unit": (3, 0, 0, 82, 0, 0, 0, 12, 3),
    "state_capital": (0, 0, 0, 0, 12, 38, 48, 0, 2),
    "non_state": (0, 0, 0, 0, 18, 34, 46, 0, 2),
    "other": (0, 10, 0, 20, 0, 20, 0, 0, 50),
}
EDUCATION = (2, 98)
PROFESSIONAL = {
    "party_mass": (1, 1, 5, 4, 72, 17, 0),
    "state_agency": (1, 1, 4, 4, 70, 20, 0),
    "service_unit": (7, 3, 9, 11, 52, 16, 2),
    "state_capital": (5, 14, 13, 12, 50, 6, 0),
    "non_state": (9, 16, 14, 14, 44, 3, 0),
    "other": (5, 8, 10, 12, 60, 5, 0),
}
MASTER = codes.PARTITIONS["professional_level"].index("master")
ETHNIC_PERMILLE, RELIGION_PERMILLE = 60, 35
YOUNGEST = codes.PARTITIONS["age"][0]
YOUTH_UNION_PERMILLE = 880


def admissions_frame(ledger: Ledger, draw: Draw) -> pd.DataFrame:
    """Return the admissions table: one row per organisation, row of the term, dimension and category."""
    admitted = pd.DataFrame(ledger.admitted, columns=["place", "row", "readmitted"])
    groups = pd.Series([body.group for body in ledger.bodies])
    admitted["group"] = groups.reindex(admitted["place"]).to_numpy()
    drawn = [_draw_categories(rows, str(group), draw) for group, rows in admitted.groupby("group")]
    counted = pd.concat(drawn).groupby(["place", "row", "dimension", "category"]).size().rename("admitted_n")
    frame = counted.reset_index()
    return frame.assign(
        org_id=[ledger.bodies[place].org_id for place in frame["place"]],
        period_end=pd.to_datetime([ROW_ENDS[row] for row in frame["row"]]),
    )[[*KEY, "admitted_n"]]


def _draw_categories(admitted: pd.DataFrame, group: str, draw: Draw) -> pd.DataFrame:
    """Return the categories of those admitted in one sector group, one row per admission and dimension."""
    odds = {
        "sex": FEMALE_MALE[group],
        "age": ADMITTED_AGE,
        "occupation": OCCUPATION[group],
        "education": EDUCATION,
        "professional_level": PROFESSIONAL[group],
    }
    lines = admitted[["place", "row"]].copy()
    for dimension, weights in odds.items():
        lines[dimension] = np.array(codes.PARTITIONS[dimension])[draw.sample(len(lines), weights)]
    # Whoever is admitted again was a member before, and so is rarely among the youngest.
    lines.loc[admitted["readmitted"] & (lines["age"] == YOUNGEST), "age"] = codes.PARTITIONS["age"][1]
    is_young = lines["age"] == YOUNGEST
    overlaps: dict[str, pd.Series[bool]] = {
        "female": lines["sex"] == "female",
        "ethnic_minority": _lucky(lines.index, ETHNIC_PERMILLE, draw),
        "religion": _lucky(lines.index, RELIGION_PERMILLE, draw),
        "youth_union": is_young & _lucky(lines.index, YOUTH_UNION_PERMILLE, draw),
        "readmitted": admitted["readmitted"],
    }
    for dimension, holds in overlaps.items():
        lines[dimension] = pd.Series("yes", index=lines.index).where(holds)
    return lines.melt(["place", "row"], var_name="dimension", value_name="category").dropna()


def _lucky(index: pd.Index, permille: int, draw: Draw) -> pd.Series[bool]:
    return pd.Series(draw.sample(len(index), (permille, 1000 - permille)) == 0, index=index)


def composition_frame(ledger: Ledger, membership: pd.DataFrame, draw: Draw) -> pd.DataFrame:
    """Return the composition table: members by category at the Congress, each 31 December and the end."""
    tilts = {body.org_id: _tilt(draw) for body in ledger.bodies}
    by_id = {body.org_id: body for body in ledger.bodies}
    readmitted = membership.groupby("org_id")["readmitted_n"].cumsum()
    stocks = membership.assign(readmitted_before=readmitted)
    stocks = stocks[stocks["period_end"].isin(pd.to_datetime(list(COMPOSITION_DAYS))) & (stocks["closing_n"] > 0)]
    rows = []
    columns = (stocks[name] for name in ("org_id", "period_end", "closing_n", "readmitted_before"))
    for org_id, day, closing, before in zip(*columns, strict=True):
        counts = _count_members(by_id[org_id].group, day.year, int(closing), tilts[org_id])
        counts["readmitted", "yes"] = min(closing, closing // 120 + before)
        rows += [
            (org_id, day, dimension, category, count) for (dimension, category), count in counts.items() if count > 0
        ]
    return pd.DataFrame(rows, columns=[*KEY, "members_n"])


def _tilt(draw: Draw) -> dict[str, list[int]]:
    """Return by how many percent a body's odds differ from those of its group."""
    tilt = {name: [draw.between(70, 130) for _ in categories] for name, categories in codes.PARTITIONS.items()}
    return tilt | {"ethnic_minority": [draw.between(0, 120)], "religion": [draw.between(0, 70)]}


def _count_members(group: str, year: int, closing: int, tilt: dict[str, list[int]]) -> dict[tuple[str, str], int]:
    """Return the members of one body by dimension and category; nobody is drawn, so that the years hang together."""
    odds = {
        "sex": FEMALE_MALE[group],
        "age": MEMBER_AGE,
        "occupation": OCCUPATION[group],
        "education": EDUCATION,
        "professional_level": PROFESSIONAL[group],
    }
    counts: dict[tuple[str, str], int] = {}
    for dimension, categories in codes.PARTITIONS.items():
        weights = [10 * weight * percent for weight, percent in zip(odds[dimension], tilt[dimension], strict=True)]
        if dimension == "professional_level":
            # A little more postgraduate study every year.
            weights[MASTER] = weights[MASTER] * (100 + 6 * (year - 2020)) // 100
        for category, count in zip(categories, share_out(closing, weights), strict=True):
            counts[dimension, category] = int(count)
    counts["female", "yes"] = counts["sex", "female"]
    counts["ethnic_minority", "yes"] = closing * tilt["ethnic_minority"][0] // 1000
    counts["religion", "yes"] = closing * tilt["religion"][0] // 1000
    counts["youth_union", "yes"] = counts["age", YOUNGEST] * 3 // 4
    return counts
