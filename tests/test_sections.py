"""Parts of a long page: their headings, what stands under them, what is left out; and packages that load on demand."""

from __future__ import annotations

import re
import subprocess
import sys
from types import ModuleType

import pytest
from frames import ROOT
from site_pages import (
    definitions,
    full_notebook,
    make_job,
    make_jobs,
    masthead,
    monthly_figure,
    notebook_of,
    sector_figure,
)

from analysis import figures, measures
from analysis.figures.block import MIME, Absent, Block, Findings, Section
from analysis.site.page import build_page, read_blocks

PEOPLE = Section("vi", "part-people", "Đối tượng kết nạp")
PLACES = Section("vi", "part-places", "Kết nạp theo tổ chức")
CALLS = Section("vi", "part-calls", "Phần nội bộ")
ABSENT = Absent("vi", "Chỉ có trong bản nội bộ.")
NOTHING = Findings("vi", "nothing", "Không có số liệu", ("Kỳ này không có số liệu.",))


def page_of(*blocks: Block, left_out: tuple[Block, ...] = (), language: str = "vi") -> str:
    notebook = notebook_of(masthead(language), *blocks, left_out=left_out)
    return build_page(notebook, make_job(language=language), make_jobs()).html


def kinds_of(*blocks: Block, left_out: tuple[Block, ...] = ()) -> list[str]:
    """Return the blocks that a page is made of: their ids, or their kind where they have none."""
    return [block.get("id", block["kind"]) for block in read_blocks(notebook_of(*blocks, left_out=left_out))]


def headings(html: str) -> list[tuple[str, str]]:
    """Return level and text of the headings between the main part's beginning and the foot."""
    main = html[html.index("<main") : html.index("</main>")]
    return re.findall(r"<(h[2-6])[^>]*>(.*?)</h[2-6]>", main)


def contents(html: str) -> list[tuple[int, str, str]]:
    """Return depth, anchor and words of the entries of the contents beside the page."""
    start = html.index('<ul class="entries">')
    depth, entries = 0, []
    for tag in re.finditer(r'<(/?ul)\b|<a href="#([^"]+)"[^>]*>([^<]*)</a>', html[start : html.index("</nav>", start)]):
        if tag[1]:
            depth += 1 if tag[1] == "ul" else -1
            if depth == 0:
                break
        else:
            entries.append((depth, tag[2], tag[3]))
    return entries


def test_figures_of_a_page_with_parts_stand_one_level_under_them():
    html = page_of(PEOPLE, sector_figure(), PLACES, monthly_figure(), NOTHING)
    assert headings(html) == [
        ("h2", "Đối tượng kết nạp"),
        ("h3", sector_figure().finding),
        ("h2", "Kết nạp theo tổ chức"),
        ("h3", monthly_figure().finding),
        ("h3", "Không có số liệu"),
    ]


def test_figures_of_a_page_without_parts_stand_under_its_title():
    html = page_of(sector_figure(), NOTHING)
    assert headings(html) == [("h2", sector_figure().finding), ("h2", "Không có số liệu")]


def test_a_part_that_is_left_out_lowers_nothing():
    html = page_of(sector_figure(), CALLS, ABSENT)
    assert headings(html) == [("h2", sector_figure().finding)]


def test_the_contents_nest_figures_under_their_part_by_their_short_heading():
    html = page_of(PEOPLE, sector_figure(), NOTHING, PLACES, monthly_figure(), definitions())
    assert contents(html) == [
        (1, "part-people", "Đối tượng kết nạp"),
        (2, "admissions-by-sector", "Kết nạp theo loại hình"),
        (2, "nothing", "Không có số liệu"),
        (1, "part-places", "Kết nạp theo tổ chức"),
        (2, "admissions-running-total", "Kết nạp lũy kế"),
        (1, "about", "Giải thích, nguồn và cách tính"),
    ]
    assert sector_figure().finding not in [words for *_, words in contents(html)]


def test_what_stands_before_the_first_part_is_no_part_of_it():
    html = page_of(sector_figure(), PLACES, monthly_figure())
    assert contents(html) == [
        (1, "admissions-by-sector", "Kết nạp theo loại hình"),
        (1, "part-places", "Kết nạp theo tổ chức"),
        (2, "admissions-running-total", "Kết nạp lũy kế"),
    ]


def test_the_contents_of_a_page_without_parts_are_one_list():
    assert {depth for depth, *_ in contents(build_page(full_notebook(), make_job(), make_jobs()).html)} == {1}


def test_a_part_is_an_anchor_with_its_words_escaped():
    html = page_of(Section("vi", "part-odd", 'A & <b>"B"</b>'), sector_figure())
    assert re.search(r'<h2 class="part" id="part-odd">A &amp; &lt;b&gt;&#34;B&#34;&lt;/b&gt;</h2>', html)
    assert "<b>" not in html


def test_a_part_in_the_other_language_says_so():
    html = page_of(Section("en", "part-people", "Who was admitted"), sector_figure())
    assert '<h2 class="part" id="part-people" lang="en">' in html
    assert '<a href="#part-people" lang="en">' in html


