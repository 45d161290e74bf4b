"""The official periods within a year: what is counted, what stands beside it, what is drawn, what is hidden."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from frames import SYNTHETIC_NOTE, TERM, aim, cells, make_context, make_table, members
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.disclosure import show_all
from analysis.figures.block import Findings
from analysis.figures.figure import Figure
from analysis.figures.official_periods import admissions_by_period
from analysis.figures.table import HIDDEN
from analysis.measures.admissions import accumulate_admissions
from analysis.measures.official_periods import count_official_periods
from analysis.periods import Window

VI, EN = make_context(), make_context("en")
# People admitted by month: 12 to the end of 2020, then 1 in January, 2 in February and so on in 2021, twice that after.
MONTHS = list(pd.date_range("2020-08-31", "2023-05-31", freq="ME"))


def monthly(until: str = "2023-05-31", *, without: tuple[str, ...] = ()) -> pd.DataFrame:
    rows = [
        members("A", str(day.date()), admitted_n=3 if day.year == 2020 else day.month * (1 + (day.year > 2021)))
        for day in MONTHS
        if day <= pd.Timestamp(until) and str(day.date()) not in without
    ]
    return make_table("membership", *rows)


TARGETS = make_table("targets", aim(100, year=2021, assigned_on="2021-02-01"), aim(300, assigned_on="2023-04-01"))


def periods(until: str = "2023-05-31", membership: pd.DataFrame | None = None) -> pd.DataFrame:
    rows = monthly(until) if membership is None else membership
    return count_official_periods(rows, TARGETS, Window(TERM.start, date.fromisoformat(until)))


def test_every_period_that_is_over_stands_beside_the_same_days_a_year_before():
    rows = periods()
    assert cells(rows, "year", "kind", "start_date", "data_date", "admitted_n", "before_n", "index_pct") == [
        (2020, "year", "2020-08-15", "2020-12-31", 15, None, None),
        (2021, "q1", "2021-01-01", "2021-03-31", 6, None, None),
        (2021, "h1", "2021-01-01", "2021-06-30", 21, None, None),
        (2021, "9m", "2021-01-01", "2021-09-30", 45, None, None),
        (2021, "year", "2021-01-01", "2021-12-31", 78, None, None),
        (2022, "q1", "2022-01-01", "2022-03-31", 12, 6, 200),
        (2022, "h1", "2022-01-01", "2022-06-30", 42, 21, 200),
        (2022, "9m", "2022-01-01", "2022-09-30", 90, 45, 200),
        (2022, "year", "2022-01-01", "2022-12-31", 156, 78, 200),
        (2023, "q1", "2023-01-01", "2023-03-31", 12, 12, 100),
        (2023, "to_date", "2023-01-01", "2023-05-31", 30, 30, 100),
    ]


def test_the_target_is_that_of_the_whole_year_as_it_held_on_the_last_day_of_the_period():
    rows = periods()
    assert cells(rows[rows["target_n"].notna()], "year", "kind", "target_n", "attainment_pct") == [
        (2021, "q1", 100, 6),
        (2021, "h1", 100, 21),
        (2021, "9m", 100, 45),
        (2021, "year", 100, 78),
        (2023, "to_date", 300, 10),
    ]


@pytest.mark.parametrize(("until", "kinds"), [("2022-06-30", ["q1", "h1"]), ("2022-02-28", ["to_date"])])
def test_a_year_so_far_has_the_periods_that_are_over_and_its_last_row(until, kinds):
    rows = periods(until)
    assert rows.loc[rows["year"] == 2022, "kind"].tolist() == kinds


def test_a_period_of_which_the_last_row_is_missing_is_left_out_and_is_no_base():
    rows = periods(membership=monthly(without=("2021-06-30", "2021-12-31")))
    assert "h1" not in rows.loc[rows["year"] == 2021, "kind"].tolist()
    of_2022 = rows[rows["year"] == 2022].set_index("kind")["before_n"]
    assert of_2022.isna().to_dict() == {"q1": False, "h1": True, "9m": False, "year": True}
    # Without a row on 31 December 2021, nobody knows whether a row of January 2022 began in it.
    assert rows.loc[rows["year"] == 2023, "before_n"].isna().all()


def test_half_yearly_rows_have_no_quarters():
    rows = make_table("membership", members("A", "2022-06-30", admitted_n=4), members("A", "2022-12-31", admitted_n=6))
    counted = periods("2022-12-31", rows)
    assert cells(counted[counted["year"] == 2022], "kind", "admitted_n") == [("h1", 4), ("year", 10)]


def test_before_the_first_row_nothing_is_counted():
    assert periods("2020-08-14", monthly("2020-08-14"))["admitted_n"].sum() == 0


@given(st.lists(st.integers(0, 9), min_size=len(MONTHS), max_size=len(MONTHS)), st.integers(0, len(MONTHS) - 1))
def test_periods_never_fall_within_a_year_and_the_last_is_the_year(counts, last):
    """Rule E.2; the sum over the years is the running total."""
    rows = make_table(
        "membership",
        *(members("A", str(day.date()), admitted_n=n) for day, n in zip(MONTHS, counts, strict=True)),
    )
    covered = Window(TERM.start, MONTHS[last].date())
    found = count_official_periods(rows, TARGETS, covered)
    for _, year in found.groupby("year"):
        assert year["admitted_n"].is_monotonic_increasing
        assert year["data_date"].is_monotonic_increasing
    assert found.groupby("year")["admitted_n"].last().sum() == sum(counts[: last + 1])
    known = found[found["index_pct"].notna()]
    # Half up, from whole numbers.
    exact = [
        (20000 * now + before) // (2 * before)
        for now, before in zip(known["admitted_n"], known["before_n"], strict=True)
    ]
    assert [round(100 * index) for index in known["index_pct"]] == exact


# The figure


def shown(rows: pd.DataFrame | None = None) -> pd.DataFrame:
    return show_all(periods() if rows is None else rows)


def drawn(figure: Any, *fields: str) -> list[tuple[Any, ...]]:
    assert isinstance(figure, Figure), figure
    spec = figure.spec()
    assert spec is not None
    (rows,) = spec["datasets"].values()
    return [tuple(row[field] for field in fields) for row in rows]


def test_the_bars_are_of_the_last_year_each_after_the_same_days_a_year_before():
    figure = admissions_by_period(shown(), VI)
    assert drawn(figure, "bar_name", "people_n", "target_n", "label", "is_before") == [
        ("Quý I/2022", 12, None, "12", True),
        ("Quý I/2023", 12, None, "12", False),
        ("2022, đến 31/05", 30, None, "30", True),
        ("2023, đến 31/05", 30, 300, "30 / 300 (10,00%)", False),
    ]
    assert figure.finding == "2023, đến 31/05: kết nạp 30 đảng viên, bằng 100,00% cùng kỳ năm trước (30)"
    assert admissions_by_period(shown(), EN).finding == (
        "2023, to 31 May: 30 members admitted, 100.00% of the same days a year before (30)"
    )


def test_the_table_holds_every_year():
    figure = admissions_by_period(shown(), VI)
    assert isinstance(figure, Figure)
    assert [row[0] for row in figure.table.rows] == [
        "2020 (15/08–31/12)",
        *(f"{part}{year}" for year in (2021, 2022) for part in ("Quý I/", "6 tháng/", "9 tháng/", "Năm ")),
        "Quý I/2023",
        "2023, đến 31/05",
    ]
    assert figure.table.rows[6][3:] == (42, None, None, 21, 200.0)
    assert figure.notes == ("Cột xám: cùng kỳ năm trước.", VI.text("note.target_mark"), SYNTHETIC_NOTE["vi"])


def test_another_year_draws_other_bars():
    figure = admissions_by_period(shown(periods("2022-09-30")), VI)
    assert [name for name, _ in drawn(figure, "bar_name", "people_n")] == [
        f"{part}/{year}" for part in ("Quý I", "6 tháng", "9 tháng") for year in (2021, 2022)
    ]
    assert figure.finding == "9 tháng/2022: kết nạp 90 đảng viên, bằng 200,00% cùng kỳ năm trước (45)"


def test_without_a_year_before_no_index_is_told():
    figure = admissions_by_period(shown(periods("2021-03-31")), VI)
    assert figure.finding == "Quý I/2021: kết nạp 6 đảng viên; không có cùng kỳ năm trước để so sánh"
    assert drawn(figure, "bar_name", "people_n", "target_n") == [("Quý I/2021", 6, 100)]


def test_a_year_before_in_which_nobody_was_admitted_is_no_missing_one():
    rows = periods().assign(before_n=0, index_pct=pd.NA)
    assert admissions_by_period(shown(rows), VI).finding == (
        "2023, đến 31/05: kết nạp 30 đảng viên; cùng kỳ năm trước không kết nạp ai, nên không tính chỉ số"
    )


def test_nobody_admitted_is_one_sentence():
    block = admissions_by_period(shown(periods().assign(admitted_n=0)), VI)
    assert isinstance(block, Findings)
    assert block.sentences == ("Chưa có đảng viên nào được kết nạp trong các kỳ này.",)
    assert isinstance(admissions_by_period(shown(periods().iloc[:0]), EN), Findings)


# On public pages


TOLD, BEFORE = ["admitted_n", "attainment_pct"], ["before_n", "index_pct"]


def public(report: Any, until: str, few: dict[str, int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return periods and running total as a public page has them; few: people admitted in single months."""
    rows = monthly(until)
    counts = rows["period_end"].dt.strftime("%Y-%m").map(few)
    rows = rows.assign(admitted_n=counts.fillna(10).astype("Int64"))
    covered = Window(report.dataset.info.term.start, date.fromisoformat(until))
    running = report.thin(accumulate_admissions(rows, covered), "cumulative_n")
    found = count_official_periods(rows, TARGETS, covered)
    return report.suppress_between(found, running, derived=TOLD, from_before=BEFORE), running


