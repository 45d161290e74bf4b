"""What the benchmark compares is comparable, and its arithmetic holds. Nothing is timed here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from frames import ROOT

from analysis.figures.block import MIME
from benchmarks import commands
from benchmarks.__main__ import main
from benchmarks.commands import CommandFailed, require_pages
from benchmarks.floor import plan, run_cells
from benchmarks.measure import Measured, Round
from benchmarks.memory import can_measure, peak_memory
from benchmarks.results import FIXED_TARGETS, Line, Target, lines, ratios, table
from benchmarks.scene import Report, Scene, fixed_scene, shipped_params, shipped_scene

HELD = 50_000_000
# Holds so many bytes of its own for long enough that samples are taken.
HOLD = f"import time; held = b'x' * {HELD}; time.sleep(1)"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return fixed_scene(tmp_path_factory.mktemp("bench") / "scene", 4)


@pytest.mark.parametrize("reports_n", [10, 100, 500])
def test_the_fixed_scene_plans_as_many_reports_as_asked(tmp_path: Path, monkeypatch, reports_n: int):
    scene = fixed_scene(tmp_path / "scene", reports_n)
    monkeypatch.chdir(scene.root)
    jobs = plan(scene.root, scene.languages)
    assert len(jobs) == len({job.page for job in jobs}) == len(scene.reports) == reports_n


def test_every_fixed_report_has_three_charts(scene: Scene, monkeypatch):
    monkeypatch.chdir(scene.root)
    for job in plan(scene.root, scene.languages):
        blocks = [output.data[MIME] for cell in run_cells(job).cells for output in cell.get("outputs", ())]
        assert sum("<svg" in block.get("svg", "") for block in blocks) == 3, job.page


def test_the_shipped_scene_plans_all_that_is_shipped(tmp_path: Path, monkeypatch):
    scene = shipped_scene(tmp_path / "scene", shipped_params())
    monkeypatch.chdir(scene.root)
    planned = {(job.name, job.params.report, job.params.language) for job in plan(scene.root, scene.languages)}
    listed = {(Path(one.notebook).stem, Path(one.params).stem, one.language) for one in scene.reports}
    assert planned == listed


def test_the_cli_makes_reports_from_all_over_the_scene(tmp_path: Path):
    reports = fixed_scene(tmp_path / "scene", 100).sample(20)
    assert len(set(reports)) == 20
    assert {report.notebook for report in reports} == {"notebooks/admissions.ipynb", "notebooks/structure.ipynb"}
    assert reports[0].params == "params/term-000.yaml"
    assert reports[-1].params == "params/term-047.yaml"


def test_the_floor_makes_the_pages_that_a_batch_makes(scene: Scene):
    """Byte for byte, and the tables too. Only the indexes, the assets and the manifest are the batch's alone."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for command in (
        commands.ours_command(scene),
        [sys.executable, "-m", "benchmarks.floor", *scene.languages],
    ):
        subprocess.run(command, cwd=scene.root, env=environment, check=True, capture_output=True)
    ours, floor = (_files(scene.root / "build" / name) for name in ("site", "floor"))
    assert floor.keys() == {name for name in ours if name.startswith("term-")}
    assert [name for name in floor if floor[name] != ours[name]] == []
    assert sum(name.endswith(".html") for name in floor) == len(scene.reports)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.skipif(not can_measure(), reason="only Linux says what a process holds")
@pytest.mark.parametrize(
    "command",
    [
        pytest.param([sys.executable, "-c", HOLD], id="itself"),
        pytest.param(["sh", "-c", f'"{sys.executable}" -c "{HOLD}"; true'], id="a-child"),
    ],
)
def test_the_peak_of_memory_counts_a_command_and_its_children(tmp_path: Path, command: list[str]):
    assert HELD < peak_memory(command, tmp_path) < 2 * HELD


@pytest.mark.skipif(not can_measure(), reason="only Linux says what a process holds")
def test_the_peak_of_memory_sums_what_runs_together(tmp_path: Path):
    one = f'"{sys.executable}" -c "{HOLD}"'
    assert peak_memory(["sh", "-c", f"{one} & {one} & wait"], tmp_path) > 2 * HELD


@pytest.mark.parametrize("run", [commands._run, peak_memory])
def test_a_command_that_fails_ends_the_benchmark_with_its_words(tmp_path: Path, run):
    command = [sys.executable, "-c", "import time; print('why', flush=True); time.sleep(0.2); raise SystemExit(7)"]
    with pytest.raises(CommandFailed, match=r"(?s)exit status 7.*why"):
        run(command, tmp_path)


def test_a_loop_of_the_cli_ends_where_a_report_fails(scene: Scene):
    missing = Report("notebooks/missing.ipynb", scene.reports[0].params, "vi")
    with pytest.raises(CommandFailed, match=r"missing\.ipynb"):
        commands.time_cli_loop(scene, [missing])


