"""What one report is asked to show: the flat keys of params/*.yaml and of every notebook's parameters cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, model_validator

from analysis.errors import ParamsError
from analysis.periods import check_period_text

SECTOR_GROUPS = ("party_mass", "state_agency", "service_unit", "state_capital", "non_state", "other")

_REPORT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


def _check_period(text: str) -> str:
    try:
        check_period_text(text)
    except ParamsError as error:
        raise ValueError(str(error)) from None
    return text


def _check_report(text: str) -> str:
    if not _REPORT_NAME.fullmatch(text):
        raise ValueError("names a folder: letters, digits and hyphens only, such as 2023-Q1")
    return text


def _check_sector(text: str) -> str:
    if text and text not in SECTOR_GROUPS:
        raise ValueError(f"allowed: empty (all sectors) or one of {', '.join(SECTOR_GROUPS)}")
    return text


PeriodText = Annotated[str, AfterValidator(_check_period)]
OptionalPeriodText = Annotated[str, AfterValidator(lambda text: text and _check_period(text))]


class ReportParams(BaseModel):
    """The parameters of one report. Every key is required in a file, none may be added.

    report: folder of the pages · period, compare_with: see analysis.periods (compare_with may be empty: a year before)
    dataset: folder of the dataset, from the project's root · audience: public or internal · language: vi or en
    sector: a sector group or empty · organisation: an org_id or empty (the whole Khối).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    report: Annotated[str, AfterValidator(_check_report)]
    period: PeriodText
    compare_with: OptionalPeriodText
    dataset: str
    audience: Literal["public", "internal"]
    language: Literal["vi", "en"]
    sector: Annotated[str, AfterValidator(_check_sector)]
    organisation: str

    @model_validator(mode="after")
    def _keep_organisations_internal(self) -> ReportParams:
        if self.audience == "public" and self.organisation:
            raise ValueError(
                f"organisation {self.organisation!r} with audience 'public': counts of one organisation are internal. "
                "Set audience: internal, or leave organisation empty"
            )
        return self


KEYS = tuple(ReportParams.model_fields)


def read_params(values: Mapping[str, object], place: str) -> ReportParams:
    """Return checked parameters. Raises ParamsError that lists every wrong, missing or unknown key of `place`."""
    try:
        return ReportParams.model_validate(dict(values))
    except ValidationError as error:
        lines = [_describe(dict(problem)) for problem in error.errors()]
        raise ParamsError("\n".join([f"{place}: the parameters cannot be used", *lines])) from None


def load_params(path: Path) -> ReportParams:
    """Return the parameters of one YAML file. Raises ParamsError naming file, key, value and what is allowed."""
    try:
        content = _parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ParamsError(f"{path}: cannot be read ({error.strerror}). Name an existing file of params/.") from None
    except UnicodeDecodeError:
        raise ParamsError(f"{path}: is not UTF-8 text. Save it as UTF-8.") from None
    except yaml.YAMLError as error:
        raise ParamsError(f"{path}: is not YAML: {error}") from None
    if not isinstance(content, dict):
        raise ParamsError(f"{path}: holds no keys. Expected: {', '.join(KEYS)}.")
    return read_params({str(key): value for key, value in content.items()}, str(path))


@cache
def _parse(text: str) -> Any:
    # A run reads each file three times: for its jobs, for the order of reports, and for what pages lead to.
    return yaml.safe_load(text)


def _describe(problem: Mapping[str, Any]) -> str:
    key = ".".join(str(part) for part in problem["loc"]) or "organisation, audience"
    if problem["type"] == "extra_forbidden":
        return f"  {key}: unknown key (value {problem['input']!r}). Allowed keys: {', '.join(KEYS)}."
    if problem["type"] == "missing":
        return f'  {key}: missing. Add the key; an empty text is written as "".'
    message = str(problem["msg"]).removeprefix("Value error, ")
    hint = " Put the value in quotes." if problem["type"] == "string_type" else ""
    value = "" if isinstance(problem["input"], dict) else f"{problem['input']!r} cannot be used: "
    return f"  {key}: {value}{message.rstrip('.')}.{hint}"
