"""A chart as a page draws it live: the same marks from the same rows, and what a reader can do with them.

Input: the Vega-Lite specification and the table of a figure, both of which disclosure control has seen. Output: a
specification without size and look, which a page gives once for all its charts, and without columns that nothing
draws; with tooltips that write numbers as the table does, points that a pointer finds on a line, and a selection.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.language import Language

Spec = dict[str, Any]
# A column of a figure's table as its payload has it: name, label, kind.
Column = Mapping[str, str]
# What a page gives once for all its charts (analysis.figures.theme.layout), and the address of a schema nobody asks.
GIVEN_BY_PAGE = ("$schema", "width", "autosize", "config")
OF_A_LAYER = ("mark", "encoding", "transform", "params")
# What the chart forms call the part of a stacked bar, and the words that stand in a mark.
PART, LABEL = "part_name", "label"
# Of what the people are, only the table of a figure can say.
CALLED_DIFFERENTLY = frozenset(("people_n",))
WORDS = ("text", "name", "date")
KIND_BY_UNIT = {"n": "count", "pct": "pct"}
NUMBER_FORMATS = {"count": ",.0f", "signed": "+,.0f", "pct": ",.2f", "dec1": ",.1f", "dec2": ",.2f"}
DATE_FORMATS = {"vi": "%d/%m/%Y", "en": "%-d %B %Y"}
# Vega-Lite draws these marks so where nothing else is said; a selection must not change how the rest looks.
OWN_OPACITY = {"point": 0.7, "tick": 0.7}
DIMMED = 0.25
DIMMABLE = ("bar", "point", "tick", "text")
# Areas in square pixels: of a point that is shown, and of one that is only there to be found.
POINT_SIZE, HIT_SIZE = 80, 220


@dataclass(frozen=True)
class Layer:
    """One layer of a chart, and the columns of the rows it draws."""

    spec: Spec
    columns: frozenset[str]

    @property
    def mark(self) -> Spec:
        mark = self.spec["mark"]
        return {"type": mark} if isinstance(mark, str) else dict(mark)

    @property
    def encoding(self) -> Spec:
        return dict(self.spec.get("encoding", {}))


def live_spec(spec: Mapping[str, Any], columns: Sequence[Column], language: Language) -> Spec:
    """Return the specification that the page draws; `columns` are those of the figure's table (name, label, kind)."""
    drawn = {key: value for key, value in spec.items() if key not in (*GIVEN_BY_PAGE, "datasets")}
    datasets = _drawn_columns(drawn, spec.get("datasets", {}))
    if not ({"layer", "mark"} & drawn.keys()):
        return {**drawn, "datasets": datasets}
    chart = _in_layers(drawn)
    present = {name: frozenset(column for row in rows for column in row) for name, rows in datasets.items()}
    layers = list(_layers(chart, present))
    layers = _with_selection(layers)
    tips = [tooltip(layer, columns, language) for layer in layers]
    shown = [_with_tooltip(layer, tip) for layer, tip in zip(layers, tips, strict=True)]
    lines = [(layer, tip) for layer, tip in zip(layers, tips, strict=True) if tip and layer.mark["type"] == "line"]
    points = [_points(line, tip, is_only=len(lines) == 1) for line, tip in lines]
    return {**chart, "layer": [*shown, *points], "datasets": datasets}


def _drawn_columns(drawn: Mapping[str, Any], datasets: Mapping[str, list[Spec]]) -> dict[str, list[Spec]]:
    """Return the rows without the columns that the chart never names: what is not drawn has no place on a page."""
    named = set(re.findall(r"\w+", json.dumps(drawn, ensure_ascii=False)))
    return {
        name: [{column: value for column, value in row.items() if column in named} for row in rows]
        for name, rows in datasets.items()
    }


def _in_layers(drawn: Spec) -> Spec:
    if "layer" in drawn:
        return drawn
    around = {key: value for key, value in drawn.items() if key not in OF_A_LAYER}
    return {**around, "layer": [{key: drawn[key] for key in OF_A_LAYER if key in drawn}]}


def _layers(view: Spec, present: Mapping[str, frozenset[str]]) -> Iterator[Layer]:
    """Yield the innermost layers, each with the data, transforms and encoding that it has from those around it."""
    for layer in view["layer"]:
        data = layer.get("data") or view.get("data") or {}
        if "layer" in layer:
            yield from _layers({"data": data, **layer}, present)
        else:
            calculated = {step["as"] for step in layer.get("transform", []) if isinstance(step.get("as"), str)}
            yield Layer(layer, present.get(data.get("name", ""), frozenset()) | calculated)


def _with_selection(layers: Sequence[Layer]) -> list[Layer]:
    """Return the layers so that a reader picks by the legend's entries, or else by bars; the rest stands back."""
    place, field, is_bound = _picked_by(layers)
    if not field:
        return list(layers)
    bound = {"bind": "legend"} if is_bound else {}
    parameter = {"name": "picked", "select": {"type": "point", "fields": [field]}, **bound}
    dimmed = [_dimmed(layer, field) for layer in layers]
    dimmed[place] = Layer({**dimmed[place].spec, "params": [parameter]}, dimmed[place].columns)
    return dimmed


def _picked_by(layers: Sequence[Layer]) -> tuple[int, str, bool]:
    """Return the layer that a selection belongs to, its field, and whether the legend holds it; no field: none."""
    for place, layer in enumerate(layers):
        colour = layer.encoding.get("color", {})
        if "field" in colour and colour.get("legend", {}) is not None:
            return place, colour["field"], True
    for place, layer in enumerate(layers):
        category = layer.encoding.get("y", {})
        if layer.mark["type"] == "bar" and category.get("type") == "nominal":
            return place, category["field"], False
    return 0, "", False


