"""Small counts of people: nothing small is shown, and nothing hidden can be worked out (rules F.6 to F.9, K30)."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest
from conftest import open_sample
from frames import ROOT, cells, frame
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.disclosure import (
    FEWEST_ORGANISATIONS,
    Thresholds,
    blank_after_hidden,
    merge_small_steps,
    show_all,
    suppress_bodies,
    suppress_small,
)
from analysis.figures.table import HIDDEN
from analysis.measures import admissions, classification, membership
from analysis.measures.organisations import BODY_COUNTS, no_admission
from analysis.params import SECTOR_GROUPS

LIMITS = Thresholds(ordinary=5, sensitive=10)


def counted(*counts: int | None, sensitive: tuple[bool, ...] = (), organisations: tuple[int, ...] = ()) -> pd.DataFrame:
    rows = pd.DataFrame({"line": list("abcdefgh"[: len(counts)]), "people_n": pd.array(counts, dtype="Int64")})
    rows["share_pct"] = (rows["people_n"] * 2).astype("Float64")
    if sensitive:
        rows["is_sensitive"] = list(sensitive)
    if organisations:
        rows["organisations_n"] = pd.array(organisations, dtype="Int64")
    return rows


def shown(rows: pd.DataFrame) -> list[int | None]:
    return [value for (value,) in cells(rows, "people_n")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([5, 50, 60], [5, 50, 60]),  # the threshold itself is shown
        ([0, 50, 60], [0, 50, 60]),  # nobody is named by a 0
        ([4, 50, 60], [None, None, 60]),  # one hidden cell would be the total less the others
        ([4, 60, 50], [None, 60, None]),  # the second is the smallest of the others
        ([1, 2, 6, 90], [None, None, None, 90]),  # two that are together below the threshold need a third
        ([2, 4, 60, 90], [None, None, 60, 90]),
        ([1, 1, 1, 1, 1, 70], [None, None, None, None, None, None]),  # five cells of sum 5 are 1 each
        ([None, 50, 60], [None, 50, 60]),  # not reported is not hidden
        ([-3, 50, -60], [None, None, -60]),  # a decrease is judged by its size
    ],
)
def test_a_small_count_is_hidden_with_enough_others(before, after):
    assert shown(suppress_small(counted(*before), "people_n", LIMITS)) == after


def test_a_sensitive_line_is_held_to_the_sensitive_threshold():
    """Rule F.7."""
    rows = counted(9, 9, 50, sensitive=(True, False, False))
    assert shown(suppress_small(rows, "people_n", LIMITS)) == [None, None, 50]
    assert shown(suppress_small(counted(10, 9, 50, sensitive=(True, False, False)), "people_n", LIMITS)) == [10, 9, 50]


def test_a_zero_is_hidden_only_where_nothing_else_can_cover_a_lone_cell():
    """9 of 9 in one category, 0 in the others: the total would give it away."""
    rows = counted(9, 0, 0, sensitive=(True, False, False))
    got = shown(suppress_small(rows, "people_n", LIMITS))
    assert got[0] is None
    assert got.count(None) >= 2


def test_every_number_built_on_a_hidden_count_is_hidden_with_it():
    """Rule F.8: a percentage with a known base gives the count back."""
    got = suppress_small(counted(4, 50, 60), "people_n", LIMITS, derived=["share_pct"])
    assert cells(got, "share_pct", "is_hidden") == [(None, True), (None, True), (120.0, False)]


def test_a_cell_that_never_had_a_value_is_not_called_hidden():
    rows = counted(4, 50, 60).assign(target_n=pd.array([pd.NA, 70, 80], dtype="Int64"))
    got = suppress_small(rows, "people_n", LIMITS, derived=["target_n"])
    assert got["hidden_cells"].tolist() == [("people_n",), ("people_n", "target_n"), ()]


def test_what_was_hidden_before_stays_hidden():
    once = suppress_small(counted(4, 50, 60, 70), "people_n", LIMITS, derived=["share_pct"])
    twice = suppress_small(once.assign(change_n=pd.array([90, 90, 2, 30], dtype="Int64")), "change_n", LIMITS)
    assert twice["is_hidden"].tolist() == [True, True, True, True]
    assert twice["hidden_cells"].tolist() == [
        ("people_n", "share_pct"),
        ("people_n", "share_pct"),
        ("change_n",),
        ("change_n",),
    ]


def test_a_row_that_is_exposed_is_hidden_whatever_its_size():
    rows = counted(40, 50, 60).assign(is_exposed=[False, True, False])
    assert shown(suppress_small(rows, "people_n", LIMITS)) == [None, None, 60]


def test_each_group_is_covered_by_itself():
    rows = counted(4, 50, 60, 70).assign(year=[2022, 2022, 2023, 2023])
    assert shown(suppress_small(rows, "people_n", LIMITS, within=["year"])) == [None, None, 60, 70]


def test_counts_of_fewer_than_three_organisations_are_hidden_whatever_their_size():
    """Rule F.6 (Statistics Portugal): with one or two, the count is an organisation's own."""
    assert FEWEST_ORGANISATIONS == 3
    rows = counted(900, 80, 70, organisations=(2, 3, 9))
    assert shown(suppress_small(rows, "people_n", LIMITS)) == [None, 80, None]
    assert shown(suppress_small(counted(900, 80, organisations=(3, 3)), "people_n", LIMITS)) == [900, 80]


