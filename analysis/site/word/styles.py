"""How a Word document looks: A4, one serif font, quiet headings; all of it in styles, so that a user can change it."""

from __future__ import annotations

from dataclasses import dataclass

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from analysis.site.word.markup import set_font, set_language

# Official reports are set in it, every Word has it with Vietnamese marks; elsewhere Liberation Serif, of the same
# widths, takes its place.
FONT = "Times New Roman"
TAGS = {"vi": "vi-VN", "en": "en-US"}
INK, MUTED, WARNING = RGBColor(0x1F, 0x29, 0x33), RGBColor(0x44, 0x4F, 0x58), RGBColor(0x7A, 0x32, 0x06)
PAPER_WIDTH, PAPER_HEIGHT = Mm(210), Mm(297)
MARGIN_SIDE, MARGIN_END = Mm(22), Mm(20)
TEXT_WIDTH = Emu(PAPER_WIDTH - 2 * MARGIN_SIDE)
# Of a letter of mixed text, in its size.
LETTER_WIDTH = 0.48
TABLE_STYLE = "Table Grid"
TABLE_LINES = "A9B3BB"
FACT, SOURCE = "Report facts", "Figure source"
# Up to how many columns a table has a style, and the size of its letters: of many columns it is set smaller, so that
# its words stay whole.
TABLE_SIZES = ((5, "Table text", 10.5), (8, "Table text small", 9.5), (99, "Table text smallest", 8.0))


@dataclass(frozen=True)
class Look:
    """How paragraphs of a style look; sizes and spaces in points."""

    size: float
    before: float = 0
    after: float = 0
    is_bold: bool = False
    colour: RGBColor = INK


LOOKS = {
    "Normal": Look(12, after=6),
    "Heading 1": Look(20, before=2, after=4, is_bold=True),
    "Heading 2": Look(15, before=18, after=6, is_bold=True),
    "Heading 3": Look(12.5, before=14, after=4, is_bold=True),
    "Caption": Look(10.5, before=4, after=3),
    "Header": Look(9),
    "Footer": Look(9),
    FACT: Look(11, after=1, colour=MUTED),
    SOURCE: Look(10, after=2, colour=MUTED),
    **{name: Look(size, before=1, after=1) for _, name, size in TABLE_SIZES},
}


def new_document(language: str) -> Document:
    """Return an empty document of A4 with the styles of a report; `language` is vi or en."""
    document = docx.Document()
    set_language(document, TAGS[language])
    section = document.sections[0]
    section.page_width, section.page_height = PAPER_WIDTH, PAPER_HEIGHT
    section.left_margin = section.right_margin = MARGIN_SIDE
    section.top_margin = section.bottom_margin = MARGIN_END
    section.header_distance = section.footer_distance = Mm(10)
    _set_styles(document)
    return document


def table_text(columns: int) -> str:
    """Return the style of the text in a table of so many columns."""
    return next(name for most, name, _ in TABLE_SIZES if columns <= most)


def line_letters(columns: int) -> int:
    """Return about how many letters of a table's text find room beside each other on a page."""
    size = next(size for most, _, size in TABLE_SIZES if columns <= most)
    return int(TEXT_WIDTH.pt / (LETTER_WIDTH * size))


def _set_styles(document: Document) -> None:
    for style in list(document.styles):
        # A hundred looks of tables come with the template; a search for a style would read through all of them.
        if style.type == WD_STYLE_TYPE.TABLE and style.name not in ("Normal Table", TABLE_STYLE):
            style.delete()
    for name, look in LOOKS.items():
        _shape(_own_style(document, name), look)
    for line in document.styles[TABLE_STYLE].element.find(f".//{qn('w:tblBorders')}"):
        line.set(qn("w:color"), TABLE_LINES)
    # A caption never stands at the foot of a page without its table, nor a source without its caption.
    _own_style(document, "Caption").paragraph_format.keep_with_next = True
    footer = _own_style(document, "Footer").paragraph_format
    footer.tab_stops.clear_all()
    footer.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    _own_style(document, "Header").paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _own_style(document: Document, name: str) -> ParagraphStyle:
    """Return a style of paragraphs, added to the document where the template has none of that name."""
    if name not in document.styles:
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = document.styles["Normal"]
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    return style


def _shape(style: ParagraphStyle, look: Look) -> None:
    set_font(style, FONT)
    font, form = style.font, style.paragraph_format
    font.size, font.bold, font.italic, font.color.rgb = Pt(look.size), look.is_bold, False, look.colour
    form.space_before, form.space_after, form.line_spacing = Pt(look.before), Pt(look.after), 1.15
    # A line of the template's theme would still shine through.
    for border in list(style.element.iter(qn("w:pBdr"))):
        border.getparent().remove(border)
