"""Printed numbers: every form that sources use is read, what is ambiguous is refused, and writing reads back."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from frames import ROOT
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.errors import PrintedError
from analysis.measures.readings import check_readings
from analysis.tables.printed import PrintedNumber, clean, read_printed, write_printed
from analysis.tables.published import FIGURES_FILE, read_figures

D = Decimal


@pytest.mark.parametrize(
    ("text", "language", "unit", "number"),
    [
        ("5.549", "vi", "people", PrintedNumber(D(5549))),
        ("62,67%", "vi", "percent", PrintedNumber(D("62.67"), decimals=2)),
        ("98,40%", "vi", "percent", PrintedNumber(D("98.40"), decimals=2)),
        ("hơn 4,7 ngàn", "vi", "people", PrintedNumber(D(4700), None, "at_least", 1, 1000)),
        ("hơn 33.000", "vi", "people", PrintedNumber(D(33000), None, "at_least")),
        ("trên 90%", "vi", "percent", PrintedNumber(D(90), None, "at_least")),
        ("90% trở lên", "vi", "percent", PrintedNumber(D(90), None, "at_least")),
        ("không quá 20%", "vi", "percent", PrintedNumber(D(20), None, "at_most")),
        ("gần 8.800", "vi", "people", PrintedNumber(D(8800), None, "about", is_nearly=True)),
        ("khoảng 8.800 đảng viên", "vi", "people", PrintedNumber(D(8800), None, "about")),
        ("đạt gần 62%", "vi", "percent", PrintedNumber(D(62), None, "about", is_nearly=True)),
        ("đạt 62,67%", "vi", "percent", PrintedNumber(D("62.67"), decimals=2)),
        ("≥ 90%", "vi", "percent", PrintedNumber(D(90), None, "at_least")),
        ("<5", "vi", "people", PrintedNumber(D(5), None, "at_most")),
        ("dưới 30", "vi", "people", PrintedNumber(D(30), None, "at_most")),
        ("chưa đến 100 đảng viên", "vi", "people", PrintedNumber(D(100), None, "at_most")),
        ("bình quân 2.000 đảng viên/năm", "vi", "people", PrintedNumber(D(2000), None, "about")),
        ("5/6", "vi", "organisations", PrintedNumber(D(5), form="fraction", of=D(6))),
        ("12/7 đảng viên", "vi", "people", PrintedNumber(D(12), form="fraction", of=D(7))),
        ("32/12", "vi", "people", PrintedNumber(D(32), form="fraction", of=D(12))),
        ("31/13", "vi", "people", PrintedNumber(D(31), form="fraction", of=D(13))),
        ("1,5 tỷ", "vi", "people", PrintedNumber(D(1500000000), decimals=1, multiplier=10**9)),
        ("5 trăm", "vi", "people", PrintedNumber(D(500), multiplier=100)),
        ("~200", "other", "people", PrintedNumber(D(200), None, "about")),
        ("trên dưới 200", "vi", "people", PrintedNumber(D(200), None, "about")),
        ("79 of 85", "en", "organisations", PrintedNumber(D(79), form="fraction", of=D(85))),
        ("90 - 100", "vi", "people", PrintedNumber(D(90), D(100), "range")),
        ("90–100", "vi", "people", PrintedNumber(D(90), D(100), "range")),
        ("từ 17,5 đến 18%", "vi", "percent", PrintedNumber(D("17.5"), D(18), "range", 1)),
        ("4 - 5 ngàn", "vi", "people", PrintedNumber(D(4000), D(5000), "range", 0, 1000)),
        ("vượt 9", "vi", "people", PrintedNumber(D(9), form="excess")),
        ("vượt 18%", "vi", "percent", PrintedNumber(D(18), form="excess")),
        ("79/85", "vi", "organisations", PrintedNumber(D(79), form="fraction", of=D(85))),
        ("153/150", "vi", "people", PrintedNumber(D(153), form="fraction", of=D(150))),
        ("01", "vi", "organisations", PrintedNumber(D(1))),
        ("2700", "vi", "people", PrintedNumber(D(2700))),
        ("1,5 triệu", "vi", "people", PrintedNumber(D(1500000), decimals=1, multiplier=10**6)),
        ("2 vạn", "vi", "people", PrintedNumber(D(20000), multiplier=10**4)),
        ("3 nghìn", "vi", "people", PrintedNumber(D(3000), multiplier=1000)),
        ("+137 vs 333", "en", "people", PrintedNumber(D(137), form="change", of=D(333))),
        ("3,650", "en", "people", PrintedNumber(D(3650))),
        ("3,650", "other", "people", PrintedNumber(D(3650))),
        ("3 650", "other", "people", PrintedNumber(D(3650))),
        ("108.000+", "other", "people", PrintedNumber(D(108000), None, "at_least")),
        ("37,000 (over)", "en", "people", PrintedNumber(D(37000), None, "at_least")),
        ("38.5%", "other", "percent", PrintedNumber(D("38.5"), decimals=1)),
        ("近20万", "other", "people", PrintedNumber(D(200000), None, "about", 0, 10**4, is_nearly=True)),
        ("۱۰٬۰۱۶", "other", "people", PrintedNumber(D(10016))),
        ("5.549 đồng chí", "vi", "people", PrintedNumber(D(5549))),
        ("78\u00a0tổ chức", "vi", "organisations", PrintedNumber(D(78))),
        ("5.549 \u00d0ảng viên", "vi", "people", PrintedNumber(D(5549))),
        ("5.\u00ad549\u200b", "vi", "people", PrintedNumber(D(5549))),
        ("05/07 chi bộ", "vi", "organisations", PrintedNumber(D(5), form="fraction", of=D(7))),
        ("01/75", "vi", "organisations", PrintedNumber(D(1), form="fraction", of=D(75))),
        ("đạt tỷ lệ trên 98,1%", "vi", "percent", PrintedNumber(D("98.1"), None, "at_least", 1)),
        ("chiếm 12,5%", "vi", "percent", PrintedNumber(D("12.5"), decimals=1)),
        ("kết nạp được 848 đảng viên", "vi", "people", PrintedNumber(D(848))),
        ("ngót 5.000 đv", "vi", "people", PrintedNumber(D(5000), None, "about", is_nearly=True)),
        (">=90%", "vi", "percent", PrintedNumber(D(90), None, "at_least")),
        ("ho\u031bn 33.000", "vi", "people", PrintedNumber(D(33000), None, "at_least")),
    ],
)
def test_every_printed_form_is_read_with_value_bound_and_precision(text, language, unit, number):
    read = read_printed(text, language, unit)
    assert read == number
    assert (read.value.as_tuple().exponent, read.decimals) == (number.value.as_tuple().exponent, number.decimals)


@pytest.mark.parametrize(
    ("text", "language", "unit", "said"),
    [
        ("", "vi", "people", "no number"),
        ("hàng trăm", "vi", "people", "no number"),
        ("3,650", "vi", "people", "whole numbers"),
        ("62.67%", "vi", "percent", "',' before decimals"),
        ("62,67%", "en", "percent", "'.' before decimals"),
        ("1.234%", "vi", "percent", "percentages are not grouped"),
        ("4,700 ngàn", "other", "people", "may be"),
        ("12.34.567", "vi", "people", "is no number here"),
        ("0.549", "vi", "people", "is no number here"),
        ("30-6", "vi", "people", "a range goes up"),
        ("30/6", "vi", "people", "a day and a month"),
        ("31/12", "vi", "people", "a day and a month"),
        ("12/7", "vi", "people", "write what is counted: 12/7 đảng viên"),
        ("5 - 5", "vi", "people", "a range goes up"),
        ("4 ngàn - 5 triệu", "vi", "people", "different multiples"),
        ("+334 vs 333", "vi", "people", "larger than what it is a change to"),
        ("5\u00a0549", "vi", "people", "digits stand apart"),
        ("02/06/2023", "vi", "people", "a day is no value"),
        ("30-6-2022", "other", "people", "a day is no value"),
        ("02/06", "vi", "organisations", "a day is no value"),
        ("02-06", "vi", "people", "a day is no value"),
        ("9 tháng", "vi", "people", "names a period"),
        ("8 tháng đầu năm", "vi", "people", "names a period"),
        ("đạt tỷ lệ 98,1% so với cùng kỳ", "vi", "percent", "after the number is not known"),
        ("vượt 9", "vi", "percent", "may be people or percent"),
        ("62,67%", "vi", "people", "it says percent"),
        ("78 tổ chức", "vi", "people", "counts organisations, the unit is people"),
        ("khoảng hơn 200", "vi", "people", "'khoảng hơn' before the number is not known"),
        ("gần 200 trở lên", "vi", "people", "in two ways"),
        ("hơn 90 - 100", "vi", "people", "a range has no further bound"),
        ("4,7005 ngàn", "vi", "people", "whole numbers"),
        ("-5", "vi", "people", "'-' before the number"),
        ("7/0", "vi", "people", "above 0"),
        ("1234567890123456", "vi", "people", "is no number here"),
        ("٣", "vi", "people", "no number"),
    ],
)
def test_what_is_ambiguous_or_contradicts_its_unit_is_refused_with_the_reason(text, language, unit, said):
    with pytest.raises(PrintedError) as error:
        read_printed(text, language, unit)
    assert said in str(error.value)
    assert repr(text) in str(error.value)


@st.composite
def printed_numbers(draw: st.DrawFn) -> tuple[PrintedNumber, str, str]:
    """Numbers of every form that can be printed, with a language and a unit."""
    language = draw(st.sampled_from(["vi", "en"]))
    unit = draw(st.sampled_from(["people", "organisations", "percent"]))
    decimals = draw(st.integers(0, 4)) if unit == "percent" else 0
    counts = st.integers(0, 10**9)
    form = draw(st.sampled_from(["number", "number", "range", "excess", "fraction", "change"]))
    low = draw(counts)
    if form == "range":
        ends = D(low).scaleb(-decimals), D(low + draw(st.integers(1, 10**6))).scaleb(-decimals)
        return PrintedNumber(*ends, "range", decimals), language, unit
    if form in ("fraction", "change") and unit != "percent":
        of = draw(st.integers(max(low, 32), 10**9 + 32))
        return PrintedNumber(D(low), form=form, of=D(of)), language, unit
    if form == "excess":
        return PrintedNumber(D(low).scaleb(-decimals), None, "exact", decimals, 1, "excess"), language, unit
    bound, is_nearly = draw(
        st.sampled_from([("exact", False), ("at_least", False), ("at_most", False), ("about", False), ("about", True)])
    )
    if unit != "percent" and draw(st.booleans()):
        multiplier = draw(st.sampled_from([10**3, 10**6, 10**9]))
        decimals = draw(st.integers(0, 3))
        value = D(draw(st.integers(0, 9999))).scaleb(-decimals) * multiplier
        return PrintedNumber(value, None, bound, decimals, multiplier, is_nearly=is_nearly), language, unit
    return PrintedNumber(D(low).scaleb(-decimals), None, bound, decimals, is_nearly=is_nearly), language, unit


@given(printed_numbers())
def test_a_written_number_reads_back_as_itself(case):
    number, language, unit = case
    assert read_printed(write_printed(number, language, unit), language, unit) == number


@given(st.text(max_size=12) | st.from_regex(r"(hơn |gần |từ )?[0-9.,]{1,8}( ngàn|%|/[0-9]{1,3})?", fullmatch=True))
@example("1.000 - 2.000")
def test_any_text_is_read_or_refused_and_what_is_read_can_be_written_and_read_again(text):
    for unit in ("people", "percent"):
        try:
            number = read_printed(text, "vi", unit)
        except PrintedError:
            continue
        assert number.value >= 0
        assert read_printed(write_printed(number, "vi", unit), "vi", unit) == number


@given(st.integers(0, 10**12))
def test_a_count_is_grouped_by_the_sign_of_its_language_and_the_other_sign_is_refused(count):
    number = PrintedNumber(D(count))
    vi, en = write_printed(number, "vi", "people"), write_printed(number, "en", "people")
    assert (vi.replace(".", ""), en.replace(",", "")) == (str(count), str(count))
    assert read_printed(en, "other", "people") == read_printed(vi, "other", "people") == number
    if count >= 1000:
        for text, language in ((vi, "en"), (en, "vi")):
            with pytest.raises(PrintedError):
                read_printed(text, language, "people")


def test_cleaning_composes_letters_and_makes_one_sign_of_look_alikes():
    assert clean("  \u00d0ảng\u00a0 viên \u2013 \u0110 ") == "đảng viên - đ"


def test_every_shipped_figure_is_recorded_as_it_is_printed():
    """Two of 200 are not, and are documented in docs/published.md: a derived target, and a bound from the sentence."""
    readings = check_readings(read_figures(ROOT / FIGURES_FILE)).set_index("figure_id")
    others = readings[readings["reading"] != "agrees"]
    assert others["reading"].to_dict() == {"c3f1e5a2d7": "not_printed", "cde01adaec": "bound_differs"}
    assert len(readings) >= 200
    assert isinstance(readings.loc["c3f1e5a2d7", "value_as_printed"], float) or pd.isna(
        readings.loc["c3f1e5a2d7", "value_as_printed"]
    )
