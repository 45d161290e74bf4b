"""What a report opens with: the days it reads, what it compares with, its words, and when it has nothing to say."""

from __future__ import annotations

import hashlib
import re
from datetime import date

import pytest
from frames import ROOT, frame

from analysis.errors import DataError, ParamsError
from analysis.figures import overview
from analysis.figures.block import Findings
from analysis.measures.headline import compare_headline
from analysis.periods import Window


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("term:2023-06-02", date(2020, 8, 15), date(2023, 5, 31)),
        ("term:2023-05-31", date(2020, 8, 15), date(2023, 5, 31)),
        ("2023-Q1", date(2023, 1, 1), date(2023, 3, 31)),
        ("2020", date(2020, 8, 15), date(2020, 12, 31)),
        ("2025", date(2025, 1, 1), date(2025, 2, 14)),
        ("term", date(2020, 8, 15), date(2025, 2, 14)),
    ],
)
def test_a_period_is_read_to_the_last_row_on_or_before_its_end(sample_report, period, first, last):
    report = sample_report(period=period)
    assert report.window == Window(first, last)
    assert report.covered == Window(date(2020, 8, 15), last)
    assert not report.is_empty


@pytest.mark.parametrize(
    ("period", "language", "words"),
    [
        ("term:2023-06-02", "vi", "Số liệu đến 31/05/2023 (kỳ số liệu gần nhất trước 02/06/2023)"),
        ("term:2023-06-02", "en", "Data as of 31 May 2023 (the last row date on or before 2 June 2023)"),
        ("2023-Q1", "vi", "Số liệu đến 31/03/2023"),
        ("2023-Q1", "en", "Data as of 31 March 2023"),
    ],
)
def test_the_data_date_is_said_where_it_is_not_the_periods_last_day(sample_report, period, language, words):
    assert sample_report(period=period, language=language).masthead().data_as_of == words


@pytest.mark.parametrize(
    ("period", "sentence"),
    [
        ("2020-Q1", "Quý I năm 2020: không có số liệu, vì bộ dữ liệu bắt đầu từ ngày 15/08/2020."),
        ("2019", "Năm 2019: không có số liệu, vì bộ dữ liệu bắt đầu từ ngày 15/08/2020."),
        (
            "term:2020-08-20",
            "Từ đầu nhiệm kỳ đến 20/08/2020: không có số liệu, vì bộ dữ liệu bắt đầu từ ngày 15/08/2020.",
        ),
        (
            "2026-H1",
            "6 tháng đầu năm 2026: Đảng bộ Khối đã kết thúc hoạt động ngày 14/02/2025, nên kỳ này không có số liệu.",
        ),
    ],
)
def test_a_period_without_data_is_one_sentence_and_no_error(sample_report, period, sentence):
    """Rule C.23: a well-formed period outside the term is a page, not a failure."""
    report = sample_report(period=period)
    assert report.is_empty
    block = report.block(overview.statement, None)
    assert isinstance(block, Findings)
    assert (block.heading, block.sentences) == ("Không có số liệu", (sentence,))
    assert report.masthead().data_as_of == ""
    assert report.masthead().compared_with == ""


@pytest.mark.parametrize("period", ["2020-Q1", "2026", "term:2020-08-20"])
def test_measuring_a_period_without_data_fails_nowhere(sample_report, period):
    report = sample_report(period=period)
    tables = report.tables("membership", "organisations", "events", "targets")
    rows = compare_headline(tables, (report.period, report.window), (report.compared, report.compared_window))
    assert rows["admitted_n"].tolist() == [0]


def test_2025_is_a_stub_that_is_never_compared(sample_report):
    """Rules C.23, K27: six weeks are not a year, and grades of 2025 there are none."""
    report = sample_report(period="2025")
    assert report.window.end == date(2025, 2, 14)
    assert report.compared is None
    assert report.comparison_words() == "So sánh: — (kỳ này không trọn vì Khối đã kết thúc hoạt động)"
    assert report.graded_years == [2020, 2021, 2022, 2023, 2024]


