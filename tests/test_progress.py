"""What a run shows of itself: a bar in a terminal, a line a report elsewhere, and a log for other programs."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from render_jobs import plan_fixtures
from rich.console import Console

from analysis.render.failure import Failure
from analysis.render.lanes import Outcome
from analysis.render.log import EventLog
from analysis.render.progress import Progress
from analysis.render.task import Made

FINE = Outcome(0, 0.25, Made(None, {}))
FAILED = Outcome(1, 1.5, Made(Failure("error", 4, "KeyError", "'[red]'\nmore", {"period": "2022"}), {}))


def shown(*, is_terminal: bool) -> str:
    """Return what three reports, of which one fails, show of themselves, without colours."""
    text = io.StringIO()
    console = Console(file=text, force_terminal=is_terminal, width=100, highlight=False, soft_wrap=True)
    with Progress(3, console) as progress:
        progress.report("2022/a.vi.html", FINE)
        progress.report("2022/b.vi.html", FAILED)
        progress.report("2022/c.vi.html", FINE)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text.getvalue())


def test_elsewhere_each_report_is_a_line() -> None:
    assert shown(is_terminal=False).splitlines() == [
        "1/3 2022/a.vi.html 0.25 s",
        "2/3 2022/b.vi.html: error: cell 4, KeyError: '[red]'",
        "3/3 2022/c.vi.html 0.25 s",
    ]


def test_in_a_terminal_a_bar_counts_and_only_failures_are_lines() -> None:
    text = shown(is_terminal=True)
    assert "3/3" in text
    assert re.search(r"[\d.]+/s", text)
    assert "1 failed" in text
    assert "2022/b.vi.html: error: cell 4, KeyError: '[red]'" in text
    assert "2022/a.vi.html" not in text


def test_log_tells_all_of_a_failure(tmp_path: Path) -> None:
    (job,) = plan_fixtures(tmp_path, "raises")
    path = tmp_path / "new" / "log.jsonl"
    for _ in range(2):
        log = EventLog(path)
        log.write("begin", to_render_n=2)
        log.report(job, FINE)
        log.report(job, FAILED)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["begin", "report", "report"] * 2
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time")) for line in lines)
    assert lines[0] == {"event": "begin", "to_render_n": 2}
    common = {"event": "report", "audience": "public", "page": "2022/raises.vi.html", "notebook": "raises"}
    assert lines[1] == {**common, "seconds": 0.25, "status": "rendered"}
    assert lines[2] == {
        **common,
        "seconds": 1.5,
        "status": "failed",
        "kind": "error",
        "cell": 4,
        "error": "KeyError",
        "message": "'[red]'\nmore",
        "parameters": {"period": "2022"},
    }


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_log_that_cannot_be_written_is_given_up_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    log = EventLog(Path("/dev/full"))
    log.write("begin")
    log.write("end")
    assert capsys.readouterr().err.splitlines() == ["/dev/full: the log ends here (No space left on device)."]
