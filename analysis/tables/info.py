"""dataset.yaml: what a dataset is, and the rules that belong to it. Read without pandas, so that a plan is quick."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from analysis.errors import DataError, Problem
from analysis.language import load_language
from analysis.periods import Term

INFO_FILE = "dataset.yaml"
SHOWN_VALUE = 80


class Settings(BaseModel):
    """Rules that are uncertain, and so belong to the dataset and not to the code (docs/assumptions.md)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cap_denominator: Literal["good", "good_or_better", "rated"] = Field(
        "good", description="What the 20 % cap on excellent grades is taken of"
    )
    cap_level: Literal["grassroots", "cell"] = Field(
        "grassroots", description="Where the cap on members is kept: in the grassroots organisation, or in each cell"
    )
    admission_date_basis: Literal["ceremony", "decision"] = Field(
        "ceremony", description="Which day counts an admission into a row period"
    )
    rate_base: Literal["term_start", "year_start", "previous_year_end"] = Field(
        "term_start", description="Members of which day the admission rate is taken of"
    )
    small_count: int = Field(5, description="Counts of people below it are hidden on public pages")
    small_count_sensitive: int = Field(10, description="The same for sensitive lines")


class LocalText(BaseModel):
    """A text in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        return self.vi if language == "vi" else self.en


class DatasetInfo(BaseModel):
    """What dataset.yaml says of the dataset as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title_vi: str = Field(description="Title in Vietnamese")
    title_en: str = Field(description="Title in English")
    kind: Literal["synthetic", "published", "internal"] = Field(
        description="Invented counts, printed figures or an organisation's own; printed ones need not add up"
    )
    granularity: Literal["month", "quarter", "half"] = Field(description="Length of the row periods")
    term_start: date = Field(description="Day of the Congress; the first rows run from it")
    term_end: date = Field(description="Last day of the Khối; the last rows end on it")
    assumed: tuple[str, ...] = Field((), description="Keys whose values are assumed; pages say so")
    publishable: bool = Field(False, description="Whether public pages may be made of it")
    cleared_by: str = Field("", description="Who cleared it for publication; needed unless it is synthetic")
    cleared_on: date | None = Field(None, description="Day on which it was cleared; needed unless it is synthetic")
    sources: tuple[str | LocalText, ...] = Field(
        (), description="Where the counts come from, as pages name it: a text, or one for each of vi and en"
    )
    settings: Settings = Field(Settings(), description="Rules that are uncertain; the keys below it")

    @property
    def term(self) -> Term:
        return Term(self.term_start, self.term_end)

    @property
    def is_synthetic(self) -> bool:
        return self.kind == "synthetic"

    @property
    def may_be_published(self) -> bool:
        """Only synthetic data, or data that a named person cleared, may stand on a public page."""
        return self.publishable and (self.is_synthetic or bool(self.cleared_by and self.cleared_on))

    def sources_in(self, language: str) -> str:
        """Return where the data come from, as one text; a source given without a language stands as it is."""
        return " ".join(s if isinstance(s, str) else s.in_language(language) for s in self.sources)

    def title(self, language: str) -> str:
        return self.title_vi if language == "vi" else self.title_en


def read_info(path: Path) -> DatasetInfo:
    """Return what dataset.yaml says. Raises DataError with every key that is wrong, missing or unknown."""
    place = str(path.parent)
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError([dataset_problem("missing", "dataset", "no_info", path=path)], place) from None
    except UnicodeDecodeError:
        raise DataError([dataset_problem("encoding", "dataset", "not_utf8", file=INFO_FILE)], place) from None
    except yaml.YAMLError as error:
        raise DataError([dataset_problem("unreadable", "dataset", "not_yaml", reason=error)], place) from None
    try:
        info = DatasetInfo.model_validate(content)
    except ValidationError as error:
        raise DataError([_key_problem(item) for item in error.errors()], place) from None
    if info.term_end <= info.term_start:
        raise DataError([dataset_problem("settings", "dataset", "term_backwards")], place)
    return info


def _key_problem(item: ErrorDetails) -> Problem:
    """Return what is wrong with one key of dataset.yaml, with what is allowed instead."""
    key = ".".join(str(part) for part in item["loc"]) or INFO_FILE
    value = repr(item["input"])[:SHOWN_VALUE]
    if item["type"] == "missing":
        return dataset_problem("settings", "dataset", "missing_key", key=key)
    if item["type"] == "extra_forbidden":
        model = Settings if len(item["loc"]) > 1 else DatasetInfo
        return dataset_problem(
            "settings", "dataset", "unknown_key", key=key, value=value, allowed=", ".join(model.model_fields)
        )
    if item["type"] == "literal_error":
        allowed = item["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        return dataset_problem("settings", "dataset", "key_not_allowed", key=key, value=value, allowed=allowed)
    return dataset_problem("settings", "dataset", "bad_key", key=key, value=value, reason=item["msg"])


def dataset_problem(rule: str, table: str, key: str, /, **values: object) -> Problem:
    """Return an error of a dataset in both languages; `key` names its text under `problem`."""
    vi, en = (load_language(code).text(f"problem.{key}", **values) for code in ("vi", "en"))
    return Problem(rule, "error", table, vi, en)