def test_the_rows_given_are_not_changed():
    rows = counted(4, 50, 60)
    before = rows.copy(deep=True)
    suppress_small(rows, "people_n", LIMITS, derived=["share_pct"])
    show_all(rows)
    pd.testing.assert_frame_equal(rows, before)


def test_the_internal_edition_hides_nothing():
    assert cells(show_all(counted(1, 2)), "people_n", "is_hidden") == [(1, False), (2, False)]


@st.composite
def partitions(draw: st.DrawFn) -> pd.DataFrame:
    size = draw(st.integers(2, 7))
    cell = st.one_of(st.integers(0, 1), st.integers(0, 12), st.integers(0, 400))
    counts = draw(st.lists(cell, min_size=size, max_size=size))
    sensitive = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    organisations = draw(st.lists(st.integers(1, 5), min_size=size, max_size=size)) if draw(st.booleans()) else []
    return counted(*counts, sensitive=tuple(sensitive), organisations=tuple(organisations))


def possible_values(rows: pd.DataFrame, total: int) -> Iterator[tuple[int, int]]:
    """Return the least and most that each hidden cell can be, for a reader who knows the total and all shown cells.

    The reader also knows that zeros are shown where one is shown, and then counts every hidden cell as 1 or more.
    """
    hidden = int(rows["is_hidden"].sum())
    rest = total - int(rows["people_n"].sum())
    least = 1 if (rows["people_n"] == 0).any() else 0
    for _ in range(hidden):
        yield least, rest - least * (hidden - 1)


@settings(max_examples=400)
@given(partitions())
def test_no_hidden_cell_can_be_worked_out_from_the_total_and_what_is_shown(rows):
    total = int(rows["people_n"].sum())
    assume(total >= LIMITS.sensitive)  # a smaller total is itself hidden
    got = suppress_small(rows, "people_n", LIMITS)
    for least, most in possible_values(got, total):
        assert most > least
    if got["is_hidden"].any():
        assert total - int(got["people_n"].sum()) >= LIMITS.ordinary


@given(partitions())
def test_no_shown_cell_is_small(rows):
    got = suppress_small(rows, "people_n", LIMITS)
    limits = rows["is_sensitive"].map({True: LIMITS.sensitive, False: LIMITS.ordinary})
    small = (got["people_n"] > 0) & (got["people_n"] < limits)
    assert not small.any()
    if "organisations_n" in rows:
        assert not ((got["people_n"] > 0) & (rows["organisations_n"] < 3)).any()


@given(partitions())
def test_what_is_shown_is_unchanged(rows):
    got = suppress_small(rows, "people_n", LIMITS)
    kept = ~got["is_hidden"]
    assert got.loc[kept, "people_n"].tolist() == rows.loc[kept, "people_n"].tolist()
    assert got.loc[~kept, "people_n"].isna().all()


