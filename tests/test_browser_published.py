"""The page of printed figures in a real Chromium, on paper: every source can be found, and no column runs off."""

from __future__ import annotations

import pytest
from chromium import SHEET, TALLEST, open_page

pytestmark = pytest.mark.browser

SHOWN = """links => links.map(link => [
  link.href, getComputedStyle(link).fontSize, getComputedStyle(link, '::after').content.slice(1, -1)])"""
TOO_WIDE = """figures => figures.filter(figure => {
  const table = figure.querySelector('table');
  return table && table.getBoundingClientRect().width > figure.getBoundingClientRect().width + 1;
}).map(figure => figure.id)"""


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_paper_shows_every_address_in_full_and_every_column(browser, sample_site, lang):
    page, _ = open_page(browser, sample_site, f"2023-midterm/published.{lang}.html", width=SHEET)
    page.emulate_media(media="print")
    addresses = page.locator("#sources td a").evaluate_all(SHOWN)
    assert len(addresses) == 36
    # The host, which a screen shows, makes room for the whole address.
    assert all((size, shown) == ("0px", address) for address, size, shown in addresses)
    elsewhere = page.locator("figure:not(#sources) .url")
    assert elsewhere.count() > 0
    assert [cell.inner_text() for cell in elsewhere.all() if cell.is_visible()] == []
    assert page.locator("figure").evaluate_all(TOO_WIDE) == []


def test_a_chart_of_very_many_bars_stands_on_one_sheet(browser, sample_site):
    page, _ = open_page(browser, sample_site, "2023-midterm/published.vi.html", width=SHEET, scripts=False)
    page.emulate_media(media="print")
    grown = page.locator(".chart .wide svg").first
    grown.evaluate("svg => { svg.setAttribute('height', 3000); svg.setAttribute('viewBox', '0 0 680 3000'); }")
    assert SHEET < grown.bounding_box()["height"] <= TALLEST


def test_no_column_of_the_article_is_squeezed_to_a_word_a_line(browser, sample_site):
    page, _ = open_page(browser, sample_site, "2023-midterm/published.vi.html")
    first = page.locator("#article-beside-dataset tbody th").first
    assert first.bounding_box()["width"] >= 120


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_file_of_all_figures_is_taken_from_the_page_without_a_network(browser, sample_site, lang):
    page, faults = open_page(browser, sample_site, f"2023-midterm/published.{lang}.html")
    for link, rows in zip(page.locator(".files a").all(), (201, 23), strict=True):
        with page.expect_download() as taken:
            link.click()
        assert len(taken.value.path().read_text(encoding="utf-8-sig").splitlines()) == rows
    assert faults == []
