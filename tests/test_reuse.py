"""A page is made again only where something that it was made from has changed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from frames import ROOT

from analysis.files import ABSENT, file_hash
from analysis.render import reuse
from analysis.render.manifest import ReportEntry, new_manifest, read_manifest
from analysis.render.plan import Job, Selection, plan_jobs
from analysis.render.reuse import Surroundings, judge, make_key, own_inputs

PAGE = "a page"


@pytest.fixture
def jobs() -> list[Job]:
    return plan_jobs(
        [ROOT / "notebooks" / "structure.ipynb"],
        [ROOT / "params" / "2023.yaml", ROOT / "params" / "2024.yaml"],
        Selection(languages=["vi"]),
    )


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "organisations.csv"
    path.write_text("org_id\nA\n", encoding="utf-8")
    return path


def entry_for(job: Job, around: Surroundings, table: Path, out: Path) -> ReportEntry:
    """Return what a run would have recorded for a job that read one table, with its page in place."""
    page = out / job.page
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(PAGE, encoding="utf-8")
    inputs = {**reuse.current_inputs([str(table)], around.root), **own_inputs(job, around)}
    return ReportEntry(
        report=job.params.report,
        notebook=job.name,
        lang=job.params.language,
        audience=job.params.audience,
        sector="",
        organisation="",
        status="rendered",
        seconds=1.0,
        key=make_key(inputs),
        inputs=inputs,
        page=job.page,
    )


def causes(jobs: list[Job], entries: list[ReportEntry], out: Path, around: Surroundings) -> list[tuple[str, ...]]:
    file_hash.cache_clear()
    manifest = new_manifest("", "", entries)
    return [verdict.causes for verdict in judge(jobs, manifest, out, around)]


def test_nothing_runs_where_nothing_changed(jobs: list[Job], table: Path, tmp_path: Path) -> None:
    around = Surroundings(ROOT, jobs)
    entries = [entry_for(job, around, table, tmp_path) for job in jobs]
    assert causes(jobs, entries, tmp_path, around) == [(), ()]


def test_a_new_report_runs_and_says_so(jobs: list[Job], table: Path, tmp_path: Path) -> None:
    around = Surroundings(ROOT, jobs)
    assert causes(jobs, [entry_for(jobs[0], around, table, tmp_path)], tmp_path, around) == [(), ("new",)]


def test_a_changed_table_is_named(jobs: list[Job], table: Path, tmp_path: Path) -> None:
    around = Surroundings(ROOT, jobs)
    entries = [entry_for(job, around, table, tmp_path) for job in jobs]
    table.write_text("org_id\nB\n", encoding="utf-8")
    assert causes(jobs, entries, tmp_path, around) == [(str(table),), (str(table),)]


def test_a_touched_table_changes_nothing(jobs: list[Job], table: Path, tmp_path: Path) -> None:
    around = Surroundings(ROOT, jobs)
    entries = [entry_for(job, around, table, tmp_path) for job in jobs]
    table.write_text(table.read_text(encoding="utf-8"), encoding="utf-8")
    assert causes(jobs, entries, tmp_path, around) == [(), ()]


def test_a_table_that_comes_into_being_changes_the_report_that_asked_for_it(
    jobs: list[Job], table: Path, tmp_path: Path
) -> None:
    around = Surroundings(ROOT, jobs)
    table.unlink()
    entries = [entry_for(job, around, table, tmp_path) for job in jobs]
    assert entries[0].inputs[str(table)] == ABSENT
    table.write_text("org_id\nA\n", encoding="utf-8")
    assert causes(jobs, entries, tmp_path, around) == [(str(table),), (str(table),)]


def test_a_changed_parameter_is_named(jobs: list[Job], table: Path, tmp_path: Path) -> None:
    around = Surroundings(ROOT, jobs)
    entries = [entry_for(job, around, table, tmp_path) for job in jobs]
    other = replace(jobs[0], params=jobs[0].params.model_copy(update={"compare_with": "2021"}))
    assert causes([other, jobs[1]], entries, tmp_path, around) == [(reuse.PARAMETERS,), ()]


def test_a_new_neighbour_changes_the_pages_that_lead_to_it(jobs: list[Job], table: Path, tmp_path: Path) -> None:
    alone = Surroundings(ROOT, jobs[:1])
    entries = [entry_for(jobs[0], alone, table, tmp_path)]
    assert causes(jobs[:1], entries, tmp_path, Surroundings(ROOT, jobs)) == [(reuse.LINKS,)]


@pytest.mark.parametrize("made_of", [reuse.LIBRARY, reuse.VERSIONS])
def test_another_library_or_version_is_named(jobs: list[Job], table: Path, tmp_path: Path, made_of: str) -> None:
    around = Surroundings(ROOT, jobs)
    entries = [entry_for(job, around, table, tmp_path) for job in jobs]
    older = [replace(entry, inputs={**entry.inputs, made_of: "older"}) for entry in entries]
    assert causes(jobs, older, tmp_path, around) == [(made_of,), (made_of,)]


def test_a_failed_report_runs_again(jobs: list[Job], table: Path, tmp_path: Path) -> None:
    around = Surroundings(ROOT, jobs)
    entries = [replace(entry_for(job, around, table, tmp_path), status="failed") for job in jobs]
    assert causes(jobs, entries, tmp_path, around) == [("failed before",), ("failed before",)]


def test_a_page_that_is_gone_is_made_again(jobs: list[Job], table: Path, tmp_path: Path) -> None:
    around = Surroundings(ROOT, jobs)
    entries = [entry_for(job, around, table, tmp_path) for job in jobs]
    (tmp_path / jobs[1].page).unlink()
    assert causes(jobs, entries, tmp_path, around) == [(), ("page is gone",)]


def test_an_entry_whose_key_does_not_fit_is_not_trusted(jobs: list[Job], table: Path, tmp_path: Path) -> None:
    around = Surroundings(ROOT, jobs)
    entries = [replace(entry_for(job, around, table, tmp_path), key="other") for job in jobs]
    assert causes(jobs, entries, tmp_path, around) == [("manifest",), ("manifest",)]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of its own with two reports of one period, rendered once."""
    root = tmp_path_factory.mktemp("project")
    for folder in ("data", "params", "notebooks"):
        (root / folder).mkdir()
    shutil.copytree(ROOT / "data" / "sample", root / "data" / "sample")
    shutil.copy(ROOT / "params" / "2023.yaml", root / "params")
    for name in ("admissions", "structure"):
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", root / "notebooks")
    nhiemky(root, "render", "--lang", "vi")
    return root