@pytest.mark.parametrize(
    ("period", "compare_with", "words"),
    [
        ("2023-H1", "", "So với: 6 tháng đầu năm 2022"),
        ("2023-H1", "2021-H1", "So với: 6 tháng đầu năm 2021"),
        ("term:2023-06-02", "", "So với: Từ đầu nhiệm kỳ đến 02/06/2022"),
        ("2021-H1", "", "So sánh: — (6 tháng đầu năm 2020 nằm trước nhiệm kỳ)"),
        ("2021", "", "So sánh: — (Năm 2020 nằm trước nhiệm kỳ)"),
        ("term:2020-12-31", "", "So sánh: — (Từ đầu nhiệm kỳ đến 31/12/2019 nằm trước nhiệm kỳ)"),
        ("2025-Q1", "", "So sánh: — (kỳ này không trọn vì Khối đã kết thúc hoạt động)"),
    ],
)
def test_the_comparison_is_named_or_its_absence_explained(sample_report, period, compare_with, words):
    """Rule D.2, and the design: never past either end of the term."""
    report = sample_report(period=period, compare_with=compare_with)
    assert report.comparison_words() == words
    assert (report.compared is None) == ("—" in words)
    assert (report.compared_window is None) == ("—" in words)


def test_what_is_compared_is_read_to_its_own_data_date(sample_report):
    report = sample_report(period="term:2023-06-02")
    assert report.compared_window == Window(date(2020, 8, 15), date(2022, 5, 31))


def test_grades_are_of_the_last_complete_year(sample_report):
    assert sample_report(period="2023-9M").graded_years == [2020, 2021, 2022]
    assert sample_report(period="2023").graded_years == [2020, 2021, 2022, 2023]
    assert sample_report(period="2020-Q1").graded_years == []


def test_a_sector_of_fewer_than_three_organisations_is_withheld_in_public(sample_report):
    """Rule F.6: its counts would be those of one or two organisations."""
    report = sample_report(sector="other")
    assert report.is_withheld
    block = report.block(overview.statement, None)
    assert isinstance(block, Findings)
    assert block.sentences == ("Loại hình khác: có ít hơn ba tổ chức, nên số liệu không công bố; xem bản nội bộ.",)
    assert not sample_report(sector="other", audience="internal").is_withheld
    assert not sample_report(sector="service_unit").is_withheld
    assert not sample_report().is_withheld


def test_a_sector_shows_the_rows_of_its_own_organisations_only(sample_report):
    whole, part = sample_report(), sample_report(sector="service_unit")
    ids = set(part.table("membership")["org_id"])
    register = whole.table("organisations")
    assert 3 <= len(ids) < whole.table("membership")["org_id"].nunique()
    assert set(register.loc[register["org_id"].isin(ids), "sector"]) <= {"6a", "6b"}
    assert part.masthead().scope == "Đơn vị sự nghiệp"
    assert part.place_inline == "các tổ chức thuộc loại hình “Đơn vị sự nghiệp”"


def test_one_organisation_is_named_on_internal_pages(sample_report):
    report = sample_report(organisation="TC047", audience="internal")
    assert set(report.table("membership")["org_id"]) == {"TC047"}
    assert report.masthead().scope == "Đảng bộ đơn vị sự nghiệp 15"
    assert report.masthead().audience == "Bản nội bộ"


@pytest.mark.parametrize(
    ("period", "name"),
    [
        ("2022-Q1", "Chi bộ đơn vị sự nghiệp 15"),
        ("2022-H1", "Đảng bộ đơn vị sự nghiệp 15"),
        ("2020-Q1", "Chi bộ đơn vị sự nghiệp 15"),
    ],
)
def test_an_organisation_has_the_name_of_the_data_date(sample_report, period, name):
    """Rule C.17: it was upgraded on 06/06/2022, and keeps its identity."""
    assert sample_report(organisation="TC047", audience="internal", period=period).place == name


def test_an_unknown_organisation_is_refused_with_known_ones(sample_report):
    with pytest.raises(ParamsError, match=r"organisation: 'TC999' is not in data/sample\. Known: .* and \d+ more"):
        sample_report(organisation="TC999", audience="internal")


def test_a_wrong_parameter_is_refused_under_the_notebooks_name(sample_report):
    with pytest.raises(ParamsError, match="notebook overview, parameters cell"):
        sample_report(language="fr")


