"""Public pages of every report, kind of period and language, in a real Chromium. Takes minutes: `make test-long`."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from chromium import SHEET, TALLEST, open_page
from frames import ROOT
from playwright.sync_api import Browser
from render_pages import PERIODS, REPORTS
from test_accessibility import find_faults, wait_for_live_chart

from analysis.tables.published import FIGURES_FILE, read_figures

pytestmark = [pytest.mark.long, pytest.mark.browser]

SECTOR = "service_unit"
MOST_BYTES = 150 * 1024
SMALL, WIDE = 320, 1280


class Anchors(HTMLParser):
    """What a page leads to, what it can be led to, and its headings of the first level."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.headings = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.links += [value for key in ("href", "src") if (value := named.get(key)) and tag != "use"]
        self.ids += [named["id"]] if named.get("id") else []
        self.headings += tag == "h1"


def pages_of(site: Path, pattern: str) -> list[str]:
    return sorted(path.relative_to(site).as_posix() for path in site.glob(pattern))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("report", REPORTS)
def test_every_page_can_be_used_by_everybody(browser: Browser, whole_site: Path, report: str, language: str) -> None:
    """Wide: axe-core, scripts, requests. Narrow, as under 400 % zoom, and on paper: nothing goes past the edge."""
    paths = pages_of(whole_site, f"*/{report}.{language}.html")
    assert len(paths) == len(PERIODS)
    assert {path: faults for path in paths if (faults := list(faults_of(browser, whole_site, path)))} == {}


def faults_of(browser: Browser, site: Path, path: str) -> Iterator[str]:
    page, faults = open_page(browser, site, path, width=WIDE)
    wait_for_live_chart(page)
    yield from find_faults(page)
    for width in (WIDE, SMALL):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            yield f"scrolls sideways at {width} pixels"
    page.emulate_media(media="print")
    page.set_viewport_size({"width": SHEET, "height": 900})
    if page.evaluate("document.documentElement.scrollWidth") > SHEET:
        yield "is wider than its sheet, and would be printed smaller"
    heights = page.locator(".chart svg").evaluate_all("all => all.map(svg => svg.getBoundingClientRect().height)")
    if any(height > TALLEST for height in heights):
        yield "has a chart that is higher than a sheet, and would be cut"
    yield from faults
    page.context.close()


def test_every_page_is_light_has_one_title_and_leads_somewhere(whole_site: Path) -> None:
    pages = {
        path: Anchors((whole_site / path).read_text(encoding="utf-8")) for path in pages_of(whole_site, "**/*.html")
    }
    recorded = set(read_figures(ROOT / FIGURES_FILE)["url"].dropna())
    faults = [fault for path in pages for fault in dead_ends(whole_site, path, pages, recorded)]
    faults += [f"{path}: {page.headings} titles" for path, page in pages.items() if page.headings != 1]
    faults += [f"{path}: an id stands twice" for path, page in pages.items() if len(set(page.ids)) < len(page.ids)]
    faults += [
        f"{path}: {size} bytes"
        for path in pages
        if (size := len(gzip.compress((whole_site / path).read_bytes(), mtime=0))) > MOST_BYTES
    ]
    assert faults == []


def dead_ends(site: Path, path: str, pages: dict[str, Anchors], recorded: set[str]) -> Iterator[str]:
    """Say which links lead to no file and no part of the folder, and to no address that is recorded as a source."""
    for link in pages[path].links:
        parts = urlsplit(link)
        if parts.scheme in ("http", "https"):
            if link not in recorded:
                yield f"{path}: {link} is no recorded source"
            continue
        if parts.scheme == "data":
            continue
        there = (site / path).parent / unquote(parts.path) if parts.path else site / path
        if not there.resolve().is_file():
            yield f"{path}: {link} is not there"
        elif parts.fragment and there.suffix == ".html":
            name = there.resolve().relative_to(site.resolve()).as_posix()
            if unquote(parts.fragment) not in pages[name].ids:
                yield f"{path}: {link} names no part of {name}"


@pytest.mark.parametrize("scope", ["", f".{SECTOR}"])
def test_who_goes_to_the_next_period_comes_through_all_of_them_and_stays_in_scope(whole_site: Path, scope: str) -> None:
    for language in ("vi", "en"):
        name = f"overview{scope}.{language}.html"
        following = {path: next_of(whole_site, path) for path in pages_of(whole_site, f"*/{name}")}
        (first,) = set(following) - set(following.values())
        walked = [first]
        while following[walked[-1]]:
            walked.append(following[walked[-1]])
        assert len(walked) == len(following) == len(PERIODS)
        assert all(Path(path).name == name for path in walked)


def next_of(site: Path, path: str) -> str:
    """Return the page to which the link to the next period leads; "" on the last one."""
    html = (site / path).read_text(encoding="utf-8")
    link = re.search(r'<a[^>]*rel="next"[^>]*>', html)
    if link is None:
        return ""
    address = re.search(r'href="([^"]*)"', link[0])
    assert address is not None
    return ((site / path).parent / address[1]).resolve().relative_to(site.resolve()).as_posix()
