"""A report page, built from the blocks of an executed notebook and from nothing else.

Input: a notebook whose outputs carry blocks (analysis.figures.block). Output: one HTML5 page as text, the same for the
same input, and the figures whose tables stand beside it as files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from analysis.figures.block import MIME
from analysis.figures.table import TEXT_KINDS, write_cell
from analysis.language import Language, is_missing, load_language
from analysis.site.charts import charts_data
from analysis.site.links import Job, navigate
from analysis.site.picture import frame
from analysis.site.vector import PageError, safe_svg

if TYPE_CHECKING:
    import nbformat

LEFT_OUT_TAG = "remove-cell"
KINDS = ("masthead", "key_numbers", "section", "findings", "corrections", "figure", "downloads", "definitions")
# An id is an anchor and part of a file name.
_ID = re.compile(r"[a-z][a-z0-9_-]*")
# Ids that the page itself uses.
OWN_IDS = frozenset(("top", "main", "contents", "about", "charts", "full-size", "vega-source"))
FULL_PCT = 100.0
# A table of more rows is folded: whoever reads on would scroll past hundreds of organisations.
MOST_ROWS_OPEN = 60


@dataclass(frozen=True)
class Page:
    """A page as text, the figures on it, each with its chart made safe (`wide`), and the files it offers besides."""

    html: str
    figures: tuple[Mapping[str, Any], ...]
    files: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Bar:
    """A thin bar of a target: how much of its length is filled, and where 100 % stands (both 0 to 100)."""

    filled: str
    mark: str


@cache
def templates() -> Environment:
    """Return the templates of pages; every value is escaped unless it is Markup of our own making."""
    environment = Environment(
        loader=PackageLoader("analysis", "site/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["host"] = lambda address: urlsplit(address).hostname or address
    return environment


def read_blocks(notebook: nbformat.NotebookNode) -> list[Mapping[str, Any]]:
    """Return the blocks that the cells put out, in their order, without the cells tagged to be left out.

    Findings that stand there already are left out: where there are no data, every figure says the same sentence. So
    are sections in which nothing stands.
    """
    found = [
        output["data"][MIME]
        for cell in notebook.cells
        if cell.cell_type == "code" and LEFT_OUT_TAG not in cell.metadata.get("tags", ())
        for output in cell.outputs
        if MIME in output.get("data", {}) and output["data"][MIME]["kind"] != "absent"
    ]
    once = [block for place, block in enumerate(found) if block["kind"] != "findings" or block not in found[:place]]
    followed = zip(once, [*once[1:], None], strict=False)
    return [block for block, after in followed if block["kind"] != "section" or _stands_in_section(after)]


def is_shown(block: Mapping[str, Any]) -> bool:
    """Tell whether readers see a block: corrections of nothing only hold what is recorded when the page is issued."""
    return block["kind"] != "corrections" or bool(block["sentences"])


@dataclass(frozen=True)
class Form:
    """How a page is put together: its template, what that needs besides, and the address of a file of the page."""

    template: str = "page.html.j2"
    extras: Mapping[str, Any] = field(default_factory=dict)
    address: Callable[[str], str] = quote


BESIDE_ITS_FILES = Form()


def build_page(notebook: nbformat.NotebookNode, job: Job, jobs: Sequence[Job], form: Form = BESIDE_ITS_FILES) -> Page:
    """Return the page of a job. Raises PageError where a block is unknown, an id repeated, or the masthead missing."""
    blocks = [block for block in read_blocks(notebook) if is_shown(block)]
    _check_blocks(blocks, job.page)
    language = load_language(job.params.language)
    stem = PurePosixPath(job.page).name.removesuffix(".html")
    body = [block for block in blocks if block["kind"] not in ("masthead", "definitions")]
    views = [
        _view(block, stem, form.address) | {"tag": tag} for block, tag in zip(body, _heading_tags(body), strict=True)
    ]
    figures = tuple(view for view in views if view["kind"] == "figure")
    html = (
        templates()
        .get_template(form.template)
        .render(
            lang=language.code,
            t=language.text,
            masthead=next(block for block in blocks if block["kind"] == "masthead"),
            is_internal=job.params.audience == "internal",
            body=views,
            charts=charts_data(figures, language),
            foot=[block for block in blocks if block["kind"] == "definitions"],
            contents=_contents(blocks),
            nav=navigate(job, jobs, language),
            other=other_edition(language),
            css_text=css_text,
            **form.extras,
        )
    )
    return Page(html, figures, tuple(file for block in blocks for file in block.get("files", ())))


def measure_bar(attained_pct: float) -> Bar:
    """Return a bar on which 100 % is a mark: what goes beyond is drawn to its full length, never cut."""
    scale = max(FULL_PCT, attained_pct)
    return Bar(_short(100 * max(attained_pct, 0.0) / scale), _short(100 * FULL_PCT / scale))


def css_text(text: str) -> Markup:
    """Return text as a CSS string, for the page margins of a print."""
    escaped = "".join(sign if sign.isalnum() or sign in " .,-–/" else f"\\{ord(sign):06x}" for sign in text)
    return Markup(f'"{escaped}"')


def other_edition(language: Language) -> Mapping[str, str]:
    """Return the words of the link to the other language, written in that language."""
    other = load_language("en" if language.code == "vi" else "vi")
    return {"lang": other.code, "name": other.text("page.language_name")}


def _check_blocks(blocks: Iterable[Mapping[str, Any]], page: str) -> None:
    blocks = list(blocks)
    unknown = sorted({str(block.get("kind")) for block in blocks} - set(KINDS))
    if unknown:
        raise PageError(f"{page}: unknown kind of block: {', '.join(unknown)}. Known: {', '.join(KINDS)}.")
    mastheads = [block for block in blocks if block["kind"] == "masthead"]
    if len(mastheads) != 1:
        raise PageError(f"{page}: a page has one masthead, this one has {len(mastheads)}.")
    ids = [block["id"] for block in blocks if "id" in block]
    ids += [file["name"] for block in blocks for file in block.get("files", ())]
    repeated = sorted({name for name in ids if ids.count(name) > 1})
    wrong = sorted({name for name in ids if not _ID.fullmatch(name) or name in OWN_IDS})
    if repeated or wrong:
        raise PageError(f"{page}: ids of blocks must be unique and plain: {', '.join(repeated + wrong)}.")


def _heading_tags(body: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the heading element of each block: one level lower from the first section on, so that none is left out."""
    tags, is_inside = [], False
    for block in body:
        is_inside = is_inside or block["kind"] == "section"
        tags.append("h3" if is_inside and block["kind"] != "section" else "h2")
    return tags