def steps(*admitted: int) -> pd.DataFrame:
    rows = frame(["period_end", "admitted_n"], *((f"2023-{month:02d}-28", n) for month, n in enumerate(admitted, 1)))
    return rows.assign(cumulative_n=rows["admitted_n"].cumsum())


@pytest.mark.parametrize(
    ("admitted", "kept"),
    [
        ((10, 10, 10), [10, 20, 30]),
        ((10, 2, 10), [10, 22]),  # 12 is 2 above 10
        ((10, 10, 3), [10, 23]),  # 20 is 3 below the headline, which always stays
        ((3, 10), [13]),  # the first point is itself a count
        ((10, 0, 10), [10, 10, 20]),  # a month without admissions tells on nobody
        ((2,), [2]),
    ],
)
def test_no_point_of_a_running_total_stays_a_few_people_from_another(admitted, kept):
    """Rule F.8: cumulative values that differ by a small cell give it away."""
    got = merge_small_steps(steps(*admitted), "cumulative_n", LIMITS)
    assert got["cumulative_n"].tolist() == kept


@given(st.lists(st.integers(0, 15), min_size=1, max_size=24))
def test_no_difference_of_two_shown_points_is_a_small_count(admitted):
    assume(sum(admitted) >= LIMITS.ordinary)  # a smaller total is itself hidden, and its figure with it
    rows = steps(*admitted[:12])
    assume(rows["cumulative_n"].iloc[-1] >= LIMITS.ordinary)
    points = [0, *merge_small_steps(rows, "cumulative_n", LIMITS)["cumulative_n"].tolist()]
    assert points[-1] == rows["cumulative_n"].iloc[-1]
    differences = {later - earlier for place, earlier in enumerate(points) for later in points[place:]}
    assert not differences & set(range(1, LIMITS.ordinary))


@pytest.mark.parametrize(("admitted", "is_thinned"), [((10, 10), False), ((10, 2, 10), True)])
def test_a_running_total_says_whether_points_were_left_out(admitted, is_thinned):
    got = merge_small_steps(steps(*admitted), "cumulative_n", LIMITS)
    assert got["is_thinned"].tolist() == [is_thinned] * len(got)


def test_a_running_total_without_rows_stays_empty():
    assert merge_small_steps(steps(), "cumulative_n", LIMITS).empty


@pytest.mark.parametrize("sector", ["", *SECTOR_GROUPS])
@pytest.mark.parametrize("period", ["2021-Q1", "term:2023-06-02", "2024"])
def test_no_public_table_of_the_sample_shows_a_small_count_of_people(monkeypatch, sector, period):
    monkeypatch.chdir(ROOT)
    report = open_sample("disclosure", period=period, sector=sector)
    tables = report.tables("membership", "organisations", "targets", "classification")
    grades = classification.measure_grades(tables["classification"], "member", report.graded_years)
    bridge = membership.bridge_membership(tables["membership"], report.window)
    by_sector = admissions.admissions_by_sector(tables["membership"], tables["organisations"], report.window)
    for measured, count, within in (
        (grades, "count_n", ["year"]),
        (bridge, "people_n", []),
        (by_sector, "admitted_n", []),
    ):
        got = report.suppress(measured, count, within=within)
        sizes = got[count].abs()
        assert not ((sizes > 0) & (sizes < 5)).any()
        if "is_sensitive" in got:
            assert not ((sizes > 0) & (sizes < 10) & got["is_sensitive"]).any()


@pytest.mark.parametrize("sector", ["", *SECTOR_GROUPS])
def test_good_or_better_beside_the_levels_gives_no_hidden_level_of_the_sample_away(monkeypatch, sector):
    """The page also says how many were good or better: each half of the levels is a sum that readers know."""
    monkeypatch.chdir(ROOT)
    report = open_sample("disclosure", period="2024", sector=sector)
    if report.is_withheld:
        return
    grades = classification.measure_grades(report.table("classification"), "member", report.graded_years)
    got = report.suppress(grades, "count_n", within=["year"])
    upper = got["level"].isin(("excellent", "good"))
    lone = got.groupby(["year", upper])["is_hidden"].sum() == 1
    assert not lone.any()


