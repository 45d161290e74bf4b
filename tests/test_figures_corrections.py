"""The block of corrections: what readers are told of a number that was published with another value."""

from __future__ import annotations

from typing import Any

import pytest
from frames import make_context
from test_measures_issued import issued, stated

from analysis.disclosure import Thresholds, show_all, suppress_revisions
from analysis.figures.block import Corrections
from analysis.figures.corrections import corrections
from analysis.measures.issued import measure_revisions

GRADED = {"measure": "graded", "period": "2022", "data_date": None}


def block(now: dict[str, Any], *earlier: dict[str, Any], language: str = "vi", is_public: bool = False) -> Corrections:
    record = issued(*({**row, "edition": place} for place, row in enumerate(earlier, 1)))
    revisions = measure_revisions(stated(now), record)
    told = suppress_revisions(revisions, Thresholds(5, 10)) if is_public else show_all(revisions)
    return corrections(stated(now), told, make_context(language))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("vi", "6 tháng đầu năm 2023, kết nạp: nay là 1.840, trước đây công bố 1.770 (ngày 10/07/2023)."),
        ("en", "First half of 2023, admitted: now 1,840, published before as 1,770 (on 10 July 2023)."),
    ],
)
def test_a_correction_says_what_it_was_when_and_what_it_is(language, sentence):
    found = block({"count_n": 1840}, {"count_n": 1770, "issued_on": "2023-07-10"}, language=language)
    assert found.sentences == (sentence,)


def test_every_published_value_is_named_the_oldest_first():
    found = block({"count_n": 184}, {"count_n": 177, "issued_on": "2023-07-10"}, {"count_n": 190})
    assert found.sentences[0].endswith("nay là 184, trước đây công bố 177 (ngày 10/07/2023) và 190.")


def test_a_value_of_fewer_days_says_how_far_its_data_reached():
    before = {"count_n": 90, "data_date": "2023-03-31", "issued_on": "2023-07-10"}
    found = block({"count_n": 177}, before, language="en")
    assert found.sentences[0].endswith("published before as 90 (on 10 July 2023, when data reached 31 March 2023).")


def test_a_share_is_written_as_a_share():
    found = block({**GRADED, "count_n": 4900, "of_n": 5190}, {**GRADED, "count_n": 4939, "of_n": 5181})
    assert found.sentences == (
        "Năm 2022, đảng viên hoàn thành tốt nhiệm vụ trở lên: nay là 94,41%, trước đây công bố 95,33%.",
    )


def test_what_must_not_be_told_is_named_without_the_number():
    found = block({"count_n": 184}, {"count_n": 182}, is_public=True)
    assert found.sentences == (
        "6 tháng đầu năm 2023, kết nạp: nay là 184, khác số công bố trước đây; mức chênh không nêu.",
    )
    assert "182" not in str(found.payload())


def test_what_may_be_told_stands_beside_what_may_not():
    found = block({"count_n": 184}, {"count_n": 177}, {"count_n": 182}, is_public=True, language="en")
    assert found.sentences[0].startswith("First half of 2023, admitted: now 184, published before as 177, and once as ")
    assert "182" not in str(found.payload())


def test_a_page_without_corrections_still_states_its_figures():
    found = block({"count_n": 184}, {"count_n": 184})
    assert (found.sentences, found.revised) == ((), ())
    assert found.stated == (
        {
            "dataset": "data/ours",
            "period": "2023-H1",
            "sector": "",
            "measure": "admitted",
            "count_n": 184,
            "of_n": None,
            "data_date": "2023-06-30",
        },
    )
    assert found.text() == "Số liệu điều chỉnh\nKhông có số nào khác với số đã công bố."


def test_a_hidden_figure_is_not_stated():
    page = stated({"count_n": None}, {"count_n": 9, "period": "2023"})
    found = corrections(page, show_all(measure_revisions(page, issued())), make_context())
    assert [figure["period"] for figure in found.stated] == ["2023"]


def test_each_sentence_stands_with_the_figure_it_is_about():
    page = stated({"count_n": 9}, {"count_n": 78, "measure": "organisations"})
    record = issued({"count_n": 20}, {"count_n": 77, "measure": "organisations"})
    found = corrections(page, show_all(measure_revisions(page, record)), make_context())
    assert [figure["measure"] for figure in found.revised] == ["admitted", "organisations"]
    assert [sentence.partition(":")[0] for sentence in found.sentences] == [
        "6 tháng đầu năm 2023, kết nạp",
        "6 tháng đầu năm 2023, tổ chức cơ sở đảng",
    ]


def test_jupyter_shows_the_sentences_escaped():
    found = Corrections("vi", "corrections", "Số liệu điều chỉnh", "Lời dẫn", ("a < b",), "Không", (), ())
    assert "<p>Lời dẫn</p><p>a &lt; b</p>" in found.html()
    assert found.text() == "Số liệu điều chỉnh\nLời dẫn\na < b"
