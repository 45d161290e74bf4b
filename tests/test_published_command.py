"""`nhiemky published check` and `add`: what they print, what they refuse, and what they write."""

from __future__ import annotations

import json
import shutil
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from frames import ROOT

from analysis import cli
from analysis.interview import ALLOWED, FIELDS, REQUIRED
from analysis.tables.published import FIGURES_FILE, IDENTITY, make_figure_id, read_figures, with_row
from analysis.tables.schema import FIGURES, allowed_values

CHECKS = {
    "percentage": ("half_up", "truncated", "both", "neither"),
    **dict.fromkeys(("sum", "cumulative", "duplicate"), ("agrees", "differs")),
}


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    """Return a copy of the shipped figures."""
    return Path(shutil.copy(ROOT / FIGURES_FILE, tmp_path / "figures.csv"))


def run(*arguments: object, answers: str = "") -> Result:
    return CliRunner().invoke(cli.main, ["published", *map(str, arguments)], input=answers)


def test_check_prints_json_records_of_the_agreed_shape(figures: Path) -> None:
    result = run("check", figures, "--json")
    assert result.exit_code == 0
    records = json.loads(result.stdout)
    assert len(records) == 41
    for record in records:
        assert list(record) == ["body", "period_kind", "period_end", "check", "verdict", "implied_target", "rows"]
        assert record["verdict"] in CHECKS[record["check"]]
        assert (record["implied_target"] is None) or record["check"] == "percentage"
    assert records[0] == {
        "body": "Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh (tỉnh không nêu tên)",
        "period_kind": "term_to_date",
        "period_end": "2023-06-02",
        "check": "percentage",
        "verdict": "half_up",
        "implied_target": [1500, 1500],
        "rows": ["6ae8c7d58c", "0204848e5b"],
    }


