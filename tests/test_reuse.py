"""A page is made again only where something that it was made from has changed."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from frames import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from render_project import add_target_row, make_project, nhiemky, published

from analysis.files import ABSENT, file_hash
from analysis.render import reuse
from analysis.render.manifest import ReportEntry, new_manifest, read_manifest
from analysis.render.plan import Job, Selection, plan_jobs
from analysis.render.reuse import Surroundings, from_root, judge, make_key, own_inputs

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


def entry_for(job: Job, around: Surroundings, tables: Sequence[Path], out: Path) -> ReportEntry:
    """Return what a run would have recorded for a job that read some tables, with its page in place."""
    page = out / job.page
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(PAGE, encoding="utf-8")
    read = [from_root(path, around.root) if path.is_relative_to(around.root) else str(path) for path in tables]
    inputs = {**reuse.current_inputs(read, around.root), **own_inputs(job, around)}
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
    entries = [entry_for(job, around, [table], tmp_path) for job in jobs]
    assert causes(jobs, entries, tmp_path, around) == [(), ()]


def test_a_new_report_runs_and_says_so(jobs: list[Job], table: Path, tmp_path: Path) -> None:
    around = Surroundings(ROOT, jobs)
    assert causes(jobs, [entry_for(jobs[0], around, [table], tmp_path)], tmp_path, around) == [(), ("new",)]


def test_a_changed_table_is_named(jobs: list[Job], table: Path, tmp_path: Path) -> None:
    around = Surroundings(ROOT, jobs)
    entries = [entry_for(job, around, [table], tmp_path) for job in jobs]
    table.write_text("org_id\nB\n", encoding="utf-8")
    assert causes(jobs, entries, tmp_path, around) == [(str(table),), (str(table),)]


def test_a_touched_table_changes_nothing(jobs: list[Job], table: Path, tmp_path: Path) -> None:
    around = Surroundings(ROOT, jobs)
    entries = [entry_for(job, around, [table], tmp_path) for job in jobs]
    table.write_text(table.read_text(encoding="utf-8"), encoding="utf-8")
    assert causes(jobs, entries, tmp_path, around) == [(), ()]


def test_a_table_that_comes_into_being_changes_the_report_that_asked_for_it(
    jobs: list[Job], table: Path, tmp_path: Path
) -> None:
    around = Surroundings(ROOT, jobs)
    table.unlink()
    entries = [entry_for(job, around, [table], tmp_path) for job in jobs]
    assert entries[0].inputs[str(table)] == ABSENT
    table.write_text("org_id\nA\n", encoding="utf-8")
    assert causes(jobs, entries, tmp_path, around) == [(str(table),), (str(table),)]


def test_a_changed_parameter_is_named(jobs: list[Job], table: Path, tmp_path: Path) -> None:
    around = Surroundings(ROOT, jobs)
    entries = [entry_for(job, around, [table], tmp_path) for job in jobs]
    other = replace(jobs[0], params=jobs[0].params.model_copy(update={"compare_with": "2021"}))
    assert causes([other, jobs[1]], entries, tmp_path, around) == [(reuse.PARAMETERS,), ()]


def test_a_new_neighbour_changes_the_pages_that_lead_to_it(jobs: list[Job], table: Path, tmp_path: Path) -> None:
    alone = Surroundings(ROOT, jobs[:1])
    entries = [entry_for(jobs[0], alone, [table], tmp_path)]
    assert causes(jobs[:1], entries, tmp_path, Surroundings(ROOT, jobs)) == [(reuse.LINKS,)]


@pytest.mark.parametrize("made_of", [reuse.LIBRARY, reuse.VERSIONS])
def test_another_library_or_version_is_named(jobs: list[Job], table: Path, tmp_path: Path, made_of: str) -> None:
    around = Surroundings(ROOT, jobs)
    entries = [entry_for(job, around, [table], tmp_path) for job in jobs]
    older = [replace(entry, inputs={**entry.inputs, made_of: "older"}) for entry in entries]
    assert causes(jobs, older, tmp_path, around) == [(made_of,), (made_of,)]


def test_a_failed_report_runs_again(jobs: list[Job], table: Path, tmp_path: Path) -> None:
    around = Surroundings(ROOT, jobs)
    entries = [replace(entry_for(job, around, [table], tmp_path), status="failed") for job in jobs]
    assert causes(jobs, entries, tmp_path, around) == [("failed before",), ("failed before",)]


def test_a_page_that_is_gone_is_made_again(jobs: list[Job], table: Path, tmp_path: Path) -> None:
    around = Surroundings(ROOT, jobs)
    entries = [entry_for(job, around, [table], tmp_path) for job in jobs]
    (tmp_path / jobs[1].page).unlink()
    assert causes(jobs, entries, tmp_path, around) == [(), ("page is gone",)]


def test_an_entry_whose_key_does_not_fit_is_not_trusted(jobs: list[Job], table: Path, tmp_path: Path) -> None:
    around = Surroundings(ROOT, jobs)
    entries = [replace(entry_for(job, around, [table], tmp_path), key="other") for job in jobs]
    assert causes(jobs, entries, tmp_path, around) == [("manifest",), ("manifest",)]


NAMES = [f"data/sample/{name}.csv" for name in ("organisations", "membership", "targets", "events", "probation")]


@given(
    read=st.lists(st.sets(st.sampled_from(NAMES)), min_size=2, max_size=2),
    changed=st.sets(st.sampled_from(NAMES)),
)
def test_a_report_runs_for_what_it_read_and_for_nothing_else(read: list[set[str]], changed: set[str]) -> None:
    planned = plan_jobs(
        [ROOT / "notebooks" / "structure.ipynb"],
        [ROOT / "params" / "2023.yaml", ROOT / "params" / "2024.yaml"],
        Selection(languages=["vi"]),
    )
    around = Surroundings(ROOT, planned)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        entries = [
            entry_for(job, around, [ROOT / name for name in names], out)
            for job, names in zip(planned, read, strict=True)
        ]
        # What stood in a changed table when the page was made, the record still says.
        before = [replace(entry, inputs=_as_before(entry.inputs, changed)) for entry in entries]
        before = [replace(entry, key=make_key(entry.inputs)) for entry in before]
        assert causes(planned, before, out, around) == [tuple(sorted(names & changed)) for names in read]


def _as_before(inputs: Mapping[str, str], changed: set[str]) -> dict[str, str]:
    return {name: "another" if name in changed else digest for name, digest in inputs.items()}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of its own with two reports of one period, rendered once."""
    root = make_project(tmp_path_factory.mktemp("project") / "project", ("overview", "structure"), ("2023",))
    nhiemky(root, "render", "--lang", "vi")
    return root