def _view(block: Mapping[str, Any], stem: str, address: Callable[[str], str]) -> dict[str, Any]:
    """Return a block with what its template needs beside the payload."""
    if block["kind"] == "figure":
        return {**block, **_figure_view(block, stem, address)}
    if block["kind"] == "key_numbers":
        return {**block, "numbers": [{**number, "bar": _bar(number)} for number in block["numbers"]]}
    if block["kind"] == "downloads":
        return {
            **block,
            "links": [(file["label"], _file(f"{stem}.{file['name']}.csv", address)) for file in block["files"]],
        }
    return dict(block)


def _figure_view(figure: Mapping[str, Any], stem: str, address: Callable[[str], str]) -> dict[str, Any]:
    place = f"{stem}, figure {figure['id']}"
    table = figure["table"]
    language = load_language(figure["language"])
    kinds = [column["kind"] for column in table["columns"]]
    wide = safe_svg(figure["svg"], place) if figure["svg"] else None
    offered = ("svg", "csv", "xlsx") if wide else ("csv", "xlsx")
    return {
        "wide": wide,
        "is_folded": bool(wide) or len(table["rows"]) > MOST_ROWS_OPEN,
        "frame": frame(figure, wide) if wide else None,
        "narrow": safe_svg(figure["svg_narrow"], place) if figure["svg_narrow"] else None,
        "rows": [
            [write_cell(value, kind, language) for value, kind in zip(row, kinds, strict=True)] for row in table["rows"]
        ],
        "is_words": [kind in (*TEXT_KINDS, "date") for kind in kinds],
        # A name is Vietnamese, and says so on a page in another language, for who listens to it.
        "is_name": [kind == "name" for kind in kinds],
        # Only a web address becomes a link: anything else that stands in the column is shown as it is.
        "is_link": [kind == "url" for kind in kinds],
        "files": {kind: _file(f"{stem}.{figure['id']}.{kind}", address) for kind in offered},
    }


def _file(name: str, address: Callable[[str], str]) -> dict[str, str]:
    return {"name": name, "href": address(name)}


def _bar(number: Mapping[str, Any]) -> Bar | None:
    attained = number["attained_pct"]
    return None if is_missing(attained) else measure_bar(float(attained))


def _stands_in_section(block: Mapping[str, Any] | None) -> bool:
    return block is not None and block["kind"] not in ("section", "definitions")


def _contents(blocks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries of the contents; what stands in a section is listed under it."""
    entries: list[dict[str, Any]] = []
    for block in blocks:
        if "id" not in block:
            continue
        entry = {"id": block["id"], "heading": block["heading"], "language": block["language"], "entries": []}
        is_inside = block["kind"] != "section" and entries and entries[-1]["is_section"]
        (entries[-1]["entries"] if is_inside else entries).append(entry | {"is_section": block["kind"] == "section"})
    return entries


def _short(value: float) -> str:
    """Write a coordinate with at most two decimals: 62.67, 100."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
