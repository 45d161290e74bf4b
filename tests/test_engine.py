"""Both ways to run a notebook give the same result, and one report sees nothing of another."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from multiprocessing.connection import Client
from pathlib import Path
from typing import Any

import nbformat
import pytest
from render_jobs import NOTEBOOKS, ROOT, plan_fixtures, run_jobs, write_params
from stub_publisher import STUB

from analysis.figures.svg import SERVER_VARIABLE, draw_svg
from analysis.render.charts import FIRST_SPEC, ChartServer
from analysis.render.lanes import can_fork
from analysis.render.plan import Job, Selection, plan_jobs

COMPARED = ("outputs", "raises", "raises_allowed", "exits")
# The folder in which a kernel places its cells, the ids of charts, and addresses of objects in memory.
RANDOM = re.compile(r"/ipykernel_\d+/|\b[0-9a-f]{32}\b|\b0x[0-9a-f]{12}\b")

pytestmark = pytest.mark.skipif(not can_fork(), reason="the warm engine needs fork")


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, nbformat.NotebookNode]]:
    """Return the compared notebooks as each engine executed them, by engine and name."""
    jobs = plan_fixtures(tmp_path_factory.mktemp("plan"), *COMPARED)
    return {engine: _execute(jobs, tmp_path_factory.mktemp(engine), engine) for engine in ("warm", "cold")}


def _execute(jobs: list[Job], folder: Path, engine: str) -> dict[str, nbformat.NotebookNode]:
    run_jobs(jobs, folder, STUB, lanes=2, engine=engine)
    return {job.name: nbformat.read(folder / "executed" / job.executed, as_version=4) for job in jobs}


def comparable(node: nbformat.NotebookNode) -> dict[str, Any]:
    """Return a notebook without what differs from run to run: times, random ids, addresses of temporary files."""
    plain = nbformat.from_dict(node)
    for key in ("start_time", "end_time", "duration", "input_path", "output_path"):
        plain.metadata.papermill.pop(key)
    for cell in plain.cells:
        cell.pop("id", None)
        for key in ("start_time", "end_time", "duration"):
            # The cells in which papermill points to an error have none.
            cell.metadata.get("papermill", {}).pop(key, None)
        if "execution" in cell.metadata:
            cell.metadata.execution = sorted(cell.metadata.execution)
        if "outputs" in cell:
            cell.outputs = _join_streams(cell.outputs)
    return json.loads(RANDOM.sub("", json.dumps(plain)))


def _join_streams(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Return outputs with one stretch of a stream in one piece; a real kernel cuts it five times a second."""
    joined: list[nbformat.NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last["text"] += output.text
        else:
            joined.append(output)
    return joined


@pytest.mark.parametrize("name", COMPARED)
def test_warm_gives_what_a_fresh_kernel_gives(name: str, executed: dict[str, Any]) -> None:
    warm, cold = (comparable(executed[engine][name]) for engine in ("warm", "cold"))
    for ours, theirs in zip(warm["cells"], cold["cells"], strict=True):
        assert ours == theirs
    assert warm == cold


def test_outputs_come_in_the_order_of_papermill(executed: dict[str, Any]) -> None:
    cells = executed["warm"]["outputs"].cells
    kinds = [[output.output_type for output in cell.get("outputs", [])] for cell in cells]
    assert kinds[3] == ["stream", "stream", "execute_result"]
    assert kinds[4] == ["stream", "display_data", "stream", "display_data"]
    # The next cell showed the same display again, which updates it wherever it stands.
    assert cells[4].outputs[1].data["text/markdown"] == "again"
    assert cells[2].metadata.tags == ["injected-parameters"]
    assert 'language = "vi"' in cells[2].source


def test_display_keeps_what_was_shown_when_the_object_changes(executed: dict[str, Any]) -> None:
    (cell,) = (cell for cell in executed["warm"]["outputs"].cells if cell.source.startswith("rows = [1]"))
    assert [output.data["text/plain"] for output in cell.outputs] == ["[1]"]


def test_cells_after_an_error_do_not_run(executed: dict[str, Any]) -> None:
    node = executed["warm"]["raises"]
    assert [cell.metadata.papermill.status for cell in node.cells[3:]] == ["completed", "failed", "pending"]
    assert node.cells[4].outputs[-1].ename == "ZeroDivisionError"


def test_expected_error_does_not_stop_the_notebook(executed: dict[str, Any]) -> None:
    assert executed["warm"]["raises_allowed"].cells[-1].outputs[0].text == "after\n"


def test_report_sees_nothing_of_the_one_before(tmp_path: Path) -> None:
    files = [write_params(tmp_path, report) for report in ("2021", "2022")]
    jobs = plan_jobs([NOTEBOOKS / "leaves_traces.ipynb"], files, Selection())
    result = run_jobs(jobs, tmp_path, STUB, lanes=1)
    assert not result.failures
    printed = [(tmp_path / "out" / job.page).read_text(encoding="utf-8").splitlines() for job in jobs]
    assert {lines[1] for lines in printed} == {f"60 None {ROOT.name} 3.141592653589793 False False"}
    assert len({lines[2] for lines in printed}) == len(jobs) == 4


def test_process_that_forks_holds_no_v8() -> None:
    code = "import analysis.render.preload, sys; sys.exit('vl_convert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_kernel_prints_what_a_started_process_prints(executed: dict[str, Any]) -> None:
    (cell,) = (cell for cell in executed["warm"]["outputs"].cells if "subprocess" in cell.source)
    assert cell.outputs[0].text == "from a child\nfrom the descriptor\n"


def test_chart_server_outlives_broken_charts_and_lost_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = ChartServer(tmp_path, 0)
    try:
        server.wait_until_ready()
        monkeypatch.setenv(SERVER_VARIABLE, server.address)
        with pytest.raises(ValueError, match="Vega-Lite to SVG conversion failed"):
            draw_svg({"mark": "no such mark"})
        Client(server.address).close()
        assert draw_svg({**FIRST_SPEC, "width": 101}).startswith("<svg")
        server.restart()
        server.wait_until_ready()
        assert draw_svg({**FIRST_SPEC, "width": 102}).startswith("<svg")
    finally:
        server.close()
