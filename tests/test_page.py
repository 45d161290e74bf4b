"""A page is built from blocks alone, escapes what comes from data, and is the same for the same input."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from site_pages import (
    HOSTILE,
    SECTORS,
    FakeJob,
    definitions,
    full_notebook,
    make_job,
    make_jobs,
    masthead,
    notebook_of,
    publish_edition,
    sector_figure,
)

from analysis.figures.block import Findings, KeyNumber, KeyNumbers
from analysis.figures.figure import Source
from analysis.language import load_language
from analysis.site.links import navigate
from analysis.site.page import build_page, css_text, measure_bar
from analysis.site.publish import publish_error, publish_page
from analysis.site.vector import PageError, safe_svg

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'role="img" aria-label="A">{}</svg>'
)
FAILURE = SimpleNamespace(kind="error", cell=5, error_name="ValueError", message="<b>12</b> people in north")


class Outline(HTMLParser):
    """Collects what the tests ask of a page: its tags with attributes, and all its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def page_html(notebook=None, job: FakeJob | None = None) -> str:
    return build_page(notebook or full_notebook(), job or make_job(), make_jobs()).html


def test_page_shows_the_blocks_in_the_order_of_the_cells():
    html = page_html()
    places = [
        html.index(text)
        for text in (
            "Kết nạp đảng viên</h1>",
            "<strong>940</strong>",
            'id="what-changed"',
            '<figure id="admissions-by-sector"',
            '<figure id="admissions-running-total"',
            'id="about"',
        )
    ]
    assert places == sorted(places)


def test_page_leaves_out_code_and_cells_tagged_remove_cell():
    html = page_html()
    assert "Left out" not in html
    assert "For the analyst" not in html


def test_page_has_one_heading_of_the_first_level_and_its_language():
    outline = Outline(page_html())
    assert len(outline.all("h1")) == 1
    assert outline.all("html") == [{"lang": "vi"}]
    assert Outline(page_html(full_notebook("en"), make_job(language="en"))).all("html") == [{"lang": "en"}]


def test_masthead_says_body_period_date_audience_and_that_data_is_synthetic():
    text = Outline(page_html()).text
    for words in ("Đảng bộ Khối", "Từ đầu nhiệm kỳ đến 02/06/2023", "Số liệu đến 31/05/2023", "Bản công khai"):
        assert words in text
    assert '<p class="status synthetic">Dữ liệu mô phỏng, không phải số liệu thật</p>' in page_html()


def test_real_data_carries_no_synthetic_label():
    html = page_html(notebook_of(masthead(is_synthetic=False, status="Số liệu nội bộ")))
    assert "synthetic" not in html
    assert '<p class="status">Số liệu nội bộ</p>' in html


def test_every_anchor_leads_to_an_id_and_no_id_stands_twice():
    outline = Outline(page_html())
    ids = [attributes["id"] for _, attributes in outline.tags if attributes.get("id")]
    anchors = {link["href"][1:] for link in outline.all("a") if (link["href"] or "").startswith("#")}
    assert sorted(ids) == sorted(set(ids))
    assert anchors <= set(ids)
    assert {"main", "what-changed", "admissions-by-sector", "about"} <= anchors


def test_labelled_parts_name_ids_that_exist():
    outline = Outline(page_html())
    ids = {attributes["id"] for _, attributes in outline.tags if attributes.get("id")}
    named = {attributes["aria-labelledby"] for _, attributes in outline.tags if attributes.get("aria-labelledby")}
    assert named
    assert named <= ids


def test_table_cells_are_written_as_the_language_writes_them():
    vietnamese = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", page_html())
    english = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", page_html(full_notebook("en"), make_job(language="en")))
    assert vietnamese[5:10] == ["Cơ quan Đảng, đoàn thể", "212", "300", "70,67%", "+12"]
    assert english[8] == "70.67%"
    assert vietnamese[30:35] == ["Loại hình khác", "ẩn", "80", "ẩn", "—"]
    assert english[31] == "hidden"
    assert "31/10/2020" in vietnamese
    assert "31 October 2020" in english


