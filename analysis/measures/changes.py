"""What is different from the period compared with: pairs of numbers, and which of them differ by more than chance.

Input: tables of the dataset and the days read for both periods. Output: pairs, one row per thing that is compared,
with the columns of COLUMNS: part (the rows of one part add up to one total), item, now_n and before_n (people,
organisations or printed figures), now_pct and before_pct (of a share), organisations_n and before_organisations_n
(behind each count; NA where they do not matter), between_n (people in the one period and not in the other; NA unless
the two overlap), surplus (by how much more it is than if nothing had changed: people, organisations or points),
is_sensitive, is_beyond_chance. Suppress before anything is said of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.measures.admissions import admissions_by_sector
from analysis.measures.breakdowns import Returns, measure_partition
from analysis.measures.classification import REGIME_BREAK_YEAR, measure_good_or_better, measure_grades
from analysis.measures.comparison import count_bodies, with_places
from analysis.measures.headline import count_headline
from analysis.measures.membership import SENSITIVE, bridge_membership
from analysis.measures.structure import count_kinds, count_sectors, count_size_bands
from analysis.periods import Window

# A change counts as more than chance from 2.58 standard deviations on: one in a hundred goes as far by itself.
CHANCE_DEVIATIONS = 2.58
# With fewer people expected on either side the rule above says nothing, and neither does the page.
FEWEST_EXPECTED = 10
MOST_CHANGES = 3
HEADLINES = (
    "admitted",
    "organisations",
    "members",
    "graded",
    "graded_organisation",
    "graded_break",
    "figures",
    "bodies",
)
PEOPLE = ("admitted", "members", "sector", "flow", "age", "occupation", "member_grade")
# They take part in what is hidden, but are no changes of their own: the headline says them, or nobody moved.
NEVER_STATED = ("opening_n", "admitted_n", "internal_net_n", "residual_n", "closing_n", "not_stated")
COLUMNS = {
    "part": "str",
    "item": "str",
    "now_n": "Int64",
    "before_n": "Int64",
    "now_pct": "Float64",
    "before_pct": "Float64",
    "organisations_n": "Int64",
    "before_organisations_n": "Int64",
    "between_n": "Int64",
    "surplus": "Float64",
    "is_sensitive": "bool",
    "is_beyond_chance": "bool",
}


@dataclass(frozen=True)
class Sides:
    """The days of a report and of the period it is compared with; `before` is empty where there is none."""

    now: Window
    before: Window

    @property
    def is_possible(self) -> bool:
        return not (self.now.is_empty or self.before.is_empty)

    @property
    def is_overlapping(self) -> bool:
        return self.now.start <= self.before.end and self.before.start <= self.now.end

    @property
    def is_testable(self) -> bool:
        """True where the days are two stretches that can be set against each other: apart, or the one goes on."""
        return not self.is_overlapping or (self.now.start == self.before.start and self.now.end > self.before.end)


def overview_changes(tables: Mapping[str, pd.DataFrame], sides: Sides, years: Sequence[int]) -> pd.DataFrame:
    """Return pairs of the headline numbers, admissions by sector, and the other lines of form 1."""
    graded = _graded(tables, years, "graded", "member")
    if not sides.is_possible:
        return graded
    headline = [_admitted(tables, sides), _organisations(tables, sides), _members(tables, sides)]
    return _together(*headline, graded, _sectors(tables, sides), _flows(tables, sides))


def admission_changes(returns: Returns, sides: Sides) -> pd.DataFrame:
    """Return pairs of admissions: in all, by sector, by age and by occupation."""
    if not sides.is_possible:
        return _together()
    partitions = [_partition(returns, name, sides) for name in ("age", "occupation")]
    return _together(_admitted(returns.scoped, sides), _sectors(returns.scoped, sides), *partitions)


def grade_changes(tables: Mapping[str, pd.DataFrame], years: Sequence[int]) -> pd.DataFrame:
    """Return pairs of the last year graded and the one before it: good or better, and each level."""
    graded = _graded(tables, years, "graded", "member")
    if len(years) < 2 or (graded["part"] == "graded_break").any():
        return graded
    organisations = _graded(tables, years, "graded_organisation", "organisation")
    levels = [_levels(tables["classification"], subject, years[-2:]) for subject in ("member", "organisation")]
    return _together(graded, organisations, *levels)


def structure_changes(tables: Mapping[str, pd.DataFrame], sides: Sides) -> pd.DataFrame:
    """Return pairs of grassroots organisations: in all, by kind, by sector and by size."""
    if not sides.is_possible:
        return _together()
    register, members = tables["organisations"], tables["membership"]
    days = (sides.now.end, sides.before.end)
    kinds = [count_kinds(register, [day]).drop(columns="total_n") for day in days]
    sectors = [count_sectors(register, day) for day in days]
    bands = [count_size_bands(register, members, day) for day in days]
    return _together(
        _organisations(tables, sides),
        _register("kind", [rows.rename(columns={"organisations_n": "total_n"}) for rows in kinds], "kind"),
        _register("sector_organisations", sectors, "sector_group"),
        _register("band", bands, "band"),
    )


def membership_changes(tables: Mapping[str, pd.DataFrame], sides: Sides) -> pd.DataFrame:
    """Return pairs of members on the list, and of the lines of form 1."""
    if not sides.is_possible:
        return _together()
    return _together(_members(tables, sides), _admitted(tables, sides), _flows(tables, sides))


def printed_changes(figures: pd.DataFrame, earlier: pd.DataFrame | None) -> pd.DataFrame:
    """Return pairs of how many figures were printed until either day, and by how many bodies."""
    if earlier is None:
        return _together()
    counts = [("figures", len(figures), len(earlier))]
    counts.append(("bodies", count_bodies(with_places(figures)), count_bodies(with_places(earlier))))
    return _together(*(_one(*count) for count in counts))


def largest_changes(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs that are worth a sentence, the largest first: more than chance, and nothing of them hidden."""
    stated = pairs[
        ~pairs["part"].isin(HEADLINES)
        & ~pairs["item"].isin(NEVER_STATED)
        & pairs["is_beyond_chance"]
        & pairs["now_n"].notna()
        & pairs["before_n"].notna()
    ]
    order = stated["surplus"].abs().sort_values(ascending=False, kind="stable").index
    return stated.loc[order].head(MOST_CHANGES).reset_index(drop=True)


