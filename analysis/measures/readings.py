"""What each printed figure says: its value with bound and precision, and whether the record reads it as printed.

Input: data/published/figures.csv as read. The recorded value is used, never corrected.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from analysis.errors import PrintedError
from analysis.language import is_missing
from analysis.measures.intervals import Span, rounded_span
from analysis.tables.printed import PrintedNumber, read_printed
from analysis.tables.spelling import one_spelling

# Periods that run from 1 January, with the day on which they end in any year.
LAST_DAYS = {"q1": "03-31", "h1": "06-30", "9m": "09-30"}


@dataclass(frozen=True)
class PrintedFigure:
    """One row of the figures, with what its print says (None where nothing that can be read was printed).

    period_end: as recorded, which may be partial; in full where the kind of period tells the day.
    """

    figure_id: str
    body: str
    province: str
    measure: str
    is_cumulative: str
    unit: str
    period_kind: str
    period_start: str
    period_end: str
    value: Decimal
    value_high: Decimal | None
    bound: str
    printed: str
    url: str
    publisher: str
    reading: PrintedNumber | None

    @property
    def whose(self) -> tuple[str, str]:
        """Return body and province in one spelling, whatever the case of their letters."""
        return one_spelling(self.body).casefold(), one_spelling(self.province).casefold()

    @property
    def counted(self) -> str:
        """Return the measure that the figure is, whatever it is called: "good" that includes excellent is not good."""
        if self.measure.endswith("_class_good") and self.is_cumulative == "true":
            return f"{self.measure}_or_better"
        if self.measure.endswith("_class_good_or_better") and self.is_cumulative == "false":
            return self.measure.removesuffix("_or_better")
        return self.measure

    @property
    def step(self) -> Decimal:
        """The worth of one unit of the last printed digit; of a value that was not read, of the last recorded one."""
        if self.reading is not None and self.reading.form in ("number", "excess"):
            return self.reading.step
        return Decimal(1).scaleb(min(0, _exponent(self.value)))

    def span(self, rounding: str) -> Span:
        """Return the values that the figure can stand for; whole counts stand for themselves alone.

        An approximate value reaches one unit of its last digit that is not 0 to both sides; "gần" only below.
        """
        value = Fraction(self.value)
        if self.bound == "at_least":
            return Span(value, None)
        if self.bound == "at_most":
            return Span(Fraction(0), value)
        if self.bound == "about":
            reach = Fraction(Decimal(1).scaleb(_exponent(self.value)))
            above = 0 if self.reading is not None and self.reading.is_nearly else reach
            return Span(max(value - reach, Fraction(0)), value + above)
        high = self.value if self.value_high is None else self.value_high
        if self.unit != "percent" and self.step == 1:
            return Span(value, Fraction(high))
        ends = rounded_span(self.value, self.step, rounding), rounded_span(high, self.step, rounding)
        return Span(ends[0].low, ends[1].high, includes_high=False)


def printed_figures(figures: pd.DataFrame) -> list[PrintedFigure]:
    """Return the figures of which something was printed, one each, in the order of the file.

    A value that was derived from other prints and stands nowhere itself is left out: it can confirm nothing.
    """
    rows = figures[figures["value_as_printed"].notna()]
    return [_figure(row) for row in rows.to_dict("records")]


def check_readings(figures: pd.DataFrame) -> pd.DataFrame:
    """Return whether each recorded value is what its print says, one row per figure, in the order of the file.

    Columns: figure_id, value_as_printed, value, value_bound, reading (agrees; bound_differs: the number agrees, the
    bound was taken from the words around it; differs; unreadable; not_printed), reason (why it cannot be read, or "").
    A target of which only the excess is printed (vượt 9) agrees where a count of the same source exceeds it by that.
    """
    rows = figures.to_dict("records")
    counts = {
        (row["body"], _text(row["url"]), _decimal(row["value"])) for row in rows if row["measure"] == "admissions"
    }
    judged = [_judge(row, counts) for row in rows]
    return figures[["figure_id", "value_as_printed", "value", "value_bound"]].assign(
        reading=[verdict for verdict, _ in judged], reason=[reason for _, reason in judged]
    )


def _judge(row: dict, counts: Container[tuple]) -> tuple[str, str]:
    if is_missing(row["value_as_printed"]):
        return "not_printed", ""
    try:
        reading = read_printed(row["value_as_printed"], _text(row["printed_language"]), row["unit"])
    except PrintedError as error:
        return "unreadable", str(error)
    value, high = _recorded(row["value"]), _decimal(row["value_high"])
    if reading.form == "excess" and row["unit"] != "percent":
        exceeding = (row["body"], _text(row["url"]), value + reading.value)
        return ("agrees" if exceeding in counts else "differs"), ""
    if reading.form != "number":
        return ("agrees" if value in _follows(reading) else "differs"), ""
    if (reading.value, reading.value_high) != (value, high):
        return "differs", ""
    return ("agrees" if reading.bound == row["value_bound"] else "bound_differs"), ""


def _follows(reading: PrintedNumber) -> tuple[Decimal | None, ...]:
    """Return the values that follow from a fraction (part or total), a change, or an excess in percent."""
    if reading.form == "fraction":
        return reading.value, reading.of
    if reading.form == "change" and reading.of is not None:
        return (reading.of - reading.value,)
    return (100 + reading.value,)


def _figure(row: dict) -> PrintedFigure:
    try:
        reading = read_printed(row["value_as_printed"], _text(row["printed_language"]), row["unit"])
    except PrintedError:
        # Said by check_readings; the recorded value still takes part.
        reading = None
    names = ("figure_id", "body", "province", "measure", "is_cumulative", "unit")
    dates = ("period_kind", "period_start", "period_end")
    cells = {name: _text(row[name]) for name in names + dates}
    cells["period_end"] = _known_end(cells["period_kind"], cells["period_end"])
    return PrintedFigure(
        **cells,
        value=_recorded(row["value"]),
        value_high=_decimal(row["value_high"]),
        bound=row["value_bound"],
        printed=_text(row["value_as_printed"]),
        url=_text(row["url"]),
        publisher=_text(row["publisher"]),
        reading=reading,
    )


def _known_end(kind: str, end: str) -> str:
    """Return the end of a period, in full where its kind says more than the date: a first half ends on 30 June."""
    whole = f"{end[:4]}-{LAST_DAYS[kind]}" if kind in LAST_DAYS else end
    return whole if whole.startswith(end) else end


def _recorded(value: object) -> Decimal:
    """Return a recorded number as it is written in the file: 62.67, not the binary fraction nearest to it."""
    return Decimal(str(value))


def _decimal(value: object) -> Decimal | None:
    return None if is_missing(value) else _recorded(value)


def _text(value: object) -> str:
    return "" if is_missing(value) else str(value)


def _exponent(value: Decimal) -> int:
    """Return the power of ten of the last digit that is not 0: 2 for 8.800, −1 for 4,9."""
    return int(value.normalize().as_tuple().exponent) if value else 0