def test_a_floor_of_which_a_process_fails_ends_the_benchmark(tmp_path: Path):
    scene = fixed_scene(tmp_path / "scene", 2)
    notebook = scene.root / scene.reports[0].notebook
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("inputs.masthead()", "1 / 0"), encoding="utf-8")
    with pytest.raises(CommandFailed, match="ZeroDivisionError"):
        commands.time_floor(scene)


def test_too_few_pages_end_the_benchmark(tmp_path: Path):
    scene = fixed_scene(tmp_path / "scene", 2)
    pages = scene.root / "build" / "site" / "term-000"
    pages.mkdir(parents=True)
    (pages / "admissions.vi.html").touch()
    (pages / "structure.vi.error.html").touch()
    with pytest.raises(CommandFailed, match="made 1 pages instead of 2"):
        require_pages(scene, "site")


def _planted(ours: Sequence[float] = (10.0, 12.5, 8.0)) -> Measured:
    """Three rounds: the cli takes 4 s a report, 2 s where two run at a time; the floor takes 5 s for 100."""
    rounds = [
        Round(
            ours={10: whole - 4.5, 100: whole, 500: whole + 20},
            unchanged=0.5,
            floor=5.0,
            cli_loop=[3.0, 5.0],
            cli_parallel=40.0,
        )
        for whole in ours
    ]
    return Measured(compared_n=100, cli_n=20, rounds=rounds, peaks={100: 600_000_000, 500: 900_000_000})


def _values(measured: Measured, label: str) -> Sequence[float]:
    (line,) = [line for line in lines(measured, FIXED_TARGETS) if line.label == label]
    return line.values


def test_ratios_are_taken_within_each_round():
    assert ratios([10, 20], [5, 4]) == [2, 5]
    with pytest.raises(ValueError, match="shorter"):
        ratios([1, 2], [1])


def test_what_was_measured_is_compared():
    measured = _planted()
    assert _values(measured, "cli, one after the other / ours") == pytest.approx([40, 32, 50])
    assert _values(measured, "cli, xargs -P / ours") == pytest.approx([20, 16, 25])
    assert _values(measured, "ours / floor") == pytest.approx([2, 2.5, 1.6])
    assert _values(measured, "ours, one more report, 10 to 100") == pytest.approx([0.05] * 3)
    assert _values(measured, "ours, one more report, 100 to 500") == pytest.approx([0.05] * 3)
    assert _values(measured, "ours, the latter / the former") == pytest.approx([1] * 3)
    assert _values(measured, "ours, 100 reports, peak memory") == [0.6]


def test_the_median_is_judged_and_the_spread_shown():
    line = Line("ours / floor", "times", [1.8, 2.5, 1.6], Target(2))
    assert line.cells() == ("ours / floor", "1.8", "1.6–2.5", "times", "≤ 2", "ok")
    assert Line("faster", "times", [29, 31, 28], Target(30, is_least=True)).cells()[-1] == "MISSED"
    assert Line("no target", "s", [123.4]).cells() == ("no target", "123", "", "s", "", "")


def test_what_could_not_be_measured_has_not_met_its_target():
    assert Line("peak", "GB", [], Target(1.2)).cells()[1:] == ("not measured", "", "GB", "≤ 1.2", "MISSED")


def test_the_table_is_aligned():
    head, *rows = table([Line("a", "s", [1]), Line("longer", "GB", [2.5, 3.5])]).splitlines()
    assert {row.index(value) for row, value in zip(rows, ("1", "3"), strict=True)} == {head.index("median")}


@pytest.mark.parametrize(("ours", "status"), [((10.0, 9.0, 8.0), 0), ((10.0, 12.5, 12.5), 1)])
def test_a_missed_target_gives_exit_status_1(monkeypatch, tmp_path: Path, ours: tuple[float, ...], status: int):
    monkeypatch.setattr("benchmarks.__main__.compile_code", lambda: None)
    monkeypatch.setattr("benchmarks.__main__.measure", lambda *_: _planted(ours))
    raw = tmp_path / "raw.json"
    done = CliRunner().invoke(main, ["--only", "fixed", "--json", str(raw)])
    assert done.exit_code == status, done.output
    assert ("MISSED" in done.output) == (status == 1)
    assert json.loads(raw.read_text(encoding="utf-8"))["fixed"]["rounds"][0]["cli_loop"] == [3.0, 5.0]


def test_a_quick_run_judges_nothing(monkeypatch):
    monkeypatch.setattr("benchmarks.__main__.compile_code", lambda: None)
    monkeypatch.setattr("benchmarks.__main__.measure", lambda *_: _planted((100.0,)))
    done = CliRunner().invoke(main, ["--only", "fixed", "--quick"])
    assert done.exit_code == 0, done.output
    assert "MISSED" not in done.output