def test_the_word_for_hidden_is_no_number():
    assert HIDDEN == "hidden"


def test_an_index_after_a_hidden_year_is_blank_too():
    """A hidden 4 and an index of 200 beside a shown 8 would give the 4 away."""
    rows = frame(
        ["year", "admitted_n", "index_pct", "is_hidden"],
        (2021, None, None, True),
        (2022, 8, 200.0, False),
        (2023, 9, 112.5, False),
    )
    got = blank_after_hidden(rows, ["index_pct"])
    assert got["index_pct"].isna().tolist() == [True, True, False]
    assert got["hidden_cells"].tolist() == [(), ("index_pct",), ()]
    assert got["admitted_n"].tolist()[1:] == [8, 9]


def bodies(*rows: tuple[str, str, int, int, int], admitted_n: int = 999) -> pd.DataFrame:
    """Return rows of (by, group, organisations_n, none_n, standing_n); admitted_n: people admitted by each group."""
    table = frame(["by", "group", "organisations_n", "none_n", "standing_n"], *rows)
    return table.assign(some_n=table["organisations_n"] - table["none_n"], admitted_n=admitted_n)


@pytest.mark.parametrize(
    ("rows", "hidden"),
    [
        # One organisation without an admission would be pointed at; the smallest other group goes with it.
        (
            [("sector_group", "a", 1, 1, 1), ("sector_group", "b", 9, 3, 11), ("sector_group", "c", 30, 5, 30)],
            ["a", "b"],
        ),
        # Of three, all without an admission: each of them is known by its sector.
        (
            [("sector_group", "a", 3, 3, 3), ("sector_group", "b", 9, 1, 10), ("sector_group", "c", 30, 5, 30)],
            ["a", "b"],
        ),
        ([("total", "total", 8, 8, 8), ("kind", "cell", 5, 2, 5), ("kind", "party_committee", 3, 1, 3)], []),
    ],
)
def test_no_group_of_organisations_points_at_a_single_one(rows, hidden):
    """Rule F.10."""
    got = suppress_bodies(bodies(*rows), LIMITS, ["none_n", "organisations_n"])
    assert got.loc[got["is_hidden"], "group"].tolist() == hidden
    assert got.loc[got["is_hidden"], ["none_n", "organisations_n", "standing_n"]].isna().all(axis=None)


@pytest.mark.parametrize(("admitted_n", "is_hidden"), [(9, True), (12, True), (13, False)])
def test_a_group_of_which_all_admitted_a_few_does_not_count_them_out(admitted_n, is_hidden):
    """Nine people by nine organisations are one each; of twelve none has five, of thirteen one may have."""
    rows = bodies(("kind", "cell", 9, 0, 9), ("kind", "party_committee", 9, 3, 9), admitted_n=admitted_n)
    got = suppress_bodies(rows, LIMITS, ["none_n", "organisations_n"])
    assert got["is_hidden"].tolist() == [is_hidden, is_hidden]


def sectors_without_admission(sector: str = "", audience: str = "public") -> pd.DataFrame:
    report = open_sample("admissions", period="2023-9M", sector=sector, audience=audience)
    return report.suppress_bodies(no_admission, derived=BODY_COUNTS)


def test_the_sector_of_two_organisations_is_not_counted_out_on_public_pages(monkeypatch):
    monkeypatch.chdir(ROOT)
    public, internal = sectors_without_admission(), sectors_without_admission(audience="internal")
    assert "other" in set(public.loc[public["is_hidden"], "group"])
    assert not internal["is_hidden"].any()
    shut = public.loc[public["is_hidden"] & (public["by"] == "sector_group"), "group"]
    for sector in set(SECTOR_GROUPS) - {"other"}:
        own = sectors_without_admission(sector)
        # Its page says of the sector in all what the page of the whole says of it, and nothing by kind.
        assert own.set_index("group").loc["total", "is_hidden"] == (sector in set(shut))
        assert own.loc[own["by"] != "total", "is_hidden"].all()
