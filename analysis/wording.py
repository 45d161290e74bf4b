"""Periods and dates in the words of official reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from analysis.language import Language, is_missing
from analysis.periods import Period, Term, Window, parse_period

# What the file of printed figures remarks beside a name, in the language in which it was recorded; longer ones first.
PUBLISHER_REMARKS = {
    "(Chinese machine translation)": "chinese_machine",
    "(French machine translation)": "french_machine",
    "(machine translation)": "machine",
    "(English)": "english",
    "(French)": "french",
    " via ": "via",
}
BODY_REMARKS = {
    "(tỉnh không nêu tên)": "unnamed_province",
    "(ủy ban kiểm tra các cấp)": "inspection",
    "Tập thể cấp ủy cơ sở, ": "collectives",
    "Các đảng bộ trực thuộc ": "committees_under",
    "20 xã biên giới ": "border_communes",
}
_UNBOUND = Term(date(1, 1, 1), date(9999, 12, 31))


def period_words(text: str, language: Language) -> str:
    """Return a period as readers know it: "2023-Q1" is "Quý I năm 2023", "First quarter of 2023"."""
    period = parse_period(text, _UNBOUND)
    return language.text(f"period.{period.kind}", year=period.end.year, end=period.end)


def period_short(text: str, language: Language) -> str:
    """Return a period for a table heading: "Quý I/2023", "Q1 2023"."""
    period = parse_period(text, _UNBOUND)
    return language.text(f"period_short.{period.kind}", year=period.end.year, end=period.end)


def partial_day(text: str, language: Language) -> str:
    """Return a date that may lack its day or month: "2022-09" is "09/2022", "September 2022"."""
    year, *rest = (int(part) for part in text.split("-"))
    if len(rest) == 2:
        return language.day(date(year, *rest))
    return language.month(date(year, rest[0], 1)) if rest else str(year)


def running_period(kind: str, end: str, language: Language) -> str:
    """Return the period of a running total or a month: "quý I, đến 31/03/2020", "tháng 03/2020"."""
    # A month is named by itself: its last day would make it look like a total that runs to that day.
    shown = end[: len("2020-03")] if kind == "month" else end
    return language.text(f"running_period.{kind}", end=partial_day(shown, language))


def in_words_of(language: Language, name: str, remarks: Mapping[str, str]) -> str:
    """Return a recorded name with its remarks in the language of the page; the name itself stays as it is."""
    for remark, key in remarks.items():
        name = name.replace(remark, language.text(f"remark.{key}"))
    return name


def as_of_words(period: Period, window: Window, language: Language) -> str:
    """Return how far the numbers reach, and why that is not the period's last day where it is not."""
    key = "as_of.exact" if window.end == period.end else "as_of.earlier"
    return language.text(key, data_date=window.end, end=period.end)


def read_to_words(period: Period, window: Window, language: Language) -> str:
    """Return the same for the middle of a sentence that names the period; nothing where numbers reach its last day."""
    return "" if window.end == period.end else language.text("as_of.in_sentence", data_date=window.end)


def check_sentence(check: Mapping[Any, Any], language: Language) -> str:
    """Return in a sentence what a check of printed figures found; `check` is a row of measures.reconcile."""
    kind = check["check"]
    if kind == "percentage":
        return _share_sentence(check, language)
    if kind == "sum":
        return _sum_sentence(check, language)
    printed = [f"“{text}”" for text in check["printed"]]
    if kind == "duplicate":
        return language.text(f"printed_check.duplicate.{check['verdict']}", printed=language.listing(printed))
    kinds = check["period_kinds"]
    earlier, later = (running_period(*period, language) for period in zip(kinds, check["period_ends"], strict=True))
    return language.text(
        f"printed_check.cumulative.{'month_' if kinds[0] == 'month' else ''}{check['verdict']}",
        first=printed[0],
        second=printed[1],
        earlier=earlier,
        later=later,
    )


def bounded_words(value: object, high: object, bound: str, language: Language) -> str:
    """Return a count with its bound: "at least 2,200", "4,500 to 5,000"."""
    return language.text(f"printed_bound.{bound}", value=value, high=high)


def _share_sentence(check: Mapping[Any, Any], language: Language) -> str:
    verdict, printed = check["verdict"], check["printed"][1]
    count = bounded_words(check["values"][0], check["highs"][0], check["bounds"][0], language)
    fit = language.text(f"printed_check.fit.{verdict}", printed=printed)
    if not is_missing(check["exact_pct"]):
        said = language.text(
            "printed_check.share", count=count, base=language.count(check["target_n"]), exact=check["exact_pct"]
        )
    elif not is_missing(check["target_n"]):
        base = bounded_words(check["target_n"], check["target_high_n"], check["bounds"][-1], language)
        said = language.text("printed_check.share_of_bounded", count=count, base=base)
    else:
        return f"{language.text('printed_check.share_alone', count=count)} {fit} {_totals(check, language)}"
    return f"{said} {fit}" if verdict != "neither" else f"{said} {fit} {_totals(check, language)}"


def _totals(check: Mapping[Any, Any], language: Language) -> str:
    """Return which totals a count and a percentage allow."""
    low, high, size = (check[name] for name in ("implied_low_n", "implied_high_n", "implied_n"))
    if is_missing(low):
        return language.text("printed_check.totals.none")
    if is_missing(high):
        return language.text("printed_check.totals.from", low=low)
    if check["bounds"][1] == "at_least":
        return language.text("printed_check.totals.up_to", high=high)
    return language.text(f"printed_check.totals.{'one' if size == 1 else 'several'}", low=low, high=high, n=size)


def _sum_sentence(check: Mapping[Any, Any], language: Language) -> str:
    if check["unit"] == "percent":
        printed = " + ".join(f"“{text}”" for text in check["printed"])
        return language.text(f"printed_check.sum.shares_{check['verdict']}", parts=printed)
    total, *parts = (
        bounded_words(value, high, bound, language)
        for value, high, bound in zip(check["values"], check["highs"], check["bounds"], strict=True)
    )
    key = f"printed_check.sum.{'whole' if check['is_complete'] else 'part'}_{check['verdict']}"
    return language.text(key, parts=" + ".join(parts), total=total, added=sum(check["values"][1:]))
