"""Figures that pages state, held against what was issued of them: values, and that recording them changes nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from frames import HALF_YEAR, body, grade, make_table, members
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.measures.issued import issued_anew, measure_revisions, state_figures
from analysis.periods import Window
from analysis.tables.issued import add_issued, last_issued, read_issued

FIRST_HALF_2022 = Window(date(2022, 1, 1), date(2022, 6, 30))
COLUMNS = ["dataset", "period", "sector", "measure", "count_n", "of_n", "data_date"]


def issued(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return the record of the admissions of the first half of 2023, unless another figure is asked for."""
    usual = {"dataset": "data/ours", "period": "2023-H1", "sector": "", "measure": "admitted", "edition": 1}
    given_rows = [{**usual, "of_n": None, "data_date": "2023-06-30", **row} for row in rows]
    return make_table("issued", *given_rows) if given_rows else make_table("issued")


def stated(*rows: dict[str, Any]) -> pd.DataFrame:
    return issued(*rows)[COLUMNS]


def test_figures_are_stated_for_each_period_and_graded_year():
    tables = {
        "membership": make_table(
            "membership",
            members("A", "2022-06-30", admitted_n=4, closing_n=50),
            members("A", "2023-03-31", admitted_n=7, closing_n=57),
            members("A", "2023-06-30", admitted_n=2, closing_n=58),
        ),
        "organisations": make_table("organisations", body("A", "cell"), body("B", "cell", valid_from="2023-01-01")),
        "classification": make_table(
            "classification",
            grade("A", 2022, "excellent", 10),
            grade("A", 2022, "good", 30),
            grade("A", 2022, "completed", 10),
        ),
    }
    windows = {"2023-H1": HALF_YEAR, "2022-H1": FIRST_HALF_2022}
    figures = state_figures(["admitted", "members", "organisations", "graded"], tables, windows, [2022])
    assert figures[["measure", "period", "count_n"]].values.tolist() == [
        ["admitted", "2023-H1", 9],
        ["members", "2023-H1", 58],
        ["organisations", "2023-H1", 2],
        ["admitted", "2022-H1", 4],
        ["members", "2022-H1", 50],
        ["organisations", "2022-H1", 1],
        ["graded", "2022", 40],
    ]
    assert figures["of_n"].tolist()[-1] == 50
    assert figures["of_n"].isna().tolist() == [True] * 6 + [False]
    assert figures["data_date"].iloc[0] == pd.Timestamp("2023-06-30")


def test_a_revision_says_what_was_issued_and_what_is_stated():
    record = issued({"count_n": 177, "issued_on": "2023-07-10"})
    row = measure_revisions(stated({"count_n": 184}), record).iloc[0]
    assert (row["count_n"], row["issued_n"], row["change_n"]) == (184, 177, 7)
    assert row["issued_on"] == pd.Timestamp("2023-07-10")


def test_a_figure_that_stands_or_was_never_issued_is_no_revision():
    assert measure_revisions(stated({"count_n": 177}), issued({"count_n": 177})).empty
    assert measure_revisions(stated({"count_n": 177}), issued()).empty


@pytest.mark.parametrize(
    "other", [{"period": "2023-Q1"}, {"sector": "non_state"}, {"measure": "members"}, {"dataset": "data/sample"}]
)
def test_another_figure_is_no_revision(other):
    assert measure_revisions(stated({"count_n": 184}), issued({"count_n": 177, **other})).empty


def test_a_hidden_figure_has_no_revision():
    assert measure_revisions(stated({"count_n": None}), issued({"count_n": 12})).empty


def test_every_other_value_that_was_issued_is_a_revision_once_the_oldest_first():
    record = issued(
        {"count_n": 177, "edition": 1}, {"count_n": 190, "edition": 2}, {"count_n": 177, "edition": 4, "period": "2023"}
    )
    again = pd.concat([record, issued({"count_n": 177, "edition": 5})])
    found = measure_revisions(stated({"count_n": 184}), again)
    assert found[["issued_n", "edition"]].values.tolist() == [[177, 1], [190, 2]]


def test_shares_are_told_apart_as_far_as_pages_write_them():
    figure = {"measure": "graded", "period": "2022", "data_date": None}
    record = issued({**figure, "count_n": 4939, "of_n": 5181})
    assert measure_revisions(stated({**figure, "count_n": 9878, "of_n": 10362}), record).empty
    row = measure_revisions(stated({**figure, "count_n": 4945, "of_n": 5190}), record).iloc[0]
    assert (row["now_pct"], row["issued_pct"]) == (95.28, 95.33)
    assert (row["change_n"], row["of_change_n"]) == (6, 9)


def test_what_is_recorded_is_new_or_differs_from_the_last_edition():
    record = issued({"count_n": 177, "edition": 1}, {"count_n": 184, "edition": 2})
    now = stated({"count_n": 184}, {"count_n": 56, "period": "2023-Q1"})
    assert issued_anew(now, record)["period"].tolist() == ["2023-Q1"]
    assert issued_anew(stated({"count_n": 177}), record)["count_n"].tolist() == [177]


def test_a_share_of_another_whole_is_recorded():
    figure = {"measure": "graded", "period": "2022", "count_n": 40}
    record = issued({**figure, "of_n": 50})
    assert issued_anew(stated({**figure, "of_n": 50}), record).empty
    assert len(issued_anew(stated({**figure, "of_n": 51}), record)) == 1


@settings(max_examples=12)
@given(st.lists(st.integers(0, 4), max_size=6), st.integers(0, 4))
def test_recording_what_a_page_states_changes_nothing_on_it(history, now):
    """Otherwise a page would be out of date by being published."""
    record = issued(*({"count_n": count, "edition": place} for place, count in enumerate(history, 1)))
    page = stated({"count_n": now})
    anew = issued_anew(page, record).assign(edition=len(history) + 1, issued_on=pd.Timestamp("2024-01-01"))
    after = pd.concat([record, anew]).astype(record.dtypes) if len(anew) else record
    pd.testing.assert_frame_equal(measure_revisions(page, after), measure_revisions(page, record))
    assert issued_anew(page, after).empty


def test_the_record_is_added_to_and_read_back(tmp_path):
    path = tmp_path / "issued.csv"
    first = issued({"count_n": 177, "issued_on": "2023-07-10"}, {"count_n": 40, "of_n": 50, "measure": "graded"})
    add_issued(path, first)
    written = path.read_bytes()
    add_issued(path, issued({"count_n": 184, "edition": 2, "sector": "non_state"}))
    assert path.read_bytes().startswith(written)
    back = read_issued(path)
    assert back["count_n"].tolist() == [177, 40, 184]
    assert back["sector"].tolist() == ["", "", "non_state"]
    assert back["issued_on"].notna().tolist() == [True, False, False]
    assert last_issued(back)["data/ours", "2023-H1", "", "graded"] == (40, 50, 1)


def test_a_project_that_issued_nothing_has_an_empty_record(tmp_path):
    assert read_issued(tmp_path / "issued.csv").empty
