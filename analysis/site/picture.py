"""A figure as a picture that travels without its page: the chart with its finding above it, and its source below.

Input: the payload of a figure block and its chart as safe SVG. Output: an SVG document; the page's script puts the
same frame around the chart that it shows, to make a PNG of it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from analysis.figures.theme import FONT, INK, MUTED, WIDE
from analysis.site.tables import source_lines
from analysis.site.vector import SVG_NAMESPACE

MARGIN = 24


@dataclass(frozen=True)
class Text:
    """How a paragraph is set: size, line height and colour, its weight, and the characters that a line holds."""

    size: int
    line: int
    colour: str
    weight: str
    characters: int


# A character of Arial takes about half of its size; capitals and bold letters more.
FINDING = Text(18, 24, INK, "bold", 68)
SUBTITLE = Text(13, 18, MUTED, "normal", 98)
SMALL = Text(12, 17, MUTED, "normal", 108)


@dataclass(frozen=True)
class Frame:
    """What stands before and after the chart in an SVG document; its name space is left to whoever writes the file."""

    before: str
    after: str


def frame(figure: Mapping[str, Any], chart: str) -> Frame:
    """Return the frame of a figure whose wide chart is given: its height decides where the source stands."""
    head, top = _set([(figure["finding"], FINDING), (figure["subtitle"], SUBTITLE)], MARGIN)
    chart_top = top + 14
    foot, end = _set([(line, SMALL) for line in source_lines(figure)], chart_top + _height(chart) + 14)
    width, height = WIDE + 2 * MARGIN, end + MARGIN
    described = " ".join((figure["alt"], *source_lines(figure)))
    before = (
        f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'lang="{figure["language"]}" font-family="{escape(FONT)}">'
        f"<title>{escape(figure['finding'])}</title><desc>{escape(described)}</desc>"
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>{head}'
        f'<g transform="translate({MARGIN},{chart_top})">'
    )
    return Frame(before, f"</g>{foot}</svg>")


def picture_as_svg(figure: Mapping[str, Any], chart: str) -> bytes:
    """Return the picture as an SVG document."""
    around = frame(figure, chart)
    named = around.before.replace("<svg ", f'<svg xmlns="{SVG_NAMESPACE.strip("{}")}" ', 1)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{named}{chart}{around.after}\n'.encode()


def _set(paragraphs: list[tuple[str, Text]], top: int) -> tuple[str, int]:
    """Return paragraphs as lines of text under each other, and where they end."""
    lines = []
    for words, text in paragraphs:
        for line in textwrap.wrap(words, text.characters):
            top += text.line
            lines.append(
                f'<text x="{MARGIN}" y="{top - (text.line - text.size)}" font-size="{text.size}" '
                f'font-weight="{text.weight}" fill="{text.colour}">{escape(line)}</text>'
            )
    return "".join(lines), top


def _height(chart: str) -> int:
    found = re.search(r'<svg\b[^>]*\bheight="([\d.]+)"', chart)
    return round(float(found.group(1))) if found else 0
