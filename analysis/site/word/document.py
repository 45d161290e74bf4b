"""A report as a Word document, from the same blocks as its page.

Input: the blocks of an executed notebook. Output: a .docx file, the same bytes for the same input. It is an analysis to
take figures from: it bears no title block, number, seal or signature of an official document.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from docx.document import Document
from docx.shared import Emu, Mm, Pt
from docx.text.paragraph import Paragraph

from analysis.figures.svg import draw_png
from analysis.figures.theme import WIDE
from analysis.language import Language
from analysis.site.tables import source_lines
from analysis.site.word.markup import (
    CREATED,
    add_caption_number,
    add_field,
    clean,
    describe_picture,
    mark_language,
    save,
)
from analysis.site.word.styles import FACT, SOURCE, TAGS, TEXT_WIDTH, WARNING, new_document
from analysis.site.word.tables import add_figure_table, add_table

Block = Mapping[str, Any]

PRINT_DPI = 300
PICTURE_SCALE = round(PRINT_DPI * TEXT_WIDTH.inches / WIDE, 2)
# With its heading and caption it must find room on one page.
TALLEST_PICTURE = Mm(200)


@dataclass
class _Writer:
    """A document that is being written: in which language, at which level figures stand, what is counted so far.

    As on the page, figures stand one level lower from the first part on.
    """

    document: Document
    language: Language
    figure_level: int = 2
    counts: dict[str, int] = field(default_factory=dict)

    def line(self, text: str, style: str, block: Block) -> Paragraph:
        """Add a paragraph of a block."""
        paragraph = self.document.add_paragraph(clean(text), style)
        self.mark(paragraph, block)
        return paragraph

    def mark(self, paragraph: Paragraph, block: Block) -> None:
        """Mark a paragraph where its block is in another language than the document."""
        if block["language"] != self.language.code:
            mark_language(paragraph, TAGS[block["language"]])

    def heading(self, text: str, level: int, block: Block) -> None:
        self.line(text, f"Heading {level}", block)

    def caption(self, kind: str, text: str) -> Paragraph:
        """Add a caption of a `figure` or a `table`, with the number that follows, under which others can name it."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        paragraph = self.document.add_paragraph(style="Caption")
        add_caption_number(paragraph, self.language.text(f"document.{kind}"), kind, self.counts[kind])
        paragraph.add_run(clean(f". {text}"))
        return paragraph


def build_document(blocks: Sequence[Block], language: Language) -> bytes:
    """Return the document of a page's blocks; one of them is a masthead."""
    writer = _Writer(new_document(language.code), language)
    masthead = next(block for block in blocks if block["kind"] == "masthead")
    _describe(writer.document, masthead)
    _write_margins(writer, masthead)
    for block in blocks:
        _WRITERS[block["kind"]](writer, block)
    return save(writer.document)


def _describe(document: Document, masthead: Block) -> None:
    properties = document.core_properties
    properties.title = clean(f"{masthead['title']} – {masthead['period']}")
    properties.subject = clean(masthead["status"])
    properties.author, properties.last_modified_by, properties.comments = "nhiemky", "", ""
    properties.created = properties.modified = CREATED


def _write_margins(writer: _Writer, masthead: Block) -> None:
    """Say on every page what the numbers are, which report it is, and which page."""
    section = writer.document.sections[0]
    header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
    _write_status(header, masthead)
    header.add_run(clean(f" · {masthead['audience']}"))
    footer.add_run(clean(f"{masthead['title']} – {masthead['period']}\t{writer.language.text('document.page')} "))
    add_field(footer, "PAGE", "1")
    footer.add_run(" / ")
    add_field(footer, "NUMPAGES", "1")


def _write_status(paragraph: Paragraph, masthead: Block) -> None:
    run = paragraph.add_run(clean(masthead["status"]))
    if masthead["is_synthetic"]:
        run.bold, run.font.color.rgb = True, WARNING