def nhiemky(root: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "analysis", *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout


def test_a_row_in_targets_makes_exactly_the_reports_that_read_it(project: Path) -> None:
    targets = project / "data" / "sample" / "targets.csv"
    before = targets.read_text(encoding="utf-8")
    untouched = (project / "build/site/2023/structure.vi.html").stat().st_mtime_ns
    targets.write_text(
        before.rstrip("\n") + "\norganisation,year,2022,TC001,admitted,annual_count,1,,2022-12-30\n", encoding="utf-8"
    )
    try:
        assert nhiemky(project, "render", "--lang", "vi", "--plan").splitlines() == [
            "public  2023/admissions.vi.html  data/sample/targets.csv",
            "1 to render, 1 unchanged",
        ]
        nhiemky(project, "render", "--lang", "vi")
        manifest = read_manifest(project / "build/site")
        assert manifest is not None
        assert {entry.notebook: entry.status for entry in manifest.reports} == {
            "admissions": "rendered",
            "structure": "reused",
        }
        assert (project / "build/site/2023/structure.vi.html").stat().st_mtime_ns == untouched
    finally:
        targets.write_text(before, encoding="utf-8")
        nhiemky(project, "render", "--lang", "vi")


def test_a_page_from_the_cache_equals_one_rendered_anew(project: Path) -> None:
    pages = sorted((project / "build/site/2023").glob("*.html"))
    kept = {page.name: page.read_bytes() for page in pages}
    assert len(kept) == 2
    assert "2 to render, 0 unchanged" in nhiemky(project, "render", "--lang", "vi", "--plan", "--force")
    nhiemky(project, "render", "--lang", "vi", "--force")
    assert {page.name: page.read_bytes() for page in pages} == kept


def test_a_dataset_that_breaks_a_rule_is_refused_even_where_no_page_reads_the_table(project: Path) -> None:
    probation = project / "data" / "sample" / "probation.csv"
    before = probation.read_text(encoding="utf-8")
    probation.write_text(before.rstrip("\n") + "\nNOBODY,2022-01-31,official,2023-02-28,1\n", encoding="utf-8")
    try:
        with pytest.raises(subprocess.CalledProcessError) as refused:
            nhiemky(project, "render", "--lang", "vi")
        assert refused.value.returncode == 3
        assert "NOBODY" in refused.value.stderr
    finally:
        probation.write_text(before, encoding="utf-8")
