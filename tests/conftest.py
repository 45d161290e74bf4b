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
from render_pages import PERIODS, render_pages

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


def _made_once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that one process of a test run makes and the others find ready."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    ready = shared / f"{name}.ready"
    with FileLock(shared / f"{name}.lock"):
        if not ready.is_file():
            make(shared / name)
            ready.touch()
    return shared / name


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public pages of the mid-term report in both languages, made once for all processes of a test run."""
    return _made_once(
        tmp_path_factory, "sample-site", lambda site: render_pages(site, "--params", "params/2023-midterm.yaml")
    )


@pytest.fixture(scope="session")
def whole_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A public edition of every kind of period, and overviews of a sector beside it; made once for all processes."""
    periods = [option for name in PERIODS for option in ("--params", f"params/{name}.yaml")]

    def render_all(site: Path) -> None:
        render_pages(site, *periods, "--audience", "public")
        render_pages(site, "overview", *periods, "--sector", "service_unit", "--audience", "public")

    return _made_once(tmp_path_factory, "whole-site", render_all)


@pytest.fixture(scope="session")
def corrected_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose published figures were overtaken by a late return, made once for all processes of a test run."""
    return _made_once(tmp_path_factory, "corrected-project", make_corrected_project)
