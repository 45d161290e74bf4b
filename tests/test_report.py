"""What a report opens with: the days it reads, what it compares with, its words, and when it has nothing to say."""

from __future__ import annotations

import hashlib
import re
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from conftest import open_sample
from frames import ROOT, cells, frame, make_table, members

from analysis.errors import DataError, ParamsError
from analysis.figures import admissions as admission_figures
from analysis.figures import overview
from analysis.figures.block import Findings
from analysis.figures.figure import Figure
from analysis.measures import admissions
from analysis.measures.changes import overview_changes
from analysis.measures.headline import compare_headline
from analysis.measures.rates import measure_rates
from analysis.periods import Window
from analysis.provenance import combined_hash


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
        ("term:2023-06-02", "en", "Data as of 31 May 2023 (the last date with data on or before 2 June 2023)"),
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
            "Từ đầu nhiệm kỳ đến 20/08/2020: chưa có số liệu, "
            "vì kỳ số liệu đầu tiên của bộ dữ liệu kết thúc ngày 31/08/2020.",
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
        ("term:2023-06-02", "", "So với: Từ đầu nhiệm kỳ đến 02/06/2022 (số liệu đến 31/05/2022)"),
        ("2021-H1", "", "So sánh: — (6 tháng đầu năm 2020 nằm trước nhiệm kỳ)"),
        ("2021", "", "So sánh: — (Năm 2020 nằm trước nhiệm kỳ)"),
        ("term:2020-12-31", "", "So sánh: — (ngày 31/12/2019 nằm trước nhiệm kỳ)"),
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
                "So với: Từ đầu nhiệm kỳ đến 02/06/2022 (số liệu đến 31/05/2022)",
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
                "Compared with: From the start of the term to 2 June 2022 (data as of 31 May 2022)",
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
    assert (head.status, head.is_synthetic) == ("Số liệu thật, đã công bố", False)
    assert head.body == "Các đảng bộ có số liệu đã công bố"


def test_printed_figures_reach_to_the_last_day_of_the_period_not_of_the_datasets_rows(sample_report):
    report = sample_report("published", period="term:2023-06-02")
    assert report.masthead("published").data_as_of == "Số liệu đến 02/06/2023"
    assert report.masthead().data_as_of == "Số liệu đến 31/05/2023 (kỳ số liệu gần nhất trước 02/06/2023)"


def test_printed_figures_on_the_page_of_a_sector_are_said_to_be_whole(sample_report):
    head = sample_report("published", sector="state_agency").masthead("published")
    assert head.status == "Số liệu thật, đã công bố; không chia theo loại hình hay tổ chức"


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


def test_the_foot_of_printed_figures_names_their_file_first_and_limits_what_is_synthetic(sample_report):
    report = sample_report("published")
    report.printed_figures()
    report.dataset.table("membership")
    foot = report.definitions("printed")
    terms = [term for term, _ in foot.entries]
    assert terms[-3:-1] == ["Nguồn dữ liệu", "Nguồn của bộ dữ liệu (chỉ dùng ở bảng “Bài báo và bộ dữ liệu”)"]
    assert dict(foot.entries)["Nguồn dữ liệu"].startswith("Số liệu thật, do các đảng bộ và báo chí công bố")
    assert "mô phỏng" in dict(foot.entries)[terms[-2]]
    content = hashlib.sha256((ROOT / "data/published/figures.csv").read_bytes()).hexdigest()
    first, second, *_ = foot.provenance.items()
    assert first == (
        "Số liệu đã công bố",
        f"data/published/figures.csv (Số liệu thật, đã công bố) · SHA-256 {content[:16]}",
    )
    assert second[0] == "Bộ dữ liệu đặt cạnh bài báo gốc"
    of_dataset = {path: file for path, file in foot.inputs.items() if path.startswith("data/sample/")}
    assert second[1].endswith(f" · SHA-256 {combined_hash(of_dataset)[:16]}")


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


@pytest.mark.parametrize(
    ("organisation", "period", "sentence"),
    [
        ("TC080", "2021", "Năm 2021: không có số liệu, vì Chi bộ đơn vị sự nghiệp 17 thành lập ngày 03/10/2022."),
        (
            "TC010",
            "2024-Q1",
            "Quý I năm 2024: không có số liệu, vì Chi bộ cơ quan đảng, đoàn thể 10 kết thúc hoạt động ngày 12/11/2023.",
        ),
    ],
)
def test_a_period_in_which_the_organisation_did_not_stand_is_one_sentence(
    sample_report, organisation, period, sentence
):
    report = sample_report(audience="internal", organisation=organisation, period=period)
    block = report.block(overview.statement, None)
    assert isinstance(block, Findings)
    assert block.sentences == (sentence,)
    assert report.masthead().compared_with == ""


