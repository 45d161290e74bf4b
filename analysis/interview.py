"""The questions of `nhiemky published add`: one field each, with what is allowed and a default.

What is heavy is imported inside the functions, so that help answers at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from analysis.errors import NhiemkyError, PrintedError
from analysis.tables import codes
from analysis.tables.published_codes import MEASURES

if TYPE_CHECKING:
    import pandas as pd

    from analysis.tables.printed import PrintedNumber

# Every column of the figures but the identifier, in the order of the questions, with what is asked.
FIELDS = {
    "body": "Body that the figure is about, as printed",
    "province": "Province as it was called then",
    "level": "Level of the body",
    "measure": "What was counted",
    "unit": "Unit",
    "printed_language": "Language whose number form was printed",
    "value_as_printed": "Characters as printed (hơn 4,7 ngàn; 62,67%; 79/85)",
    "value": "Value; of a range the lower end",
    "value_bound": "How exact it is",
    "value_high": "Upper end of the range",
    "value_basis": "Printed, or derived from printed values",
    "is_cumulative": "Does the share include the levels above",
    "period_kind": "Kind of period (9 tháng, Quý I are read too)",
    "period_end": "Last day of the period, or day of the stock (30/6/2023, 2023-06, 2023)",
    "period_start": "First day of the period",
    "date_basis": "How the date was established",
    "url": "Address of the source",
    "publisher": "Who published it",
    "published_on": "Day of publication",
    "confidence": "How sure the reading is",
    "note": "Remark",
}
ALLOWED: dict[str, Sequence[str]] = {
    "level": codes.PUBLISHED_LEVELS,
    "measure": tuple(MEASURES),
    "unit": codes.UNITS,
    "printed_language": codes.PRINTED_LANGUAGES,
    "value_bound": codes.VALUE_BOUNDS,
    "value_basis": codes.VALUE_BASES,
    "is_cumulative": ("true", "false"),
    "period_kind": codes.PUBLISHED_PERIOD_KINDS,
    "date_basis": codes.DATE_BASES,
    "confidence": codes.CONFIDENCES,
}
REQUIRED = ("body", "level", "measure", "value", "period_kind", "period_end")
# Where a level is counted together with the one above it, the record has to say so (rule A.35).
MAY_INCLUDE_BETTER = ("org_class_good", "member_class_good")
# The answer that leaves a cell empty where Enter would take the default.
EMPTY = "-"


class Interview:
    """The questions, one field each: an option answers before anyone is asked."""

    def __init__(self, given: Mapping[str, str | None], is_silent: bool) -> None:
        self.given, self.is_silent = given, is_silent
        self.answers: dict[str, str] = {}

    def row(self, figures: pd.DataFrame) -> dict[str, str]:
        """Return the cells of the new figure. Raises NhiemkyError for an option that cannot be used or is missing."""
        from analysis.tables.published import make_figure_id

        self._ask_what(figures)
        self._ask_value(self._ask_print())
        self._ask_when()
        self._ask_where()
        missing = [name for name in REQUIRED if not self.answers[name]]
        if missing:
            raise NhiemkyError(f"Missing: {', '.join('--' + name.replace('_', '-') for name in missing)}.")
        return {"figure_id": make_figure_id(self.answers), **self.answers}

    def _ask_what(self, figures: pd.DataFrame) -> None:
        from analysis.tables.spelling import one_spelling

        body = self._ask("body", read=one_spelling)
        is_known = figures["body"].map(one_spelling).str.casefold() == body.casefold()
        known = figures.loc[is_known, ["province", "level", "body"]].fillna("")
        province, level, recorded = known.iloc[-1] if len(known) else ("", "", body)
        # A body keeps the spelling under which it is recorded.
        self.answers["body"] = recorded
        self._ask("province", province, read=one_spelling)
        self._ask("level", level)
        measure = self._ask("measure")
        units = MEASURES.get(measure, codes.UNITS)
        if len(units) == 1 and not self.given["unit"]:
            self.answers["unit"] = units[0]
        else:
            self._ask("unit", units[0], allowed=units)

    def _ask_print(self) -> PrintedNumber | None:
        from analysis.tables.printed import read_printed

        language, unit = self._ask("printed_language", "vi"), self.answers["unit"]
        printed = self._ask("value_as_printed", read=lambda text: text if read_printed(text, language, unit) else "")
        if not printed:
            self.answers["printed_language"] = ""
            return None
        reading = read_printed(printed, language, unit)
        click.echo(f"  read as: {_in_words(reading)}")
        return reading

    def _ask_value(self, reading: PrintedNumber | None) -> None:
        stated = _stated_value(reading, self.answers["unit"])
        bound = self._ask("value_bound", reading.bound if reading else "exact")
        self._ask("value", "" if stated is None else _plain(stated), read=_number)
        high = reading.value_high if reading else None
        self._ask_if(bound == "range", "value_high", "" if high is None else _plain(high), read=_number)
        is_stated = reading is not None and reading.form in ("number", "fraction")
        self._ask("value_basis", "printed" if is_stated else "derived")
        measure = self.answers["measure"]
        is_joint = measure.endswith("good_or_better")
        self._ask_if(is_joint or measure in MAY_INCLUDE_BETTER, "is_cumulative", "true" if is_joint else "false")

    def _ask_when(self) -> None:
        from analysis.tables.printed_dates import read_printed_date

        language = self.answers["printed_language"] or "vi"
        kind = self._ask("period_kind", read=_period_kind)
        end = self._ask("period_end", read=lambda text: read_printed_date(text, language))

        def read_start(text: str) -> str:
            return read_printed_date(text, language, end)

        self._ask("period_start", _usual_start(kind, end), read=read_start)
        self._ask("date_basis", "printed")

    def _ask_where(self) -> None:
        from analysis.tables.printed_dates import read_printed_date

        self._ask("url", read=_address)
        self._ask("publisher")
        language = self.answers["printed_language"] or "vi"
        self._ask("published_on", read=lambda text: read_printed_date(text, language))
        self._ask("confidence", "high")
        self._ask("note")

    def _ask_if(self, is_asked: bool, name: str, default: str, read: Callable[[str], str] | None = None) -> None:
        """Ask, or leave the cell empty where the field does not apply; an option that names it all the same is kept."""
        if is_asked or self.given[name]:
            self._ask(name, default, read=read)
        else:
            self.answers[name] = ""

    def _ask(
        self,
        name: str,
        default: str = "",
        *,
        allowed: Sequence[str] = (),
        read: Callable[[str], str] | None = None,
    ) -> str:
        """Return the answer to one question, asked again until it can be used."""
        choices = allowed or ALLOWED.get(name, ())
        given = self.given[name]
        if given is not None or self.is_silent:
            answer = _usable(default if given is None else given, name, choices, read)
        else:
            answer = _ask_until_usable(name, default, choices, read)
        self.answers[name] = answer
        return answer


def _ask_until_usable(name: str, default: str, choices: Sequence[str], read: Callable[[str], str] | None) -> str:
    label = f"{FIELDS[name]} ({', '.join(choices)})" if choices else FIELDS[name]
    while True:
        text = click.prompt(label, default=default, show_default=bool(default))
        if not text.strip() and name in REQUIRED:
            click.echo("  This is needed.")
            continue
        try:
            return _usable(text, name, choices, read)
        except NhiemkyError as error:
            click.echo(f"  {error}")
            # What is allowed stands in the error; a list of forty measures is not read three times.
            label = FIELDS[name]


def _usable(text: str, name: str, choices: Sequence[str], read: Callable[[str], str] | None) -> str:
    """Return an answer as the file holds it. Raises NhiemkyError saying what is allowed."""
    text = text.strip()
    if text in ("", EMPTY):
        return ""
    try:
        text = read(text) if read else text
    except PrintedError as error:
        raise NhiemkyError(f"--{name.replace('_', '-')}: {error}") from None
    if choices and text not in choices:
        close = " or ".join(get_close_matches(text, choices))
        meant = f" Did you mean {close}?" if close else ""
        allowed = f"Allowed: {', '.join(choices)}.{meant}"
        raise NhiemkyError(f"--{name.replace('_', '-')}: {text!r} is not allowed. {allowed}")
    return text


def _period_kind(text: str) -> str:
    from analysis.tables.printed_dates import read_printed_period

    return text if text in codes.PUBLISHED_PERIOD_KINDS else read_printed_period(text)


def _number(text: str) -> str:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(-1)
    if not (value.is_finite() and value >= 0):
        raise PrintedError(f"{text!r} is no number of the file. Write 4700 or 62.67.")
    return _plain(value)


def _address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise PrintedError(f"{text!r} is no address. It begins with http:// or https://; leave it empty where none is.")
    return text


def _plain(value: Decimal) -> str:
    """Return a number as the file holds it: 62.67, 98.4, 4700."""
    return format(value.normalize(), "f")


def _stated_value(reading: PrintedNumber | None, unit: str) -> Decimal | None:
    """Return the value that a print states; None where another figure is needed to tell (vượt 9)."""
    if reading is None:
        return None
    if reading.form == "change":
        return None if reading.of is None else reading.of - reading.value
    if reading.form == "excess":
        return 100 + reading.value if unit == "percent" else None
    return reading.value


def _in_words(reading: PrintedNumber) -> str:
    ends = " to ".join(_plain(end) for end in (reading.value, reading.value_high) if end is not None)
    of = f" of {_plain(reading.of)}" if reading.of is not None else ""
    kind = "" if reading.form == "number" else f"{reading.form} "
    return f"{kind}{ends}{of}, {reading.bound}, last digit worth {_plain(reading.step)}"


def _usual_start(kind: str, end: str) -> str:
    if kind == "month":
        return f"{end[:7]}-01" if len(end) > 4 else ""
    return f"{end[:4]}-01-01" if kind in ("q1", "h1", "9m", "year", "annual_target") and end else ""
