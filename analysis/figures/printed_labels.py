"""What stands at a bar of a printed share: the number as the page's language writes it.

Input: cells of printed figures. The printed value is never corrected: the table beside has its characters, and a label
quotes them where they say something else than the record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from analysis.errors import PrintedError
from analysis.figures.context import Context
from analysis.language import is_missing
from analysis.tables.printed import PrintedNumber, clean, read_printed, write_printed

UNIT = "percent"


class PrintedShare(NamedTuple):
    """A share as it is recorded and as it was printed; `printed` and `language` are missing where it was computed."""

    value: object
    high: object
    bound: str
    printed: object
    language: object


def share_labels(shares: Iterable[PrintedShare], context: Context) -> list[str]:
    """Return the labels of printed shares: on a Vietnamese page 38,5% for 38.5%, and gần 4,9% where printed so."""
    return [_label(share, context) for share in shares]


def notes_on_labels(shares: Iterable[PrintedShare], context: Context) -> tuple[str, ...]:
    """Return what a reader must know of labels that do not have the characters of the source."""
    differ = any(_label(share, context) != share.printed for share in shares if not is_missing(share.printed))
    return (context.text("note.number_form"),) if differ else ()


def note_on_decimals(shares: Iterable[PrintedShare], context: Context) -> tuple[str, ...]:
    """Return the note where labels keep fewer decimals than the heading and the table write."""
    exact = [share for share in shares if share.bound == "exact"]
    differ = any(_label(share, context) != context.language.percent(share.value) for share in exact)
    return (context.text("note.decimals"),) if differ else ()


def _label(share: PrintedShare, context: Context) -> str:
    if is_missing(share.printed):
        return context.language.percent(share.value)
    printed, language = str(share.printed), context.language.code
    reading = _reading(share)
    if reading is None:
        recorded = write_printed(_recorded(share), language, UNIT)
        is_same = clean(recorded) == clean(printed)
        return printed if is_same else context.text("figure.published.label", recorded=recorded, printed=printed)
    own = printed if share.language == language else _unless_same(write_printed(reading, language, UNIT), printed)
    if reading.form != "excess":
        return own
    # By how much a target was exceeded is no share of it: beside 120% stands 118%, not 18%.
    whole = write_printed(_recorded(share), language, UNIT)
    return context.text("figure.published.excess", whole=whole, printed=own)


def _unless_same(written: str, printed: str) -> str:
    """Return a number as the page writes it, or its print where both are one: 100% is 100% in every language."""
    return printed if clean(written) == clean(printed) else written


def _reading(share: PrintedShare) -> PrintedNumber | None:
    """Return what the print says; None where it cannot be read, or says something else than the record.

    A bound that was taken from the words around the print is the record's.
    """
    try:
        reading = read_printed(str(share.printed), str(share.language), UNIT)
    except PrintedError:
        return None
    said = 100 + reading.value if reading.form == "excess" else reading.value
    if (said, reading.value_high) != (_decimal(share.value), _decimal(share.high)):
        return None
    return reading if reading.bound == share.bound else None


def _recorded(share: PrintedShare) -> PrintedNumber:
    """Return the share as the record has it."""
    value, high = _decimal(share.value), _decimal(share.high)
    ends = [end for end in (value, high) if end is not None]
    decimals = max(0, *(-int(end.normalize().as_tuple().exponent) for end in ends))
    return replace(PrintedNumber(Decimal(str(share.value)), high), bound=share.bound, decimals=decimals)


def _decimal(value: object) -> Decimal | None:
    return None if is_missing(value) else Decimal(str(value))