def test_a_period_is_told_only_where_the_running_total_tells_both_its_ends(sample_report):
    """Three people in June 2022: as the last point it stays, and May goes; with July after it, June goes."""
    rows, running = public(sample_report(), "2022-06-30", {"2022-06": 3})
    assert pd.Timestamp("2022-05-31") not in set(running["period_end"])
    assert rows["is_hidden"].tolist() == [False] * len(rows)
    rows, running = public(sample_report(), "2022-07-31", {"2022-06": 3})
    assert pd.Timestamp("2022-06-30") not in set(running["period_end"])
    half = rows[(rows["year"] == 2022) & (rows["kind"] == "h1")].iloc[0]
    assert half["is_hidden"] and half[[*TOLD[:1], "index_pct"]].isna().all()
    quarter = rows[(rows["year"] == 2022) & (rows["kind"] == "q1")].iloc[0]
    assert (quarter["is_hidden"], quarter["admitted_n"], quarter["before_n"]) == (False, 30, 30)


def test_where_the_base_is_hidden_the_index_is_and_the_number_stays(sample_report):
    rows, running = public(sample_report(), "2022-07-31", {"2021-06": 3})
    assert pd.Timestamp("2021-06-30") not in set(running["period_end"])
    half = rows[(rows["year"] == 2022) & (rows["kind"] == "h1")]
    assert cells(half, "admitted_n", "before_n", "index_pct", "is_hidden") == [(60, None, None, False)]
    figure = admissions_by_period(rows, VI)
    assert isinstance(figure, Figure)
    table = {row[0]: row[3:] for row in figure.table.rows}
    assert table["6 tháng/2022"] == (60, None, None, HIDDEN, HIDDEN)
    assert table["6 tháng/2021"][0] == HIDDEN


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.integers(0, 9), min_size=len(MONTHS), max_size=len(MONTHS)))
def test_no_two_numbers_that_are_told_are_few_people_apart(sample_report, counts):
    """Whoever knows the running total and the periods can take any of them from any other."""
    few = {day.strftime("%Y-%m"): n for day, n in zip(MONTHS, counts, strict=True)}
    rows, running = public(sample_report(), "2023-05-31", few)
    told = dict(zip(running["period_end"], running["cumulative_n"], strict=True))
    told |= {pd.Timestamp(TERM.start) - timedelta(days=1): 0}
    for row in rows[~rows["is_hidden"]].to_dict("records"):
        # Nothing is told but a difference of two points that the page shows.
        assert row["admitted_n"] == told[row["data_date"]] - told[row["start_date"] - pd.Timedelta(days=1)]


def test_the_internal_edition_hides_nothing(sample_report):
    rows, _ = public(sample_report(audience="internal"), "2022-07-31", {"2022-06": 3, "2021-06": 3})
    assert not rows["is_hidden"].any()
    assert rows["admitted_n"].notna().all()
