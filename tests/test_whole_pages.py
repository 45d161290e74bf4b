"""Whole pages of the shipped notebooks where there is little or nothing to show, and what must never be on them."""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from frames import ROOT
from printed_figures import synthetic_figures

NOTEBOOKS = ("overview", "admissions", "classification", "structure", "membership", "published")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with three reports: after the end, before the term, and the mid-term one."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "data", root / "data")
    shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns("explore"))
    (root / "params").mkdir()
    for report, period in (("2026-Q1", "2026-Q1"), ("2019", "2019"), ("2023-midterm", "term:2023-06-02")):
        content = yaml.safe_load((ROOT / "params" / "2023.yaml").read_text(encoding="utf-8"))
        content |= {"report": report, "period": period}
        (root / "params" / f"{report}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return root


def nhiemky(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "analysis", *arguments]
    return subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def site(project: Path) -> Path:
    """The public pages of all three reports in Vietnamese."""
    done = nhiemky(project, "render", "--lang", "vi", "--log", "log.jsonl")
    assert done.returncode == 0, done.stderr
    (project / "said.txt").write_text(done.stdout, encoding="utf-8")
    return project / "build/site"


def words_of(page: Path) -> str:
    """Return the words of a page's main part, without markup."""
    main = re.search(r"<main.*?</main>", page.read_text(encoding="utf-8"), re.S)
    assert main is not None
    return " ".join(re.sub(r"<[^>]+>", " ", main.group()).split())


@pytest.mark.parametrize("name", [name for name in NOTEBOOKS if name != "published"])
@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        ("2026-Q1", "Đảng bộ Khối đã kết thúc hoạt động ngày 14/02/2025, nên kỳ này không có số liệu."),
        ("2019", "không có số liệu, vì bộ dữ liệu bắt đầu từ ngày 15/08/2020."),
    ],
)
def test_a_period_outside_the_term_is_a_page_with_one_sentence(site: Path, report: str, sentence: str, name: str):
    page = site / report / f"{name}.vi.html"
    assert words_of(page).count(sentence) == 1
    assert "<svg" not in page.read_text(encoding="utf-8")


