"""The two catalogues say the same things, and numbers and dates are written as each language writes them."""

from __future__ import annotations

import ast
import string
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
import yaml
from frames import ROOT

from analysis.language import LANGUAGES, Language, alphabet_key, load_language

SOURCES = sorted((ROOT / "analysis").rglob("*.py"))
# Where the methods that look texts up take a key, and what stands around it in the catalogue.
LOOKUPS = {
    "text": [(0, "{}")],
    "nothing_to_show": [(0, "figure.{}.heading"), (1, "{}")],
    "figure": [(0, "figure.{}.subtitle"), (0, "figure.{}.alt")],
}


def flatten(texts: object, prefix: str = "") -> dict[str, str]:
    if isinstance(texts, dict):
        return {key: text for name, value in texts.items() for key, text in flatten(value, f"{prefix}.{name}").items()}
    return {prefix.removeprefix("."): str(texts)}


def placeholders(text: str) -> set[tuple[str, str]]:
    return {(name, spec or "") for _, name, spec, _ in string.Formatter().parse(text) if name is not None}


def catalogue(code: str) -> dict[str, str]:
    return flatten(yaml.safe_load((ROOT / "analysis" / "texts" / f"{code}.yaml").read_text(encoding="utf-8")))


def literal_keys(tree: ast.AST) -> Iterator[tuple[str, bool, int]]:
    """Return the keys that a module looks up: the key or its fixed beginning, whether it is whole, and its line."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        for place, pattern in LOOKUPS.get(node.func.attr, ()):
            for key in branches(node.args[place]):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield pattern.format(key.value), True, node.lineno
                elif isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
                    yield str(key.values[0].value), False, node.lineno


def branches(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.IfExp):
        return [*branches(node.body), *branches(node.orelse)]
    return [node]


USED = [
    (path.relative_to(ROOT).as_posix(), *found)
    for path in SOURCES
    for found in literal_keys(ast.parse(path.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_key_stands_twice_where_the_later_one_would_silence_the_earlier(code: str):
    class Loader(yaml.SafeLoader):
        pass

    def mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[str, object]:
        keys = [loader.construct_object(key) for key, _ in node.value]
        assert len(keys) == len(set(keys)), sorted(key for key in set(keys) if keys.count(key) > 1)
        return loader.construct_mapping(node, deep=True)

    Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    yaml.load((ROOT / f"analysis/texts/{code}.yaml").read_text(encoding="utf-8"), Loader)


def test_both_catalogues_have_the_same_keys():
    vi, en = catalogue("vi"), catalogue("en")
    assert len(vi) > 100
    assert sorted(set(vi) ^ set(en)) == []


def test_both_catalogues_have_the_same_placeholders_written_the_same_way():
    vi, en = catalogue("vi"), catalogue("en")
    different = {
        key: (placeholders(vi[key]), placeholders(en[key]))
        for key in vi
        if placeholders(vi[key]) != placeholders(en[key])
    }
    assert different == {}


def test_no_text_is_empty():
    empty = [f"{code}: {key}" for code in LANGUAGES for key, text in catalogue(code).items() if not text.strip()]
    assert empty == []


def test_vietnamese_is_written_in_composed_letters_with_the_vietnamese_d():
    """Rule E.12: NFC, and Đ (U+0110), never Ð (U+00D0)."""
    texts = catalogue("vi")
    assert [key for key, text in texts.items() if unicodedata.normalize("NFC", text) != text] == []
    assert [key for key, text in texts.items() if "Ð" in text] == []


def test_the_search_for_keys_finds_them():
    whole = [found for found in USED if found[2]]
    assert len(whole) > 60
    assert len(USED) - len(whole) > 15


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_key_that_the_code_names_exists(code):
    keys = catalogue(code)
    missing = [
        f"{path}:{line} {key!r}"
        for path, key, is_whole, line in USED
        if not (key in keys if is_whole else any(known.startswith(key) for known in keys))
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (5549, "5.549", "5,549"),
        (0, "0", "0"),
        (-1234, "−1.234", "−1,234"),
        (1_234_567, "1.234.567", "1,234,567"),
        (None, "—", "—"),
        (pd.NA, "—", "—"),
        (float("nan"), "—", "—"),
    ],
)
def test_counts_have_the_separator_of_their_language(value, vi, en):
    """Rule E.10."""
    assert (load_language("vi").count(value), load_language("en").count(value)) == (vi, en)


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (62.67, "62,67%", "62.67%"),
        (100, "100,00%", "100.00%"),
        (162.86, "162,86%", "162.86%"),
        (0, "0,00%", "0.00%"),
        (None, "—", "—"),
        (pd.NA, "—", "—"),
        (1234.5, "1.234,50%", "1,234.50%"),
    ],
)
def test_percentages_have_two_decimals(value, vi, en):
    """Rule E.11."""
    assert (load_language("vi").percent(value), load_language("en").percent(value)) == (vi, en)


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (0.125, 2, "0,13"),
        (2.675, 2, "2,68"),
        (1.005, 2, "1,01"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-0.125, 2, "−0,13"),
        (70.25, 1, "70,3"),
        (Decimal("70.15"), 1, "70,2"),
    ],
)
def test_decimals_are_rounded_half_up_and_not_half_even(vi: Language, value, digits, written):
    """Rule E.11: Python's round() would give 0,12, 2,67 and 2."""
    assert vi.decimal(value, digits) == written


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (12, 0, "+12"),
        (-3, 0, "−3"),
        (0, 0, "0"),
        (None, 0, "—"),
        (Decimal("1.5"), 2, "+1,50"),
        (-1234, 0, "−1.234"),
    ],
)
def test_differences_carry_their_sign_and_zero_none(vi: Language, value, digits, written):
    assert vi.signed(value, digits) == written


