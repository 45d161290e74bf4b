"""Whether the register is one tree at every time, and its changes are explained by events.

Input: organisations, events, membership, classification. Rules: domain section C.
"""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

import pandas as pd

from analysis.errors import Problem
from analysis.tables.check.dates import ENDING_EVENTS
from analysis.tables.check.report import Rule, find, labels, readable_table, reads
from analysis.tables.check.rows import DAY, standing_on
from analysis.tables.codes import GRASSROOTS_KINDS
from analysis.tables.dataset import Dataset
from analysis.tables.info import DatasetInfo

APPEARING_EVENTS = ("founded", "split", "transferred_in")
PARENT_KINDS = {
    "section_committee": ("party_committee",),
    "subordinate_cell": ("party_committee", "section_committee"),
}


@reads("organisations")
def intervals_run_forward(dataset: Dataset, organisations: pd.DataFrame) -> Iterator[Problem]:
    """valid_to does not come before valid_from."""
    bad = organisations[organisations["valid_to"] < organisations["valid_from"]]
    yield from find(
        Rule("reference", "organisations", "backward_interval"), bad, labels(bad, "org_id", "valid_from", "valid_to")
    )


@reads("organisations")
def intervals_do_not_overlap(dataset: Dataset, organisations: pd.DataFrame) -> Iterator[Problem]:
    """An organisation is one thing at a time."""
    ordered = organisations.sort_values(["org_id", "valid_from"], kind="stable")
    before = ordered.groupby("org_id")["valid_to"].shift()
    is_first = ~ordered.duplicated("org_id")
    bad = ordered[~is_first & (before.isna() | (before >= ordered["valid_from"]))]
    yield from find(
        Rule("reference", "organisations", "overlapping_intervals"), bad, labels(bad, "org_id", "valid_from")
    )


@reads("organisations")
def parents_stand(dataset: Dataset, organisations: pd.DataFrame) -> Iterator[Problem]:
    """Whoever has a parent has one that is there at the same time. Unknown parents are reported as unknown."""
    known = organisations["parent_id"].isin(organisations["org_id"])
    rows: set[int] = set()
    for _, standing in _snapshots(organisations, dataset.info):
        is_orphan = known.loc[standing.index] & ~standing["parent_id"].isin(standing["org_id"])
        rows.update(standing.index[is_orphan])
    bad = organisations.loc[sorted(rows)]
    yield from find(
        Rule("reference", "organisations", "absent_parent"), bad, labels(bad, "org_id", detail=bad["parent_id"])
    )


@reads("organisations")
def one_root(dataset: Dataset, organisations: pd.DataFrame) -> Iterator[Problem]:
    """At every time one organisation is the topmost; bodies outside need no parent."""
    rows: set[int] = set()
    for _, standing in _snapshots(organisations, dataset.info):
        tops = standing[standing["parent_id"].isna() & (standing["kind"] != "outside")]
        if tops["org_id"].nunique() > 1:
            rows.update(tops.index)
    bad = organisations.loc[sorted(rows)]
    yield from find(Rule("reference", "organisations", "two_roots"), bad, labels(bad, "org_id"))


@reads("organisations")
def no_cycle(dataset: Dataset, organisations: pd.DataFrame) -> Iterator[Problem]:
    """Nobody stands above itself."""
    circles: dict[frozenset[str], str] = {}
    rows: set[int] = set()
    for _, standing in _snapshots(organisations, dataset.info):
        circle = _circle(standing)
        if circle:
            circles.setdefault(frozenset(circle), " → ".join(circle))
            rows.update(standing.index[standing["org_id"].isin(circle)])
    yield from find(Rule("reference", "organisations", "cycle"), organisations.loc[sorted(rows)], circles.values())


@reads("organisations")
def lower_bodies_hang_below_a_committee(dataset: Dataset, organisations: pd.DataFrame) -> Iterator[Problem]:
    """K03: chi bộ trực thuộc and đảng bộ bộ phận are there only below a đảng bộ cơ sở (C.6, C.7)."""
    lower = organisations[organisations["kind"].isin(PARENT_KINDS)].reset_index(names="row")
    joined = lower.merge(organisations, left_on="parent_id", right_on="org_id", suffixes=("", "_above"))
    start, end = _shared_days(joined, dataset.info)
    wrong = pd.Series(
        [above not in PARENT_KINDS[kind] for kind, above in zip(joined["kind"], joined["kind_above"], strict=True)],
        index=joined.index,
        dtype=bool,
    )
    bad = joined[wrong & (start <= end)].drop_duplicates("row").set_index("row")
    detail = [
        f"{kind} < {parent}: {above}"
        for kind, parent, above in zip(bad["kind"], bad["parent_id"], bad["kind_above"], strict=True)
    ]
    yield from find(Rule("K03", "organisations", "wrong_parent"), bad, labels(bad, "org_id", detail=detail))


