"""A report made warm is what a fresh kernel gives: all reports of the project, and notebooks that try hard."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest
from render_jobs import NOTEBOOKS, ROOT, plan_fixtures, run_jobs, write_params
from stub_publisher import STUB
from test_engine import comparable

from analysis.render import plugin
from analysis.render.lanes import can_fork
from analysis.render.plan import Job, Selection, plan_jobs

REPORTS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NASTY = ("displays", "errors", "leaves_more_traces", "processes", "quits", "streams")
LAUNCH = ["python", *plugin.LAUNCHER, "-f", "connection.json"]

pytestmark = pytest.mark.skipif(not can_fork(), reason="the warm engine needs fork")


def run_both(jobs: list[Job], folder: Path) -> dict[str, tuple[dict[str, str], dict[str, Any]]]:
    """Return for each engine what failed, and the executed notebooks without what differs from run to run."""
    return {engine: _run(jobs, folder / engine, engine) for engine in ("warm", "cold")}


def _run(jobs: list[Job], folder: Path, engine: str) -> tuple[dict[str, str], dict[str, Any]]:
    result = run_jobs(jobs, folder, STUB, lanes=2, engine=engine)
    failures = {job.name: failure.summary() for job, failure in result.failures}
    files = {job.name: folder / "executed" / job.executed for job in jobs}
    # A report whose process died has written none.
    return failures, {name: comparable(nbformat.read(file, 4)) for name, file in files.items() if file.is_file()}


def assert_same(warm: dict[str, Any], cold: dict[str, Any]) -> None:
    """Compare notebooks cell by cell and name those that differ; pytest would compare a long output for minutes."""
    assert list(warm) == list(cold)
    different = [
        f"{name}: {ours['source']}\n{str(ours)[:2000]}\n{str(theirs)[:2000]}"
        for name, notebook in warm.items()
        for ours, theirs in zip(notebook["cells"], cold[name]["cells"], strict=True)
        if ours != theirs
    ]
    assert not different, "\n".join(different)
    assert [node["metadata"] for node in warm.values()] == [node["metadata"] for node in cold.values()]


def test_every_report_is_what_a_fresh_kernel_gives(tmp_path: Path) -> None:
    jobs = plan_jobs(REPORTS, [ROOT / "params/2023-midterm.yaml"], Selection(languages=["vi"]))
    made = run_both(jobs, tmp_path)
    (no_failure, warm), (_, cold) = made["warm"], made["cold"]
    assert no_failure == {}
    assert sorted(warm) == [path.stem for path in REPORTS]
    assert "<svg" in str(warm["admissions"])
    assert_same(warm, cold)


def test_nasty_notebook_is_what_a_fresh_kernel_gives(tmp_path: Path) -> None:
    made = run_both(plan_fixtures(tmp_path, *NASTY), tmp_path)
    (failed, warm), (failed_cold, cold) = made["warm"], made["cold"]
    # Neither way goes on after exit(); where exactly a real kernel notices is a matter of a tenth of a second.
    assert failed == failed_cold == {"quits": "crashed: Kernel died"}
    assert sorted(warm) == [name for name in NASTY if name != "quits"]
    assert_same(warm, cold)


def test_report_sees_no_setting_of_the_one_before(tmp_path: Path) -> None:
    files = [write_params(tmp_path, report) for report in ("2021", "2022")]
    jobs = plan_jobs([NOTEBOOKS / "leaves_more_traces.ipynb"], files, Selection(languages=["vi"]))
    result = run_jobs(jobs, tmp_path, STUB, lanes=1)
    assert not result.failures
    first, second = ((tmp_path / "out" / job.page).read_text(encoding="utf-8") for job in jobs)
    assert '"theme": "default"' in first
    assert first == second


@pytest.mark.parametrize(
    ("engine", "killed"),
    [("warm", "crashed: cell 4, its process was killed by SIGKILL"), ("cold", "crashed: Kernel died")],
)
def test_report_without_memory_costs_only_itself(engine: str, killed: str, tmp_path: Path) -> None:
    # One lane: the report that is made comes after those that were lost.
    jobs = plan_fixtures(tmp_path, "killed", "out_of_memory", "raises_allowed")
    result = run_jobs(jobs, tmp_path, STUB, lanes=1, engine=engine)
    assert {job.name: failure.summary() for job, failure in result.failures} == {
        "killed": killed,
        "out_of_memory": "error: cell 3, MemoryError: ",
    }
    assert (tmp_path / "out" / jobs[2].page).read_text(encoding="utf-8").endswith("after\n")


@pytest.mark.parametrize(("name", "status"), [("streams", 0), ("raises", 1), ("killed", 138)])
def test_papermill_alone_gives_the_same_with_a_forked_kernel(name: str, status: int, tmp_path: Path) -> None:
    files = [tmp_path / "plain.ipynb", tmp_path / "forked.ipynb"]
    with ThreadPoolExecutor() as both:
        plain, forked = both.map(_run_papermill, [name, name], files, [(), ("--engine", "nhiemky")])
    assert (plain.returncode, forked.returncode) == (status, status), forked.stderr
    assert plain.stdout == forked.stdout
    assert "started anew" not in forked.stderr
    assert _own_lines(forked.stderr) == _own_lines(plain.stderr)
    assert_same({name: _saved(files[1])}, {name: _saved(files[0])})


def _run_papermill(name: str, output: Path, engine: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    # Where this variable is set, ipykernel does not read what is written to file descriptors.
    environment = {key: value for key, value in os.environ.items() if key != "PYTEST_CURRENT_TEST"}
    command = [sys.executable, "-m", "papermill", str(NOTEBOOKS / f"{name}.ipynb"), str(output), "--no-progress-bar"]
    return subprocess.run(
        [*command, "-p", "language", "vi", *engine],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _saved(file: Path) -> dict[str, Any]:
    """Return a notebook without what a kernel says when it begins a cell: whether a killed one still does is chance."""
    notebook = comparable(nbformat.read(file, 4))
    for cell in notebook["cells"]:
        cell["metadata"].pop("execution", None)
        cell.pop("execution_count", None)
    return notebook


def _start_papermill(name: str, output: Path) -> subprocess.Popen[str]:
    environment = {key: value for key, value in os.environ.items() if key != "PYTEST_CURRENT_TEST"}
    command = [sys.executable, "-m", "papermill", str(NOTEBOOKS / f"{name}.ipynb"), str(output), "--no-progress-bar"]
    engine = ["--engine", "nhiemky"] if output.stem == "forked" else []
    return subprocess.Popen(
        [*command, "-p", "language", "vi", *engine], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )


def _own_lines(log: str) -> list[str]:
    """Return the lines that papermill itself wrote, without the names of files and numbers of lines."""
    return [line for line in log.splitlines() if line[:1].isalpha() and not line.startswith("Output Notebook")]


@pytest.mark.parametrize(
    ("command", "change", "reason"),
    [
        (LAUNCH, {}, ""),
        (["R", "--slave"], {}, "no Python kernel"),
        (LAUNCH, {"platform": "darwin"}, "macOS"),
        (LAUNCH, {"modules": {**sys.modules, "ipykernel.kernelapp": sys}}, "inside a kernel"),
    ],
)
def test_kernel_is_started_anew_where_forking_is_not_safe(
    command: list[str], change: dict[str, Any], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin.sys, "modules", {name: None for name in sys.modules if name != "ipykernel.kernelapp"})
    for name, value in change.items():
        monkeypatch.setattr(plugin.sys, name, value)
    found = plugin.why_not_fork(command)
    assert reason in found and bool(reason) == bool(found)