_COUNT = "count_n"


def _together(*pairs: pd.DataFrame) -> pd.DataFrame:
    rows = [frame for frame in pairs if len(frame)]
    if not rows:
        return pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)
    return pd.concat(rows, ignore_index=True).reindex(columns=list(COLUMNS)).astype(COLUMNS)


def _one(part: str, now_n: int, before_n: int) -> pd.DataFrame:
    rows = pd.DataFrame({"part": [part], "item": [""], "now_n": [now_n], "before_n": [before_n]})
    return rows.assign(surplus=float(now_n - before_n), is_sensitive=False, is_beyond_chance=False)


def _pair(part: str, sides: Sequence[pd.DataFrame], key: str) -> pd.DataFrame:
    """Return both sides of one part beside each other; what one side does not have is 0 there."""
    now, before = (side.set_index(key) for side in sides)
    items = list(dict.fromkeys([*now.index, *before.index]))
    bodies = [
        side["organisations_n"].reindex(items, fill_value=0).array if "organisations_n" in side else pd.NA
        for side in (now, before)
    ]
    return pd.DataFrame(
        {
            "part": part,
            "item": items,
            "now_n": now[_COUNT].reindex(items, fill_value=0).astype("Int64").array,
            "before_n": before[_COUNT].reindex(items, fill_value=0).astype("Int64").array,
            "organisations_n": bodies[0],
            "before_organisations_n": bodies[1],
            "is_sensitive": False,
        }
    )


def _register(part: str, sides: Sequence[pd.DataFrame], key: str) -> pd.DataFrame:
    """Return pairs of a register, of rows with `total_n`: every change of it was decided, so none is chance."""
    rows = [side[[key, "total_n"]].drop_duplicates().rename(columns={"total_n": _COUNT}) for side in sides]
    pairs = _pair(part, rows, key)
    change = pairs["now_n"] - pairs["before_n"]
    return pairs.assign(surplus=change.astype("Float64"), is_beyond_chance=change != 0)


def _events(pairs: pd.DataFrame, sides: Sides) -> pd.DataFrame:
    """Return pairs of counted events with what chance alone makes of them, by the days of either stretch.

    Where the period holds the one before, what was added is set against what was there, by the days of each.
    """
    change = (pairs["now_n"] - pairs["before_n"]).abs()
    counted = pairs.assign(between_n=change if sides.is_overlapping else change.mask(change.notna()))
    if not sides.is_testable:
        return counted.assign(surplus=0.0, is_beyond_chance=False)
    own, other = counted["now_n"], counted["before_n"]
    own_days, other_days = _days(sides.now), _days(sides.before)
    if sides.is_overlapping:
        own, own_days = own - other, own_days - other_days
    share = pd.Series(own_days / (own_days + other_days), index=counted.index)
    return _judged(counted, own, own + other, share)