@reads("organisations")
def only_grassroots_are_counted(dataset: Dataset, organisations: pd.DataFrame) -> Iterator[Problem]:
    """K03: members and grades stand under grassroots organisations; lower bodies would count them twice."""
    grassroots = organisations.loc[organisations["kind"].isin(GRASSROOTS_KINDS), "org_id"]
    for table in ("membership", "classification"):
        frame = readable_table(dataset, table)
        if frame is not None:
            known = frame["org_id"].isin(organisations["org_id"])
            bad = frame[known & ~frame["org_id"].isin(grassroots)]
            yield from find(Rule("K03", table, "not_grassroots"), bad, labels(bad, "org_id"))


@reads("organisations", "events")
def changes_have_events(dataset: Dataset, organisations: pd.DataFrame, events: pd.DataFrame) -> Iterator[Problem]:
    """K28: every grassroots organisation that appears or ends in the term does so by an event of that day (C.16)."""
    changes = _changes(organisations, dataset.info)
    told = _told(events)
    keys = pd.MultiIndex.from_frame(changes[["org_id", "day", "change"]])
    bad = changes[~keys.isin(pd.MultiIndex.from_frame(told[["org_id", "day", "change"]]))].set_index("row")
    yield from find(
        Rule("K28", "organisations", "change_without_event", "warning"),
        bad,
        labels(bad, "org_id", "day", detail=bad["change"]),
    )


@reads("organisations", "events")
def events_have_changes(dataset: Dataset, organisations: pd.DataFrame, events: pd.DataFrame) -> Iterator[Problem]:
    """K28: every event by which a grassroots organisation appears or ends shows in the register on that day."""
    grassroots = organisations.loc[organisations["kind"].isin(GRASSROOTS_KINDS), "org_id"]
    told = _told(events[events["org_id"].isin(grassroots)])
    told = told[told["day"] <= pd.Timestamp(dataset.info.term_end)]
    changes = pd.MultiIndex.from_frame(_changes(organisations, dataset.info)[["org_id", "day", "change"]])
    bad = told[~pd.MultiIndex.from_frame(told[["org_id", "day", "change"]]).isin(changes)]
    yield from find(
        Rule("K28", "events", "event_without_change", "warning"), bad, labels(bad, "org_id", "day", detail=bad["event"])
    )


def _snapshots(organisations: pd.DataFrame, info: DatasetInfo) -> Iterator[tuple[pd.Timestamp, pd.DataFrame]]:
    """Yield the register as it stood after each of its changes in the term, with the day."""
    first, last = pd.Timestamp(info.term_start), pd.Timestamp(info.term_end)
    days = pd.concat([organisations["valid_from"], organisations["valid_to"] + DAY]).dropna().unique()
    register = organisations[["org_id", "kind", "parent_id", "valid_from", "valid_to"]]
    for day in sorted({first, *(pd.Timestamp(day) for day in days)}):
        if first <= day <= last:
            yield day, standing_on(register, day)


def _circle(standing: pd.DataFrame) -> list[str]:
    """Return organisations that stand above one another in a circle, from child to parent; none where there is none."""
    above = standing.dropna(subset=["parent_id"])
    edges = {child: [parent] for child, parent in zip(above["org_id"], above["parent_id"], strict=True)}
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def _shared_days(joined: pd.DataFrame, info: DatasetInfo) -> tuple[pd.Series, pd.Series]:
    """Return the first and last day in the term on which both a body and the one above it were there."""
    first, last = pd.Timestamp(info.term_start), pd.Timestamp(info.term_end)
    starts = joined[["valid_from", "valid_from_above"]].assign(term=first)
    ends = joined[["valid_to", "valid_to_above"]].fillna(last).assign(term=last)
    return starts.max(axis=1), ends.min(axis=1)


def _changes(organisations: pd.DataFrame, info: DatasetInfo) -> pd.DataFrame:
    """Return when grassroots organisations appear and end in the term, one row per org_id and change.

    Columns: row (of the register), org_id, day, change (appears, ends). Intervals that follow one another are one.
    """
    grassroots = organisations[organisations["kind"].isin(GRASSROOTS_KINDS)].sort_values(["org_id", "valid_from"])
    absent_from = grassroots["valid_to"] + DAY
    by_id = grassroots["org_id"]
    follows = grassroots["valid_from"] == absent_from.groupby(by_id).shift()
    is_followed = absent_from == grassroots["valid_from"].groupby(by_id).shift(-1)
    first, last = pd.Timestamp(info.term_start), pd.Timestamp(info.term_end)
    appears = grassroots[~follows & (grassroots["valid_from"] > first)].assign(change="appears")
    ends = grassroots[~is_followed & (absent_from <= last)].assign(change="ends")
    changes = pd.concat([appears.assign(day=appears["valid_from"]), ends.assign(day=ends["valid_to"] + DAY)])
    return changes.reset_index(names="row")[["row", "org_id", "day", "change"]]


def _told(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events by which an organisation appears or ends, with `change` and `day`."""
    changes = dict.fromkeys(APPEARING_EVENTS, "appears") | dict.fromkeys(ENDING_EVENTS, "ends")
    told = events.assign(change=events["event"].map(changes), day=events["date"])
    return told[told["change"].notna()]