def test_a_row_in_targets_makes_exactly_the_reports_that_read_it(project: Path) -> None:
    targets = project / "data" / "sample" / "targets.csv"
    before = targets.read_text(encoding="utf-8")
    untouched = (project / "build/site/2023/structure.vi.html").stat().st_mtime_ns
    add_target_row(project)
    try:
        assert nhiemky(project, "render", "--lang", "vi", "--plan").splitlines() == [
            "public  2023/overview.vi.html  data/sample/targets.csv",
            "1 to render, 1 unchanged",
        ]
        nhiemky(project, "render", "--lang", "vi")
        manifest = read_manifest(project / "build/site")
        assert manifest is not None
        assert {entry.notebook: entry.status for entry in manifest.reports} == {
            "overview": "rendered",
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
        assert "NOBODY" in nhiemky(project, "render", "--lang", "vi", status=3)
    finally:
        probation.write_text(before, encoding="utf-8")


def test_a_module_of_the_analyst_is_an_input(project: Path, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(project, root)
    module, notebook = root / "ours.py", root / "notebooks" / "structure.ipynb"
    module.write_text("WORD = 'one'\n", encoding="utf-8")
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace('"inputs.masthead()"', '"import ours\\n", "inputs.masthead()"'), encoding="utf-8")
    nhiemky(root, "render", "--lang", "vi")
    assert "2 unchanged" in nhiemky(root, "render", "--lang", "vi", "--plan")
    module.write_text("WORD = 'two'\n", encoding="utf-8")
    assert nhiemky(root, "render", "--lang", "vi", "--plan").splitlines() == [
        "public  2023/structure.vi.html  ours.py",
        "1 to render, 1 unchanged",
    ]


def edit_targets(root: Path) -> None:
    add_target_row(root)


def edit_events(root: Path) -> None:
    path = root / "data/sample/events.csv"
    if not path.exists():  # another edit took the table away
        return
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-1]) + "\n", encoding="utf-8")


