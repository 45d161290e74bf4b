"""A picture of a figure says by itself what it shows, from where, and that it is synthetic."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from site_pages import SYNTHETIC, sector_figure

from analysis.figures.figure import Figure
from analysis.site.picture import picture_as_svg
from analysis.site.vector import safe_svg

SVG = "{http://www.w3.org/2000/svg}"


def picture_of(figure: Figure) -> ElementTree.Element:
    payload = figure.payload()
    return ElementTree.fromstring(picture_as_svg(payload, safe_svg(payload["svg"], "here")))


def lines_of(root: ElementTree.Element) -> list[str]:
    """Return the words around the chart, line by line."""
    return [text.text or "" for text in root.findall(f"{SVG}text")]


def test_picture_carries_finding_measure_source_and_notes():
    figure = sector_figure()
    words = " ".join(lines_of(picture_of(figure)))
    for sentence in (figure.finding, figure.subtitle, figure.source, SYNTHETIC):
        assert sentence in words


def test_picture_is_described_for_those_who_hear_it():
    figure = sector_figure()
    root = picture_of(figure)
    assert root.findtext(f"{SVG}title") == figure.finding
    assert root.findtext(f"{SVG}desc", "").startswith(figure.alt_text)
    assert SYNTHETIC in root.findtext(f"{SVG}desc", "")
    assert root.get("lang") == "vi"


def test_nothing_stands_outside_the_paper_and_no_line_is_too_long():
    root = picture_of(replace(sector_figure(), finding="Kết nạp đảng viên ở các tổ chức cơ sở đảng " * 5))
    height = float(root.get("height", "0"))
    lines = root.findall(f"{SVG}text")
    assert max(float(line.get("y", "0")) for line in lines) < height
    assert max(len(line.text or "") for line in lines if line.get("font-size") == "18") <= 68
    chart = root.find(f"{SVG}g/{SVG}svg")
    assert chart is not None
    assert chart.get("width") == "680"


def test_hostile_names_stay_words():
    hostile = '</title><script>alert("x")</script> & "Ưỡ"'
    root = picture_of(replace(sector_figure(), finding=hostile, source=hostile))
    assert root.findtext(f"{SVG}title") == hostile
    assert not root.findall(f".//{SVG}script")
