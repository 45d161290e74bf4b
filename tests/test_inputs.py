"""What a page was made from is recorded as it was when it was read, and a page that cannot say so is made again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from frames import ROOT
from render_jobs import plan_fixtures, run_jobs
from render_project import make_project, nhiemky
from stub_publisher import STUB

from analysis.figures.block import MIME
from analysis.figures.svg import ChartError, draw_svg
from analysis.files import file_hash
from analysis.provenance import files_read, watch_imports
from analysis.render.lanes import can_fork
from analysis.render.manifest import JOURNAL_FILE, MANIFEST_FILE, read_manifest
from analysis.render.reuse import UNKNOWN
from analysis.render.worker import _files_read
from analysis.tables import dataset as dataset_module
from analysis.tables.dataset import open_dataset
from analysis.tables.info import read_info
from analysis.tables.read import read_table

SAMPLE = ROOT / "data" / "sample"
needs_fork = pytest.mark.skipif(not can_fork(), reason="the warm engine needs fork")


def code(source: str, *blocks: dict) -> nbformat.NotebookNode:
    outputs = [nbformat.v4.new_output("display_data", {MIME: block}) for block in blocks]
    return nbformat.v4.new_code_cell(source, outputs=outputs)


FOOT = {"kind": "definitions", "inputs": {"data/a.csv": "1"}}


def executed(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=list(cells))


def test_definitions_name_what_was_read():
    read = _files_read(executed(code("figure", {"kind": "figure"}), code("definitions", FOOT), code("  \n")))
    assert read == {"data/a.csv": "1"}


def test_a_page_without_definitions_does_not_say_what_was_read():
    assert UNKNOWN in _files_read(executed(code("figure", {"kind": "figure"})))


def test_code_after_the_definitions_may_have_read_more():
    read = _files_read(executed(code("definitions", FOOT), code("inputs.table('targets')")))
    assert read.keys() == {"data/a.csv", UNKNOWN}


@pytest.mark.parametrize("name", ["dataset.yaml", "membership.csv"])
def test_a_file_is_hashed_before_it_is_read(name, tmp_path, monkeypatch):
    """Somebody writes to it in between: the record must name what was read, so that the change is found."""
    root = tmp_path / "sample"
    shutil.copytree(SAMPLE, root)
    before = hashlib.sha256((root / name).read_bytes()).hexdigest()

    def then_changed(read):
        def reading(path, *rest):
            found = read(path, *rest)
            if path.name == name:
                path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
            return found

        return reading

    monkeypatch.setattr(dataset_module, "read_info", then_changed(read_info))
    monkeypatch.setattr(dataset_module, "read_table", then_changed(read_table))
    dataset = open_dataset(root)
    dataset.table("membership")
    assert files_read(dataset, [])[str(root / name)] == before
    assert hashlib.sha256((root / name).read_bytes()).hexdigest() != before


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty project in which modules can be imported from the root."""
    for folder in ("params", "notebooks"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def imported_files(root: Path) -> dict[str, str]:
    """Return the analyst's modules among what has been read, as a report would record them."""
    dataset = open_dataset(SAMPLE)
    return {name: digest for name, digest in files_read(dataset, []).items() if name.endswith(".py")}


def test_a_module_is_hashed_before_it_is_imported(project, monkeypatch):
    module = project / "ours_that_changes.py"
    module.write_text("from pathlib import Path\nPath(__file__).write_text('WORD = 2')\n", encoding="utf-8")
    before = file_hash.__wrapped__(module)
    watch_imports()
    monkeypatch.delitem(sys.modules, "ours_that_changes", raising=False)
    __import__("ours_that_changes")
    assert imported_files(project) == {"ours_that_changes.py": before}


def test_packages_of_the_analyst_count_too(project, monkeypatch):
    (project / "ours_pack").mkdir()
    for name in ("__init__.py", "inner.py"):
        (project / "ours_pack" / name).write_text("", encoding="utf-8")
    __import__("ours_pack.inner")
    assert sorted(imported_files(project)) == ["ours_pack/__init__.py", "ours_pack/inner.py"]


def fail_site(manifest: object, out: Path) -> Path:
    raise RuntimeError("no index today")


@needs_fork
def test_a_run_that_ends_at_its_index_has_recorded_its_pages(tmp_path):
    """The journal holds each page; the manifest, which ends it, is written after the index."""
    jobs = plan_fixtures(tmp_path, "raises_allowed", "outputs")
    with pytest.raises(RuntimeError, match="no index today"):
        run_jobs(jobs, tmp_path, replace(STUB, site=fail_site))
    out = tmp_path / "out"
    assert (out / JOURNAL_FILE).is_file()
    assert not (out / MANIFEST_FILE).exists()
    recorded = read_manifest(out)
    assert recorded is not None
    assert {entry.notebook for entry in recorded.reports} == {"raises_allowed", "outputs"}


@needs_fork
def test_what_a_report_left_running_ends_with_it(tmp_path):
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell('report = "2022"', metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(
                "import subprocess, pathlib\n"
                "left = subprocess.Popen(['sleep', '600'])\n"
                f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(left.pid))"
            ),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    jobs = plan_fixtures(tmp_path, "outputs")
    path = tmp_path / "leaves_process.ipynb"
    nbformat.write(notebook, path)
    run_jobs([replace(jobs[0], notebook=path)], tmp_path, STUB)
    pid = int((tmp_path / "pid").read_text(encoding="utf-8"))
    assert not is_running(pid)


def is_running(pid: int) -> bool:
    """Tell whether a process is still there after a moment, and not only to be taken leave of."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return False
        if state == "Z":
            return False
        os.sched_yield()
    return True


def test_a_chart_without_its_server_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("NHIEMKY_CHART_SERVER", str(tmp_path / "gone"))
    with pytest.raises(ChartError, match="the process that draws charts has ended"):
        draw_svg({"data": {"values": [{"n": 7}]}, "mark": "bar"})


@needs_fork
def test_what_all_pages_share_comes_back(tmp_path):
    root = make_project(tmp_path / "project", ["structure"], ["2023"])
    nhiemky(root, "render", "--lang", "vi")
    site = root / "build" / "site"
    shutil.rmtree(site / "assets")
    (site / "index.en.html").unlink()
    assert "0 pages, 1 unchanged" in nhiemky(root, "render", "--lang", "vi")
    assert (site / "assets" / "style.css").is_file()
    assert (site / "index.en.html").is_file()


@needs_fork
def test_the_manifest_says_what_a_failed_report_was_asked(tmp_path):
    jobs = plan_fixtures(tmp_path, "raises")
    run_jobs(jobs, tmp_path, STUB)
    entry = json.loads((tmp_path / "out" / MANIFEST_FILE).read_text(encoding="utf-8"))["reports"][0]
    assert entry["parameters"]["period"] == "2022"
    assert entry["error"] == "error: cell 4, ZeroDivisionError: division by zero"


@needs_fork
@pytest.mark.parametrize("options", [["--log", "."], ["--out", "params/2023.yaml"]])
def test_a_place_that_cannot_be_written_is_named(tmp_path, options):
    root = make_project(tmp_path / "project", ["structure"], ["2023"])
    said = nhiemky(root, "render", "--lang", "vi", "--audience", "public", *options, status=2)
    assert "Traceback" not in said
    assert "Name another place" in said
