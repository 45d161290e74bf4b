"""A page as one file opens by itself, asks for nothing, and holds what the page and its files hold."""

from __future__ import annotations

import base64
import re
import shutil
from pathlib import Path

import pytest
from chromium import open_page
from playwright.sync_api import Browser
from render_pages import render_pages
from site_pages import full_notebook, make_job, make_jobs
from test_accessibility import find_faults
from test_live_charts import make_live

from analysis.errors import NhiemkyError
from analysis.site import standalone
from analysis.site.publish import publish_page, publish_standalone

JOB = make_job()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file in a folder in which nothing else stands."""
    made, folder = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("alone")
    (path,) = publish_standalone(full_notebook(), JOB, make_jobs(), made)
    shutil.move(path, folder / path.name)
    return folder / path.name


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same page beside its files."""
    out = tmp_path_factory.mktemp("site")
    publish_page(full_notebook(), JOB, make_jobs(), out)
    return out / "2023-midterm"


def main_words(html: str) -> str:
    found = re.search(r"<main.*?</main>", html, re.S)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found.group()).split())


def test_it_says_what_the_page_says(alone: Path, site: Path):
    page = (site / "admissions.vi.html").read_text(encoding="utf-8")
    assert main_words(alone.read_text(encoding="utf-8")) == main_words(page)


def test_its_tables_and_pictures_are_those_beside_the_page(alone: Path, site: Path):
    html = alone.read_text(encoding="utf-8")
    held = dict(re.findall(r'href="data:[^,"]+;base64,([^"]+)" download="([^"]+)"', html))
    files = {path.name: path.read_bytes() for path in site.iterdir() if path.suffix not in (".html", ".json")}
    assert len(files) == 6
    assert {name: base64.b64decode(content) for content, name in held.items()} == files


def test_it_leads_to_no_other_file(alone: Path):
    markup = re.sub(r"(<script[^>]*>).*?</script>", r"\1", alone.read_text(encoding="utf-8"), flags=re.S)
    leading = [href for href in re.findall(r'href="([^"]*)"', markup) if not href.startswith("#")]
    assert len(leading) == 7
    assert all(href.startswith("data:") for href in leading)
    assert " src=" not in markup


def test_it_is_the_same_byte_for_byte(alone: Path, tmp_path: Path):
    (twin,) = publish_standalone(full_notebook(), JOB, make_jobs(), tmp_path)
    assert twin.read_bytes() == alone.read_bytes()


@pytest.mark.parametrize("text", ["a = '</script>'", "a = 1 <!--b", "a\r\nb", "a = '</SCRIPT>'"])
def test_a_script_that_would_end_its_own_element_is_refused(text):
    with pytest.raises(NhiemkyError, match=r"charts\.js: cannot stand inside a page"):
        standalone._inline(text, "charts.js")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_it_opens_alone_asks_for_nothing_and_its_charts_become_live(browser: Browser, alone: Path, width: int):
    page, faults = open_page(browser, alone.parent, alone.name, width=width)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    assert len(make_live(page)) == 2
    page.locator("[data-enlarge]").first.click()
    page.get_by_role("dialog").locator(".live svg").wait_for()
    assert [url for url in asked if not url.startswith("data:")] == [alone.as_uri()]
    assert faults == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("kind", ["SVG", "CSV", "XLSX"])
def test_what_it_holds_is_taken_away_with_a_name(browser, alone, site, scripts, kind):
    page, _ = open_page(browser, alone.parent, alone.name, scripts=scripts)
    with page.expect_download() as download:
        page.locator("#admissions-by-sector .take").get_by_role("link", name=kind).click()
    name = f"admissions.vi.admissions-by-sector.{kind.lower()}"
    assert download.value.suggested_filename == name
    if kind != "SVG" or not scripts:
        assert Path(download.value.path()).read_bytes() == (site / name).read_bytes()


@pytest.mark.browser
def test_no_script_but_its_own_runs(browser, alone, tmp_path):
    html = alone.read_text(encoding="utf-8").replace("</main>", "<script>window.hit = 1</script></main>")
    (tmp_path / "injected.html").write_text(html, encoding="utf-8")
    page, faults = open_page(browser, tmp_path, "injected.html")
    assert page.evaluate("window.hit") is None
    assert any("Content Security Policy" in fault for fault in faults)


@pytest.mark.browser
def test_axe_finds_nothing_on_it(browser, alone):
    page, _ = open_page(browser, alone.parent, alone.name)
    make_live(page)
    assert find_faults(page) == []


def test_the_command_writes_it_beside_the_page_and_takes_it_away_with_it(tmp_path: Path):
    wish = ("structure", "--lang", "en", "--params", "params/2023-midterm.yaml")
    page = tmp_path / "2023-midterm/structure.en.html"
    one_file = page.with_name("structure.en.standalone.html")
    render_pages(tmp_path, *wish, "--standalone")
    before = one_file.read_bytes()
    made = page.stat().st_mtime_ns
    one_file.unlink()
    render_pages(tmp_path, *wish, "--standalone")
    assert one_file.read_bytes() == before
    made_again = page.stat().st_mtime_ns
    assert made_again > made
    render_pages(tmp_path, *wish, "--standalone")
    assert page.stat().st_mtime_ns == made_again
    render_pages(tmp_path, *wish, "--force")
    assert not one_file.exists()
