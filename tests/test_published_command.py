"""`nhiemky published check` and `add`: what they print, what they refuse, and what they write."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from frames import ROOT

from analysis import cli
from analysis.tables.published import FIGURES_FILE

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
    assert "figures.csv: 200 figures, 41 checks, 1 of them differ" in shipped.stdout
    content = figures.read_text(encoding="utf-8").replace(",40,,exact,printed,40,", ",39,,exact,printed,40,")
    figures.write_text(content, encoding="utf-8")
    changed = run("check", figures)
    assert changed.exit_code == 0
    assert "39 + 38 is 77; the total printed is 78." in changed.stdout
    assert "f7fc37409d: “40” does not say 39 (exact)." in changed.stdout


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
    ):
        assert said in result.stderr


def test_check_of_no_such_file_is_wrong_use(tmp_path: Path) -> None:
    result = run("check", tmp_path / "none.csv")
    assert result.exit_code == 2
    assert "none.csv" in result.stderr
