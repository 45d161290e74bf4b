"""One spelling of names: what sources write in several ways is one body, and nothing else changes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from printed_figures import printed

from analysis.measures.comparison import with_places
from analysis.tables.spelling import one_spelling


@pytest.mark.parametrize(
    ("written", "spelt"),
    [
        ("\u00d0ảng bộ Uỷ ban  nhân dân", "Đảng bộ Ủy ban nhân dân"),
        ("UỶ BAN", "ỦY BAN"),
        ("Khánh Hoà", "Khánh Hòa"),
        ("khoẻ, thuỷ", "khỏe, thủy"),
        # The tone stays where the syllable goes on, or where qu is its consonant.
        ("hoài, toàn, huỳnh, Quỳnh, quý, quà", "hoài, toàn, huỳnh, Quỳnh, quý, quà"),
        (unicodedata.normalize("NFD", "Hoà Thuỷ"), "Hòa Thủy"),
    ],
)
def test_names_are_spelt_as_today(written, spelt):
    assert one_spelling(written) == spelt


@given(st.text(alphabet="qhoauyeảàỷủĐÐð \u0309\u0300", max_size=12))
def test_a_spelling_is_settled_at_once(name):
    assert one_spelling(one_spelling(name)) == one_spelling(name)


def test_a_body_is_one_whatever_its_spelling_and_case():
    rows = printed(
        {"body": "Đảng bộ Ủy ban nhân dân tỉnh", "province": "Khánh Hoà"},
        {"body": "\u00d0ảng bộ Uỷ ban Nhân dân tỉnh", "province": "Khánh Hòa"},
    )
    assert set(zip(*(with_places(rows)[name] for name in ("body", "province")), strict=True)) == {
        ("Đảng bộ Ủy ban nhân dân tỉnh", "Khánh Hòa")
    }