def test_check_tells_differences_first_and_ends_with_0(figures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    shipped = run("check")
    assert shipped.exit_code == 0
    assert shipped.stdout.startswith("percentage: neither    Đảng bộ tỉnh Nghệ An, year 2023-12-31")
    assert "figures.csv: 200 figures, 41 checks, 1 with a difference." in shipped.stdout
    content = figures.read_text(encoding="utf-8").replace(",40,,exact,printed,40,", ",39,,exact,printed,40,")
    figures.write_text(content, encoding="utf-8")
    changed = run("check", figures)
    assert changed.exit_code == 0
    assert "39 + 38 is 77; the total printed is 78." in changed.stdout
    assert "f7fc37409d: “40” does not say 39 (exact)." in changed.stdout


def test_a_file_that_was_taken_from_a_page_says_what_the_recorded_one_says(figures: Path) -> None:
    """Pages put a mark before "+137 vs 333", so that no spreadsheet takes it for a formula."""
    recorded = run("check", figures).stdout
    content = figures.read_text(encoding="utf-8")
    assert ",+137 vs 333," in content
    figures.write_text(content.replace(",+137", ",'+137").replace(",+1099", ",'+1099"), encoding="utf-8")
    assert run("check", figures).stdout == recorded


def test_check_of_a_heading_alone_finds_nothing(tmp_path: Path) -> None:
    heading = (ROOT / FIGURES_FILE).read_text(encoding="utf-8").splitlines()[0]
    path = tmp_path / "none.csv"
    path.write_text(heading + "\n", encoding="utf-8")
    assert (run("check", path, "--json").stdout.strip(), run("check", path).exit_code) == ("[]", 0)


def test_a_file_that_breaks_the_schema_is_refused_with_every_problem(figures: Path) -> None:
    lines = figures.read_text(encoding="utf-8").splitlines()
    changes = {
        1: (",bloc,", ",blok,"),
        2: (",admissions_target,", ",admisions_target,"),
        3: ("2023-06-02,derived", "2023-02-30,derived"),
        4: (",78,vi,", ",78,,"),
        10: ("https://", "javascript:"),
        7: (",members_total,5549,", ",members_total,5.549,"),
        37: (",200,range,", ",170,range,"),
    }
    for line, (old, new) in changes.items():
        assert old in lines[line]
        lines[line] = lines[line].replace(old, new, 1)
    figures.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = run("check", figures, "--json")
    assert (result.exit_code, result.stdout) == (3, "")
    for said in (
        "column level, lines 2: “blok”",
        "column measure, lines 3: “admisions_target” is not in the code list. Allowed: admissions,",
        "column period_end, lines 4: “2023-02-30” is no day, month or year",
        "lines 5: value_as_printed has no printed_language",
        "column url, lines 11",
        "lines 38: value_high is not above value",
        "lines 8: people or organisations are no whole number: 45d2867e3f. Write value and value_high without a sign",
    ):
        assert said in result.stderr


def test_check_of_no_such_file_is_wrong_use(tmp_path: Path) -> None:
    result = run("check", tmp_path / "none.csv")
    assert result.exit_code == 2
    assert "none.csv" in result.stderr


# One figure more, field by field, as a source prints it; what is left out takes its default.
NINE_MONTHS = {
    "body": "Đảng bộ tỉnh Ninh Thuận",
    "measure": "admissions",
    "value-as-printed": "512",
    "period-kind": "9 tháng",
    "period-end": "30/9/2022",
    "url": "https://example.org/9-thang",
    "publisher": "Báo Ninh Thuận",
    "published-on": "2/10/2022",
}
WRITTEN = (
    "7de4368259,Đảng bộ tỉnh Ninh Thuận,Ninh Thuận,province,admissions,512,,exact,printed,512,vi,people,,9m,"
    "2022-01-01,2022-09-30,printed,https://example.org/9-thang,Báo Ninh Thuận,2022-10-02,high,"
)


def options(fields: dict[str, str]) -> list[str]:
    return [part for name, value in fields.items() for part in (f"--{name}", value)]


def add(path: Path, **changes: str) -> Result:
    """Add the nine months' figure without questions, with other fields where they are named."""
    fields = {**NINE_MONTHS, **{name.replace("_", "-"): value for name, value in changes.items()}}
    return run("add", "--file", path, "--yes", *options(fields))


def test_add_asks_for_every_field_of_the_schema() -> None:
    assert {"figure_id", *FIELDS} == set(FIGURES.columns)
    assert {name: allowed_values(FIGURES.columns[name]) for name in ALLOWED} == ALLOWED
    assert {name for name, column in FIGURES.columns.items() if allowed_values(column)} == set(ALLOWED)
    assert set(REQUIRED) <= {name for name, column in FIGURES.columns.items() if not column.nullable}


def test_add_writes_one_line_and_leaves_every_other_byte(figures: Path) -> None:
    before = figures.read_bytes()
    result = add(figures)
    assert result.exit_code == 0, result.output
    assert "read as: 512, exact, last digit worth 1" in result.stdout
    assert (
        "“288” (first half, to 30 June 2022), “512” (nine months, to 30 September 2022): not fallen." in result.stdout
    )
    assert figures.read_bytes() == before + (WRITTEN + "\n").encode()
    assert run("check", figures).exit_code == 0


def test_add_asks_again_until_an_answer_can_be_used(figures: Path) -> None:
    before = figures.read_bytes()
    answers = [
        "",  # the body is needed
        "Đảng bộ tỉnh Ninh Thuận",
        *("", ""),  # province and level of the same body
        "admision",
        "admissions",
        "",  # Vietnamese
        "5,12",
        "512",
        *("", "", ""),  # bound, value and basis as read
        "9 tháng",
        "30/2/2022",
        "30/9/2022",
        *("", ""),  # start of the year, date printed
        "baoninhthuan.com.vn",
        "https://example.org/9-thang",
        "Báo Ninh Thuận",
        "2/10/2022",
        *("", ""),  # confidence, no remark
        "y",
    ]
    result = run("add", "--file", figures, answers="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    for said in (
        "This is needed.",
        "Level of the body (national, province, bloc, district, other) [province]",
        "'admision' is not allowed. Allowed: admissions, admissions_target",
        "member_class_not_completed. Did you mean admissions",
        "'5,12' (printed_language vi, unit people): 5,12 is no number here",
        "'30/2/2022' is no day of the calendar",
        "First day of the period [2022-01-01]",
        "It begins with http:// or https://",
    ):
        assert said in result.stdout
    assert figures.read_bytes() == before + (WRITTEN + "\n").encode()


# The input ends with the second question, and before the last one: as Ctrl-C does.
@pytest.mark.parametrize(
    "answers", ["Đảng bộ A\n", "Đảng bộ A\n\nother\nadmissions\n\n12\n\n\n\nyear\n2022" + "\n" * 8]
)
def test_leaving_the_questions_leaves_the_file(figures: Path, answers: str) -> None:
    before = figures.read_bytes()
    result = run("add", "--file", figures, answers=answers)
    assert result.exit_code == 130
    assert "Interrupted." in result.stderr
    assert figures.read_bytes() == before


def test_a_fact_that_is_recorded_already_is_noticed_and_added_only_when_asked(figures: Path) -> None:
    before = figures.read_bytes()
    again = {
        "body": "Đảng bộ tỉnh Ninh Thuận",
        "measure": "members_total",
        "value-as-printed": "20.953",
        "period-kind": "stock",
        "period-end": "30-6-2022",
        "url": "https://example.org/other",
    }
    arguments = ["add", "--file", figures, *options(again)]
    refused = run(*arguments, answers="\n" * 20)
    assert refused.exit_code == 0
    assert "Printed as “20.952” and “20.953”: these cannot be one number." in refused.stdout
    assert "This fact is recorded already. Add it as one more print of it? [y/N]" in refused.stdout
    assert refused.stdout.endswith("Nothing was written.\n")
    assert figures.read_bytes() == before
    assert run(*arguments, "--yes").exit_code == 0
    assert figures.read_bytes().startswith(before) and b"20.953" in figures.read_bytes()[len(before) :]


@pytest.mark.parametrize(
    "body", ["\u00d0ảng bộ tỉnh Ninh Thuận", unicodedata.normalize("NFD", "ĐẢNG BỘ tỉnh  Ninh Thuận")]
)
def test_a_body_in_another_spelling_is_the_recorded_one(figures: Path, body: str) -> None:
    h1 = {"value_as_printed": "290", "period_kind": "h1", "period_end": "30/6/2022"}
    result = add(figures, body=body, **h1)
    assert "Printed as “288” and “290”: these cannot be one number." in result.stdout
    assert ",Đảng bộ tỉnh Ninh Thuận,Ninh Thuận,province,admissions,290," in figures.read_text().splitlines()[-1]


def test_the_first_figure_of_an_empty_file_is_added(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(",".join(FIGURES.columns) + "\n")
    result = add(path, province="Ninh Thuận", level="province")
    assert result.exit_code == 0, result.output
    assert "figure 7de4368259 added, 1 figures." in result.stdout
    assert path.read_text().splitlines()[1:] == [WRITTEN]


def test_without_questions_the_same_source_is_not_recorded_twice(figures: Path) -> None:
    assert add(figures).exit_code == 0
    before = figures.read_bytes()
    same, other_print = add(figures), add(figures, value_as_printed="513")
    assert (same.exit_code, other_print.exit_code) == (2, 2)
    assert "This very figure is recorded already: 7de4368259." in same.stderr
    assert "This fact of this source is recorded already: 7de4368259." in other_print.stderr
    assert figures.read_bytes() == before


def test_without_questions_everything_that_is_missing_is_named(figures: Path) -> None:
    result = run("add", "--file", figures, "--yes", "--body", "Đảng bộ huyện mới")
    assert result.exit_code == 2
    assert "Missing: --level, --measure, --value, --period-kind, --period-end." in result.stderr


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"value_as_printed": "5,549"}, 2, "--value-as-printed: '5,549'"),
        ({"value_as_printed": "5,549", "printed_language": "en", "published_on": "2022-10-02"}, 0, "read as: 5549"),
        ({"level": "village"}, 2, "Allowed: national, province, bloc, district, other."),
        ({"unit": "percent"}, 2, "--unit: 'percent' is not allowed. Allowed: people."),
        ({"period_end": "30-9"}, 2, "has no year"),
        ({"period_start": "2023-01-01"}, 3, "period_end comes before period_start"),
        ({"value_bound": "range"}, 3, "a range has no value_high"),
        ({"value_as_printed": "vượt 9"}, 2, "Missing: --value."),
        ({"value_as_printed": "vượt 9", "value": "139"}, 0, "read as: excess 9"),
    ],
)
def test_add_refuses_what_cannot_be_used_and_writes_nothing(figures: Path, change, status: int, said: str) -> None:
    before = figures.read_bytes()
    result = add(figures, **change)
    assert result.exit_code == status
    assert said in result.output + result.stderr
    assert (figures.read_bytes() == before) is (status != 0)