def _dimmed(layer: Layer, field: str) -> Layer:
    kind, encoding = layer.mark["type"], layer.encoding
    if kind not in DIMMABLE or field not in layer.columns or "opacity" in encoding:
        return layer
    shown = layer.mark.get("opacity", OWN_OPACITY.get(kind, 1))
    opacity = {"condition": {"param": "picked", "value": shown}, "value": min(DIMMED, shown)}
    return Layer({**layer.spec, "encoding": {**encoding, "opacity": opacity}}, layer.columns)


def _with_tooltip(layer: Layer, tip: str | None) -> Spec:
    # A line is one mark, with the tooltip of its first row: its points tell of theirs instead.
    if tip is None or layer.mark["type"] in ("line", "area", "rule"):
        return layer.spec
    return {**layer.spec, "mark": {**layer.mark, "tooltip": {"expr": tip}}}


def _points(line: Layer, tip: str, *, is_only: bool) -> Spec:
    """Return a layer of unseen points on a line. On the only line of a chart the nearest one shows itself."""
    colour = {key: value for key, value in line.mark.items() if key == "color"}
    mark = {"type": "point", "filled": True, **colour, "tooltip": {"expr": tip}}
    encoding: Spec = {key: line.encoding[key] for key in ("x", "y", "detail") if key in line.encoding}
    around = {key: value for key, value in line.spec.items() if key not in OF_A_LAYER or key == "transform"}
    if not is_only:
        return {**around, "mark": {**mark, "size": HIT_SIZE, "opacity": 0}, "encoding": encoding}
    near = {"type": "point", "on": "pointerover", "clear": "pointerout", "nearest": True}
    encoding["opacity"] = {"condition": {"param": "near", "empty": False, "value": 1}, "value": 0}
    return {
        **around,
        "mark": {**mark, "size": POINT_SIZE},
        "params": [{"name": "near", "select": near}],
        "encoding": encoding,
    }


def tooltip(layer: Layer, columns: Sequence[Column], language: Language) -> str | None:
    """Return a Vega expression of a layer's tooltip: what a mark is about, and the numbers of its row.

    None where the rows hold neither. Columns that the table lacks are called as the texts call them.
    """
    texts = [
        column for column in columns if column["name"] in layer.columns and column["kind"] in ("text", "name", "date")
    ]
    about = texts[:1] or _axis_names(layer)
    numbers = _numbers(layer, columns, language)
    said = _said_in_mark(layer)
    if not numbers and not said:
        return None
    lines = [*texts[1:], *numbers]
    title = [*(_written(column, language.code) for column in about), *([_value(PART)] if PART in layer.columns else [])]
    written = [f"{json.dumps(line['label'], ensure_ascii=False)}: {_written(line, language.code)}" for line in lines]
    heading = " + ' · ' + ".join(title) or "''"
    return "{" + ", ".join([f"title: {heading}{'' if numbers else said}", *written]) + "}"


def _said_in_mark(layer: Layer) -> str:
    """Return an expression of the words that stand in or beside a bar, or of its length; nothing for other marks."""
    length = layer.encoding.get("x", {}).get("field")
    if layer.mark["type"] != "bar" or length not in layer.columns:
        return ""
    written = f"format({_value(length)}, '{NUMBER_FORMATS['count']}')"
    words = f"{_value(LABEL)} || {written}" if LABEL in layer.columns else written
    return f" + ': ' + ({words})"


def _axis_names(layer: Layer) -> list[Column]:
    """Return the column that the marks are named by on an axis."""
    kinds = {"nominal": "text", "temporal": "date"}
    axes = [layer.encoding.get(axis, {}) for axis in ("y", "x")]
    named = [axis for axis in axes if axis.get("type") in kinds and axis.get("field") in layer.columns]
    return [{"name": axis["field"], "label": "", "kind": kinds[axis["type"]]} for axis in named[:1]]


def _numbers(layer: Layer, columns: Sequence[Column], language: Language) -> list[Column]:
    """Return the number columns of a layer: those of the table in its order, then others that have a name."""
    known = [column for column in columns if column["name"] in layer.columns and column["kind"] in NUMBER_FORMATS]
    others = sorted(layer.columns - {column["name"] for column in columns} - CALLED_DIFFERENTLY)
    kinds = {name: KIND_BY_UNIT.get(name.rpartition("_")[2], "") for name in others}
    labels = {name: f"column.{name}" for name, kind in kinds.items() if kind}
    return known + [
        {"name": name, "label": language.text(key), "kind": kinds[name]}
        for name, key in labels.items()
        if language.has(key)
    ]


def _written(column: Column, language: str) -> str:
    """Return an expression that writes a value as the table does; what is not there leaves its line out."""
    value, kind = _value(column["name"]), column["kind"]
    if kind == "date":
        # Read as a date only where it is drawn on an axis; elsewhere it is still the text of the rows.
        return f"timeFormat(isString({value}) ? toDate({value}) : {value}, '{DATE_FORMATS[language]}')"
    if kind not in NUMBER_FORMATS:
        # Long names are broken into lines beside their bars.
        return f"join(split({value}, '\\n'), ' ')"
    unit = " + '%'" if kind == "pct" else ""
    return f"(isValid({value}) ? format({value}, '{NUMBER_FORMATS[kind]}'){unit} : datum['not there'])"


def _value(name: str) -> str:
    # Where the nearest point is looked for, Vega wraps each row once more.
    return f"(datum.datum || datum)[{json.dumps(name)}]"
