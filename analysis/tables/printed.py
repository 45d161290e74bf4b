"""Numbers as Vietnamese sources print them: 5.549 · 62,67% · hơn 4,7 ngàn · 90 - 100 · vượt 9 · 79/85 · 01.

The language of the print decides what a point and a comma mean; what can mean two things is refused, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from analysis.errors import PrintedError
from analysis.tables import printed_words as words

LARGEST_DIGITS = 15
# Group sign and decimal sign. A language that is neither Vietnamese nor English may use any pair.
SIGNS = {"vi": ((".", ","),), "en": ((",", "."),), "other": ((".", ","), (",", "."), (" ", ","), ("٬", "٫"))}

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−－"), "-")
# What a copied text holds unseen: zero-width blanks and joints, the soft hyphen, a byte order mark.
_UNSEEN = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
_SIGNS = {ord("Ð"): "Đ", ord("ð"): "đ", ord("％"): "%", ord("٪"): "%", ord("＋"): "+", ord("／"): "/"}

_NO_DAY = "a day is no value (30-6 is written in period_end)"


@dataclass(frozen=True)
class PrintedNumber:
    """What a printed text says.

    value: the number, multiplied out; the lower end of a range, the part of a fraction, the excess, the change.
    value_high: the upper end of a range.
    bound: exact, at_least, at_most, about or range (codes.VALUE_BOUNDS).
    decimals: printed digits after the decimal sign; multiplier: 1000 for "ngàn". Together they are the precision.
    form: number; fraction ("79/85", `of` is 85); excess ("vượt 9": above a target that is not named);
    change ("+137 vs 333": `of` is 333, and the figure meant is 196).
    is_nearly: "gần 8.800", not reached; other words for `about` may lie on either side.
    """

    value: Decimal
    value_high: Decimal | None = None
    bound: str = "exact"
    decimals: int = 0
    multiplier: int = 1
    form: str = "number"
    of: Decimal | None = None
    is_nearly: bool = False

    @property
    def step(self) -> Decimal:
        """The worth of one unit of the last printed digit: 0.01 for 62,67% and 100 for 4,7 ngàn."""
        return Decimal(self.multiplier).scaleb(-self.decimals)


def read_printed(text: str, language: str, unit: str) -> PrintedNumber:
    """Return what a printed text says.

    language: vi (5.549 and 62,67), en (5,549 and 62.67) or other (whatever can mean only one thing).
    unit: people, organisations (whole numbers) or percent. Raises PrintedError saying what is allowed.
    """
    return _Reader(text, language, unit).read()


def write_printed(number: PrintedNumber, language: str, unit: str) -> str:
    """Return a number as vi or en prints it; `read_printed` gives the same number back."""
    ends = [value for value in (number.value, number.value_high) if value is not None]
    written = " - ".join(_write_value(value, number, language, unit) for value in ends)
    if number.form == "fraction":
        return f"{written}/{_write_value(number.of or Decimal(0), number, language, unit)}"
    if number.form == "change":
        return f"+{written} vs {_write_value(number.of or Decimal(0), number, language, unit)}"
    factors = {factor: word for word, factor in words.MULTIPLIERS[language].items()}
    factor = f" {factors[number.multiplier]}" if number.multiplier > 1 else ""
    percent = "%" if unit == "percent" else ""
    bound = words.NEARLY if number.is_nearly else words.EXCESS if number.form == "excess" else number.bound
    before = "" if bound == "range" else words.WRITTEN[language][bound]
    return f"{before} {written}{factor}{percent}".strip()


def clean(text: str) -> str:
    """Return a text composed (NFC), in lower case, with Đ for Ð (U+00D0), plain blanks and signs, nothing unseen."""
    composed = unicodedata.normalize("NFC", text.translate(_UNSEEN)).translate(_SIGNS | _DASHES)
    return " ".join(composed.split()).casefold()


def _write_value(value: Decimal, number: PrintedNumber, language: str, unit: str) -> str:
    group, decimal = SIGNS[language][0]
    # A percentage is never grouped: 1.234% would be read as 1,234% by half of its readers.
    pattern = f"{'' if unit == 'percent' else ','}.{number.decimals}f"
    plain = format(value / number.multiplier, pattern)
    return plain.translate({ord(","): group, ord("."): decimal})


class _Reader:
    """One text being read: the text as it stands stays at hand for the errors."""

    def __init__(self, text: str, language: str, unit: str) -> None:
        self.text, self.language, self.unit = text, language, unit

    def read(self) -> PrintedNumber:
        if self.language not in SIGNS or self.unit not in words.UNIT_WORDS:
            self._refuse(f"allowed are {_listed(SIGNS)} with {_listed(words.UNIT_WORDS)}")
        cleaned = clean(self.text)
        if self.language == "other":
            cleaned = "".join(_western(sign) for sign in cleaned)
        if change := re.fullmatch(r"\+\s*(\S+) (?:vs\.?|so với) (\S+)", cleaned):
            return self._change(*change.groups())
        if re.fullmatch(r"[0-9]{1,2} ?[-/.] ?[0-9]{1,2} ?[-/.] ?[0-9]{4}", cleaned):
            self._refuse(_NO_DAY)
        match = self._pattern().fullmatch(cleaned)
        if match is None:
            if re.search("[0-9] [0-9]", cleaned):
                self._refuse("digits stand apart; thousands are grouped as the language does it, ranges have a dash")
            self._refuse("it holds no number that can be read, or more than two")
        return self._assemble(match)

    def _pattern(self) -> re.Pattern[str]:
        joints = [joint for code in words.languages_read(self.language) for joint in words.RANGE_JOINTS[code]]
        joint = "|".join(map(re.escape, [*words.FRACTION_JOINTS, *joints]))
        return re.compile(
            rf"(?P<before>[^0-9]*?)\s*{self._side('low')}"
            rf"(?:\s*(?P<joint>{joint})\s*{self._side('high')})?\s*(?P<after>[^0-9]*)"
        )

    def _side(self, name: str) -> str:
        """Return the pattern of one number with its multiple and its percent sign."""
        number = r"[0-9](?:[0-9.,٬٫]*[0-9])?"
        if self.language == "other":
            number = rf"[0-9]{{1,3}}(?: [0-9]{{3}})+(?:[.,][0-9]+)?|{number}"
        multiple = "|".join(map(re.escape, words.multipliers(self.language)))
        percent = "|".join(map(re.escape, words.PERCENT_WORDS))
        return rf"(?P<{name}>{number})(?:\s*(?P<{name}_x>{multiple})(?![^\W\d_]))?(?:\s*(?P<{name}_pct>{percent}))?"

    def _assemble(self, match: re.Match[str]) -> PrintedNumber:
        bound = self._bound(match)
        if bool(match["low_pct"] or match["high_pct"]) and self.unit != "percent":
            self._refuse(f"it says percent, the unit is {self.unit}")
        if bound == words.EXCESS and self.unit == "percent" and not match["low_pct"]:
            self._refuse("an excess without % may be people or percent; write the sign")
        if match["joint"] in words.FRACTION_JOINTS:
            return self._fraction(match, bound)
        if match["joint"]:
            return self._range(match, bound)
        factor = self._factor(match["low_x"])
        value, decimals = self._number(match["low"], factor)
        form = "excess" if bound == words.EXCESS else "number"
        kept = {words.NEARLY: "about", words.EXCESS: "exact"}.get(bound, bound)
        return PrintedNumber(value, None, kept, decimals, factor, form, is_nearly=bound == words.NEARLY)

    def _bound(self, match: re.Match[str]) -> str:
        """Return how the words around the number bound it; refuse a word that is not known, and two bounds."""
        before = words.without_verb(match["before"].strip(" :("), self.language)
        known = words.words_before(self.language)
        starts = [word for code in words.languages_read(self.language) for word in words.RANGE_STARTS[code]]
        is_range = match["joint"] not in (None, *words.FRACTION_JOINTS)
        if is_range and before in starts:
            before = ""
        if before not in known:
            self._refuse(f"{before!r} before the number is not known. Known: {_listed(known)}")
        bound, after = known[before], self._after(match["after"].strip(" .,;"))
        if after and bound not in ("exact", after):
            self._refuse("the words before and after the number bound it in two ways")
        if after and is_range:
            self._refuse("a range has no further bound")
        return after or bound

    def _after(self, rest: str) -> str:
        """Return the bound that stands after the number, or nothing; refuse what is neither bound nor unit."""
        found = ""
        for bound, suffixes in words.AFTER.items():
            for suffix in suffixes:
                if rest.endswith(suffix):
                    rest, found = rest.removesuffix(suffix).strip(), bound
        if not rest or rest in words.UNIT_WORDS[self.unit]:
            return found
        if rest.startswith(words.PERIOD_WORDS):
            self._refuse("it names a period, which is written in period_kind")
        for unit, known in words.UNIT_WORDS.items():
            if rest in known:
                self._refuse(f"{rest!r} counts {unit}, the unit is {self.unit}")
        self._refuse(f"{rest!r} after the number is not known. Known: {_listed(words.UNIT_WORDS[self.unit])}")

    def _factor(self, word: str | None) -> int:
        if word and self.unit == "percent":
            self._refuse(f"a percentage has no {word!r}")
        return words.multipliers(self.language)[word] if word else 1

    def _range(self, match: re.Match[str], bound: str) -> PrintedNumber:
        if bound != "exact":
            self._refuse("a range has no further bound")
        self._refuse_day(match)
        factor = self._factor(match["high_x"])
        if match["low_x"] not in (None, match["high_x"]):
            self._refuse("the two ends of a range have different multiples")
        (low, low_decimals), (high, high_decimals) = (self._number(match[end], factor) for end in ("low", "high"))
        if low >= high:
            self._refuse(f"a range goes up; {_NO_DAY}")
        return PrintedNumber(low, high, "range", max(low_decimals, high_decimals), factor)

    def _fraction(self, match: re.Match[str], bound: str) -> PrintedNumber:
        if bound != "exact" or self.unit == "percent" or match["low_x"] or match["high_x"]:
            self._refuse("a count of a total, as in 79/85, has no bound, multiple or percent sign")
        (part, _), (whole, _) = (self._number(match[end], 1) for end in ("low", "high"))
        if whole == 0:
            self._refuse("the total of a fraction is above 0")
        self._refuse_day(match)
        # A part is seldom more than its total, as where a target was passed: words after it say that it is no day.
        if part > whole and part <= 31 and whole <= 12 and not match["after"].strip(" .,;"):
            self._refuse("it may be a day and a month or a count of a total; write what is counted: 12/7 đảng viên")
        return PrintedNumber(part, form="fraction", of=whole)

    def _refuse_day(self, match: re.Match[str]) -> None:
        """Refuse what is written like a day and month (02-06, 02/06); 01/75 and 05/07 chi bộ are counts of a total."""
        is_like_month = re.fullmatch("0[1-9]", match["high"]) and self.unit != "percent"
        if is_like_month and len(match["low"]) < 3 and not match["after"].strip(" .,;"):
            self._refuse(f"{_NO_DAY}; where it counts, write what is counted: {match['low']}/{match['high']} chi bộ")

    def _change(self, change: str, base: str) -> PrintedNumber:
        (value, decimals), (of, _) = self._number(change.removesuffix("%"), 1), self._number(base.removesuffix("%"), 1)
        if value > of:
            self._refuse("the change is larger than what it is a change to")
        return PrintedNumber(value, decimals=decimals, form="change", of=of)

    def _number(self, digits: str, factor: int) -> tuple[Decimal, int]:
        """Return a number multiplied out, and how many decimals were printed."""
        readings = dict(self._readings(digits, factor))
        if len(readings) == 1:
            decimals, value = readings.popitem()
            return value, decimals
        signs = [f"{group!r} between thousands and {sign!r} before decimals" for group, sign in SIGNS[self.language]]
        if readings:
            self._refuse(f"{digits} may be {_listed(sorted(map(str, readings.values())))}; write it out")
        whole = "" if self.unit == "percent" else f"; {self.unit} are whole numbers"
        self._refuse(f"{digits} is no number here. Allowed: {' or '.join(signs)}{whole}; percentages are not grouped")

    def _readings(self, digits: str, factor: int) -> Iterator[tuple[int, Decimal]]:
        """Return what the digits can mean: the number of decimals with the value."""
        for group, sign in SIGNS[self.language]:
            grouped = "" if self.unit == "percent" else rf"[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+|"
            match = re.fullmatch(rf"({grouped}[0-9]+)(?:{re.escape(sign)}([0-9]+))?", digits)
            if match is None or len(digits) > LARGEST_DIGITS:
                continue
            decimals = len(match[2] or "")
            plain = match[1].replace(group, "")
            value = Decimal(f"{plain}.{match[2]}" if match[2] else plain) * factor
            is_whole = value % 1 == 0 and (decimals == 0 or factor > 1)
            if self.unit == "percent":
                yield decimals, value
            elif is_whole:
                yield decimals, Decimal(int(value))

    def _refuse(self, why: str) -> NoReturn:
        raise PrintedError(f"{self.text!r} (printed_language {self.language}, unit {self.unit}): {why}.")


def _western(sign: str) -> str:
    digit = unicodedata.digit(sign, None)
    return sign if digit is None else str(digit)


def _listed(known: Iterable[str]) -> str:
    return ", ".join(repr(word) for word in known if word)
