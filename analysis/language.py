"""Words, numbers and dates as Vietnamese and English write them.

Texts live in texts/vi.yaml and texts/en.yaml, with the same keys. A placeholder says how its value is written: {s} as
it stands · {n:count} 5.549 · {p:pct} 62,67% · {d:date} 02/06/2023 · {d:day} 02/06 · {x:dec1} 70,2 · {d:signed} +12.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

LANGUAGES = ("vi", "en")
NO_VALUE = "—"
PERCENT_DIGITS = 2
# The Vietnamese alphabet with the four letters that only names from elsewhere have, and the marks of its tones.
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"

_DATE_PATTERNS = {"vi": "dd/MM/yyyy", "en": "d MMMM yyyy"}
_MONTH_PATTERNS = {"vi": "MM/yyyy", "en": "MMMM yyyy"}
_DAY_PATTERNS = {"vi": "dd/MM", "en": "d MMM"}


class Language:
    """One language: `text` looks a sentence up and fills it in, the other methods write single values."""

    def __init__(self, code: str, texts: Mapping[str, Any]) -> None:
        self.code = code
        self.texts = texts
        self._formatter = _Formatter(self)

    def text(self, key: str, /, **values: object) -> str:
        """Return the text under a dotted key with its placeholders filled. Raises KeyError naming the key."""
        return self._formatter.vformat(self._template(key), (), values)

    def has(self, key: str) -> bool:
        return isinstance(_look_up(self.texts, key), str)

    def count(self, value: object) -> str:
        """Write a whole number: 5.549 (vi), 5,549 (en); NA as a dash."""
        return self.decimal(value, 0)

    def decimal(self, value: object, digits: int) -> str:
        """Write a number with a fixed number of decimals, rounded half up from its shortest decimal form."""
        if is_missing(value):
            return NO_VALUE
        from babel.numbers import format_decimal

        exact = _round_half_up(value, digits)
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(exact, format=pattern, locale=self.code).replace("-", "−")

    def percent(self, value: object, digits: int = PERCENT_DIGITS) -> str:
        """Write a percentage that is already on the scale 0–100: 62,67% (vi), 62.67% (en)."""
        return NO_VALUE if is_missing(value) else self.decimal(value, digits) + "%"

    def signed(self, value: object, digits: int = 0) -> str:
        """Write a difference with its sign: +12, −3, 0."""
        if is_missing(value):
            return NO_VALUE
        written = self.decimal(value, digits)
        return f"+{written}" if _round_half_up(value, digits) > 0 else written

    def day(self, value: date) -> str:
        """Write a date: 02/06/2023 (vi), 2 June 2023 (en)."""
        from babel.dates import format_date

        return format_date(value, _DATE_PATTERNS[self.code], locale=self.code)

    def month(self, value: date) -> str:
        """Write the month of a date: 09/2022 (vi), September 2022 (en)."""
        from babel.dates import format_date

        return format_date(value, _MONTH_PATTERNS[self.code], locale=self.code)

    def day_of_year(self, value: date) -> str:
        """Write a date beside which the year stands: 02/06 (vi), 2 Jun (en)."""
        from babel.dates import format_date

        return format_date(value, _DAY_PATTERNS[self.code], locale=self.code)

    def listing(self, parts: Iterable[str]) -> str:
        """Join parts as a list in a sentence: "a, b và c", "a, b and c"."""
        *head, last = parts
        joint = self.text("words.and")
        return f"{', '.join(head)} {joint} {last}" if head else last

    def _template(self, key: str) -> str:
        found = _look_up(self.texts, key)
        if not isinstance(found, str):
            raise KeyError(f"texts/{self.code}.yaml has no text {key!r}")
        return found


def alphabet_key(text: str) -> tuple[tuple[tuple[bool, int], ...], tuple[int, ...], str]:
    """Return what names are sorted by in both languages: the Vietnamese alphabet, then the tones, then capitals.

    ă, â, đ, ê, ô, ơ and ư are letters of their own after a, d, e, o and u; a tone tells apart only what is else the
    same, in the order of the Unicode locale data (CLDR, vi): none, huyền, hỏi, ngã, sắc, nặng.
    """
    parts = unicodedata.normalize("NFD", text.casefold())
    tones: list[int] = []
    for sign in parts:
        if sign in TONES:
            tones[-1:] = [1 + TONES.index(sign)]
        elif not unicodedata.combining(sign):
            tones.append(0)
    bare = unicodedata.normalize("NFC", "".join(sign for sign in parts if sign not in TONES))
    # What is no letter, blanks and digits, comes before the letters.
    letters = [(sign in ALPHABET, ALPHABET.index(sign) if sign in ALPHABET else ord(sign)) for sign in bare]
    return tuple(letters), tuple(tones), text.swapcase()


def is_missing(value: object) -> bool:
    """Tell whether a value is None, NaN or NA, without pandas."""
    return value is None or str(value) in ("nan", "<NA>", "NaT")


def _round_half_up(value: object, digits: int) -> Decimal:
    """Return a number rounded from its shortest decimal form; what rounds to zero has no sign."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP) + 0


@cache
def load_language(code: str) -> Language:
    """Return the language `vi` or `en`."""
    content = files("analysis").joinpath("texts", f"{code}.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Language(code, yaml.load(content, Loader=loader))


def _look_up(texts: Mapping[str, Any], key: str) -> object:
    found: object = texts
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


class _Formatter(string.Formatter):
    """Writes {name:spec} with the language's own number and date forms."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        language = self.language
        if format_spec == "count":
            return language.count(value)
        if format_spec == "pct":
            return language.percent(value)
        if format_spec == "date":
            return language.day(value)
        if format_spec == "day":
            return language.day_of_year(value)
        if format_spec == "signed":
            return language.signed(value)
        if format_spec.startswith("signed"):
            return language.signed(value, int(format_spec.removeprefix("signed")))
        if format_spec.startswith("dec"):
            return language.decimal(value, int(format_spec.removeprefix("dec")))
        return format(value, format_spec)