def test_tables_have_a_caption_and_scopes():
    outline = Outline(page_html())
    scopes = [cell.get("scope") for cell in outline.all("th")]
    assert len(outline.all("caption")) == len(outline.all("table"))
    assert scopes == ["col"] * 5 + ["row"] * 6 + ["col"] * 2 + ["row"] * 32


def test_names_from_data_are_escaped_in_page_and_chart():
    names = (HOSTILE, *SECTORS[1:])
    html = page_html(full_notebook(names=names))
    assert "<script>alert" not in html
    outline = Outline(html)
    assert [(script.get("src"), script.get("type")) for script in outline.all("script")] == [
        ("../assets/page.js", None),
        ("../assets/charts.js", None),
        (None, "application/json"),
    ]
    assert HOSTILE in outline.text
    labels = [drawing.get("aria-label") or "" for drawing in outline.all("svg")]
    assert any(HOSTILE in label for label in labels)


def test_the_sources_of_a_charts_marks_stand_under_it_and_only_web_addresses_lead_away():
    told = (
        Source("Báo A, 2022", "https://example.org/a?b=1&c=2", "Đảng bộ A"),
        Source(HOSTILE, "javascript:alert(1)", "Đảng bộ B"),
        Source("Không ghi nơi công bố", "", "Đảng bộ C"),
    )
    html = page_html(notebook_of(masthead(), replace(sector_figure(), sources=told)))
    outline = Outline(html)
    away = [link for link in outline.all("a") if link.get("rel") == "noopener noreferrer"]
    assert [link["href"] for link in away] == ["https://example.org/a?b=1&c=2"]
    assert "javascript:" not in html and "<script>alert" not in html
    for source in told:
        assert f"{source.name} : {source.of}" in outline.text or f"{source.name}: {source.of}" in outline.text


def test_a_masthead_from_data_cannot_leave_the_style_of_the_page_margin():
    html = page_html(notebook_of(masthead(title='x"; } </style><script>alert(1)</script>')))
    assert html.count("</style>") == 1
    assert "<script>alert" not in html


def test_every_sheet_of_an_internal_page_says_so_and_none_of_a_public_one():
    feet = {}
    for audience in ("public", "internal"):
        html = build_page(full_notebook(), make_job(audience=audience), []).html
        (feet[audience],) = re.findall(r"@bottom-left { content: (.*?); }", html)
    assert feet["public"] == (
        '"Kết nạp đảng viên – Từ đầu nhiệm kỳ đến 02/06/2023 – Dữ liệu mô phỏng, không phải số liệu thật"'
    )
    # The masthead's own words for the edition, which the small notebook has as those of a public one.
    assert feet["internal"] == feet["public"].replace(" – Dữ liệu", " – Bản công khai – Dữ liệu")


def test_css_text_keeps_vietnamese_and_escapes_the_rest():
    assert css_text('Quý I – "<') == '"Quý I – \\000022\\00003c"'


def test_both_charts_stand_in_the_page_and_one_image_name_each():
    outline = Outline(page_html())
    charts = [drawing for drawing in outline.all("svg") if drawing.get("role") == "img"]
    assert [chart["width"] for chart in charts[:2]] == ["680", "340"]
    assert all(chart["aria-label"] for chart in charts)
    inside = [attributes for tag, attributes in outline.tags if tag == "g"]
    assert not any("aria-label" in attributes or "role" in attributes for attributes in inside)


def test_a_figure_without_a_chart_shows_its_table_unfolded():
    notebook = notebook_of(masthead(), sector_figure())
    figure = notebook.cells[-1].outputs[0].data["application/vnd.nhiemky.block+json"]
    figure.update(svg="", svg_narrow="")
    html = page_html(notebook)
    assert '<details class="numbers"' not in html
    assert html.index("<td") < html.index('class="source"')
    assert 'class="wide"' not in html