def _judged(pairs: pd.DataFrame, own: pd.Series, both: pd.Series, share: pd.Series) -> pd.DataFrame:
    """Return pairs with their surplus over what falls to a side if nothing changed, and whether chance explains it."""
    expected = both.astype("Float64") * share
    deviation = (expected * (1 - share)) ** 0.5
    surplus = own.astype("Float64") - expected
    enough = (expected >= FEWEST_EXPECTED) & (both - expected >= FEWEST_EXPECTED)
    beyond = (surplus.abs() >= CHANCE_DEVIATIONS * deviation) & enough
    return pairs.assign(surplus=surplus, is_beyond_chance=beyond.fillna(False).astype(bool))


def _days(window: Window) -> int:
    return (window.end - window.start).days + 1


def _headline(measure: str, tables: Mapping[str, pd.DataFrame], sides: Sides) -> list[int]:
    return [count_headline(measure, tables, side) for side in (sides.now, sides.before)]


def _admitted(tables: Mapping[str, pd.DataFrame], sides: Sides) -> pd.DataFrame:
    return _events(_one("admitted", *_headline("admitted", tables, sides)), sides)


def _organisations(tables: Mapping[str, pd.DataFrame], sides: Sides) -> pd.DataFrame:
    return _one("organisations", *_headline("organisations", tables, sides))


def _members(tables: Mapping[str, pd.DataFrame], sides: Sides) -> pd.DataFrame:
    counts = _headline("members", tables, sides)
    # Two days of one list differ by those who came and went in between.
    return _one("members", *counts).assign(between_n=abs(counts[0] - counts[1]))


def _sectors(tables: Mapping[str, pd.DataFrame], sides: Sides) -> pd.DataFrame:
    rows = [
        admissions_by_sector(tables["membership"], tables["organisations"], side).rename(columns={"admitted_n": _COUNT})
        for side in (sides.now, sides.before)
    ]
    return _events(_pair("sector", rows, "sector_group"), sides)


def _partition(returns: Returns, dimension: str, sides: Sides) -> pd.DataFrame:
    counted = [measure_partition(returns, dimension, side) for side in (sides.now, sides.before)]
    rows = [side[side["population"] == "admitted"].rename(columns={"people_n": _COUNT}) for side in counted]
    return _events(_pair(dimension, rows, "category"), sides)


def _flows(tables: Mapping[str, pd.DataFrame], sides: Sides) -> pd.DataFrame:
    bridges = [bridge_membership(tables["membership"], side) for side in (sides.now, sides.before)]
    rows = [bridge.assign(**{_COUNT: bridge["people_n"].abs()}) for bridge in bridges]
    pairs = _pair("flow", rows, "line")
    return _events(pairs.assign(is_sensitive=pairs["item"].isin(SENSITIVE)), sides)


def _graded(tables: Mapping[str, pd.DataFrame], years: Sequence[int], part: str, subject: str) -> pd.DataFrame:
    """Return the share graded good or better in the last year and the one before, unless the rules changed between.

    No row where nobody was rated in either year.
    """
    if len(years) < 2:
        return _together()
    before, now = years[-2:]
    grades = measure_grades(tables["classification"], subject, (before, now))
    shares = measure_good_or_better(grades, tables["targets"], f"{subject}_good_or_better")["share_pct"]
    if shares.isna().any():
        return _together()
    is_broken = before < REGIME_BREAK_YEAR <= now
    row = pd.DataFrame({"part": ["graded_break" if is_broken else part], "item": [f"{before}/{now}"]})
    shown = {"now_pct": shares.iloc[1], "before_pct": shares.iloc[0]} if not is_broken else {}
    return _together(row.assign(**shown, is_sensitive=False, is_beyond_chance=False))


def _levels(classification: pd.DataFrame, subject: str, years: Sequence[int]) -> pd.DataFrame:
    """Return each level of two years; the surplus is in points, and chance is judged by those rated in either year."""
    grades = measure_grades(classification, subject, years).rename(columns={"count_n": _COUNT})
    before, now = (grades[grades["year"] == year].set_index("level", drop=False) for year in years)
    pairs = _pair(f"{subject}_grade", (now, before), "level").assign(
        now_pct=now["share_pct"].array, before_pct=before["share_pct"].array, is_sensitive=now["is_sensitive"].array
    )
    rated = (now["rated_n"] + before["rated_n"]).astype("Float64")
    share = pd.Series((now["rated_n"].astype("Float64") / rated).array, index=pairs.index)
    judged = _judged(pairs, pairs["now_n"], pairs["now_n"] + pairs["before_n"], share)
    return judged.assign(surplus=judged["now_pct"] - judged["before_pct"])