@pytest.mark.parametrize(
    ("printed", "measure", "cells"),
    [
        ("hơn 4,7 ngàn", "members_total", "4700,,at_least,printed"),
        ("90 - 100", "admissions_target", "90,100,range,printed"),
        ("62,60%", "admissions_pct_of_target", "62.6,,exact,printed"),
        ("vượt 18%", "admissions_pct_of_target", "118,,exact,derived"),
        ("79/85", "orgs_rated", "79,,exact,printed"),
        ("+137 vs 333", "admissions", "196,,exact,derived"),
    ],
)
def test_what_is_printed_gives_value_bound_and_basis(figures: Path, printed: str, measure: str, cells: str) -> None:
    assert add(figures, measure=measure, value_as_printed=printed).exit_code == 0
    assert f",{measure},{cells}," in figures.read_text(encoding="utf-8").splitlines()[-1]


def test_a_new_row_keeps_to_the_lines_quotes_and_columns_of_its_file() -> None:
    row = {"b": 'nói "a, b"', "a": "1"}
    assert with_row(b"a,b\n0,x", row) == b"a,b\n0,x\n" + '1,"nói ""a, b"""\n'.encode()
    assert with_row(b'"b","a"\r\n', row) == '"b","a"\r\n"nói ""a, b""","1"\r\n'.encode()
    assert with_row(b"\xef\xbb\xbfa,b\r\n", row).startswith(b"\xef\xbb\xbfa,b\r\n1,")


def test_shipped_identifiers_are_unique_and_a_new_one_follows_from_what_makes_the_figure() -> None:
    figures = read_figures(ROOT / FIGURES_FILE)
    assert figures["figure_id"].str.fullmatch("[0-9a-f]{10}").all()
    row = dict.fromkeys(FIGURES.columns, "") | {"body": "A", "value": "1"}
    assert make_figure_id(row) == make_figure_id({**row, "note": "B", "confidence": "low"})
    assert all(make_figure_id(row) != make_figure_id({**row, name: "other"}) for name in IDENTITY)