@pytest.mark.parametrize(("rows", "is_folded"), [(60, False), (61, True)])
def test_a_table_of_hundreds_of_rows_is_folded_and_says_how_many(rows, is_folded):
    notebook = notebook_of(masthead(), sector_figure())
    figure = notebook.cells[-1].outputs[0].data["application/vnd.nhiemky.block+json"]
    figure.update(svg="", svg_narrow="")
    figure["table"]["rows"] = figure["table"]["rows"][:1] * rows
    html = page_html(notebook)
    assert ("<summary>Bảng số liệu (61 dòng)</summary>" in html) == is_folded
    assert html.count("<table>") == 1


def test_a_cell_that_holds_a_sentence_keeps_its_measure():
    notebook = notebook_of(masthead(), sector_figure())
    figure = notebook.cells[-1].outputs[0].data["application/vnd.nhiemky.block+json"]
    figure["table"]["columns"][1]["kind"] = "text"
    for row, text in zip(figure["table"]["rows"], ("x" * 40, "y" * 41, "z" * 11, "w" * 10), strict=False):
        row[1] = text
    figure["table"]["columns"][1]["label"] = "a" * 20
    figure["table"]["columns"][2]["label"] = "b" * 21
    html = page_html(notebook)
    assert f'<td class="long">{"y" * 41}</td>' in html
    # Of words and of long heads, more than one stands on a line.
    assert f'<td class="phrase">{"x" * 40}</td>' in html
    assert f'<td class="phrase">{"z" * 11}</td>' in html
    assert f"<td>{'w' * 10}</td>" in html
    assert f'<th scope="col">{"a" * 20}</th>' in html
    assert f'<th scope="col" class="n phrase">{"b" * 21}</th>' in html


def test_page_with_one_sentence_alone_is_whole():
    notice = Findings("vi", "no-data", "Không có số liệu", ("Kỳ này sau ngày kết thúc của Đảng bộ Khối.",))
    outline = Outline(page_html(notebook_of(masthead(), notice)))
    assert "Kỳ này sau ngày kết thúc của Đảng bộ Khối." in outline.text
    assert outline.all("figure") == []
    assert len(outline.all("main")) == 1


def test_a_passage_in_the_other_language_says_so():
    html = page_html(notebook_of(masthead(), Findings("en", "note", "In English", ("A sentence.",))))
    assert re.search(r'<section class="findings" id="note"[^>]* lang="en">', html)
    assert re.search(r'<a href="#note" lang="en">', html)


@pytest.mark.parametrize(
    ("attained", "filled", "mark"),
    [(62.67, "62.67", "100"), (0, "0", "100"), (100, "100", "100"), (125, "100", "80"), (200, "100", "50")],
)
def test_bar_shows_100_percent_as_a_mark_and_is_never_cut(attained, filled, mark):
    bar = measure_bar(attained)
    assert (bar.filled, bar.mark) == (filled, mark)


def test_key_number_without_target_has_no_bar():
    numbers = KeyNumbers(
        "vi",
        (
            KeyNumber("A", "1", "người", "", "", 50.0),
            KeyNumber("B", "2", "người", "", ""),
            KeyNumber("C", "3", "người", "", "", float("nan")),
        ),
    )
    assert page_html(notebook_of(masthead(), numbers)).count('class="bar"') == 1


def test_page_is_the_same_byte_for_byte(tmp_path):
    for path in publish_edition(tmp_path / "a"):
        twin = tmp_path / "b" / path.relative_to(tmp_path / "a")
        if not twin.exists():
            publish_edition(tmp_path / "b")
        assert path.read_bytes() == twin.read_bytes()
        for table in path.parent.glob("*.xlsx"):
            assert table.read_bytes() == (twin.parent / table.name).read_bytes()


