"""Where printed figures come from, and the article's facts beside a dataset."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from frames import body, cells, frame, make_table
from printed_figures import printed

from analysis.measures.article import ARTICLE_BODY, article_numbers, article_types
from analysis.measures.reconcile import check_printed
from analysis.measures.sources import count_printed, list_sources, publishers

A = {"url": "https://example.org/a", "publisher": "Báo A", "published_on": "2022-01-02"}
B = {"url": "https://example.org/b", "publisher": "Báo B", "published_on": "2022-03"}
NONE = {"published_on": "2023-06-02"}
BASES = ("printed_n", "derived_from_text_n", "derived_from_publication_n")


def test_each_address_is_one_source_with_its_figures_and_bodies():
    text = {"date_basis": "derived_from_text"}
    rows = printed(A, {**A, "body": "Đảng bộ Y"}, {**A, **text}, B)
    assert cells(list_sources(rows), "url", "published_on", "figures_n", "bodies_n", *BASES) == [
        ("https://example.org/a", "2022-01-02", 3, 2, 2, 1, 0),
        ("https://example.org/b", "2022-03", 1, 1, 1, 0, 0),
    ]


def test_figures_without_an_address_are_counted_apart_and_last():
    rows = printed(NONE, NONE, NONE, A, {"publisher": "Báo A"})
    assert cells(list_sources(rows), "url", "publisher", "figures_n") == [
        ("https://example.org/a", "Báo A", 1),
        (None, None, 3),
        (None, "Báo A", 1),
    ]


def test_one_address_is_one_source_even_where_its_rows_name_it_differently():
    rows = printed(A, {**A, "publisher": "Báo A (tiếng Anh)"})
    assert cells(list_sources(rows), "figures_n") == [(2,)]


def test_no_figure_is_lost_between_sources():
    rows = printed(NONE, A, B, {**B, "publisher": None}, {"publisher": "Báo C"})
    listed = list_sources(rows)
    assert listed["figures_n"].sum() == len(rows) == listed[list(BASES)].sum().sum()
    assert publishers(listed)["figures_n"].sum() == len(rows)


def test_publishers_count_addresses_and_figures():
    rows = printed(A, {**A, "url": "https://example.org/a2"}, A, B, NONE)
    got = publishers(list_sources(rows))
    assert cells(got, "publisher", "sources_n", "figures_n")[0] == ("Báo A", 2, 3)
    assert (None, 0, 1) in cells(got, "publisher", "sources_n", "figures_n")


def test_what_was_printed_is_counted_in_one_row():
    rows = printed(
        {**A, "province": "Tỉnh A", "value_as_printed": "50%", "printed_language": "vi"},
        {**A, "province": "Tỉnh B"},
        {**A, "province": "Cả nước", "level": "national", "body": "Đảng"},
        {**B, "province": "Tỉnh B", "date_basis": "derived_from_text"},
        {**NONE, "body": "\u00d0ảng bộ X", "province": "Tỉnh A", "value": 60.0, "value_as_printed": "60%"}
        | {"printed_language": "vi"},
    )
    names = ("figures_n", "bodies_n", "provinces_n", "dated_n", "sources_n", "publishers_n", "unplaced_n")
    counts = count_printed(rows, list_sources(rows), check_printed(rows))
    assert cells(counts, *names, "checks_n", "agree_n") == [(5, 3, 2, 4, 2, 2, 1, 1, 0)]


def test_no_figures_are_counted_as_none():
    none = printed()
    assert set(cells(count_printed(none, list_sources(none), check_printed(none)))[0]) <= {0}


def test_no_figures_have_no_source():
    assert len(list_sources(printed())) == len(publishers(list_sources(printed()))) == 0


def article(*facts: tuple[str, float, str]) -> pd.DataFrame:
    return printed(
        *(
            {
                "body": ARTICLE_BODY,
                "measure": measure,
                "value": value,
                "unit": unit,
                "value_basis": "derived" if measure == "admissions_target" else "printed",
            }
            for measure, value, unit in facts
        )
    )


def test_the_articles_facts_stand_beside_the_datasets_numbers():
    """Rule K32; the target is derived, not printed."""
    facts = article(
        ("admissions", 940, "people"), ("admissions_target", 1500, "people"), ("orgs_total", 78, "organisations")
    )
    headline = frame(["admitted_n", "target_n", "organisations_n", "data_date"], (940, 1500, 79, "2023-05-31"))
    got = article_numbers(facts, headline)
    assert set(cells(got, "data_date")) == {("2023-05-31",)}
    assert cells(got.drop(columns="data_date")) == [
        ("admissions", "people", "printed", 940.0, 940.0, True),
        ("admissions_target", "people", "derived", 1500.0, 1500.0, True),
        ("orgs_total", "organisations", "printed", 78.0, 79.0, False),
    ]


def test_a_number_that_the_dataset_lacks_is_not_equal():
    facts = article(("admissions_pct_of_target", 62.67, "percent"))
    got = article_numbers(facts, frame(["attainment_pct", "data_date"], (None, "2023-05-31")))
    assert cells(got, "dataset_value", "is_equal") == [(None, False)]


def test_figures_of_other_bodies_are_no_facts_of_the_article():
    headline = frame(["admitted_n", "data_date"], (940, "2023-05-31"))
    assert cells(article_numbers(printed({"measure": "admissions"}), headline)) == []


@pytest.mark.parametrize(
    ("sector", "type_name"),
    [
        ("4", "agencies"),
        ("5", "agencies"),
        ("6a", "service_units"),
        ("9a2", "enterprises"),
        ("9b3", "enterprises"),
        ("9c", "enterprises"),
        ("11", None),
    ],
)
def test_the_types_of_the_article_are_groups_of_form_5(sector, type_name):
    """Rule C.12. A cell below the grassroots is no organisation of the count (C.7)."""
    register = make_table("organisations", body("A", "cell", sector), body("B", "subordinate_cell", sector))
    got = dict(cells(article_types(register.astype({"valid_from": "datetime64[s]"}), date(2023, 5, 31))))
    assert got == {name: int(name == type_name) for name in ("agencies", "service_units", "enterprises")}
