"""The errors this package raises on purpose, and the problems that they carry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

SEVERITIES = ("error", "warning", "note")
SHOWN_KEYS = 5


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, in both languages, with the place where it stands.

    rule: the code of the check (K06, or a word such as "unreadable").
    severity: error (the dataset is refused), warning (shown, kept) or note.
    table: the table, or "dataset" for dataset.yaml.
    rows: line numbers in the file (the heading is line 1); empty where the whole file is meant.
    """

    rule: str
    severity: str
    table: str
    message_vi: str
    message_en: str
    rows: tuple[int, ...] = field(default=())

    def message(self, language: str) -> str:
        return self.message_vi if language == "vi" else self.message_en

    def as_dict(self) -> dict[str, object]:
        return {
            "rule": self.rule,
            "severity": self.severity,
            "table": self.table,
            "rows": list(self.rows),
            "message_vi": self.message_vi,
            "message_en": self.message_en,
        }


class NhiemkyError(Exception):
    """Something the user can put right. `exit_status` is what the command ends with."""

    exit_status = 2


class ParamsError(NhiemkyError):
    """Parameters that cannot be used: names the file, the key, the value and what is allowed."""

    exit_status = 2


class PrintedError(NhiemkyError):
    """A printed number or date that cannot be read, or can be read in two ways; says what is allowed."""


class DataError(NhiemkyError):
    """A dataset or file that breaks a rule which forbids the work; carries every problem found."""

    exit_status = 3

    def __init__(self, problems: Iterable[Problem], place: str) -> None:
        self.problems = tuple(problems)
        self.place = place
        super().__init__(self.in_language("en"))

    def __reduce__(self) -> tuple[type[DataError], tuple[tuple[Problem, ...], str]]:
        return type(self), (self.problems, self.place)

    def in_language(self, language: str) -> str:
        """Return the heading and one line per problem."""
        heading = f"{self.place}: " + (
            f"{len(self.problems)} lỗi, không dùng được"
            if language == "vi"
            else f"{len(self.problems)} problem(s), cannot be used"
        )
        lines = [f"  [{problem.rule}] {problem.message(language)}" for problem in self.problems]
        return "\n".join([heading, *lines])


def name_keys(keys: Iterable[object], language: str = "en") -> str:
    """Return at most five keys as text, then how many more there are."""
    listed = [str(key) for key in keys]
    shown = ", ".join(listed[:SHOWN_KEYS])
    more = len(listed) - SHOWN_KEYS
    if more <= 0:
        return shown
    return f"{shown} và {more} mục nữa" if language == "vi" else f"{shown} and {more} more"
