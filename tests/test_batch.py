"""What a batch loses when one report goes wrong: that report, and nothing else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from render_jobs import ROOT, plan_fixtures, run_jobs
from stub_publisher import STUB, publish_nothing, refuse

from analysis.errors import DataError
from analysis.render import batch as batch_module
from analysis.render.batch import BatchOptions, BatchResult, judge_batch, run_batch
from analysis.render.lanes import can_fork, describe_exit

FAULTY = ("raises", "exits", "dies", "loops")
SECONDS_ALLOWED = 6.0

pytestmark = pytest.mark.skipif(not can_fork(), reason="the warm engine needs fork")


@pytest.fixture(scope="module")
def faulty_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BatchResult]:
    """Return the folder and the result of a run in which all but two reports go wrong, over pages of an older run."""
    folder = tmp_path_factory.mktemp("faulty")
    jobs = plan_fixtures(folder, *FAULTY, "outputs", "raises_allowed")
    (folder / "out/2022").mkdir(parents=True)
    for name in (*FAULTY, "outputs"):
        (folder / f"out/2022/{name}.vi.html").write_text("old page", encoding="utf-8")
    return folder, run_jobs(jobs, folder, STUB, lanes=2, time_limit=SECONDS_ALLOWED)


def test_failing_reports_cost_only_themselves(faulty_run: tuple[Path, BatchResult]) -> None:
    folder, result = faulty_run
    statuses = {entry.notebook: entry.status for entry in result.manifest.reports}
    assert statuses == {**dict.fromkeys(FAULTY, "failed"), "outputs": "rendered", "raises_allowed": "rendered"}
    assert (folder / "out/2022/outputs.vi.html").read_text(encoding="utf-8").startswith("6 pages\n")
    assert (result.done, result.is_interrupted) == (6, False)


def test_failure_says_where_and_why(faulty_run: tuple[Path, BatchResult]) -> None:
    _, result = faulty_run
    found = {job.name: failure for job, failure in result.failures}
    assert {name: failure.summary() for name, failure in found.items()} == {
        "raises": "error: cell 4, ZeroDivisionError: division by zero",
        "exits": "error: cell 3, SystemExit: 0",
        "dies": "crashed: cell 3, its process ended with exit status 7",
        "loops": f"timeout: cell 3, not done after {SECONDS_ALLOWED:g} seconds",
    }
    assert all(failure.parameters["period"] == "2022" for failure in found.values())


def test_failed_report_keeps_its_old_page(faulty_run: tuple[Path, BatchResult]) -> None:
    folder, _ = faulty_run
    for name in FAULTY:
        assert (folder / f"out/2022/{name}.vi.html").read_text(encoding="utf-8") == "old page"
        assert (folder / f"out/2022/{name}.vi.error.html").is_file()


def test_notebook_that_raised_is_kept_as_far_as_it_ran(faulty_run: tuple[Path, BatchResult]) -> None:
    folder, _ = faulty_run
    executed = json.loads((folder / "executed/public/2022/raises.vi.ipynb").read_text(encoding="utf-8"))
    assert executed["cells"][4]["outputs"][0]["ename"] == "ZeroDivisionError"


def test_nothing_temporary_is_left(faulty_run: tuple[Path, BatchResult]) -> None:
    folder, _ = faulty_run
    assert not [path for path in folder.rglob("*") if ".part" in path.name or ".tmp" in path.name]


def test_report_whose_page_cannot_be_written_has_failed(tmp_path: Path) -> None:
    jobs = plan_fixtures(tmp_path, "raises_allowed")
    result = run_jobs(jobs, tmp_path, replace(STUB, page=publish_nothing), lanes=1)
    assert [failure.summary() for _, failure in result.failures] == ["error: ValueError: this page cannot be written"]


def test_second_run_keeps_the_entries_of_the_first(tmp_path: Path) -> None:
    first = plan_fixtures(tmp_path, "raises_allowed", report="2023")
    run_jobs(first, tmp_path, STUB)
    second = plan_fixtures(tmp_path, "raises_allowed", report="2022")
    result = run_jobs(second, tmp_path, STUB, order=("2022", "2023"), known=(*second, *first))
    assert [entry.report for entry in result.manifest.reports] == ["2022", "2023"]
    # The page links to the one that stood already.
    assert (tmp_path / "out" / second[0].page).read_text(encoding="utf-8").startswith("2 pages\n")


def test_nothing_is_written_where_the_dataset_is_refused(tmp_path: Path) -> None:
    options = BatchOptions(ROOT, tmp_path / "out", tmp_path / "executed")
    with pytest.raises(DataError) as refused:
        run_batch(
            judge_batch(plan_fixtures(tmp_path, "outputs"), options), STUB, options, lambda lanes: lanes.call(refuse)
        )
    # Raised in another process, it still says everything.
    assert str(refused.value) == "data/sample: 1 problem(s), cannot be used\n  [K01] wrong"
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "executed").exists()


def test_cold_is_chosen_and_said_where_there_is_no_fork(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(batch_module, "can_fork", lambda: False)
    assert batch_module.choose_engine("warm") == "cold"
    assert "cannot be forked safely" in capsys.readouterr().out


def test_end_of_a_process_is_said_in_words() -> None:
    assert describe_exit(-9) == "its process was killed by SIGKILL"
    assert describe_exit(7) == "its process ended with exit status 7"


INTERRUPTED = """
import signal, sys
from pathlib import Path
from render_jobs import plan_fixtures, run_jobs
from stub_publisher import STUB
if __name__ == "__main__":
    # A shell starts background work with Ctrl-C ignored, and the tests may be such work.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = Path(sys.argv[1])
    result = run_jobs(plan_fixtures(folder, "leaves_traces", "loops"), folder, STUB, lanes=1)
    print(result.done, result.is_interrupted, [entry.notebook for entry in result.manifest.reports], flush=True)
"""


def test_interrupt_ends_every_process_and_records_what_is_done(tmp_path: Path) -> None:
    # The endless loop stands last: the first page is there when Ctrl-C comes.
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests"), "PYTHONUNBUFFERED": "1"}
    script = tmp_path / "interrupted.py"
    script.write_text(INTERRUPTED, encoding="utf-8")
    run = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)],
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert run.stdout is not None
    assert "leaves_traces" in run.stdout.readline()
    os.killpg(run.pid, signal.SIGINT)
    assert run.stdout.read().splitlines()[-1] == "1 True ['leaves_traces']"
    assert run.wait(timeout=20) == 0
    with pytest.raises(ProcessLookupError):
        _wait_for_the_last_process(run.pid)


def _wait_for_the_last_process(group: int) -> None:
    """Return after ten seconds while a process of the group is left. Raises ProcessLookupError when none is."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        os.killpg(group, 0)
        time.sleep(0.1)


def test_macos_is_no_place_to_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert not can_fork()