def lose_table(root: Path) -> None:
    (root / "data/sample/events.csv").unlink(missing_ok=True)


def edit_title(root: Path) -> None:
    path = root / "data/sample/dataset.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("synthetic data", "synthetic trial"), encoding="utf-8")


def edit_comparison(root: Path) -> None:
    path = root / "params/2023.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('compare_with: ""', 'compare_with: "2021"'), encoding="utf-8"
    )


def comment_params(root: Path) -> None:
    path = root / "params/2023.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")


def add_period(root: Path) -> None:
    shutil.copy(ROOT / "params" / "2024.yaml", root / "params")


def edit_notebook(root: Path) -> None:
    path = root / "notebooks/structure.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["cells"] = [cell for cell in content["cells"] if "below" not in "".join(cell["source"])]
    path.write_text(json.dumps(content), encoding="utf-8")


def touch_everything(root: Path) -> None:
    for path in root.rglob("*"):
        os.utime(path, (0, 0))


def lose_page(root: Path) -> None:
    (root / "build/site/2023/structure.vi.html").unlink(missing_ok=True)


def lose_csv(root: Path) -> None:
    next((root / "build/site/2023").glob("overview.vi.*.csv")).unlink(missing_ok=True)


EDITS = (
    edit_targets,
    edit_events,
    lose_table,
    edit_title,
    edit_comparison,
    comment_params,
    add_period,
    edit_notebook,
    touch_everything,
    lose_page,
    lose_csv,
)
SOME_EDITS = st.lists(st.sampled_from(EDITS), min_size=1, max_size=4, unique=True)


def _requires_equal_pages(project: Path, edits: Sequence[Callable[[Path], None]]) -> None:
    """Fail unless a run after some edits leaves what a run from nothing makes."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        shutil.copytree(project, root)
        for edit in edits:
            edit(root)
        nhiemky(root, "render", "--lang", "vi")
        out = root / "build" / "site"
        kept = published(out)
        # The same place again, from nothing: pages name no folder, but their hashes might.
        shutil.rmtree(root / "build")
        nhiemky(root, "render", "--lang", "vi")
        assert kept == published(out)


@settings(max_examples=3)
@given(SOME_EDITS)
def test_after_some_edits_pages_equal_pages_made_anew(project: Path, edits: list[Callable[[Path], None]]) -> None:
    _requires_equal_pages(project, edits)


@pytest.mark.long
@settings(max_examples=15)
@given(SOME_EDITS)
def test_after_any_edits_pages_equal_pages_made_anew(project: Path, edits: list[Callable[[Path], None]]) -> None:
    _requires_equal_pages(project, edits)


@pytest.mark.parametrize("edit", [touch_everything, comment_params])
def test_what_changes_no_content_makes_no_page(project: Path, tmp_path: Path, edit: Callable[[Path], None]) -> None:
    root = tmp_path / "project"
    shutil.copytree(project, root)
    edit(root)
    assert "0 pages, 2 unchanged" in nhiemky(root, "render", "--lang", "vi")