def test_a_run_ends_with_its_slowest_reports_and_logs_each(project: Path, site: Path):
    events = [json.loads(line) for line in (project / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [event["event"] for event in events] == ["begin", *["report"] * 18, "end"]
    assert (events[0]["to_render_n"], events[0]["unchanged_n"], events[-1]["rendered_n"]) == (18, 0, 18)
    slowest = sorted(events[1:-1], key=lambda event: -event["seconds"])[:3]
    listed = re.findall(
        r"(\S+) \d+\.\d\d s(?:,|$)", (project / "said.txt").read_text(encoding="utf-8").splitlines()[-2]
    )
    assert set(listed) == {event["page"] for event in slowest}


def test_the_midterm_overview_says_what_the_article_says(site: Path):
    words = words_of(site / "2023-midterm/overview.vi.html")
    for fact in (
        "đã kết nạp 940 đảng viên (số liệu đến 31/05/2023), đạt 62,67% so với chỉ tiêu Đại hội (1.500).",
        "có 78 tổ chức cơ sở đảng, gồm 40 đảng bộ cơ sở và 38 chi bộ cơ sở, với 5.549 đảng viên.",
        "thành lập mới 2 chi bộ cơ sở, trong đó 1 chi bộ trong doanh nghiệp ngoài khu vực Nhà nước.",
    ):
        assert fact in words


def test_a_sector_of_two_organisations_is_withheld_from_public_pages(project: Path):
    out = project / "build" / "sector"
    done = nhiemky(project, "render", "--lang", "vi", "--sector", "other", "--params", "params/2023-midterm.yaml",
                   "--out", str(out))  # fmt: skip
    assert done.returncode == 0, done.stderr
    for name in set(NOTEBOOKS) - {"published"}:
        words = words_of(out / "2023-midterm" / f"{name}.other.vi.html")
        assert words.count("có ít hơn ba tổ chức, nên số liệu không công bố") == 1
    assert not (out / "2023-midterm/published.other.vi.html").exists()


def test_printed_figures_have_no_page_of_a_sector(project: Path):
    done = nhiemky(project, "render", "published", "--sector", "other", "--params", "params/2023-midterm.yaml")
    assert (done.returncode, "`published` has one page, without --sector" in done.stderr) == (2, True)


def test_every_link_of_the_published_page_is_a_recorded_address(site: Path):
    page = site / "2023-midterm/published.vi.html"
    with (ROOT / "data/published/figures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    links = {html.unescape(link) for link in re.findall(r'href="(https?:[^"]*)"', page.read_text(encoding="utf-8"))}
    assert len(links) > 20
    # An address from which nothing had ended by the report's last day has no figure on the page.
    assert links <= {row["url"] for row in rows if row["period_end"] <= "2023-06-02"}
    assert links < {row["url"] for row in rows}


def test_a_page_of_a_thousand_figures_stays_light(project: Path, tmp_path: Path):
    root = tmp_path / "thousand"
    shutil.copytree(project, root, ignore=shutil.ignore_patterns("build"))
    synthetic_figures(1000).to_csv(root / "data/published/figures.csv", index=False)
    params = root / "params/2023-midterm.yaml"
    params.write_text(params.read_text(encoding="utf-8").replace("term:2023-06-02", "term"), encoding="utf-8")
    done = nhiemky(root, "render", "published", "--lang", "en", "--params", "params/2023-midterm.yaml")
    assert done.returncode == 0, done.stderr
    page = root / "build/site/2023-midterm/published.en.html"
    assert "1,000 figures taken from 400 addresses" in words_of(page)
    assert "12 bodies with the latest figures, of one day by their names; 88 more stand in the table." in words_of(page)
    assert page.stat().st_size < 1_500_000


def test_an_empty_file_of_figures_leaves_sentences(project: Path, tmp_path: Path):
    root = tmp_path / "empty"
    shutil.copytree(project, root, ignore=shutil.ignore_patterns("build"))
    figures = root / "data/published/figures.csv"
    figures.write_text(figures.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    done = nhiemky(root, "render", "published", "--lang", "vi", "--params", "params/2023-midterm.yaml")
    assert done.returncode == 0, done.stderr
    words = words_of(root / "build/site/2023-midterm/published.vi.html")
    assert "Đến ngày số liệu chưa có số liệu nào được ghi lại." in words
    assert "chưa có đủ hai đảng bộ công bố số liệu này" in words
    assert "<svg" not in words


def test_a_dataset_that_is_not_synthetic_is_not_said_to_be_fitted(project: Path):
    ours = project / "data/ours"
    shutil.copytree(project / "data/sample", ours)
    described = ours / "dataset.yaml"
    text = described.read_text(encoding="utf-8").replace("kind: synthetic", "kind: internal")
    described.write_text(text.replace("dữ liệu mô phỏng", "thử").replace("synthetic data", "trial"), encoding="utf-8")
    out = project / "build" / "ours"
    done = nhiemky(project, "render", "published", "--lang", "vi", "--audience", "internal", "--data", "data/ours",
                   "--params", "params/2023-midterm.yaml", "--out", str(out))  # fmt: skip
    assert done.returncode == 0, done.stderr
    words = words_of(out / "2023-midterm/published.vi.html")
    assert "hiệu chỉnh" not in words
    assert "Chỉ đối chiếu với bài báo khi bộ dữ liệu là mô phỏng." in words


def test_what_the_user_can_put_right_has_no_traceback(project: Path):
    done = nhiemky(project, "render", "--organisation", "TC999", "--audience", "internal", "--params",
                   "params/2023-midterm.yaml")  # fmt: skip
    assert done.returncode == 2
    assert "TC999" in done.stderr
    assert "Traceback" not in done.stderr


def test_both_editions_never_share_a_folder(project: Path, site: Path):
    done = nhiemky(project, "render", "overview", "--audience", "internal", "--out", str(site))
    assert done.returncode == 2
    assert "holds public pages" in done.stderr


def test_the_cells_of_a_notebook_are_compared_by_one_worker():
    """nbval runs the cells of a notebook in one kernel, in order: they must not be spread over workers."""
    (line,) = [line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if "--nbval" in line]
    assert "-n auto" not in line or "--dist loadfile" in line
