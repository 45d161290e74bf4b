"""`nhiemky issue` from first publication to correction: what is recorded, what pages and indexes then say."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from render_project import published
from test_corrections_site import figure, page_of

from analysis.cli import main
from analysis.render.manifest import Manifest, ReportEntry, write_manifest

PAGES = ("2023-H1/overview.vi.html", "2023-H1/overview.en.html")
CORRECTIONS = re.compile(r'<section class="[^"]*corrections".*?</section>', re.DOTALL)


def said(root: Path, step: int) -> str:
    return (root / f"said-{step}.txt").read_text(encoding="utf-8")


def corrections_on(path: Path) -> list[str]:
    """Return the corrections that a page or an index lists, as text."""
    found = CORRECTIONS.search(path.read_text(encoding="utf-8"))
    items = re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL) if found else []
    return [" ".join(re.sub(r"<[^>]+>", "", item).split()) for item in items]


def record(root: Path) -> list[dict[str, str]]:
    with (root / "data" / "issued.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_first_pages_correct_nothing_and_are_recorded(corrected_project):
    assert corrections_on(corrected_project / "site-1" / PAGES[0]) == []
    assert corrections_on(corrected_project / "site-1" / "index.html") == []
    assert said(corrected_project, 2).startswith("Edition 1: 9 figures new, 0 corrected, 0 as issued before")
    first = record(corrected_project)[0]
    assert first == {
        "edition": "1",
        "issued_on": "2023-07-10",
        "dataset": "data/sample",
        "period": "2023-H1",
        "sector": "",
        "measure": "admitted",
        "count_n": "137",
        "of_n": "",
        "data_date": "2023-06-30",
    }


def test_recording_makes_no_page_out_of_date(corrected_project):
    assert said(corrected_project, 3) == "0 to render, 2 unchanged\n"
    assert said(corrected_project, 6) == "0 to render, 2 unchanged\n"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            PAGES[0],
            [
                "6 tháng đầu năm 2023, kết nạp: nay là 143, trước đây công bố 137 (ngày 10/07/2023).",
                "6 tháng đầu năm 2023, đảng viên: nay là 5.567, trước đây công bố 5.561 (ngày 10/07/2023).",
            ],
        ),
        (
            PAGES[1],
            [
                "First half of 2023, admitted: now 143, published before as 137 (on 10 July 2023).",
                "First half of 2023, members: now 5,567, published before as 5,561 (on 10 July 2023).",
            ],
        ),
    ],
)
def test_the_new_page_and_its_index_say_what_it_was_and_is(corrected_project, page, expected):
    site = corrected_project / "site-2"
    assert corrections_on(site / page) == expected
    index = site / ("index.html" if page == PAGES[0] else "index.en.html")
    assert corrections_on(index) == expected
    assert index.read_text(encoding="utf-8").count(f'href="{page}#corrections"') == 2


def test_the_numbers_that_open_the_page_are_marked(corrected_project):
    for page, marks in ((PAGES[0], "đảng viên (điều\u00a0chỉnh)"), (PAGES[1], "members (revised)")):
        html = (corrected_project / "site-2" / page).read_text(encoding="utf-8")
        assert html.count(f'<span class="unit">{marks}</span>') == 2
        assert marks not in (corrected_project / "site-1" / page).read_text(encoding="utf-8")


def test_corrections_are_found_by_the_search_and_are_no_headline(corrected_project):
    site = corrected_project / "site-2"
    assert "kết nạp: nay là 143" in (site / "assets" / "search.vi.js").read_text(encoding="utf-8")
    summary = json.loads((site / "2023-H1" / "overview.vi.json").read_text(encoding="utf-8"))
    assert summary["headline"].startswith("Đã kết nạp 143 đảng viên")


def test_the_correction_is_recorded_as_an_edition_of_its_own(corrected_project):
    lines = said(corrected_project, 5).splitlines()
    assert lines[:2] == ["corrected: admitted 2023-H1: 137, now 143", "corrected: members 2023-H1: 5561, now 5567"]
    assert lines[2].startswith("Edition 2: 0 figures new, 2 corrected, 7 as issued before")
    rows = record(corrected_project)
    assert [row["count_n"] for row in rows if row["edition"] == "2"] == ["143", "5567"]


def test_pages_are_the_same_bytes_before_and_after_they_are_recorded(corrected_project):
    assert "1 pages" in said(corrected_project, 7)
    assert published(corrected_project / "site-3") == published(corrected_project / "site-2")


def test_what_was_recorded_is_not_recorded_twice(corrected_project):
    assert said(corrected_project, 8) == "Nothing new: all 9 figures were issued as they stand.\n"


def run(root: Path, *options: str) -> tuple[int, str]:
    """Return the exit status of `nhiemky issue` in a project, and what it said."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        done = CliRunner().invoke(main, ["issue", *options])
    return done.exit_code, done.output


def silent_site(out: Path, *others: ReportEntry) -> Path:
    """Write a folder of public pages with one of a period of which no figure is stated, and return it."""
    silent = page_of(out, "2026-Q1")
    write_manifest(Manifest("0", "2026-04-01T00:00:00+00:00", "2026-04-01T00:00:00+00:00", (silent, *others)), out)
    return out


def test_pages_without_a_headline_figure_are_refused_with_what_to_do(corrected_project, tmp_path):
    before = record(corrected_project)
    status, output = run(corrected_project, "--out", str(silent_site(tmp_path)))
    assert status == 2
    assert "no page of 2026-Q1 states a headline figure, so nothing was recorded" in output
    assert "nhiemky render overview" in output
    assert "0 figures" not in output
    assert record(corrected_project) == before


def test_a_report_without_a_headline_figure_beside_others_is_named(corrected_project, tmp_path):
    same = page_of(tmp_path, "2023-H1", figure(dataset="data/sample", count_n=143))
    assert run(corrected_project, "--out", str(silent_site(tmp_path, same))) == (
        0,
        "No headline figures on the pages of 2026-Q1: nothing of them is recorded.\n"
        "Nothing new: all 1 figures were issued as they stand.\n",
    )


def test_the_readme_ends_the_steps_of_a_new_period_with_issuing_it(corrected_project):
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    *_, last = re.findall(r"^\d\. .*", readme.partition("## A new period in six steps")[2].partition("\n## ")[0], re.M)
    (command,) = re.findall(r"`nhiemky issue (.*?)`", last)
    # The command is one that is understood: what it lacks here is the period alone.
    assert "no pages of 2025-Q1" in run(corrected_project, *command.split())[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["2023-H2"], "no pages of 2023-H2. There are pages of: 2023-H1."),
        (["--out", "elsewhere"], "no pages stand here. Run `nhiemky render`"),
        (["--date", "2023-10-11"], "--date 2023-10-11: an edition of 2023-10-12 is recorded already"),
        (["--date", "12/10/2023"], "does not match the format"),
    ],
)
def test_what_cannot_be_recorded_is_named(corrected_project, options, words):
    before = record(corrected_project)
    status, output = run(corrected_project, *options)
    assert status == 2
    assert words in output
    assert record(corrected_project) == before