def test_page_names_no_address_of_the_network():
    html = page_html()
    assert "http://" not in html
    assert "https://" not in html
    assert "default-src 'none'" in html


# Links


def test_navigation_leads_to_language_reports_and_periods():
    nav = navigate(make_job(), make_jobs(), load_language("vi"))
    assert nav.index == "../index.html"
    assert nav.assets == "../assets"
    assert nav.other_language is not None
    assert nav.other_language.href == "admissions.en.html"
    assert [(link.href, link.text, link.is_current) for link in nav.reports] == [
        ("overview.vi.html", "Tổng quan", False),
        ("admissions.vi.html", "Kết nạp đảng viên", True),
    ]
    assert nav.previous is not None
    assert nav.previous.href == "../2023-q1/admissions.vi.html"
    assert nav.previous.text == "Quý I năm 2023"
    assert nav.following is not None
    assert nav.following.href == "../2023-9m/admissions.vi.html"


def test_navigation_ends_with_the_first_and_last_period():
    jobs, language = make_jobs(), load_language("en")
    assert navigate(make_job("2023-q1", "2023-Q1", language="en"), jobs, language).previous is None
    last = navigate(make_job("2023-9m", "2023-9M", language="en"), jobs, language)
    assert last.following is None
    assert last.index == "../index.en.html"


def test_navigation_never_leaves_the_edition():
    jobs = [*make_jobs(), *make_jobs(audience="internal"), make_job(name="profile", audience="internal")]
    nav = navigate(make_job(), jobs, load_language("vi"))
    assert [link.text for link in nav.reports] == ["Tổng quan", "Kết nạp đảng viên"]


def test_page_of_a_sector_leads_to_its_own_scope_and_else_to_the_whole():
    own = make_job(sector="non_state")
    jobs = [
        make_job(name="overview"),
        make_job(),
        own,
        make_job("2023-9m", "2023-9M"),
        make_job("2023-9m", "2023-9M", sector="non_state"),
    ]
    nav = navigate(own, jobs, load_language("vi"))
    assert [link.href for link in nav.reports] == ["overview.vi.html", "admissions.non_state.vi.html"]
    assert nav.following is not None
    assert nav.following.href == "../2023-9m/admissions.non_state.vi.html"


def test_addresses_of_odd_organisations_are_quoted():
    own = make_job(organisation="A#1%", audience="internal")
    other = make_job(organisation="A#1%", audience="internal", language="en")
    nav = navigate(own, [own, other], load_language("vi"))
    assert nav.other_language is not None
    assert nav.other_language.href == "admissions.A%231%25.en.html"


# What is refused


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ([], "one masthead"),
        ([masthead(), masthead()], "one masthead"),
        ([masthead(), Findings("vi", "a", "A", ()), Findings("vi", "a", "B", ())], "unique"),
        ([masthead(), Findings("vi", "main", "A", ())], "unique"),
        ([masthead(), Findings("vi", "../a", "A", ())], "unique"),
    ],
)
def test_blocks_that_make_no_page_are_refused(blocks, message, tmp_path):
    with pytest.raises(PageError, match=message):
        publish_page(notebook_of(*blocks), make_job(), [], tmp_path)
    assert list(tmp_path.rglob("*")) == []


def test_unknown_block_is_refused():
    notebook = notebook_of(masthead(), definitions())
    notebook.cells[-1].outputs[0].data["application/vnd.nhiemky.block+json"]["kind"] = "pie"
    with pytest.raises(PageError, match="pie"):
        page_html(notebook)


def test_page_that_leads_out_of_the_folder_is_refused(tmp_path):
    job = make_job()
    with pytest.raises(PageError, match="leads out"):
        publish_page(full_notebook(), FakeJob(job.params, job.name, "../outside.vi.html"), [], tmp_path / "site")
    assert list(tmp_path.rglob("*.html")) == []


