"""Real pages for the tests that look at them: the shipped notebooks and sample, rendered by the command itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from frames import ROOT

# One of each kind: the first, which nothing precedes, quarter, half-year, nine months, a day within the term, a year
# under the later rules of classification, the whole term.
PERIODS = ("2020", "2021-Q1", "2021-H1", "2022-9M", "2023-midterm", "2024", "term")
REPORTS = ("overview", "admissions", "classification", "structure", "membership", "published")


def render_pages(out: Path, *options: str) -> None:
    """Render pages of the shipped reports into `out`."""
    command = [sys.executable, "-m", "analysis", "render", "--out", str(out), *options]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
