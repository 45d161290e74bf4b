"""The look of every chart: fonts, colours, grid, and numbers as the language writes them.

Colours are safe for the colour-blind (no red beside green); a sector or level keeps its colour on every page.
"""

from __future__ import annotations

from typing import Any

FONT = "Arial, 'Liberation Sans', 'Segoe UI', 'Noto Sans', sans-serif"

ACCENT = "#0b5a83"
INK = "#1f2933"
MUTED = "#5b6770"
CONTEXT = "#b3bcc4"
GRID = "#e3e7ea"
TARGET = "#b3440c"
LOSS = "#8a5a2b"

SECTOR_COLOURS = {
    "party_mass": "#0072b2",
    "state_agency": "#56b4e9",
    "service_unit": "#cc79a7",
    "state_capital": "#e69f00",
    "non_state": "#d55e00",
    "other": "#7f7f7f",
}
# One ordered ramp for the levels that count as completed, a second hue for the one that does not.
LEVEL_COLOURS = {
    "excellent": "#0b4a6f",
    "good": "#3f87b0",
    "completed": "#a9cde2",
    "not_completed": "#c4570d",
}
KIND_COLOURS = {"party_committee": ACCENT, "cell": "#7fb3d0"}

# Total widths in pixels, axes included: a desktop column and a phone. Both are drawn, the page shows one.
WIDE = 680
NARROW = 340
# A narrow chart has no room for long category names beside its bars.
NARROW_LABEL_LIMIT = 178

# d3 has no Vietnamese number locale of its own.
NUMBER_LOCALES = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", " ₫"]},
}


def layout(language: str, width: int) -> dict[str, Any]:
    """Return what makes a chart as wide as told, in pixels, axes included: size and look of its specification."""
    config = chart_config(language)
    if width < WIDE:
        config["axis"]["labelLimit"] = NARROW_LABEL_LIMIT
        config["axisQuantitative"]["tickCount"] = 3
        config["legend"]["columns"] = 1
    return {"width": width, "autosize": {"type": "fit-x", "contains": "padding"}, "config": config}


def chart_config(language: str) -> dict[str, Any]:
    """Return the Vega-Lite config that all charts share."""
    text = {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "labelColor": INK,
        "titleColor": MUTED,
        "titleFontWeight": "normal",
    }
    return {
        "background": "transparent",
        "font": FONT,
        "locale": {"number": NUMBER_LOCALES[language]},
        "view": {"stroke": None},
        "axis": {
            **text,
            "grid": False,
            "domainColor": CONTEXT,
            "tickColor": CONTEXT,
            "labelLimit": 190,
            "gridColor": GRID,
        },
        # Names stand clear of their bars.
        "axisBand": {"labelPadding": 6},
        "axisQuantitative": {"grid": True, "domain": False, "ticks": False, "tickCount": 5},
        "legend": {**text, "orient": "top", "symbolType": "square", "title": None, "labelLimit": 300, "columns": 2},
        "text": {"font": FONT, "fontSize": 13, "color": INK},
        "bar": {"color": ACCENT},
        "line": {"color": ACCENT, "strokeWidth": 2.5},
        "rule": {"color": TARGET, "strokeWidth": 2},
    }
