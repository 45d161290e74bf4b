"""The monthly flows of the whole Khối, before they are divided among its organisations.

They come first, so that the members at the Congress can be set to what the article's day asks for.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from analysis.tables.sample import facts
from analysis.tables.sample.draw import Counts, Draw
from analysis.tables.sample.facts import LAST_ROW, MIDTERM_ROW, ROW_ENDS

# Admissions by calendar month: few around Tết, more before 19 May, 2 September and the end of the year.
SEASON = (5, 3, 8, 9, 14, 8, 8, 11, 12, 8, 10, 13)
FULL_MONTH = 20
EPIDEMIC_MONTH = 7
EPIDEMIC = {(2021, month) for month in range(5, 10)}

# People over the 34 rows to midterm, and over the 21 rows after it.
USUAL = {
    "transferred_in_n": (520, 330),
    "restored_n": (3, 2),
    "died_n": (60, 38),
    "expelled_n": (11, 7),
    "removed_n": (38, 24),
    "resigned_n": (16, 12),
    "transferred_out_n": (1000, 650),
    "internal": (110, 70),
}
SIGNS = {
    "transferred_in_n": 1,
    "restored_n": 1,
    "died_n": -1,
    "expelled_n": -1,
    "removed_n": -1,
    "resigned_n": -1,
    "transferred_out_n": -1,
}

# Members admitted in the year before the Congress, still on probation when it met.
BEFORE_CONGRESS_ROWS = 12
PROBATION_MONTHS = (12, 13, 14)
PROBATION_ODDS = (55, 33, 12)
REMOVED_PERMILLE = 25
READMITTED_PERMILLE = 12


@dataclass(frozen=True)
class Admission:
    """One invented admission: its row, and the row and outcome of its probation (None: still waiting)."""

    row: int
    outcome_row: int | None
    outcome: str
    is_readmission: bool


@dataclass(frozen=True)
class Plan:
    """What happens in the Khối: the admissions by row, and people by flow and row."""

    admissions: dict[int, list[Admission]]
    people: dict[str, Counts]

    def members_at_congress(self, scale: int) -> int:
        """Return the members at the Congress from whom the flows lead to the article's members."""
        until = slice(0, MIDTERM_ROW + 1)
        net = sum(sign * int(self.people[name][until].sum()) for name, sign in SIGNS.items())
        net += sum(len(self.admissions[row]) for row in range(MIDTERM_ROW + 1))
        net += scale * sum(
            change.members_n
            for change in facts.CHANGES
            if change.event in facts.APPEARS and not change.other and change.day <= facts.MIDTERM
        )
        net -= sum(self.removed_on_probation()[row] for row in range(MIDTERM_ROW + 1))
        return scale * facts.MEMBERS_AT_MIDTERM - net

    def removed_on_probation(self) -> Counter[int | None]:
        """Return how many probationers are removed in each row."""
        return Counter(one.outcome_row for rows in self.admissions.values() for one in rows if one.outcome == "removed")


def make_plan(scale: int, draw: Draw) -> Plan:
    """Return the flows of the Khối, row by row."""
    admitted = _admitted_by_row(scale, draw)
    before = draw.spread(scale * 300, [SEASON[facts.row_end(row).month - 1] for row in range(-BEFORE_CONGRESS_ROWS, 0)])
    counts = dict(zip(range(-BEFORE_CONGRESS_ROWS, LAST_ROW + 1), [*before, *admitted], strict=True))
    admissions = {row: [_make_admission(row, draw) for _ in range(count)] for row, count in counts.items()}
    people = {name: _spread_usual(scale * early, scale * late, draw) for name, (early, late) in USUAL.items()}
    return Plan(admissions, people)


def _month_length(row: int) -> int:
    """Return the weight of a row's days: the Congress and the end of the Khối cut a month in half."""
    if row in (0, LAST_ROW):
        return FULL_MONTH // 2
    return FULL_MONTH


def _admitted_by_row(scale: int, draw: Draw) -> Counts:
    odds = []
    for row, end in enumerate(ROW_ENDS):
        length = EPIDEMIC_MONTH if (end.year, end.month) in EPIDEMIC else _month_length(row)
        odds.append(SEASON[end.month - 1] * length)
    early = draw.spread(scale * facts.ADMITTED_BY_MIDTERM, odds[: MIDTERM_ROW + 1])
    late = draw.spread(scale * draw.between(510, 575), odds[MIDTERM_ROW + 1 :])
    return np.concatenate([early, late])


def _spread_usual(early: int, late: int, draw: Draw) -> Counts:
    """Return people by row, a tenth more or less than usual in each part of the term."""
    odds = [_month_length(row) for row in range(LAST_ROW + 1)]
    early, late = (count * draw.between(90, 110) // 100 for count in (early, late))
    return np.concatenate([draw.spread(early, odds[: MIDTERM_ROW + 1]), draw.spread(late, odds[MIDTERM_ROW + 1 :])])


def _make_admission(row: int, draw: Draw) -> Admission:
    months = PROBATION_MONTHS[draw.pick(PROBATION_ODDS)]
    outcome = "removed" if draw.has_luck(REMOVED_PERMILLE) else "official"
    is_readmission = row >= 0 and draw.has_luck(READMITTED_PERMILLE)
    # The last row ends in the middle of February: twelve months after the end of a February are not over by then.
    if row + months == LAST_ROW:
        months = max(months, PROBATION_MONTHS[1])
    if row + months > LAST_ROW:
        return Admission(row, None, "waiting", is_readmission)
    return Admission(row, row + months, outcome, is_readmission)
