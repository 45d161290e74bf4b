"""Which reports a run makes, and what it refuses before any of them runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from render_jobs import NOTEBOOKS, ROOT, write_params

from analysis.errors import ParamsError
from analysis.render.plan import Job, Selection, check_notebook_accepts, order_reports, plan_jobs
from analysis.render.request import find_notebooks

OUTPUTS, INTERNAL = NOTEBOOKS / "outputs.ipynb", NOTEBOOKS / "internal_only.ipynb"


def test_every_notebook_runs_with_every_file_in_both_languages(tmp_path: Path) -> None:
    files = [write_params(tmp_path, "2023-Q1"), write_params(tmp_path, "2022")]
    jobs = plan_jobs([OUTPUTS, NOTEBOOKS / "raises.ipynb"], files, Selection())
    assert [job.page for job in jobs] == [
        f"{report}/{name}.{language}.html"
        for report in ("2022", "2023-Q1")
        for name in ("outputs", "raises")
        for language in ("vi", "en")
    ]


def test_reports_come_in_time_order_the_shorter_first(tmp_path: Path) -> None:
    names = ["2023-H1", "2023", "2023-9M", "2023-Q1", "2022"]
    files = [write_params(tmp_path, name) for name in names]
    files.append(write_params(tmp_path, "midterm", period="term:2023-06-02"))
    files.append(write_params(tmp_path, "to-summer", period="term:2023-06-30"))
    expected = ["2022", "2023-Q1", "midterm", "2023-H1", "to-summer", "2023-9M", "2023"]
    assert order_reports(files, None) == expected
    assert list(dict.fromkeys(job.params.report for job in plan_jobs([OUTPUTS], files, Selection()))) == expected


def test_page_names_the_organisation_or_the_sector(tmp_path: Path) -> None:
    path = write_params(tmp_path, "2022", audience="internal", sector="non_state")
    (job,) = plan_jobs([OUTPUTS], [path], Selection(languages=["en"]))
    assert (job.name, job.page) == ("outputs", "2022/outputs.non_state.en.html")
    assert job.executed == "internal/2022/outputs.non_state.en.ipynb"
    own = Job(job.notebook, job.params.model_copy(update={"organisation": "dbk-01"}))
    assert own.page == "2022/outputs.dbk-01.en.html"


def test_notebook_is_left_out_where_it_does_not_declare_the_audience(tmp_path: Path) -> None:
    path = write_params(tmp_path, "2022")
    assert {job.name for job in plan_jobs([OUTPUTS, INTERNAL], [path], Selection())} == {"outputs"}
    internal = plan_jobs([OUTPUTS, INTERNAL], [path], Selection(audience="internal"))
    assert {job.name for job in internal} == {"outputs", "internal_only"}


def test_each_organisation_has_its_own_internal_page(tmp_path: Path) -> None:
    selection = Selection(languages=["vi"], audience="internal", organisations=["A1", "B2"])
    jobs = plan_jobs([INTERNAL], [write_params(tmp_path, "2022")], selection)
    assert [job.page for job in jobs] == ["2022/internal_only.A1.vi.html", "2022/internal_only.B2.vi.html"]


@pytest.mark.parametrize("part", [{"organisations": ["A1", "B2"]}, {"sector": "other"}])
def test_a_notebook_of_the_whole_alone_has_no_page_of_a_part(tmp_path: Path, part: dict) -> None:
    """Printed figures belong to no organisation of a dataset: 81 equal pages would say so 81 times."""
    published = ROOT / "notebooks/published.ipynb"
    path = write_params(tmp_path, "2022")
    whole = plan_jobs([published], [path], Selection(languages=["vi"], audience="internal"))
    assert [job.page for job in whole] == ["2022/published.vi.html"]
    jobs = plan_jobs([published, OUTPUTS], [path], Selection(languages=["vi"], audience="internal", **part))
    assert {job.name for job in jobs} == {"outputs"}


def test_organisation_is_refused_on_public_pages(tmp_path: Path) -> None:
    with pytest.raises(ParamsError, match="counts of one organisation are internal"):
        plan_jobs([OUTPUTS], [write_params(tmp_path, "2022")], Selection(organisations=["A1"]))


def test_organisation_that_would_leave_the_folder_is_refused(tmp_path: Path) -> None:
    selection = Selection(audience="internal", organisations=["../../etc"])
    with pytest.raises(ParamsError, match=r"'\.\./\.\./etc' cannot name a file"):
        plan_jobs([OUTPUTS], [write_params(tmp_path, "2022")], selection)


def test_all_problems_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    wrong = write_params(tmp_path, "2022", period="2022-Q9")
    other = write_params(tmp_path, "2023-Q1")
    other.write_text(other.read_text(encoding="utf-8").replace("sector:", "sektor:"), encoding="utf-8")
    with pytest.raises(ParamsError) as caught:
        plan_jobs([OUTPUTS, NOTEBOOKS / "wrong_keys.ipynb"], [wrong, other], Selection())
    message = str(caught.value)
    for part in (
        str(wrong),
        "'2022-Q9'",
        "2023-Q1, 2023-H1",
        str(other),
        "sektor: unknown key",
        "sector: missing",
        "wrong_keys.ipynb",
    ):
        assert part in message


def test_report_is_named_like_its_file(tmp_path: Path) -> None:
    path = write_params(tmp_path, "2022", report="2023")
    with pytest.raises(ParamsError, match=r"report: '2023' differs from the file's name\. Allowed: '2022'"):
        plan_jobs([OUTPUTS], [path], Selection())


def test_two_files_cannot_share_a_report(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    files = [write_params(tmp_path, "2022"), write_params(tmp_path / "other", "2022")]
    with pytest.raises(ParamsError, match="is also the report of"):
        plan_jobs([OUTPUTS], files, Selection())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("wrong_keys", r"sector: missing in the parameters cell[\s\S]*sektor: unknown key"),
        ("two_parameter_cells", "2 cells are tagged `parameters`"),
        ("no_parameter_cell", "0 cells are tagged `parameters`"),
        ("missing", "cannot be read"),
    ],
)
def test_notebook_that_cannot_take_the_parameters_is_refused(name: str, message: str) -> None:
    with pytest.raises(ParamsError, match=f"{name}[\\s\\S]*{message}"):
        check_notebook_accepts(NOTEBOOKS / f"{name}.ipynb")


def test_every_report_notebook_accepts_the_parameters() -> None:
    notebooks = find_notebooks((), ROOT)
    assert notebooks
    declared = [check_notebook_accepts(path) for path in notebooks]
    assert {audience for one in declared for audience in one.audiences} <= {"public", "internal"}


def test_sector_given_on_the_command_line_is_checked(tmp_path: Path) -> None:
    with pytest.raises(ParamsError, match="sector: 'farms' cannot be used: allowed: empty"):
        plan_jobs([OUTPUTS], [write_params(tmp_path, "2022")], replace(Selection(), sector="farms"))