def test_a_difference_that_rounds_to_zero_carries_no_sign(vi: Language):
    assert (vi.signed(Decimal("0.001"), 2), vi.signed(Decimal("-0.001"), 2)) == ("0,00", "0,00")


def test_dates_are_written_day_first(vi: Language, en: Language):
    """Rule E.12."""
    assert (vi.day(date(2023, 6, 2)), en.day(date(2023, 6, 2))) == ("02/06/2023", "2 June 2023")


def test_placeholders_are_written_as_their_kind_says(vi: Language, en: Language):
    key, values = "figure.admissions_compared.no_base", {"now": 5549, "before": 5560, "change": -11}
    assert vi.text(key, **values).startswith("Kết nạp 5.549 đảng viên so với 5.560 (−11);")
    assert en.text(key, **values).startswith("5,549 members admitted against 5,560 (−11);")


def test_a_list_is_joined_as_in_a_sentence(vi: Language, en: Language):
    assert vi.listing(["a", "b", "c"]) == "a, b và c"
    assert en.listing(["a", "b"]) == "a and b"
    assert vi.listing(["a"]) == "a"


def test_a_missing_text_is_named_with_its_file(vi: Language):
    with pytest.raises(KeyError, match=r"texts/vi\.yaml has no text 'words\.absent'"):
        vi.text("words.absent")
    with pytest.raises(KeyError, match=r"has no text 'words'"):
        vi.text("words")


def test_has_tells_texts_from_branches(vi: Language):
    assert vi.has("words.hidden")
    assert not vi.has("words")
    assert not vi.has("words.hidden.deeper")


def test_a_hidden_number_has_its_own_word(vi: Language, en: Language):
    assert (vi.text("words.hidden"), en.text("words.hidden")) == ("ẩn", "hidden")


def in_order(names: list[str]) -> list[str]:
    """Return names sorted, from an order that is not theirs."""
    mixed = names[::-1]
    return sorted(mixed, key=alphabet_key)


def test_names_stand_in_the_order_of_the_vietnamese_alphabet():
    names = ["9a", "An Giang", "Ăn", "Ân Thi", "Bắc Ninh", "Dak", "Đồng Tháp", "On", "Ôn", "Ơn", "U", "Ư", "Yên"]
    assert in_order(names) == names


def test_a_tone_tells_apart_only_what_is_else_the_same():
    tones = ["ba", "bà", "bả", "bã", "bá", "bạ", "bạc", "băng", "bằng", "bẳng"]
    assert in_order(tones) == tones


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_order_does_not_depend_on_how_marks_are_stored(form: str):
    names = [unicodedata.normalize(form, name) for name in ("Đăng", "Đằng", "Đặng", "Đậu")]
    assert in_order(names) == names


def test_small_letters_come_before_capitals_of_the_same_name():
    assert in_order(["an", "An", "AN"]) == ["an", "An", "AN"]
