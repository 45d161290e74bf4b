"""Corrections on the site: where pages and documents show them, in which order indexes list them, what is recorded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pytest
from site_pages import make_job, make_jobs, masthead, notebook_of, sector_figure
from test_index import FakeEntry, FakeManifest, entry, write_page
from test_measures_issued import issued

from analysis.errors import DataError, NhiemkyError
from analysis.figures.block import Corrections
from analysis.language import load_language
from analysis.render.manifest import Manifest, ReportEntry
from analysis.render.request import require_sound_record
from analysis.render.reuse import make_key
from analysis.site.corrections import list_corrections
from analysis.site.index import build_index
from analysis.site.issue import choose_entries, collect_figures, settle
from analysis.site.page import build_page
from analysis.site.publish import publish_document, publish_page
from analysis.site.summary import read_summary
from analysis.tables.issued import ISSUED_FILE, last_issued

HALF = "2023-H1"
FIGURE = {"dataset": "data/ours", "period": HALF, "sector": "", "measure": "admitted", "count_n": 184, "of_n": None}
LATE = '6 tháng đầu năm 2023, kết nạp: nay là 184, trước đây công bố 177 <"&">.'


def figure(**changed: Any) -> dict[str, Any]:
    return {**FIGURE, "data_date": "2023-06-30", **changed}


def block(*sentences: str, stated: tuple[dict[str, Any], ...] = (), language: str = "vi") -> Corrections:
    heading, lead, nothing = (
        load_language(language).text(f"corrections.{key}") for key in ("heading", "lead", "nothing")
    )
    return Corrections(
        language, "corrections", heading, lead, sentences, nothing, stated, tuple(figure() for _ in sentences)
    )


def test_a_page_opens_with_its_corrections_and_lists_them_in_its_contents():
    html = build_page(notebook_of(masthead(), block(LATE), sector_figure()), make_job(), make_jobs()).html
    main = html[html.index("<main") :]
    assert main.index('id="corrections"') < main.index("<figure")
    assert "trước đây công bố 177 &lt;&#34;&amp;&#34;&gt;." in main
    assert html.count('href="#corrections"') == 2  # at the side, and folded above the text


def test_a_page_without_corrections_shows_nothing_of_them():
    html = build_page(notebook_of(masthead(), block(), sector_figure()), make_job(), make_jobs()).html
    assert "corrections" not in html


def test_a_document_says_what_the_page_says(tmp_path):
    for name, sentences in (("corrected", [LATE]), ("standing", [])):
        job = make_job(name=name)
        (path,) = publish_document(notebook_of(masthead(), block(*sentences), sector_figure()), job, [job], tmp_path)
        texts = [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
        assert (LATE in texts, "Số liệu điều chỉnh" in texts) == (bool(sentences), bool(sentences))


def test_a_summary_holds_what_the_page_states_and_what_it_corrects(tmp_path):
    job = make_job()
    publish_page(notebook_of(masthead(), block(LATE, stated=(figure(),)), sector_figure()), job, [job], tmp_path)
    summary = read_summary(tmp_path, job.page)
    assert summary is not None
    assert summary.stated == (figure(),)
    assert summary.revised == ({**figure(), "sentence": LATE},)
    assert ("corrections", LATE) in summary.entries
    assert summary.headline == sector_figure().finding


# The index

REPORTS = (("2022", "2022"), (HALF, HALF), ("2023-9M", "2023-9M"))


def listed(out: Path, *pages: tuple[FakeEntry, dict[str, Any]], record: pd.DataFrame | None = None) -> list[list[str]]:
    """Return address and sentence of the corrections of pages, each of which has one."""
    for page, revised in pages:
        write_page(out, page.page, revised=(revised,))
    found = list_corrections(
        [page for page, _ in pages],
        out,
        lambda page: dict(REPORTS)[page.report],
        load_language("vi"),
        lambda: last_issued(issued() if record is None else record),
    )
    return [[correction.href, correction.sentence] for correction in found.listed]


def test_a_correction_is_listed_once_by_the_page_of_its_own_period(tmp_path):
    pages = [entry("2022", "overview"), entry(HALF, "overview"), entry("2023-9M", "overview")]
    found = listed(tmp_path, *((page, figure(sentence=page.report)) for page in pages))
    assert found == [[f"{HALF}/overview.vi.html#corrections", HALF]]


def test_every_page_that_states_a_corrected_figure_is_counted(tmp_path):
    pages = [entry("2022", "overview"), entry(HALF, "overview"), entry(HALF, "admissions"), entry(HALF, "structure")]
    listed(tmp_path, *((page, figure(sentence=page.report)) for page in pages[:3]))
    write_page(tmp_path, pages[3].page, stated=(figure(),))
    found = list_corrections(pages, tmp_path, lambda page: page.report, load_language("vi"), lambda: {})
    assert (len(found.listed), found.pages_n) == (1, 3)


@pytest.mark.parametrize(
    ("lang", "lead"),
    [
        ("vi", "Từ khi công bố, 2 số liệu đã được điều chỉnh, nêu ở 3 trang; số ở các trang này thay thế số cũ."),
        (
            "en",
            "Figures revised since they were published: 2. Pages that state them: 3; their numbers replace the old "
            "ones.",
        ),
    ],
)
def test_the_index_says_how_many_figures_of_how_many_pages_were_corrected(tmp_path, lang, lead):
    pages = [entry(HALF, name, lang) for name in ("overview", "admissions", "membership")]
    for page, measure in zip(pages, ("admitted", "admitted", "members"), strict=True):
        write_page(tmp_path, page.page, revised=(figure(measure=measure, sentence=LATE),))
    html = build_index(FakeManifest(tuple(pages)), tmp_path, load_language(lang))
    assert html.count(lead) == 1
    assert html.index('<h2 id="corrections">') < html.index(lead) < html.index("kết nạp: nay là 184")


def test_where_its_own_page_is_not_there_the_first_that_says_it_is_listed(tmp_path):
    pages = [entry("2022", "overview"), entry("2023-9M", "overview")]
    found = listed(tmp_path, *((page, figure(sentence=page.report)) for page in pages))
    assert found == [["2022/overview.vi.html#corrections", "2022"]]


def test_corrections_stand_newest_first_those_not_issued_yet_before_all(tmp_path):
    names = {"2022": "members", HALF: "admitted", "2023-9M": "organisations"}
    record = issued(
        {"measure": "members", "period": "2022", "count_n": 184, "edition": 3},
        {"measure": "admitted", "count_n": 184, "edition": 2},
        {"measure": "organisations", "period": "2023-9M", "count_n": 170, "edition": 4},
    )
    pages = [
        (entry(report, "overview"), figure(period=report, measure=name, sentence=name))
        for report, name in names.items()
    ]
    order = [sentence for _, sentence in listed(tmp_path, *pages, record=record)]
    assert order == ["organisations", "members", "admitted"]


def test_corrections_of_one_edition_stand_latest_period_first(tmp_path):
    pages = [(entry(report, "overview"), figure(period=report, sentence=report)) for report, _ in REPORTS]
    assert [sentence for _, sentence in listed(tmp_path, *pages)] == ["2023-9M", HALF, "2022"]


def test_a_share_that_was_issued_is_no_longer_the_newest(tmp_path):
    share = {"measure": "graded", "period": "2022", "count_n": 40, "of_n": 50}
    pages = [
        (entry("2022", "overview"), figure(**share, sentence="share")),
        (entry(HALF, "overview"), figure(sentence="count")),
    ]
    assert [name for _, name in listed(tmp_path, *pages, record=issued({**share, "edition": 1}))] == ["count", "share"]


# The record


def page_of(out: Path, report: str, *stated: dict[str, Any], **changed: Any) -> ReportEntry:
    """Write a page that states figures, and return its entry in the manifest."""
    inputs = {ISSUED_FILE: "before", "analysis": "1"}
    made = ReportEntry(
        report, "overview", "vi", "public", "", "", "rendered", 1.0, make_key(inputs), inputs, f"{report}/a.html"
    )
    made = replace(made, **changed)
    write_page(out, made.page, stated=stated)
    return made


def manifest_of(*entries: ReportEntry) -> Manifest:
    return Manifest("0", "", "", entries)


def test_figures_that_several_pages_state_are_recorded_once(tmp_path):
    pages = [page_of(tmp_path, HALF, figure()), page_of(tmp_path, "2023-9M", figure(), figure(period="2023-9M"))]
    assert collect_figures(pages, tmp_path)["period"].tolist() == [HALF, "2023-9M"]


def test_pages_that_state_one_figure_differently_are_not_recorded(tmp_path):
    pages = [page_of(tmp_path, HALF, figure()), page_of(tmp_path, "2023-9M", figure(count_n=177))]
    with pytest.raises(NhiemkyError, match=r"2023-H1/a\.html, 2023-9M/a\.html.*run `nhiemky render`"):
        collect_figures(pages, tmp_path)


def test_pages_without_figures_and_pages_that_are_gone_record_nothing(tmp_path):
    gone = replace(page_of(tmp_path, HALF), page="nowhere.html")
    assert collect_figures([page_of(tmp_path, "2022"), gone], tmp_path).empty


def test_only_the_reports_that_are_named_are_recorded(tmp_path):
    manifest = manifest_of(page_of(tmp_path, HALF), page_of(tmp_path, "2022"))
    assert [one.report for one in choose_entries(manifest, ["2022"])] == ["2022"]
    assert len(choose_entries(manifest, [])) == 2


def test_nothing_of_internal_pages_is_recorded(tmp_path):
    with pytest.raises(NhiemkyError, match="internal"):
        choose_entries(manifest_of(page_of(tmp_path, HALF, audience="internal")), [])


def settled(out: Path, page: ReportEntry, *added: dict[str, Any]) -> bool:
    """Tell whether a page holds after figures were recorded; where it does, its key does, too."""
    (after,) = settle(manifest_of(page), out, pd.DataFrame(added), ("before", "after")).reports
    assert after.key == make_key(after.inputs)
    return after.inputs[ISSUED_FILE] == "after"


def test_a_page_that_states_what_was_recorded_holds(tmp_path):
    page = page_of(tmp_path, HALF, figure(), figure(measure="graded", of_n=190))
    assert settled(tmp_path, page, figure(), figure(period="2022", count_n=1))


def test_a_page_that_states_something_else_is_made_again(tmp_path):
    assert not settled(tmp_path, page_of(tmp_path, HALF, figure()), figure(count_n=177))
    assert not settled(tmp_path, page_of(tmp_path, HALF, figure(of_n=190)), figure(of_n=191))


def test_a_page_that_was_made_from_another_record_is_left_as_it_is(tmp_path):
    page = page_of(tmp_path, HALF, figure(), inputs={ISSUED_FILE: "older"}, key=make_key({ISSUED_FILE: "older"}))
    assert not settled(tmp_path, page, figure())


def test_a_record_that_cannot_be_read_is_refused_with_every_problem(tmp_path):
    require_sound_record(tmp_path)  # Nothing was issued: nothing to refuse.
    (tmp_path / "data").mkdir()
    rows = ["1,,data/ours,2023-H2,,admitted,9,,", "1,,data/ours,2022,,graded,9,,", "1,,data/ours,2021,,graded,9,8,"]
    heading = "edition,issued_on,dataset,period,sector,measure,count_n,of_n,data_date"
    (tmp_path / ISSUED_FILE).write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    with pytest.raises(DataError) as error:
        require_sound_record(tmp_path)
    assert [(problem.rule, problem.rows) for problem in error.value.problems] == [
        ("issued_period", (2,)),
        ("issued_without_whole", (3,)),
        ("issued_beyond_whole", (4,)),
    ]
