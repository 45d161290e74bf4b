"""What public pages record and tell of revisions: nothing that they hide, and nobody by the handful."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from conftest import open_sample
from test_measures_issued import issued, stated

from analysis.disclosure import Thresholds, suppress_revisions
from analysis.measures.headline import compare_headline
from analysis.measures.issued import measure_revisions, state_figures

THRESHOLDS = Thresholds(5, 10)
GRADED = {"measure": "graded", "period": "2022"}


def told(now: dict[str, Any], *earlier: dict[str, Any]) -> list[int | None]:
    """Return the values that the public page of the whole Khối tells, None for each that it does not."""
    record = issued(*({**row, "edition": place} for place, row in enumerate(earlier, 1)))
    values = suppress_revisions(measure_revisions(stated(now), record), THRESHOLDS)["issued_n"]
    return [None if pd.isna(value) else int(value) for value in values]


@pytest.mark.parametrize(("before", "expected"), [(180, [None]), (179, [179]), (188, [None]), (189, [189])])
def test_a_difference_of_fewer_than_five_people_is_not_told(before, expected):
    assert told({"count_n": 184}, {"count_n": before}) == expected


def test_of_values_close_to_each_other_the_newest_is_told():
    assert told({"count_n": 200}, {"count_n": 177}, {"count_n": 179}) == [None, 179]
    assert told({"count_n": 200}, {"count_n": 170}, {"count_n": 177}) == [170, 177]


def test_of_a_share_neither_count_may_differ_by_a_few_people():
    now = {**GRADED, "count_n": 400, "of_n": 500}
    assert told(now, {**GRADED, "count_n": 390, "of_n": 498}) == [None]
    assert told(now, {**GRADED, "count_n": 397, "of_n": 490}) == [None]
    assert told(now, {**GRADED, "count_n": 390, "of_n": 490}) == [390]


def test_a_value_that_is_not_told_leaves_no_trace():
    revisions = measure_revisions(
        stated({**GRADED, "count_n": 400, "of_n": 500}), issued({**GRADED, "count_n": 390, "of_n": 498})
    )
    row = suppress_revisions(revisions, THRESHOLDS).iloc[0]
    assert row[["issued_n", "issued_of_n", "issued_pct", "change_n", "of_change_n"]].isna().all()
    assert row["is_hidden"]


def revisions_of(report: Any, before: dict[str, int]) -> pd.DataFrame:
    """Return the revisions of a report whose figures were issued with other values, fit for its audience."""
    now = {"admitted": 143, "organisations": 78}
    key = {"dataset": "data/sample", "period": report.period.text, "sector": report.params.sector}
    rows = {name: {**key, "measure": name} for name in now}
    page = stated(*({**rows[name], "count_n": now[name]} for name in now))
    record = issued(*({**rows[name], "count_n": before[name]} for name in before))
    return report.suppress_revisions(measure_revisions(page, record)).set_index("measure")


@pytest.mark.parametrize(
    ("changes", "hidden"),
    [
        ({}, [False, False]),
        ({"sector": "non_state"}, [True, False]),
        ({"sector": "non_state", "audience": "internal"}, [False, False]),
    ],
)
def test_a_sector_tells_by_how_much_only_of_organisations(sample_report, changes, hidden):
    rows = revisions_of(sample_report(**changes), {"admitted": 100, "organisations": 77})
    assert rows.loc[["admitted", "organisations"], "is_hidden"].tolist() == hidden
    assert rows["issued_n"].isna().tolist() == rows["is_hidden"].tolist()


def test_a_few_organisations_are_no_people(sample_report):
    assert not revisions_of(sample_report(), {"organisations": 77}).loc["organisations", "is_hidden"]


def suppressed(report: Any, *rows: dict[str, Any]) -> list[int | None]:
    values = report.suppress_stated(stated(*rows).drop(columns=["dataset", "sector"]))["count_n"]
    return [None if pd.isna(value) else int(value) for value in values]


def test_small_counts_of_people_are_hidden_and_few_organisations_are_not(sample_report):
    rows = [{"count_n": 4}, {"count_n": 3, "measure": "organisations"}, {"count_n": 5, "measure": "members"}]
    periods = [{**row, "period": "term:2023-06-02"} for row in rows]
    assert suppressed(sample_report(), *periods) == [None, 3, 5]
    assert suppressed(sample_report(audience="internal"), *periods) == [4, 3, 5]


def test_the_period_compared_with_is_hidden_where_a_few_people_lie_between(sample_report):
    """As the overview hides it: both run from the Congress, so the difference is people admitted in between."""
    both = [{"period": "term:2023-06-02", "count_n": 940}, {"period": "term:2022-06-02", "count_n": 937}]
    assert suppressed(sample_report(), *both) == [940, None]


def test_periods_of_different_beginnings_may_be_close(sample_report):
    both = [{"period": "2023-H1", "count_n": 177}, {"period": "2022-H1", "count_n": 175}]
    assert suppressed(sample_report(period="2023-H1"), *both) == [177, 175]
    assert suppressed(sample_report(period="2023-H1"), *({**row, "measure": "members"} for row in both)) == [177, None]


def test_admissions_of_a_sector_are_hidden_where_its_other_numbers_are():
    """Sector and period of the sample in which the page of the sector must not tell its admissions."""
    report = open_sample(period="2023-Q1", sector="other")
    assert report.window in report._hidden_windows
    assert suppressed(report, {"period": "2023-Q1", "count_n": 30}) == [None]


def test_figures_carry_the_dataset_and_sector_they_belong_to(sample_report):
    figures = sample_report(sector="non_state").suppress_stated(stated({"count_n": 30, "period": "term:2023-06-02"}))
    assert figures[["dataset", "sector"]].values.tolist() == [["data/sample", "non_state"]]


def test_nothing_is_issued_of_one_organisation(sample_report, monkeypatch, tmp_path):
    monkeypatch.setattr("analysis.issuing.project_root", lambda: tmp_path)
    (tmp_path / "data").mkdir()
    heading = "edition,issued_on,dataset,period,sector,measure,count_n,of_n,data_date\n"
    (tmp_path / "data" / "issued.csv").write_text(
        heading + "1,,data/sample,2023-H1,,admitted,137,,\n", encoding="utf-8"
    )
    assert len(sample_report(period="2023-H1").issued_figures()) == 1
    whole = sample_report(period="2023-H1", audience="internal", organisation="TC001")
    assert whole.issued_figures().empty


@pytest.mark.parametrize(
    ("period", "sector"),
    [("2023-H1", ""), ("2022-Q1", "non_state"), ("2023-Q1", "party_mass"), ("2024-Q1", "party_mass")],
)
def test_what_is_recorded_is_what_the_overview_shows(period, sector):
    report = open_sample(period=period, sector=sector)
    tables = report.tables("membership", "organisations", "events", "targets")
    asked, other = (report.period, report.window), (report.compared, report.compared_window)
    numbers = compare_headline(tables, asked, other)
    # As the cells of notebooks/overview.ipynb have it.
    numbers = report.suppress_totals(numbers, "admitted_n", within=["period"])
    numbers = report.suppress(numbers, "between_n", within=["period"], derived=["admitted_n"])
    numbers = report.suppress(numbers, "members_change_n", within=["period"], derived=["members_n"])
    recorded = report.suppress_stated(state_figures(["admitted", "members"], tables, report.stated_windows))
    wide = recorded.pivot(index="period", columns="measure", values="count_n").loc[list(report.stated_windows)]
    assert wide["admitted"].fillna(-1).tolist() == numbers["admitted_n"].fillna(-1).tolist()
    # Where admissions are hidden for what stands beside them, the overview hides members with them; "what changed" and
    # the report on membership tell them.
    shown = ~numbers["is_exposed"].to_numpy()
    assert wide["members"][shown].fillna(-1).tolist() == numbers["members_n"][shown].fillna(-1).tolist()
