"""Real pages for the tests that look at them: the shipped notebooks and sample, rendered by the command itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from frames import ROOT

REPORTS = ("overview", "admissions", "classification", "structure", "membership", "published")


def render_pages(out: Path, *options: str) -> None:
    """Render pages of the shipped reports into `out`."""
    command = [sys.executable, "-m", "analysis", "render", "--out", str(out), *options]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
