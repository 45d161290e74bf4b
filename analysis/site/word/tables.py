"""The tables of a Word document: the first row a heading that every page repeats, numbers at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Emu
from docx.table import Table
from docx.text.paragraph import Paragraph

from analysis.figures.table import TEXT_KINDS, write_cell
from analysis.language import load_language
from analysis.site.word.markup import add_link, clean, describe_table, shade
from analysis.site.word.styles import SOURCE, TABLE_STYLE, TEXT_WIDTH, line_letters, table_text

# A table of up to so many rows is not broken over two pages.
KEPT_TOGETHER = 16
# In letters: the room beside the text of a cell, and what a long text is broken at where others need the room.
PADDING, LINE_LENGTH = 3, 28
WORDS = (*TEXT_KINDS, "address", "date")
WEB_ADDRESSES = ("https://", "http://")
# The figure that lists sources shows each address in full, since paper leads nowhere; others show its host.
LIST_OF_SOURCES = "sources"


def add_figure_table(document: Document, figure: Mapping[str, Any]) -> Table:
    """Add the table of a figure, with its numbers as the figure's language writes them."""
    columns, language = figure["table"]["columns"], load_language(figure["language"])
    kinds = [column["kind"] for column in columns]
    shown = "address" if figure["id"] == LIST_OF_SOURCES else "url"
    rows = [
        [write_cell(value, kind, language) for value, kind in zip(row, kinds, strict=True)]
        for row in figure["table"]["rows"]
    ]
    kinds = [shown if kind == "url" else kind for kind in kinds]
    return add_table(document, [column["label"] for column in columns], rows, kinds, figure["subtitle"])


def add_table(
    document: Document, labels: Sequence[str], rows: Sequence[Sequence[str]], kinds: Sequence[str], description: str
) -> Table:
    """Add a table of written cells; `kinds` are those of the columns of a figure's table, or address: a url in full."""
    table = document.add_table(1 + len(rows), len(labels), TABLE_STYLE)
    # Looked up once: python-docx would search all styles for each cell.
    style = document.styles[table_text(len(labels))].style_id
    for line, (row, texts) in enumerate(zip(table.rows, [labels, *rows], strict=True)):
        for cell, text, kind in zip(row.cells, texts, kinds, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph._p.style = style
            if line == 0:
                shade(cell)
                paragraph.add_run(clean(text)).bold = True
            else:
                _fill(paragraph, text, kind)
            if kind not in WORDS:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _set_widths(table, [labels, *([_shown(text, kind) for text, kind in zip(row, kinds, strict=True)] for row in rows)])
    if len(rows) <= KEPT_TOGETHER:
        _keep_together(table)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    describe_table(table, description)
    # Word joins what follows to a table; a line of space keeps them apart.
    document.add_paragraph(style=SOURCE)
    return table


def _set_widths(table: Table, lines: Sequence[Sequence[str]]) -> None:
    """Give each column room for its longest word, and share what is left after the texts that they hold."""
    columns = list(zip(*lines, strict=True))
    # An address, the only word that is longer than a line, may be broken.
    longest = [max(len(word) for text in texts for word in ["", *text.split()]) for texts in columns]
    words = [min(length, LINE_LENGTH) + PADDING for length in longest]
    texts = [min(max(map(len, texts)), LINE_LENGTH) for texts in columns]
    rest = max(line_letters(len(columns)) - sum(words), 0)
    needs = [word + rest * text / max(sum(texts), 1) for word, text in zip(words, texts, strict=True)]
    widths = [Emu(int(TEXT_WIDTH * need / sum(needs))) for need in needs]
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width


def _keep_together(table: Table) -> None:
    """Keep a short table on one page: each row stays with the next."""
    for row in table.rows[:-1]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _shown(text: str, kind: str) -> str:
    """Return what is read in a cell: of a web address its host, under which the address lies, or the whole."""
    # Only a web address becomes a link: anything else that stands in the column is shown as it is.
    return clean(urlsplit(text).hostname or text if kind == "url" and _is_link(text, kind) else text)


def _is_link(text: str, kind: str) -> bool:
    return kind in ("url", "address") and text.startswith(WEB_ADDRESSES)


def _fill(paragraph: Paragraph, text: str, kind: str) -> None:
    if _is_link(text, kind):
        add_link(paragraph, clean(text), _shown(text, kind))
    else:
        paragraph.add_run(clean(text))
