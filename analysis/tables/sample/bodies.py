"""The grassroots organisations of the synthetic Khối: when each is there, and how large it may be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.tables import codes
from analysis.tables.sample import facts
from analysis.tables.sample.draw import Counts, Draw, share_out
from analysis.tables.sample.facts import LAST_ROW, Change

NO_LIMIT = 1_000_000
FLOOR = 38
LARGE_FLOOR = 90

# How large the đảng bộ of a group tend to be.
SIZE = {"party_mass": 1, "state_agency": 2, "service_unit": 4, "state_capital": 3, "non_state": 2, "other": 1}
# Admissions a member and month, relative to the other groups.
ADMISSION = {"party_mass": 3, "state_agency": 3, "service_unit": 5, "state_capital": 6, "non_state": 8, "other": 2}


@dataclass(frozen=True)
class Body:
    """A grassroots organisation: kind and sector at its start, first and last row, and its odds of admitting."""

    org_id: str
    number: int
    kind: str
    sector: str
    first_row: int
    last_row: int
    admission_weight: int
    exempt_permille: int

    @property
    def group(self) -> str:
        return codes.SECTORS[self.sector]

    @property
    def has_end(self) -> bool:
        """Whether it ends before the Khối does."""
        return self.last_row < LAST_ROW

    @property
    def size_limits(self) -> tuple[int, int]:
        """Return the members it keeps between (rules C.3 and C.4)."""
        is_large = (self.kind == "party_committee") != (self.number in facts.EXCEPTIONS)
        if is_large:
            return 30, NO_LIMIT if self.kind == "party_committee" else 44
        return (6 if self.kind == "cell" else 18), 29

    def may_admit(self, row: int) -> bool:
        """Whether it admits anybody then. A body that ends admits nobody whose probation it could not finish."""
        if self.has_end and row >= self.last_row - 15:
            return False
        return self.admission_weight > 0 and row < facts.CLOSED_FROM.get(self.number, LAST_ROW + 1)

    def answer(self, row: int) -> str | None:
        """Return whether non-members are left; None where it does not say."""
        if self.number in facts.SILENT:
            return None
        return "no" if row >= facts.CLOSED_FROM.get(self.number, LAST_ROW + 1) else "yes"


def make_bodies(scale: int, draw: Draw) -> list[Body]:
    """Return the grassroots organisations of `scale` like Khối, in the order of their numbers."""
    return [
        _make_body(replica * facts.BODIES + number, number, first, draw)
        for replica in range(scale)
        for number, first in enumerate(_first_states(), start=1)
    ]


def place_of(replica_of: int, number: int) -> int:
    """Return the place in the list of the body with that number, in the replica of the body at `replica_of`."""
    return replica_of // facts.BODIES * facts.BODIES + number - 1


def changes_of(bodies: list[Body]) -> list[tuple[int, Change]]:
    """Return every lifecycle event with the place of its body in the list."""
    starts = range(0, len(bodies), facts.BODIES)
    return [(start + change.number - 1, change) for change in facts.CHANGES for start in starts]


def make_openings(bodies: list[Body], total: int, draw: Draw) -> Counts:
    """Return the members of each body at the Congress; they sum to `total`, and a few bodies have most of them."""
    openings = np.array([_small_opening(body, draw) for body in bodies], dtype=np.int64)
    is_open = np.array([body.kind == "party_committee" and body.number not in facts.FIXED_OPENINGS for body in bodies])
    openings[is_open] = [
        LARGE_FLOOR if body.number in facts.LARGE else FLOOR for body, use in zip(bodies, is_open, strict=True) if use
    ]
    odds = np.array([SIZE[body.group] * draw.between(6, 40) ** 2 for body in bodies], dtype=np.int64)
    return openings + share_out(total - int(openings.sum()), odds * is_open)


def _first_states() -> list[tuple[str, str]]:
    """Return sector and kind of every body when it is first there; whatever appears later is a chi bộ."""
    at_congress = [(sector, kind) for sector, kind, count in facts.MIX for _ in range(count)]
    later = sorted((change for change in facts.CHANGES if change.event in facts.APPEARS), key=lambda c: c.number)
    return at_congress + [(change.sector, "cell") for change in later]


def _make_body(serial: int, number: int, first: tuple[str, str], draw: Draw) -> Body:
    sector, kind = first
    rows = {change.event: facts.row_of(change.day) for change in facts.CHANGES if change.number == number}
    weight = ADMISSION[codes.SECTORS[sector]] * draw.between(1, 4)
    return Body(
        org_id=f"TC{serial:03d}",
        number=number,
        kind=kind,
        sector=sector,
        first_row=next((row for event, row in rows.items() if event in facts.APPEARS), 0),
        last_row=next((row for event, row in rows.items() if event in facts.ENDS), LAST_ROW),
        admission_weight=0 if number in facts.WITHOUT_ADMISSION else weight,
        exempt_permille=draw.between(5, 60),
    )


def _small_opening(body: Body, draw: Draw) -> int:
    """Return the members of a chi bộ at the Congress: mostly few; 0 where it is not there yet."""
    if body.first_row > 0 or (body.kind == "party_committee" and body.number not in facts.FIXED_OPENINGS):
        return 0
    return facts.FIXED_OPENINGS.get(body.number, min(draw.between(8, 24), draw.between(10, 26)))
