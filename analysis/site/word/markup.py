"""What python-docx has no call for: fields, captions that count themselves, alternative texts, headings of tables."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from datetime import datetime

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shape import InlineShape
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

# A document must hold a date of creation; a fixed one keeps its bytes the same. Zip files know nothing before 1980.
CREATED = datetime(2020, 1, 1)
# What XML cannot hold, whatever a table brings.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def element(tag: str, **attributes: str) -> BaseOxmlElement:
    """Return an element of WordprocessingML, as in element("w:lang", val="vi-VN")."""
    made: BaseOxmlElement = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def clean(text: str) -> str:
    """Return text without the signs that no XML document may hold."""
    return _NO_XML.sub("", text)


def add_field(paragraph: Paragraph, instruction: str, shown: str) -> Run:
    """Add a field that Word works out again, such as PAGE; `shown` stands there until it does. Return its run."""
    field = element("w:fldSimple", instr=f" {instruction} ")
    run = element("w:r")
    paragraph._p.append(field)
    field.append(run)
    result = Run(run, paragraph)
    result.text = shown
    return result


def add_caption_number(paragraph: Paragraph, label: str, kind: str, number: int) -> None:
    """Begin a caption: label and number, which counts itself when captions are added or taken away.

    The bookmark around them, named figure_1 or table_1, lets a reference elsewhere follow the number.
    """
    name = f"{kind}_{number}"
    # The ids of bookmarks must differ, their names say nothing to Word.
    identity = str(zlib.crc32(name.encode()) >> 1)
    paragraph._p.append(element("w:bookmarkStart", id=identity, name=name))
    paragraph.add_run(f"{label} ").bold = True
    add_field(paragraph, f"SEQ {label} \\* ARABIC", str(number)).bold = True
    paragraph._p.append(element("w:bookmarkEnd", id=identity))


def add_link(paragraph: Paragraph, address: str, shown: str) -> None:
    """Add a link to a web address."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = element("w:r")
    paragraph._p.append(link)
    link.append(run)
    Run(run, paragraph).text = shown


def describe_picture(picture: InlineShape, title: str, text: str) -> None:
    """Give a picture its alternative text."""
    properties = picture._inline.docPr
    properties.set("title", clean(title))
    properties.set("descr", clean(text))


def describe_table(table: Table, text: str) -> None:
    """Give a table its alternative text, and mark its first row as a heading that every page repeats."""
    table._tbl.tblPr.append(element("w:tblDescription", val=clean(text)))
    for line, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(element("w:cantSplit"))
        if line == 0:
            properties.append(element("w:tblHeader"))


def shade(cell: _Cell) -> None:
    """Give the cell of a table a light ground."""
    cell._tc.get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill="EEF1F3"))


def set_language(document: Document, tag: str) -> None:
    """Say in which language the document is written, for spelling and for those who hear it."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    language = next(defaults.iter(qn("w:lang")))
    for name in ("val", "eastAsia"):
        language.set(qn(f"w:{name}"), tag)
    theme = document.settings.element.find(qn("w:themeFontLang"))
    theme.set(qn("w:val"), tag)
    document.core_properties.language = tag


def mark_language(paragraph: Paragraph, tag: str) -> None:
    """Say that a paragraph is written in another language than the document."""
    for run in paragraph.runs:
        run._r.get_or_add_rPr().append(element("w:lang", val=tag))


def set_font(style: ParagraphStyle, name: str) -> None:
    """Set the font of a style for every script; the fonts of the theme, which come first, are taken out."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), name)


def save(document: Document) -> bytes:
    """Return the document as a file, the same bytes for the same content."""
    written, fixed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, CREATED.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            # Else the file would tell the system that it was made on.
            entry.create_system = 0
            target.writestr(entry, source.read(name))
    return fixed.getvalue()
