"""What the page's script needs to make its charts live: specifications, looks and words, as JSON inside the page.

Input: the payloads of the figures on a page. Output: text for a script element that nobody runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from analysis.figures.live import live_spec
from analysis.figures.theme import NARROW, WIDE, layout
from analysis.language import Language, load_language

# Text in a script element ends at the first "</script", and "<!--" changes how it is read.
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def charts_data(figures: Iterable[Mapping[str, Any]], language: Language) -> Markup | None:
    """Return the charts of a page as JSON; None where it has none. A figure with a chart has its picture's `frame`."""
    drawn = [figure for figure in figures if figure["frame"]]
    if not drawn:
        return None
    spoken = sorted({figure["language"] for figure in drawn})
    content = {
        "words": {"keys": language.text("page.chart_keys")},
        "layouts": {code: {"wide": layout(code, WIDE), "narrow": layout(code, NARROW)} for code in spoken},
        "figures": {figure["id"]: _figure(figure) for figure in drawn},
    }
    return script_text(content)


def script_text(content: object) -> Markup:
    """Return content as JSON that cannot end the script element it stands in."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for sign, safe in UNSAFE.items():
        text = text.replace(sign, safe)
    return Markup(text)


def _figure(figure: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "language": figure["language"],
        "spec": live_spec(figure["spec"], figure["table"]["columns"], load_language(figure["language"])),
        "before": figure["frame"].before,
        "after": figure["frame"].after,
    }