def test_a_body_founded_late_is_reported_from_its_founding(sample_report):
    """TC080 was founded on 03/10/2022: no year before has a row, and the year of its founding is a part of one."""
    report = sample_report(audience="internal", organisation="TC080", period="2024")
    members, targets = report.tables("membership", "targets").values()
    years = admissions.compare_years(members, targets, report.period, report.covered)
    assert cells(years, "year", "start_date", "is_part", "index_pct") == [
        (2022, "2022-10-03", True, None),
        (2023, "2023-01-01", False, None),
        (2024, "2024-01-01", False, None),
    ]
    rates = measure_rates(members, report.dataset.table("targets"), report.period, report.covered)
    assert set(rates["year"]) == {2022, 2023, 2024}


@pytest.mark.parametrize(
    ("period", "is_compared"), [("2023", False), ("2024", True), ("term:2023-06-02", False), ("term:2024-06-02", True)]
)
def test_a_body_is_not_compared_with_a_period_before_its_founding(sample_report, period, is_compared):
    report = sample_report(audience="internal", organisation="TC080", period=period)
    assert (report.compared is not None) == is_compared
    if not is_compared:
        assert "thành lập ngày 03/10/2022" in report.comparison_words()


@pytest.fixture(scope="module")
def gaps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample without three returns: two of the data date of 2023-H1, one of a month before."""
    folder = tmp_path_factory.mktemp("gaps") / "sample"
    shutil.copytree(ROOT / "data" / "sample", folder)
    rows = pd.read_csv(folder / "membership.csv", dtype="str")
    key = rows["org_id"] + " " + rows["period_end"]
    missing = ["TC005 2023-06-30", "TC047 2023-06-30", "TC033 2022-04-30"]
    rows[~key.isin(missing)].to_csv(folder / "membership.csv", index=False)
    # Nor is there then anybody of whom something else is told.
    of_whom = pd.read_csv(folder / "admissions.csv", dtype="str")
    key = of_whom["org_id"] + " " + of_whom["period_end"]
    of_whom[~key.isin(missing)].to_csv(folder / "admissions.csv", index=False)
    return folder


@pytest.mark.parametrize(
    ("scope", "now"),
    [
        (
            {},
            "Ngày 30/06/2023 có 76/78 tổ chức cơ sở đảng báo cáo; còn thiếu số liệu của các tổ chức khác.",
        ),
        (
            {"organisation": "TC047", "audience": "internal"},
            "Ngày 30/06/2023 có 0/1 tổ chức cơ sở đảng báo cáo; còn thiếu số liệu của các tổ chức khác.",
        ),
    ],
)
def test_missing_returns_stand_in_the_head(gaps, scope, now):
    report = open_sample("admissions", period="2023-H1", dataset=str(gaps), **scope)
    head = report.masthead().data_as_of
    assert head.startswith(f"Số liệu đến 30/06/2023. {now.rstrip('.')}")
    assert ".." not in head
    assert not head.endswith(".")
    assert report.masthead(status="published").data_as_of == "Số liệu đến 30/06/2023"  # printed numbers have no returns


def test_missing_returns_stand_under_the_figures(gaps):
    report = open_sample("admissions", period="2023-H1", dataset=str(gaps))
    members, targets = report.tables("membership", "targets").values()
    attainment = admissions.measure_attainment(members, targets, report.period, report.window)
    running = report.thin(admissions.accumulate_admissions(members, report.window), "cumulative_n")
    together = admissions.attain_years(
        admissions.compare_years(members, targets, report.period, report.covered).iloc[:0]
    )
    attainment = report.suppress_totals(attainment, "admitted_n")
    figure = report.block(admission_figures.admissions_vs_target, running, attainment, together)
    assert isinstance(figure, Figure)
    assert figure.notes[0].startswith("Ngày 30/06/2023 có 76/78 tổ chức cơ sở đảng báo cáo")


@pytest.fixture(scope="module")
def until_august(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample as it was when the returns of August 2023 were the last."""
    folder = tmp_path_factory.mktemp("august") / "sample"
    shutil.copytree(ROOT / "data" / "sample", folder)
    for table, day in (("membership", "period_end"), ("admissions", "period_end"), ("probation", "outcome_period_end")):
        rows = pd.read_csv(folder / f"{table}.csv", dtype="str")
        rows[rows[day] <= "2023-08-31"].to_csv(folder / f"{table}.csv", index=False)
    return folder


