"""Parameters: every key is needed, none may be added, and what is wrong is named before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from frames import ROOT

from analysis.errors import ParamsError
from analysis.params import KEYS, ReportParams, load_params, read_params

SHIPPED = sorted((ROOT / "params").glob("*.yaml"))
GOOD = {
    "report": "2023-midterm",
    "period": "term:2023-06-02",
    "compare_with": "",
    "dataset": "data/sample",
    "audience": "public",
    "language": "vi",
    "sector": "",
    "organisation": "",
}


def write(folder: Path, values: dict[str, Any]) -> Path:
    path = folder / "mine.yaml"
    path.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ParamsError) as caught:
        load_params(path)
    return str(caught.value)


def test_good_parameters_are_read_as_they_stand(tmp_path):
    assert load_params(write(tmp_path, GOOD)).model_dump() == GOOD


@pytest.mark.parametrize("key", KEYS)
def test_a_missing_key_is_named_with_its_file(tmp_path, key):
    path = write(tmp_path, {name: value for name, value in GOOD.items() if name != key})
    message = refusal(path)
    assert f"{path}: the parameters cannot be used" in message
    assert f'  {key}: missing. Add the key; an empty text is written as "".' in message


@pytest.mark.parametrize("key", ["perod", "Period", "organization", "year"])
def test_an_unknown_key_is_named_with_its_value_and_the_allowed_keys(tmp_path, key):
    path = write(tmp_path, GOOD | {key: "2023-Q1"})
    message = refusal(path)
    assert str(path) in message
    assert f"  {key}: unknown key (value '2023-Q1'). Allowed keys: {', '.join(KEYS)}." in message


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("report", "../2023", "letters, digits and hyphens only, such as 2023-Q1"),
        ("report", "", "letters, digits and hyphens only"),
        ("report", "a/b", "letters, digits and hyphens only"),
        ("period", "2023-Q5", "Allowed: 2023-Q1, 2023-H1, 2023-9M, 2023, term:2023-06-02 or term"),
        ("period", "", "Allowed: 2023-Q1"),
        ("period", "term:2023-02-30", "is not a day of the calendar"),
        ("compare_with", "last year", "Allowed: 2023-Q1"),
        ("audience", "everyone", "'public' or 'internal'"),
        ("language", "fr", "'vi' or 'en'"),
        ("sector", "banks", "party_mass, state_agency, service_unit, state_capital, non_state, other"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(tmp_path, key, value, allowed):
    path = write(tmp_path, GOOD | {key: value})
    message = refusal(path)
    assert str(path) in message
    assert f"  {key}: {value!r} cannot be used: " in message
    assert allowed in message


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", [2023, None, True, ["2023"]], ids=str)
def test_a_value_that_is_not_text_is_refused_by_name(tmp_path, key, value):
    message = refusal(write(tmp_path, GOOD | {key: value}))
    assert f"  {key}: {value!r} cannot be used: " in message


def test_an_unquoted_year_says_to_put_it_in_quotes(tmp_path):
    assert "period: 2023 cannot be used: Input should be a valid string. Put the value in quotes." in refusal(
        write(tmp_path, GOOD | {"period": 2023})
    )


def test_everything_that_is_wrong_is_said_at_once(tmp_path):
    wrong = {name: value for name, value in GOOD.items() if name != "dataset"}
    message = refusal(write(tmp_path, wrong | {"period": "2023-Q5", "language": "fr", "secter": ""}))
    named = [line.split(":")[0].strip() for line in message.splitlines()[1:]]
    assert sorted(named) == ["dataset", "language", "period", "secter"]


def test_a_public_page_of_one_organisation_is_refused():
    with pytest.raises(ParamsError, match="counts of one organisation are internal") as caught:
        read_params(GOOD | {"organisation": "TC001"}, "here")
    assert "'TC001'" in str(caught.value)
    assert read_params(GOOD | {"organisation": "TC001", "audience": "internal"}, "here").organisation == "TC001"


def test_a_file_that_is_not_there_is_named(tmp_path):
    message = refusal(tmp_path / "absent.yaml")
    assert str(tmp_path / "absent.yaml") in message
    assert "Name an existing file of params/." in message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"period: [", "is not YAML"),
        (b"", "holds no keys"),
        (b"- a\n- b\n", "holds no keys"),
        ("report: Đảng".encode("utf-16"), "is not UTF-8 text. Save it as UTF-8."),
    ],
)
def test_a_file_that_holds_no_parameters_is_refused(tmp_path, content, reason):
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    message = refusal(path)
    assert str(path) in message
    assert reason in message


def test_there_is_a_file_for_every_reporting_period_of_the_term():
    years = [f"{year}{part}" for year in range(2021, 2025) for part in ("-Q1", "-H1", "-9M", "")]
    assert sorted(path.stem for path in SHIPPED) == sorted(["2020", *years, "2023-midterm", "term"])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_file_is_complete_and_named_for_its_report(path):
    params = load_params(path)
    assert tuple(yaml.safe_load(path.read_text(encoding="utf-8"))) == KEYS == tuple(ReportParams.model_fields)
    named = {"2020": "term:2020-12-31", "2023-midterm": "term:2023-06-02"}
    assert (params.report, params.period) == (path.stem, named.get(path.stem, path.stem))
    assert (params.dataset, params.sector, params.organisation) == ("data/sample", "", "")