def _write_masthead(writer: _Writer, block: Block) -> None:
    writer.line(block["body"], FACT, block)
    writer.heading(block["title"], 1, block)
    for text in filter(None, (block["period"], block["scope"])):
        writer.line(text, "Normal", block).runs[0].bold = True
    for text in filter(None, (block["data_as_of"], block["compared_with"], block["audience"])):
        writer.line(text, FACT, block)
    _write_status(writer.line("", FACT, block), block)


def _write_key_numbers(writer: _Writer, block: Block) -> None:
    words = writer.language
    writer.caption("table", words.text("page.key_numbers")).paragraph_format.space_before = Pt(14)
    labels = [words.text(f"document.{part}") for part in ("label", "value", "detail", "change")]
    rows = [
        (number["label"], f"{number['value']} {number['unit']}".rstrip(), number["detail"], number["change"])
        for number in block["numbers"]
    ]
    add_table(writer.document, labels, rows, ["text"] * len(labels), words.text("page.key_numbers"))


def _write_section(writer: _Writer, block: Block) -> None:
    writer.heading(block["heading"], 2, block)
    writer.figure_level = 3


def _write_findings(writer: _Writer, block: Block) -> None:
    writer.heading(block["heading"], writer.figure_level, block)
    for sentence in block["sentences"]:
        writer.line(sentence, "Normal", block)


def _write_corrections(writer: _Writer, block: Block) -> None:
    writer.heading(block["heading"], writer.figure_level, block)
    for sentence in (block["lead"], *block["sentences"]):
        writer.line(sentence, "Normal", block)


def _write_figure(writer: _Writer, block: Block) -> None:
    writer.heading(block["finding"], writer.figure_level, block)
    if not block["svg"]:
        writer.mark(writer.caption("table", block["subtitle"]), block)
        add_figure_table(writer.document, block)
        _write_source(writer, block)
        return
    _add_picture(writer.document, block)
    writer.mark(writer.caption("figure", block["subtitle"]), block)
    _write_source(writer, block)
    number = writer.counts["figure"]
    caption = writer.caption("table", f"{writer.language.text('document.numbers_of')} ")
    # A reference, so that it follows when figures are added or taken away.
    add_field(caption, f"REF figure_{number} \\h", f"{writer.language.text('document.figure')} {number}")
    add_figure_table(writer.document, block)


def _add_picture(document: Document, block: Block) -> None:
    image = io.BytesIO(draw_png(block["svg"], PICTURE_SCALE))
    picture = document.add_picture(image, width=TEXT_WIDTH)
    if picture.height > TALLEST_PICTURE:
        picture.width = Emu(round(picture.width * TALLEST_PICTURE / picture.height))
        picture.height = TALLEST_PICTURE
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    describe_picture(picture, block["heading"], block["alt"])


def _write_source(writer: _Writer, block: Block) -> None:
    for text in source_lines(block):
        writer.line(text, SOURCE, block)


def _write_definitions(writer: _Writer, block: Block) -> None:
    writer.heading(block["heading"], 2, block)
    _write_terms(writer, block, block["entries"])
    if block["provenance"]:
        writer.heading(writer.language.text("page.provenance"), 3, block)
        _write_terms(writer, block, block["provenance"].items())


def _write_terms(writer: _Writer, block: Block, pairs: Iterable[Sequence[str]]) -> None:
    for term, text in pairs:
        paragraph = writer.line(f"{term}: ", "Normal", block)
        paragraph.runs[0].bold = True
        paragraph.add_run(clean(text))
        writer.mark(paragraph, block)


_WRITERS: Mapping[str, Callable[[_Writer, Block], None]] = {
    "masthead": _write_masthead,
    "key_numbers": _write_key_numbers,
    "section": _write_section,
    "findings": _write_findings,
    "corrections": _write_corrections,
    # The files stand beside the page; a document says what they hold.
    "downloads": _write_findings,
    "figure": _write_figure,
    "definitions": _write_definitions,
}
