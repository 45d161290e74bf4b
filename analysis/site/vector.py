"""Charts made safe to stand inside a page: an SVG is taken apart and only what draws is put together again."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from markupsafe import Markup

from analysis.errors import NhiemkyError

SVG_NAMESPACE = "{http://www.w3.org/2000/svg}"
DRAWING = frozenset(
    (
        "svg",
        "g",
        "path",
        "line",
        "rect",
        "circle",
        "ellipse",
        "polygon",
        "polyline",
        "text",
        "tspan",
        "defs",
        "clipPath",
        "linearGradient",
        "radialGradient",
        "stop",
        "title",
        "desc",
    )
)
# An address is allowed where it points into the same drawing: url(#clip0).
_FOREIGN_URL = re.compile(r"url\(\s*['\"]?(?!#)", re.IGNORECASE)


class PageError(NhiemkyError):
    """A page cannot be built from what the notebook put out."""

    exit_status = 1


def safe_svg(svg: str, place: str) -> Markup:
    """Return a chart as markup without scripts, event handlers, links or outside references.

    Names of parts inside the chart are left out: it is one image with one alternative text, its numbers stand in the
    table. Raises PageError where the text is not an SVG document.
    """
    # A document type may define entities that grow without end.
    if "<!DOCTYPE" in svg.upper() or "<!ENTITY" in svg.upper():
        raise PageError(f"{place}: the chart declares a document type, which no chart of ours does.")
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise PageError(f"{place}: the chart is not XML ({error}).") from None
    if root.tag != f"{SVG_NAMESPACE}svg":
        raise PageError(f"{place}: the chart is not an SVG drawing but {root.tag!r}.")
    clean = _clean(root)
    for name in ("role", "aria-label", "class"):
        if name in root.attrib:
            clean.set(name, root.attrib[name])
    return Markup(ElementTree.tostring(clean, encoding="unicode"))


def _clean(element: ElementTree.Element) -> ElementTree.Element:
    """Return a copy without namespace, with harmless attributes, and with the children that draw."""
    tag = element.tag.removeprefix(SVG_NAMESPACE)
    # A link is kept as a group: what it holds is drawn, where it leads is not.
    copy = ElementTree.Element("g" if tag == "a" else tag)
    copy.attrib.update({name: value for name, value in element.attrib.items() if _is_harmless(name, value)})
    copy.text, copy.tail = element.text, element.tail
    for child in element:
        if isinstance(child.tag, str) and child.tag.removeprefix(SVG_NAMESPACE) in DRAWING | {"a"}:
            copy.append(_clean(child))
        elif child.tail:
            _append_text(copy, child.tail)
    return copy


def _append_text(element: ElementTree.Element, text: str) -> None:
    """Keep the text that followed a child which was left out."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _is_harmless(name: str, value: str) -> bool:
    is_plain = "}" not in name and not name.lower().startswith("on") and name.lower() not in ("href", "style", "class")
    is_described = name == "role" or name.startswith("aria-")
    return is_plain and not is_described and not _FOREIGN_URL.search(value)