def test_a_dataset_that_is_not_there_is_refused(sample_report):
    with pytest.raises(DataError, match="there is no folder"):
        sample_report(dataset="data/absent")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "vi",
            (
                "Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh (dữ liệu mô phỏng)",
                "Tổng quan",
                "Từ đầu nhiệm kỳ đến 02/06/2023",
                "Bản công khai",
                "Dữ liệu mô phỏng, không phải số liệu thật",
                "So với: Từ đầu nhiệm kỳ đến 02/06/2022",
            ),
        ),
        (
            "en",
            (
                "Party organisation of the provincial Agencies' and Enterprises' Bloc (synthetic data)",
                "Overview",
                "From the start of the term to 2 June 2023",
                "Public edition",
                "Synthetic data, not real figures",
                "Compared with: From the start of the term to 2 June 2022",
            ),
        ),
    ],
)
def test_the_head_of_the_page_says_what_the_numbers_are(sample_report, language, words):
    head = sample_report(language=language).masthead()
    assert (head.body, head.title, head.period, head.audience, head.status, head.compared_with) == words
    assert head.is_synthetic
    assert head.scope == ""


def test_printed_figures_are_not_called_synthetic(sample_report):
    head = sample_report("published").masthead("published")
    assert (head.status, head.is_synthetic) == ("Số liệu đã công bố", False)


def test_the_context_carries_the_synthetic_note_and_the_source(sample_report):
    context = sample_report().context
    assert context.notes == ("Dữ liệu mô phỏng: không phải số liệu thật của một đảng bộ nào.",)
    assert context.source == "Nguồn: Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh (dữ liệu mô phỏng)."


def test_the_foot_names_assumptions_hash_and_versions(sample_report):
    foot = sample_report().definitions("admitted")
    entries = dict(foot.entries)
    assert entries["Giả định"] == (
        "Ngày Đại hội 15/08/2020 là giả định. Ngày kết thúc hoạt động 14/02/2025 là giả định."
    )
    assert "re-admissions" not in entries["Kết nạp"]
    assert "period: term:2023-06-02" in foot.provenance["Tham số"]
    assert foot.provenance["Bộ dữ liệu"].startswith("data/sample (Dữ liệu mô phỏng, không phải số liệu thật) · bảng: ")
    assert re.search(r" · SHA-256 [0-9a-f]{16}$", foot.provenance["Bộ dữ liệu"])


def test_the_foot_tells_nobody_where_a_dataset_lies_on_a_machine(sample_report):
    foot = sample_report(dataset=str(ROOT / "data" / "sample")).definitions("admitted")
    assert foot.provenance["Bộ dữ liệu"].startswith("sample (")
    assert "dataset: sample;" in foot.provenance["Tham số"]
    assert str(ROOT) not in foot.text()


def test_the_files_read_are_those_asked_for_and_no_others(sample_report):
    report = sample_report.__wrapped__()  # a report of its own: the shared ones were asked by other tests
    assert sorted(report.inputs()) == ["data/sample/dataset.yaml", "data/sample/membership.csv"]
    report.tables("targets", "organisations")
    assert sorted(report.inputs()) == [
        "data/sample/dataset.yaml",
        "data/sample/membership.csv",
        "data/sample/organisations.csv",
        "data/sample/targets.csv",
    ]
    report.printed_figures()
    assert "data/published/figures.csv" in report.inputs()
    expected = hashlib.sha256((ROOT / "data" / "sample" / "targets.csv").read_bytes()).hexdigest()
    assert report.inputs()["data/sample/targets.csv"] == expected


def test_another_report_does_not_inherit_what_one_asked_for(sample_report):
    sample_report.__wrapped__().tables("targets")
    assert "data/sample/targets.csv" not in sample_report.__wrapped__().inputs()


def test_public_pages_hide_small_counts_and_internal_ones_do_not(sample_report):
    rows = frame(["line", "people_n"], ("a", 2), ("b", 30), ("c", 40))
    public = sample_report().suppress(rows, "people_n")
    internal = sample_report(audience="internal").suppress(rows, "people_n")
    assert public["is_hidden"].tolist() == [True, True, False]
    assert internal["is_hidden"].tolist() == [False, False, False]


def test_running_totals_are_thinned_in_public_only(sample_report):
    rows = frame(["period_end", "cumulative_n"], ("2023-01-31", 3), ("2023-02-28", 50))
    assert len(sample_report().thin(rows, "cumulative_n")) == 1
    assert len(sample_report(audience="internal").thin(rows, "cumulative_n")) == 2
