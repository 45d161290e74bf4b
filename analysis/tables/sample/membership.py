"""Membership, month by month: the Khối's flows divided among its organisations, and probation as it ends.

Input: bodies, their members at the Congress, the plan. Output: the ledger, and the membership and probation frames.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pandas as pd

from analysis.tables.sample import bodies as bodies_
from analysis.tables.sample import facts
from analysis.tables.sample.bodies import Body, place_of
from analysis.tables.sample.draw import Counts, Draw
from analysis.tables.sample.facts import ROW_ENDS, Change
from analysis.tables.sample.flows import BEFORE_CONGRESS_ROWS, SIGNS, Admission, Plan

FLOW_SIGNS = {"admitted_n": 1, **SIGNS, "internal_in_n": 1, "internal_out_n": -1}
OF_WHICH = {
    "transferred_in_n": "transferred_in_other_province_n",
    "transferred_out_n": "transferred_out_other_province_n",
}
OTHER_PROVINCE_PERMILLE = 140
# Rule C.2: three official members at least; one more, so that nobody's leaving breaks it.
OFFICIAL_AT_LEAST = 4


class Ledger:
    """The running count of members of every body, and all its flows by row."""

    def __init__(self, bodies: list[Body], openings: Counts) -> None:
        self.bodies = bodies
        self.members = openings.copy()
        self.probationary = np.zeros_like(openings)
        self.low, self.high = np.array([body.size_limits for body in bodies], dtype=np.int64).T.copy()
        self.flows: dict[str, Counts] = defaultdict(lambda: np.zeros((len(bodies), len(ROW_ENDS)), dtype=np.int64))
        self.stocks = {
            name: np.zeros((len(bodies), len(ROW_ENDS)), dtype=np.int64)
            for name in ("opening_n", "closing_n", "probationary_n")
        }
        self.first_rows = np.array([body.first_row for body in bodies])
        self.last_rows = np.array([body.last_row for body in bodies])
        # (place, row) of every admission, and whether it was a re-admission.
        self.admitted: list[tuple[int, int, bool]] = []
        # (place, admission row, outcome, outcome row): people
        self.probation: Counter[tuple[int, int, str, int]] = Counter()
        self._due: dict[int, list[tuple[int, Admission]]] = defaultdict(list)

    def record(self, flow: str, place: int, row: int, count: int = 1) -> None:
        """Add people to a flow of one body and row, and to its members."""
        self.flows[flow][place, row] += count
        self.members[place] += FLOW_SIGNS[flow] * count

    def move(self, row: int, origin: int, target: int, count: int) -> None:
        """Move official members inside the Khối."""
        self.record("internal_out_n", origin, row, count)
        self.record("internal_in_n", target, row, count)

    def admit(self, place: int, admission: Admission) -> None:
        """Enter an admission; those from before the Congress are among the opening members already."""
        self.probationary[place] += 1
        if admission.row >= 0:
            self.record("admitted_n", place, admission.row)
            self.flows["readmitted_n"][place, admission.row] += admission.is_readmission
            self.admitted.append((place, admission.row, admission.is_readmission))
        if admission.outcome_row is not None:
            self._due[admission.outcome_row].append((place, admission))

    def settle(self, row: int) -> None:
        """End the probations that are due in a row."""
        for place, admission in self._due.pop(row, []):
            self.probationary[place] -= 1
            self.probation[place, admission.row, admission.outcome, row] += 1
            if admission.outcome == "removed":
                self.record("removed_n", place, row)
                self.flows["removed_probationary_n"][place, row] += 1

    def is_settled(self, row: int) -> np.ndarray:
        """Return which bodies take part in ordinary flows: neither not yet there nor about to end."""
        ends_now = (self.last_rows == row) & (row < facts.LAST_ROW)
        return (self.first_rows <= row) & (row <= self.last_rows) & ~ends_now

    def odds_in(self, row: int) -> Counts:
        """Return the odds of each body to receive a member: its size, unless it is full."""
        return self.members * ((self.members < self.high) & self.is_settled(row))

    def odds_out(self, row: int) -> Counts:
        """Return the odds of each body to lose an official member: its size, unless it would grow too small."""
        official = self.members - self.probationary
        may_leave = (self.members > self.low) & (official > OFFICIAL_AT_LEAST)
        return self.members * (may_leave & self.is_settled(row))


def simulate(bodies: list[Body], openings: Counts, plan: Plan, draw: Draw) -> Ledger:
    """Return the ledger of the whole term."""
    ledger = Ledger(bodies, openings)
    changes = bodies_.changes_of(bodies)
    for row in range(-BEFORE_CONGRESS_ROWS, 0):
        _admit(ledger, plan.admissions[row], row, draw)
    for row in range(len(ROW_ENDS)):
        ledger.stocks["opening_n"][:, row] = ledger.members
        for place, change in changes:
            if facts.row_of(change.day) == row:
                _apply(ledger, place, change)
        ledger.settle(row)
        _admit(ledger, plan.admissions[row], row, draw)
        for flow in SIGNS:
            _divide(ledger, flow, (row, int(plan.people[flow][row])), draw)
        _move_inside(ledger, (row, int(plan.people["internal"][row])), draw)
        ledger.stocks["closing_n"][:, row] = ledger.members
        ledger.stocks["probationary_n"][:, row] = ledger.probationary
    return ledger


def _admit(ledger: Ledger, admissions: list[Admission], row: int, draw: Draw) -> None:
    weights = np.array([body.admission_weight if body.may_admit(row) else 0 for body in ledger.bodies])
    settled = ledger.is_settled(max(row, 0))
    for admission in admissions:
        has_room = ledger.members < ledger.high
        if row < 0:
            # Those of before the Congress are opening members, so that official members must be left over.
            has_room = ledger.members - ledger.probationary > 2 * OFFICIAL_AT_LEAST
        ledger.admit(draw.pick(ledger.members * weights * (settled & has_room)), admission)


def _divide(ledger: Ledger, flow: str, row_and_count: tuple[int, int], draw: Draw) -> None:
    """Divide a flow of the Khối among its bodies, one member at a time."""
    row, count = row_and_count
    for _ in range(count):
        odds = ledger.odds_in(row) if FLOW_SIGNS[flow] > 0 else ledger.odds_out(row)
        place = draw.pick(odds)
        ledger.record(flow, place, row)
        if flow in OF_WHICH:
            ledger.flows[OF_WHICH[flow]][place, row] += draw.has_luck(OTHER_PROVINCE_PERMILLE)


def _move_inside(ledger: Ledger, row_and_count: tuple[int, int], draw: Draw) -> None:
    row, count = row_and_count
    for _ in range(count):
        origin = draw.pick(ledger.odds_out(row))
        others = np.arange(len(ledger.bodies)) != origin
        ledger.move(row, origin, draw.pick(ledger.odds_in(row) * others), 1)


def _apply(ledger: Ledger, place: int, change: Change) -> None:
    """Move the members of a lifecycle event, and set the size limits that hold after it."""
    row, other = facts.row_of(change.day), place_of(place, change.other)
    if change.event in facts.APPEARS and not change.other:
        ledger.record("transferred_in_n", place, row, change.members_n)
    elif change.event == "transferred_out":
        ledger.record("transferred_out_n", place, row, int(ledger.members[place]))
    elif change.event in facts.ENDS:
        ledger.move(row, place, other, int(ledger.members[place]))
    elif change.other and ledger.members[place] < change.members_n:
        ledger.move(row, other, place, change.members_n - int(ledger.members[place]))
    elif change.other and ledger.members[place] > change.members_n:
        ledger.move(row, place, other, int(ledger.members[place]) - change.members_n)
    if change.event == "upgraded":
        ledger.low[place], ledger.high[place] = 30, bodies_.NO_LIMIT
    elif change.event == "downgraded":
        ledger.low[place], ledger.high[place] = 6, 29


def membership_frame(ledger: Ledger) -> pd.DataFrame:
    """Return the membership table: one row per grassroots organisation and row of the term in which it was there."""
    rows = [
        (place, row) for place, body in enumerate(ledger.bodies) for row in range(body.first_row, body.last_row + 1)
    ]
    places, numbers = np.array(rows).T
    frame = pd.DataFrame(
        {
            "org_id": [ledger.bodies[place].org_id for place in places],
            "period_end": pd.to_datetime([ROW_ENDS[row] for row in numbers]),
            **{name: values[places, numbers] for name, values in [*ledger.stocks.items(), *ledger.flows.items()]},
            "non_members_left": [ledger.bodies[place].answer(row) for place, row in rows],
        }
    )
    permille = np.array([ledger.bodies[place].exempt_permille for place in places])
    official = frame["closing_n"] - frame["probationary_n"]
    exempt = (frame["closing_n"] * permille // 1000).clip(upper=official)
    return frame.assign(official_n=official, exempt_n=exempt)


def probation_frame(ledger: Ledger) -> pd.DataFrame:
    """Return the probation table: one row per organisation, cohort, outcome and row in which it happened."""
    return pd.DataFrame(
        [
            {
                "org_id": ledger.bodies[place].org_id,
                "admitted_period_end": facts.row_end(admitted),
                "outcome": outcome,
                "outcome_period_end": facts.row_end(row),
                "people_n": count,
            }
            for (place, admitted, outcome, row), count in ledger.probation.items()
        ]
    )