def test_a_period_that_is_known_to_an_earlier_day_stands_beside_other_years_to_that_day(until_august):
    """Nine months, of which eight are there: the others are eight months, too, and named so."""
    report = open_sample("admissions", period="2023-9M", dataset=str(until_august), audience="internal")
    members, targets = report.tables("membership", "targets").values()
    sums = {year: admitted_between(members, f"{year}-01-01", f"{year}-08-31") for year in (2021, 2022, 2023)}
    years = admissions.compare_years(members, targets, report.known_period, report.covered)
    assert cells(years, "year", "data_date", "admitted_n", "is_part")[1:] == [
        (year, f"{year}-08-31", sums[year], False) for year in (2021, 2022, 2023)
    ]
    assert years["index_pct"].iloc[-1] == round(100 * sums[2023] / sums[2022] + 1e-9, 2)
    rates = measure_rates(members, targets, report.known_period, report.covered)
    term_start = rates[rates["base"] == "term_start"]
    assert cells(term_start, "data_date", "admitted_n")[1:] == [(f"{year}-08-31", sums[year]) for year in sums]


def admitted_between(membership: pd.DataFrame, first: str, last: str) -> int:
    return int(membership.loc[membership["period_end"].between(first, last), "admitted_n"].sum())


def test_what_the_end_of_the_term_cuts_is_read_as_it_is(sample_report):
    assert sample_report(period="2025-H1").known_period.end == date(2025, 6, 30)
    assert sample_report(period="2023-H1").known_period == sample_report(period="2023-H1").period


@pytest.mark.parametrize("sector", ["party_mass", "state_agency", "service_unit", "state_capital", "non_state"])
@pytest.mark.parametrize("period", ["2024-H1", "2024-9M", "2023", "term:2023-06-02"])
def test_a_page_of_a_sector_does_not_hide_in_one_place_what_it_tells_in_another(sample_report, sector, period):
    report = sample_report(sector=sector, period=period)
    members, targets = report.tables("membership", "targets").values()
    attainment = admissions.measure_attainment(members, targets, report.period, report.window)
    attainment = report.suppress_totals(attainment, "admitted_n")
    years = admissions.compare_years(members, targets, report.known_period, report.covered)
    years = report.suppress_series(years, "admitted_n", derived=[], from_before=["index_pct"])
    rates = measure_rates(members, targets, report.known_period, report.covered)
    rates = report.suppress_totals(rates, "admitted_n", within=["base"])
    is_hidden = attainment["is_hidden"].iloc[0]
    same_days = [rows[rows["start_date"] == attainment["start_date"].iloc[0]] for rows in (years, rates)]
    for rows in same_days if not report.period.is_term else []:
        assert (rows["is_hidden"] == is_hidden).all()


def test_a_gap_of_an_earlier_month_is_told_too(gaps):
    whole, sector = (open_sample("admissions", period="2023-9M", dataset=str(gaps), sector=s) for s in ("", "other"))
    assert whole.coverage_words == ("Từ Đại hội đến nay thiếu 3 báo cáo của 3 tổ chức.",)
    assert sector.coverage_words == ()
    assert open_sample("admissions", period="2023-H1").coverage_words == ()


@pytest.mark.parametrize(("later", "is_told"), [(3, False), (5, True), (0, True)])
def test_few_people_between_two_nested_periods_are_not_told(sample_report, later, is_told):
    """Rule F.8: 103 to May after 100 to April would say that 3 were admitted in May."""
    report = sample_report(compare_with="term:2023-04-30", period="term:2023-05-31")
    rows = make_table(
        "membership",
        members("A", "2023-04-30", admitted_n=100, closing_n=300),
        members("A", "2023-05-31", admitted_n=later, closing_n=300 + later),
    )
    tables = {**report.tables("organisations", "events", "targets"), "membership": rows}
    both = compare_headline(tables, (report.period, report.window), (report.compared, report.compared_window))
    assert cells(both, "between_n", "members_change_n") == [(None, None), (later, later)]
    public = report.suppress(both, "between_n", within=["period"], derived=["admitted_n"])
    public = report.suppress(public, "members_change_n", within=["period"], derived=["members_n"])
    assert public["admitted_n"].notna().tolist() == [True, is_told]
    assert public["members_n"].notna().tolist() == [True, is_told]
    pairs = report.suppress_pairs(
        overview_changes({**tables, "classification": make_table("classification")}, report.sides, [])
    )
    told = pairs.set_index("part")["now_n"].notna()
    assert (told["admitted"], told["members"]) == (is_told, is_told)
