"""Fixtures that several tests share; frames are built in tests/frames.py."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from frames import ROOT, make_context
from hypothesis import settings

from analysis.figures.context import Context
from analysis.language import Language, load_language
from analysis.report import Report, open_report

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
