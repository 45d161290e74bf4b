"""The register of the synthetic Khối: every organisation with its intervals, and its lifecycle events.

Input: bodies and their members at the Congress. Output: the organisations and events frames.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from analysis.tables import codes
from analysis.tables.sample import facts
from analysis.tables.sample.bodies import Body, changes_of, place_of
from analysis.tables.sample.draw import Counts
from analysis.tables.sample.facts import ROOT, TERM_END, TERM_START

ROOT_NAME = "Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh (mô phỏng)"
PREFIX = {"party_committee": "Đảng bộ", "cell": "Chi bộ"}
GROUP_NAMES = {
    "party_mass": "cơ quan đảng, đoàn thể",
    "state_agency": "cơ quan nhà nước",
    "service_unit": "đơn vị sự nghiệp",
    "state_capital": "doanh nghiệp có vốn nhà nước",
    "non_state": "doanh nghiệp ngoài nhà nước",
    "other": "tổ chức khác",
}
COOPERATIVE, COOPERATIVE_NAME = "9c", "hợp tác xã"
MEMBERS_A_LOWER_CELL = 19
LOWER_CELLS_AT_LEAST = 2
# The largest đảng bộ have two đảng bộ bộ phận between themselves and their cells (rule C.6).
WITH_SECTION_COMMITTEES = 3


@dataclass(frozen=True)
class State:
    """An organisation as it was from `start` to `end`, both days included."""

    org_id: str
    name: str
    kind: str
    sector: str | None
    parent_id: str | None
    start: date
    end: date = TERM_END
    replaced_by: str | None = None


def organisations_frame(bodies: list[Body], openings: Counts) -> pd.DataFrame:
    """Return the register: one row per organisation and interval in which nothing about it changed."""
    root = State(ROOT, ROOT_NAME, "bloc", None, None, TERM_START)
    grassroots = _grassroots_states(bodies)
    lower = [
        state
        for place, body in enumerate(bodies)
        for state in _lower_states(body, grassroots[place], _lower_cells(body, int(openings[place])))
    ]
    lower += _section_states(bodies, openings)
    states = [
        root,
        *(state for states in grassroots for state in states),
        *_under_sections(_script_lower(lower, bodies, openings), bodies, openings),
    ]
    return pd.DataFrame(
        [
            {
                "org_id": state.org_id,
                "name": state.name,
                "kind": state.kind,
                "sector": state.sector,
                "parent_id": state.parent_id,
                "valid_from": state.start,
                "valid_to": state.end,
                "replaced_by": state.replaced_by,
            }
            for state in states
        ]
    )


def events_frame(bodies: list[Body], openings: Counts) -> pd.DataFrame:
    """Return the lifecycle events: the day is the first of the new state, or of the absence.

    org_id is the body that changes, appears or ends; related_org_id the one that it came from or went into.
    """
    related = ("split", "merged")
    rows = [
        {
            "date": change.day,
            "event": change.event,
            "org_id": bodies[place].org_id,
            "related_org_id": bodies[place_of(place, change.other)].org_id if change.event in related else None,
        }
        for place, change in changes_of(bodies)
    ]
    for start in range(0, len(bodies), facts.BODIES):
        rows += [
            {
                "date": day,
                "event": event,
                "org_id": _scripted_lower_id(bodies, openings, start, event),
                "related_org_id": None,
            }
            for event, (_, day) in facts.LOWER_CHANGES.items()
        ]
    return pd.DataFrame(rows)


def _label(sector: str) -> str:
    return COOPERATIVE_NAME if sector == COOPERATIVE else GROUP_NAMES[codes.SECTORS[sector]]


def _grassroots_states(bodies: list[Body]) -> list[list[State]]:
    """Return the states of each body in the order of time."""
    used: Counter[str] = Counter()
    states: list[list[State]] = []
    for body in bodies:
        start = next(
            (change.day for change in facts.CHANGES if change.number == body.number and change.event in facts.APPEARS),
            TERM_START,
        )
        name = _next_name(body.kind, body.sector, used)
        states.append([State(body.org_id, name, body.kind, body.sector, ROOT, start)])
    for place, change in changes_of(bodies):
        last = states[place].pop()
        states[place] += _change_state(last, change, bodies[place_of(place, change.other)].org_id, used)
    return states


def _next_name(kind: str, sector: str, used: Counter[str]) -> str:
    """Return a name that no other body has: its kind, its type and a running number."""
    label = _label(sector)
    used[label] += 1
    return f"{PREFIX[kind]} {label} {used[label]:02d}"


def _change_state(last: State, change: facts.Change, other_id: str, used: Counter[str]) -> list[State]:
    """Return the states that take the place of the last one when a body changes."""
    if change.event in facts.APPEARS:
        return [last]
    before = replace(last, end=change.day - timedelta(days=1))
    if change.event in facts.ENDS:
        return [replace(before, replaced_by=other_id if change.event == "merged" else None)]
    after = replace(last, start=change.day)
    if change.event == "renamed":
        after = replace(after, name=f"{last.name} (tên mới)")
    elif change.event == "reclassified":
        after = replace(after, sector=change.sector, name=_next_name(last.kind, change.sector, used))
    else:
        kind = "party_committee" if change.event == "upgraded" else "cell"
        after = replace(after, kind=kind, name=last.name.replace(PREFIX[last.kind], PREFIX[kind], 1))
    return [before, after]


def _lower_cells(body: Body, opening: int) -> int:
    return max(LOWER_CELLS_AT_LEAST, opening // MEMBERS_A_LOWER_CELL)


def _lower_states(body: Body, states: list[State], count: int) -> Iterator[State]:
    """Yield the chi bộ trực thuộc of a body: they are there while it is a đảng bộ, in its sector."""
    stretches: list[State] = []
    for state in states:
        if state.kind != "party_committee":
            continue
        if stretches and stretches[-1].sector == state.sector:
            stretches[-1] = replace(stretches[-1], end=state.end)
        else:
            stretches.append(state)
    serial = body.org_id.removeprefix("TC")
    for number in range(1, count + 1):
        for state in stretches:
            yield State(
                f"{body.org_id}-{number:02d}",
                f"Chi bộ trực thuộc {serial}-{number:02d}",
                "subordinate_cell",
                state.sector,
                body.org_id,
                state.start,
                state.end,
            )


def _scripted_lower_id(bodies: list[Body], openings: Counts, start: int, event: str) -> str:
    """Return the chi bộ trực thuộc of the Khối at `start` that the script ends (the last) or founds (one more)."""
    place = place_of(start, facts.LOWER_CHANGES[event][0])
    number = _lower_cells(bodies[place], int(openings[place])) + (event == "founded")
    return f"{bodies[place].org_id}-{number:02d}"


def _script_lower(states: list[State], bodies: list[Body], openings: Counts) -> list[State]:
    """Return the lower bodies with the one that ends and the one that is new in each Khối."""
    (_, ended_on), (parent, founded_on) = facts.LOWER_CHANGES["dissolved"], facts.LOWER_CHANGES["founded"]
    starts = range(0, len(bodies), facts.BODIES)
    ending = {_scripted_lower_id(bodies, openings, start, "dissolved") for start in starts}
    kept = [replace(state, end=ended_on - timedelta(days=1)) if state.org_id in ending else state for state in states]
    for start in starts:
        above = bodies[place_of(start, parent)]
        lower_id = _scripted_lower_id(bodies, openings, start, "founded")
        kept.append(
            State(
                lower_id,
                f"Chi bộ trực thuộc {lower_id.removeprefix('TC')}",
                "subordinate_cell",
                above.sector,
                above.org_id,
                founded_on,
            )
        )
    return kept


def _sectioned(bodies: list[Body], openings: Counts) -> list[Body]:
    by_size = sorted(range(len(bodies)), key=lambda place: (-int(openings[place]), place))
    quiet = {change.number for change in facts.CHANGES} | {number for number, _ in facts.LOWER_CHANGES.values()}
    return [bodies[place] for place in by_size if bodies[place].number not in quiet][:WITH_SECTION_COMMITTEES]


def _section_states(bodies: list[Body], openings: Counts) -> list[State]:
    return [
        State(
            f"{body.org_id}-B{part}",
            f"Đảng bộ bộ phận {body.org_id.removeprefix('TC')}-B{part}",
            "section_committee",
            body.sector,
            body.org_id,
            TERM_START,
        )
        for body in _sectioned(bodies, openings)
        for part in (1, 2)
    ]


def _under_sections(states: list[State], bodies: list[Body], openings: Counts) -> Iterator[State]:
    """Yield the lower bodies, the cells of the largest đảng bộ under its two đảng bộ bộ phận by turns."""
    parents = {body.org_id for body in _sectioned(bodies, openings)}
    for state in states:
        if state.kind == "subordinate_cell" and state.parent_id in parents:
            part = 1 + int(state.org_id.rpartition("-")[2]) % 2
            yield replace(state, parent_id=f"{state.parent_id}-B{part}")
        else:
            yield state
