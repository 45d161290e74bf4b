"""Labels of printed shares: numbers in the form of the page; the print is quoted where it says something else."""

from __future__ import annotations

import pytest
from frames import make_context
from printed_figures import printed

from analysis.figures import published
from analysis.figures.figure import Figure
from analysis.figures.printed_labels import PrintedShare, note_on_decimals, share_labels
from analysis.measures.printed_shares import shares_of_target


@pytest.mark.parametrize(
    ("share", "in_vietnamese", "in_english"),
    [
        (PrintedShare(62.67, None, "exact", "62,67%", "vi"), "62,67%", "62.67%"),
        (PrintedShare(38.5, None, "exact", "38.5%", "other"), "38,5%", "38.5%"),
        (PrintedShare(98.4, None, "exact", "98,40%", "vi"), "98,40%", "98.40%"),
        (PrintedShare(105.0, None, "exact", "105%", "vi"), "105%", "105%"),
        (PrintedShare(111.0, None, "at_least", "trên 111%", "vi"), "trên 111%", "more than 111%"),
        (PrintedShare(4.9, None, "about", "gần 4,9%", "vi"), "gần 4,9%", "nearly 4.9%"),
        (PrintedShare(118.0, None, "exact", "vượt 18%", "vi"), "118% (vượt 18%)", "118% (exceeding by 18%)"),
        (PrintedShare(70.0, 75.5, "range", "70 - 75.5%", "en"), "70,0 - 75,5%", "70 - 75.5%"),
        (PrintedShare(96.5, None, "exact", "۹۶٫۵٪", "other"), "96,5%", "96.5%"),
        # The record says at least, from the words around the number: the bar is hollow, and its label says why.
        (PrintedShare(9.0, None, "at_least", "9%", "vi"), "hơn 9% (nguồn ghi “9%”)", "more than 9% (printed “9%”)"),
        # What cannot be read, or says another number, is quoted beside the recorded value that is drawn.
        (PrintedShare(61.5, None, "exact", "61.5%", "vi"), "61,5% (nguồn ghi “61.5%”)", "61.5%"),
        (PrintedShare(61.5, None, "exact", "61,3%", "vi"), "61,5% (nguồn ghi “61,3%”)", "61.5% (printed “61,3%”)"),
        (PrintedShare(92.9412, None, "exact", None, None), "92,94%", "92.94%"),
    ],
)
def test_a_label_is_written_as_its_page_writes_numbers(share, in_vietnamese, in_english):
    assert share_labels([share], make_context("vi")) == [in_vietnamese]
    assert share_labels([share], make_context("en")) == [in_english]


HALF = {"period_kind": "h1", "period_end": "2022-06-30", "printed_language": "vi"}


def half_years(language: str, *prints: tuple[float, str]) -> Figure:
    rows = [{**HALF, "body": f"Đảng bộ {n}", "value": n, "value_as_printed": text} for n, text in prints]
    figure = published.share_of_target(shares_of_target(printed(*rows)), "h1", make_context(language, notes=()))
    assert isinstance(figure, Figure)
    return figure


def test_numbers_that_are_not_written_as_printed_are_said_to_be_so():
    prints = (50.98, "50,98%"), (105.0, "105%")
    assert not any("Nguyên văn" in note for note in half_years("vi", *prints).notes)
    assert any("under “As printed”" in note for note in half_years("en", *prints).notes)
    assert not any("As printed" in note for note in half_years("en", (50.0, "50%"), (105.0, "105%")).notes)


def test_labels_with_fewer_decimals_than_the_heading_are_said_to_have_them():
    short, full = PrintedShare(72.7, None, "exact", "72,7%", "vi"), PrintedShare(92.94, None, "exact", "92,94%", "vi")
    words = ("Nhãn giữ số chữ số thập phân của nguồn; tiêu đề và bảng viết hai chữ số thập phân.",)
    assert note_on_decimals([full, short], make_context("vi")) == words
    assert note_on_decimals([full], make_context("vi")) == ()
