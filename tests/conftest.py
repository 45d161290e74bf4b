"""Fixtures that several tests share; frames are built in tests/frames.py."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chromium import CHROMIUM
from corrected_project import make_corrected_project
from filelock import FileLock
from frames import ROOT, make_context
from hypothesis import settings
from render_pages import render_pages

from analysis.figures.context import Context
from analysis.language import Language, load_language
from analysis.report import Report, open_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The same examples every time, and no deadline that a busy machine could miss.
settings.register_profile("nhiemky", derandomize=True, deadline=None, max_examples=40, database=None)
settings.load_profile("nhiemky")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def vi() -> Language:
    return load_language("vi")


@pytest.fixture(scope="session")
def en() -> Language:
    return load_language("en")


@pytest.fixture(scope="session")
def context() -> Context:
    return make_context()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        reason = "no Chromium found: the pages were not looked at in a browser (apt install chromium)"
        # In continuous integration a missing browser is a fault, not a reason to look away.
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def sample_report(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Report]:
    """Return a function that opens a report on the committed sample; its keys are those of a parameters file."""
    monkeypatch.chdir(ROOT)
    return open_sample


@cache
def open_sample(name: str = "overview", **changes: str) -> Report:
    asked = {
        "report": "test",
        "period": "term:2023-06-02",
        "compare_with": "",
        "dataset": "data/sample",
        "audience": "public",
        "language": "vi",
        "sector": "",
        "organisation": "",
    }
    return open_report(name, asked | changes)


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public pages of the mid-term report in both languages, made once for all processes of a test run."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    site = shared / "sample-site"
    with FileLock(shared / "sample-site.lock"):
        if not (site / "index.html").is_file():
            render_pages(site, "--params", "params/2023-midterm.yaml")
    return site


@pytest.fixture(scope="session")
def whole_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public edition as `make site` leaves it, and overviews of a sector beside it; made once for all processes."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    site = shared / "whole-site"
    with FileLock(shared / "whole-site.lock"):
        if not (site / "whole").is_file():
            render_pages(site, "--audience", "public")
            render_pages(site, "overview", "--sector", "service_unit", "--audience", "public")
            (site / "whole").touch()
    return site


@pytest.fixture(scope="session")
def corrected_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose published figures were overtaken by a late return, made once for all processes of a test run."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    root = shared / "corrected-project"
    with FileLock(shared / "corrected-project.lock"):
        if not (root / "site-3").is_dir():
            make_corrected_project(root)
    return root