# Charts


@pytest.mark.parametrize(
    ("inside", "left"),
    [
        ("<script>alert(1)</script><g/>", "<g />"),
        ('<rect onclick="alert(1)" width="3"/>', '<rect width="3" />'),
        ('<a xlink:href="https://example.org"><rect/></a>', "<g><rect /></g>"),
        ('<a href="javascript:alert(1)"><rect/></a>', "<g><rect /></g>"),
        ('<image href="https://example.org/a.png"/><style>@import url(x)</style><foreignObject/>', ""),
        ('<rect fill="url(https://example.org)" width="3"/>', '<rect width="3" />'),
        ('<rect clip-path="url(#clip0)"/>', '<rect clip-path="url(#clip0)" />'),
        ('<rect style="background:url(x)"/>', "<rect />"),
        ("<text>a &lt;b&gt; &amp; c</text>", "<text>a &lt;b&gt; &amp; c</text>"),
    ],
)
def test_chart_keeps_what_draws_and_nothing_else(inside, left):
    clean = str(safe_svg(SVG.format(inside), "here"))
    assert clean == (f'<svg role="img" aria-label="A">{left}</svg>' if left else '<svg role="img" aria-label="A" />')


@pytest.mark.parametrize("text", ["<html/>", "not xml", '<!DOCTYPE svg [<!ENTITY a "b">]><svg/>'])
def test_what_is_not_a_chart_is_refused(text):
    with pytest.raises(PageError, match="here: the chart"):
        safe_svg(text, "here")


# Publishing


def test_publishing_removes_the_old_error_and_stale_tables_only(tmp_path):
    folder = tmp_path / "2023-midterm"
    folder.mkdir()
    for name in (
        "admissions.vi.error.html",
        "admissions.vi.standalone.html",
        "admissions.vi.gone.csv",
        "admissions.vi.gone.svg",
        "admissions.en.gone.csv",
        "admissions.N1.vi.gone.csv",
    ):
        (folder / name).write_text("old")
    publish_page(full_notebook(), make_job(), make_jobs(), tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == [
        "admissions.N1.vi.gone.csv",
        "admissions.en.gone.csv",
        "admissions.vi.admissions-by-sector.csv",
        "admissions.vi.admissions-by-sector.svg",
        "admissions.vi.admissions-by-sector.xlsx",
        "admissions.vi.admissions-running-total.csv",
        "admissions.vi.admissions-running-total.svg",
        "admissions.vi.admissions-running-total.xlsx",
        "admissions.vi.html",
        "admissions.vi.json",
    ]


def test_failed_write_leaves_the_old_page(tmp_path, monkeypatch):
    path, *_ = publish_page(full_notebook(), make_job(), [], tmp_path)
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        publish_page(notebook_of(masthead()), make_job(), [], tmp_path)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.rglob("*.tmp")] == []


def test_error_of_a_public_page_is_its_kind_alone(tmp_path):
    path = publish_error(make_job(), FAILURE, tmp_path)
    html = path.read_text(encoding="utf-8")
    assert path.name == "admissions.vi.error.html"
    assert "Báo cáo dừng vì một lỗi" in html
    assert "north" not in html
    assert "ValueError" not in html
    assert "data/sample" not in html


def test_error_of_an_internal_page_names_cell_message_and_parameters(tmp_path):
    old, *_ = publish_page(full_notebook(), make_job(audience="internal"), [], tmp_path)
    before = old.read_bytes()
    html = publish_error(make_job(audience="internal"), FAILURE, tmp_path).read_text(encoding="utf-8")
    text = Outline(html).text
    assert "ValueError: <b>12</b> people in north" in text
    assert "<b>" not in html
    assert "<dd>5</dd>" in html
    assert "period: term:2023-06-02" in text
    assert 'href="admissions.vi.html"' in html
    assert old.read_bytes() == before
