"""The command: what it refuses, what it ends with, and that it answers at once."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from render_jobs import NOTEBOOKS, ROOT, write_params

from analysis import cli
from analysis.errors import ParamsError
from analysis.render.lanes import can_fork
from analysis.render.manifest import read_manifest
from analysis.render.request import find_notebooks, from_root

HEAVY = ("pandas", "altair", "pandera", "papermill", "nbformat", "pydantic", "vl_convert")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):
    """Return a function that runs the command in the project's root."""
    monkeypatch.chdir(ROOT)

    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])

    return invoke


def test_command_imports_nothing_heavy_before_it_needs_it() -> None:
    code = f"import sys, analysis.cli; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_wrong_parameter_stops_the_run_before_anything_starts(run, tmp_path: Path) -> None:
    path = write_params(tmp_path, "2022", period="2022-Q5")
    result = run("render", NOTEBOOKS / "outputs.ipynb", "--params", path, "--out", tmp_path / "out")
    assert result.exit_code == 2
    for part in (str(path), "period", "'2022-Q5'", "Allowed: 2023-Q1, 2023-H1"):
        assert part in result.stderr
    assert not (tmp_path / "out").exists()


def test_unknown_notebook_is_refused_with_the_names_that_exist(run) -> None:
    result = run("render", "admisions")
    assert result.exit_code == 2
    assert "'admisions'" in result.stderr
    assert "admissions, classification" in result.stderr


def test_public_pages_of_a_dataset_that_nobody_cleared_are_refused(run, tmp_path: Path) -> None:
    path = write_params(tmp_path, "2022")
    described = tmp_path / "dataset/dataset.yaml"
    described.write_text(
        described.read_text(encoding="utf-8").replace("kind: synthetic", "kind: internal"), encoding="utf-8"
    )
    result = run("render", NOTEBOOKS / "outputs.ipynb", "--params", path, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "cleared_by" in result.stderr
    assert not (tmp_path / "out").exists()


def test_one_folder_never_takes_public_and_internal_pages(run, tmp_path: Path) -> None:
    files = [write_params(tmp_path, "2022"), write_params(tmp_path, "2023", audience="internal")]
    result = run("render", NOTEBOOKS / "outputs.ipynb", "--params", files[0], "--params", files[1], "--out", tmp_path)
    assert result.exit_code == 2
    assert "--audience" in result.stderr


def test_audience_that_no_notebook_declares_leaves_nothing_to_render(run, tmp_path: Path) -> None:
    path = write_params(tmp_path, "2022")
    result = run("render", NOTEBOOKS / "internal_only.ipynb", "--params", path)
    assert result.exit_code == 2
    assert "nothing to render" in result.stderr


@pytest.mark.skipif(not can_fork(), reason="the warm engine needs fork")
def test_dataset_that_breaks_a_rule_ends_with_3_and_nothing_written(run, tmp_path: Path) -> None:
    dataset = tmp_path / "dataset"
    path = write_params(tmp_path, "2022")
    shutil.copy(ROOT / "data/sample/organisations.csv", dataset)
    (dataset / "membership.csv").write_bytes("org_id;\xff".encode("latin-1"))
    result = run("render", NOTEBOOKS / "outputs.ipynb", "--params", path, "--out", tmp_path / "out")
    assert result.exit_code == 3, result.output
    assert "membership" in result.stderr
    assert not (tmp_path / "out").exists()


def test_check_lists_every_problem_as_json(run, tmp_path: Path) -> None:
    result = run("check", tmp_path / "nowhere", "--json")
    assert result.exit_code == 3
    (problem,) = json.loads(result.stdout)
    assert list(problem) == ["rule", "severity", "table", "rows", "message_vi", "message_en"]


def test_check_of_the_sample_ends_well(run) -> None:
    result = run("check", ROOT / "data/sample")
    assert result.exit_code == 0, result.output
    assert "0 error(s)" in result.stdout


def test_interrupt_ends_with_130(run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(root: Path) -> list[object]:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_find_problems", interrupt)
    assert run("check", "data/sample").exit_code == 130


def test_notebook_is_named_by_path_or_by_name() -> None:
    named = ROOT / "notebooks/admissions.ipynb"
    assert find_notebooks(["admissions", str(named)], ROOT) == [named, named]
    with pytest.raises(ParamsError, match="Name a file, or one of"):
        find_notebooks(["notebooks/none.ipynb"], ROOT)


def test_folder_outside_the_project_keeps_its_full_path(tmp_path: Path) -> None:
    assert from_root(str(ROOT / "data/sample"), ROOT) == "data/sample"
    assert from_root(str(tmp_path), ROOT) == str(tmp_path)


@pytest.mark.skipif(not can_fork(), reason="the warm engine needs fork")
def test_render_publishes_pages_with_index_and_manifest(tmp_path: Path) -> None:
    """One real report and one that raises: status 1, the page of the first stands, the second says why it does not."""
    command = [
        sys.executable,
        "-m",
        "analysis",
        "render",
        "membership",
        str(NOTEBOOKS / "raises.ipynb"),
        "--params",
        "params/2023-midterm.yaml",
        "--lang",
        "vi",
        "--out",
        str(tmp_path),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 pages, 1 failed in " in done.stdout
    assert str(tmp_path / "index.html") in done.stdout
    for part in ("raises.ipynb", "cell 4", "division by zero", '"period": "term:2023-06-02"'):
        assert part in done.stderr
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert {entry.notebook: entry.status for entry in manifest.reports} == {
        "membership": "rendered",
        "raises": "failed",
    }
    for name in ("index.html", "index.en.html", "2023-midterm/membership.vi.html", "2023-midterm/raises.vi.error.html"):
        assert (tmp_path / name).is_file()