@pytest.mark.parametrize(
    ("blocks", "left"),
    [
        ((PEOPLE,), []),
        ((PEOPLE, PLACES), []),
        ((PEOPLE, definitions()), ["definitions"]),
        ((CALLS, ABSENT, ABSENT, definitions()), ["definitions"]),
        ((PEOPLE, ABSENT, PLACES, sector_figure()), ["part-places", "admissions-by-sector"]),
        ((PEOPLE, PLACES, sector_figure(), CALLS), ["part-places", "admissions-by-sector"]),
        ((PEOPLE, ABSENT, NOTHING), ["part-people", "nothing"]),
        ((PEOPLE, sector_figure(), ABSENT), ["part-people", "admissions-by-sector"]),
    ],
)
def test_a_part_in_which_nothing_stands_is_left_out(blocks, left):
    assert kinds_of(*blocks) == left


def test_a_part_with_nothing_but_left_out_cells_is_left_out():
    assert kinds_of(PEOPLE, left_out=(NOTHING,)) == []


def test_a_period_without_data_is_one_sentence_without_parts():
    """Every figure says the same sentence; it stands once, and no part stands around it."""
    html = page_of(NOTHING, PEOPLE, NOTHING, PLACES, NOTHING, CALLS, ABSENT, definitions())
    assert headings(html) == [("h2", "Không có số liệu")]
    assert contents(html)[0] == (1, "nothing", "Không có số liệu")
    assert html.count("Kỳ này không có số liệu.") == 1


def test_what_only_the_internal_edition_has_leaves_no_trace_on_the_page():
    html = page_of(CALLS, ABSENT, sector_figure())
    assert "Chỉ có trong bản nội bộ." not in html
    assert "absent" not in html
    assert headings(html)[0] == ("h2", "Phần nội bộ")


def test_in_jupyterlab_a_part_is_a_heading_and_what_is_absent_a_sentence():
    part, absent = Section("vi", "part-a", "A & B")._repr_mimebundle_(), Absent("en", "Not <here>.")._repr_mimebundle_()
    assert part == {
        MIME: {"kind": "section", "language": "vi", "id": "part-a", "heading": "A & B"},
        "text/html": '<h2 lang="vi">A &amp; B</h2>',
        "text/plain": "A & B",
    }
    assert absent == {
        MIME: {"kind": "absent"},
        "text/html": '<p lang="en">Not &lt;here&gt;.</p>',
        "text/plain": "Not <here>.",
    }


# What a report puts into a page


def never(*_: object) -> Block:
    raise AssertionError("a figure of the internal edition was made for the public one")


@pytest.mark.parametrize(
    ("language", "sentence"), [("vi", "Chỉ có trong bản nội bộ."), ("en", "Only the internal edition has this.")]
)
def test_an_internal_figure_is_not_even_made_for_a_public_page(sample_report, language, sentence):
    block = sample_report(language=language).internal_block(never, None)
    assert block == Absent(language, sentence)


def test_an_internal_figure_stands_on_the_internal_page(sample_report):
    report = sample_report(audience="internal")
    made: list[tuple[object, ...]] = []

    def make(*given: object) -> Block:
        made.append(given)
        return PEOPLE

    assert report.internal_block(make, "rows", "more") is PEOPLE
    assert made == [("rows", "more", report.context)]


def test_an_internal_figure_of_a_period_without_data_is_the_sentence(sample_report):
    assert (
        sample_report(audience="internal", period="2026").internal_block(never, None)
        == sample_report(period="2026").nothing()
    )


@pytest.mark.parametrize(
    ("language", "heading"), [("vi", "Khả năng hoàn thành chỉ tiêu"), ("en", "Will the target be met")]
)
def test_a_part_has_its_words_from_the_texts_and_its_address_from_its_key(sample_report, language, heading):
    part = sample_report(language=language).section("outlook")
    assert part == Section(language, "part-outlook", heading)


def test_an_address_has_no_underscore(sample_report, monkeypatch):
    report = sample_report()
    monkeypatch.setitem(report.language.texts["section"], "two_words", "Hai từ")
    assert report.section("two_words") == Section("vi", "part-two-words", "Hai từ")


def test_a_part_without_words_is_refused(sample_report):
    with pytest.raises(KeyError, match=r"texts/vi\.yaml has no text 'section\.unknown'"):
        sample_report().section("unknown")


# Packages that load their modules when asked


@pytest.mark.parametrize(("package", "name"), [(figures, "projection"), (measures, "pace"), (measures, "ratio")])
def test_a_module_is_loaded_when_it_is_named(package, name):
    module = getattr(package, name)
    assert isinstance(module, ModuleType)
    assert module.__name__ == f"{package.__name__}.{name}"


@pytest.mark.parametrize("package", [figures, measures])
@pytest.mark.parametrize("name", ["absent", "__wrapped__", "pace_"])
def test_an_unknown_name_is_an_attribute_error(package, name):
    with pytest.raises(AttributeError, match=f"^{package.__name__} has no module '{name}'$"):
        getattr(package, name)
    assert not hasattr(package, name)


@pytest.mark.parametrize("package", [figures, measures])
def test_a_module_that_misses_another_says_which(package, tmp_path, monkeypatch):
    """It is there, so that "has no module" would lead astray."""
    (tmp_path / "broken.py").write_text("import not_installed_anywhere\n", encoding="utf-8")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    with pytest.raises(ModuleNotFoundError, match="not_installed_anywhere"):
        _ = package.broken


def test_naming_the_packages_loads_none_of_their_modules():
    """The command lists reports without waiting for Altair and pandas."""
    code = """
import sys
from analysis import figures, measures
heavy = ("altair", "pandas", "analysis.figures.", "analysis.measures.")
print([name for name in sys.modules if name.startswith(heavy)])
measures.ratio
print([name for name in sys.modules if name.startswith("analysis.measures.")])
"""
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["[]", "['analysis.measures.ratio']"]
