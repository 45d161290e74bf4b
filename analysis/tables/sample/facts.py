"""What the synthetic term is fitted to, and the script of its lifecycle events.

The figures of the article are facts; the two dates of the term and everything else here are invented or assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

TERM_START = date(2020, 8, 15)
TERM_END = date(2025, 2, 14)

# What `term:2023-06-02` reads to, and what the article says of that day.
MIDTERM = date(2023, 5, 31)
ADMITTED_BY_MIDTERM = 940
MEMBERS_AT_MIDTERM = 5549
TERM_TARGET = 1500

ROOT = "KHOI"


def _month_end(index: int) -> date:
    """Return the last day of the month `index` months after August 2020."""
    year, month = divmod(2020 * 12 + 7 + index + 1, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


ROW_ENDS = (*(_month_end(index) for index in range(54)), TERM_END)
LAST_ROW = len(ROW_ENDS) - 1
MIDTERM_ROW = ROW_ENDS.index(MIDTERM)
YEARS = (2020, 2021, 2022, 2023, 2024)


def row_end(row: int) -> date:
    """Return the last day of a row; rows below 0 are the months before the Congress."""
    return ROW_ENDS[row] if row >= 0 else _month_end(row)


def row_of(day: date) -> int:
    """Return the row whose days contain `day`."""
    return next(row for row, end in enumerate(ROW_ENDS) if day <= end)


# The 76 grassroots organisations at the Congress: sector, kind, how many. They are numbered in this order.
MIX = (
    ("4", "party_committee", 5),
    ("4", "cell", 7),
    ("5", "party_committee", 12),
    ("5", "cell", 8),
    ("6a", "party_committee", 10),
    ("6a", "cell", 5),
    ("6b", "cell", 1),
    ("9a1", "party_committee", 3),
    ("9a2", "party_committee", 3),
    ("9a3", "party_committee", 2),
    ("9a1", "cell", 1),
    ("9a2", "cell", 2),
    ("9a3", "cell", 1),
    ("9b1", "party_committee", 3),
    ("9b3", "party_committee", 1),
    ("9b5", "party_committee", 1),
    ("9b1", "cell", 4),
    ("9b3", "cell", 3),
    ("9b2", "cell", 1),
    ("9c", "cell", 1),
    ("11", "cell", 2),
)


@dataclass(frozen=True)
class Change:
    """A lifecycle event of grassroots organisation `number`; `other` gives, receives or takes over its members.

    sector: of a body that appears, or the new one of a reclassified body.
    members_n: whom a new body starts with, or how many an upgraded or downgraded one has afterwards.
    """

    day: date
    event: str
    number: int
    other: int = 0
    sector: str = ""
    members_n: int = 0


# 76 + 2 founded + 1 received + 1 split off - 1 merged - 1 dissolved = 78 at midterm (rule C.16).
# In the middle of a month: the last row of a body that ends is the row in which it gives its members away.
CHANGES = (
    Change(date(2021, 4, 15), "founded", 77, sector="9b3", members_n=7),
    Change(date(2021, 7, 12), "transferred_in", 78, sector="5", members_n=14),
    Change(date(2021, 10, 4), "renamed", 16),
    Change(date(2021, 11, 22), "dissolved", 72, other=62),
    Change(date(2022, 1, 4), "reclassified", 55, sector="9b1"),
    Change(date(2022, 3, 10), "split", 79, other=1, sector="4", members_n=11),
    Change(date(2022, 6, 6), "upgraded", 47, other=33, members_n=33),
    Change(date(2022, 7, 11), "merged", 31, other=24),
    Change(date(2022, 10, 3), "founded", 80, other=34, sector="6a", members_n=9),
    Change(date(2022, 11, 14), "downgraded", 65, other=61, members_n=26),
    Change(date(2023, 2, 6), "renamed", 50),
    Change(date(2023, 11, 13), "merged", 10, other=3),
    Change(date(2024, 3, 4), "founded", 81, sector="9b1", members_n=6),
    Change(date(2024, 5, 6), "upgraded", 68, other=61, members_n=32),
    Change(date(2024, 8, 5), "renamed", 38),
    Change(date(2024, 11, 18), "transferred_out", 58),
)
BODIES = 81

APPEARS = ("founded", "transferred_in", "split")
ENDS = ("merged", "dissolved", "transferred_out")

# A chi bộ trực thuộc that ends, and one that is new: the body above, and the day. Neither is a TCCSĐ (rule C.7).
LOWER_CHANGES = {"dissolved": (49, date(2022, 9, 5)), "founded": (34, date(2024, 4, 8))}

# Openings that the script needs: bodies about to be upgraded or downgraded, and the exceptions that the higher
# committee may allow in writing (rule C.4): chi bộ of 30 members or more, a đảng bộ of fewer than 30.
FIXED_OPENINGS = {47: 27, 68: 26, 65: 33, 30: 33, 69: 36, 63: 25}
EXCEPTIONS = (30, 69, 63)
# These give members away, or are the only ones of their sector that can take many in.
LARGE = (1, 24, 33, 34, 61)

# No non-members left, from which row on: mostly small agencies.
CLOSED_FROM = {8: 0, 11: 0, 27: 0, 29: 0, 75: 0, 28: row_of(date(2023, 1, 1)), 9: row_of(date(2024, 1, 1))}
# Non-members are left, and nobody is admitted all the same.
WITHOUT_ADMISSION = (12, 45, 59, 73, 74)
# Does not answer whether non-members are left.
SILENT = (32,)
