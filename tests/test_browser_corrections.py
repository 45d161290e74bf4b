"""Corrections in a real Chromium: from the index to the page, on a desk, on a phone and on paper, for everybody."""

from __future__ import annotations

from pathlib import Path

import pytest
from chromium import open_page
from playwright.sync_api import Browser, expect
from render_project import make_project, nhiemky
from test_accessibility import find_faults, wait_for_live_chart

from analysis.language import load_language

pytestmark = pytest.mark.browser

HALF = "2023-H1/overview"
# What each report states of its period and the one compared with, one line for each measure; grades of every year.
MEASURES = {"overview": 3, "admissions": 1, "membership": 2, "structure": 1, "classification": 0}
NO_GRADES = {"admissions", "membership", "structure"}


@pytest.mark.parametrize(("width", "index", "lang"), [(1440, "index.html", "vi"), (360, "index.en.html", "en")])
def test_the_index_leads_to_the_correction_on_the_page(
    browser: Browser, corrected_project: Path, width: int, index: str, lang: str
) -> None:
    site = corrected_project / "site-2"
    page, faults = open_page(browser, site, index, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    listed = page.locator("section.corrections li").first
    sentence = listed.inner_text()
    assert "143" in sentence
    assert "137" in sentence
    listed.get_by_role("link").click()
    assert page.url == (site / f"{HALF}.{lang}.html").as_uri() + "#corrections"
    shown = page.get_by_role("region", name=load_language(lang).text("corrections.heading"))
    expect(shown).to_be_in_viewport()
    expect(shown.get_by_role("listitem").first).to_have_text(sentence)
    assert shown.bounding_box()["y"] < page.locator("section.key").bounding_box()["y"]  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults == []


@pytest.mark.parametrize(
    ("path", "scheme"), [(f"{HALF}.vi.html", "dark"), (f"{HALF}.en.html", "light"), ("index.html", "dark")]
)
def test_axe_finds_nothing_where_numbers_were_corrected(
    browser: Browser, corrected_project: Path, path: str, scheme: str
) -> None:
    page, faults = open_page(browser, corrected_project / "site-2", path, width=360, scheme=scheme)
    wait_for_live_chart(page)
    expect(page.locator("section.corrections")).to_be_visible()
    assert find_faults(page) == []
    assert faults == []


def test_corrections_are_printed(browser: Browser, corrected_project: Path) -> None:
    page, _ = open_page(browser, corrected_project / "site-2", f"{HALF}.vi.html", scripts=False)
    page.emulate_media(media="print")
    expect(page.locator("section.corrections li")).to_have_count(2)
    expect(page.locator("section.corrections li").first).to_be_visible()


# All reports


@pytest.fixture(scope="module")
def all_corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All reports of three periods, and of one sector, after every number that they state was issued 50 lower."""
    root = make_project(tmp_path_factory.mktemp("all") / "project", MEASURES, ["2022", "2023-H1", "2023-midterm"])
    nhiemky(root, "render")
    nhiemky(root, "render", "--sector", "state_agency", "--params", "params/2023-H1.yaml")
    nhiemky(root, "issue")
    record = root / "data" / "issued.csv"
    heading, *rows = record.read_text(encoding="utf-8").splitlines()
    place = heading.split(",").index("count_n")
    lowered = [
        [*cells[:place], str(int(cells[place]) - 50), *cells[place + 1 :]] for cells in (row.split(",") for row in rows)
    ]
    kept = [cells for cells in lowered if int(cells[place]) >= 0]
    record.write_text("\n".join([heading, *(",".join(cells) for cells in kept)]) + "\n", encoding="utf-8")
    nhiemky(root, "render", "--audience", "public")
    nhiemky(root, "render", "--sector", "state_agency", "--params", "params/2023-H1.yaml")
    return root / "build" / "site"


@pytest.mark.long
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("report", list(MEASURES))
def test_every_report_says_what_was_corrected(browser: Browser, all_corrected: Path, report: str, lang: str) -> None:
    words = load_language(lang)
    for folder, years in (("2022", 3), ("2023-H1", 3), ("2023-midterm", 3)):
        page, faults = open_page(browser, all_corrected, f"{folder}/{report}.{lang}.html", width=360)
        graded = 0 if report in NO_GRADES else years
        expect(page.locator("section.corrections li")).to_have_count(2 * MEASURES[report] + graded)
        assert words.text("corrections.lead") in page.locator("section.corrections").inner_text()
        wait_for_live_chart(page)
        assert [*find_faults(page), *faults] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.context.close()


@pytest.mark.long
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_of_a_sector_says_that_and_not_by_how_much(browser: Browser, all_corrected: Path, lang: str) -> None:
    page, _ = open_page(browser, all_corrected, f"{HALF}.state_agency.{lang}.html")
    untold = load_language(lang).text("corrections.untold", item="", period_of_figure="", now="").rpartition("; ")[2]
    sentences = page.locator("section.corrections li").all_inner_texts()
    assert sentences
    assert [sentence for sentence in sentences if not sentence.endswith(untold)] == []
