"""The codebook: every table, column and key of a dataset in words, generated from the schema.

Output: data/README.md, by `python -m analysis.tables.codebook`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

import pandera.pandas as pa
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from analysis.language import load_language
from analysis.tables import codes
from analysis.tables.info import INFO_FILE, DatasetInfo, Settings
from analysis.tables.schema import FIGURES, ISSUED, TABLES, Table, allowed_values, unit_of

CODEBOOK = Path(__file__).parents[2] / "data" / "README.md"

INTRODUCTION = """\
# Codebook

Generated from the schema by `make codebook`; do not edit by hand.

A dataset is a folder with `dataset.yaml` and one file for each table, CSV or Parquet, named for the table
(`membership.csv`). It holds counts only: no row is about a person. `organisations` and `membership` are required;
where another table is missing, the reports that need it say so.

- CSV is UTF-8, with a heading, commas between cells, and as many cells in every line as in the heading.
- Columns are exactly those listed, in any order; none may be added.
- Days are written `2023-05-31`, counts `5549`, numbers `62.67`. An empty cell means that there is no value, and is
  allowed only where the column says so.
- Rows are dated by the last day of their month, quarter or half-year (`granularity`); the first run from
  `term_start`, the last end on `term_end`.
- `nhiemky check DATASET` lists everything that is wrong, with table and line.

`sample/` holds the synthetic dataset, `published/` the printed figures with their sources. `issued.csv` is there once
`nhiemky issue` has recorded what was handed out; it is no part of a dataset, and nothing else writes it."""

# What it means where a table has no row for something; the tables that are not here say so in `one_row_per`.
NO_ROW = {
    "organisations": "the organisation was not there",
    "events": "nothing happened",
    "targets": "no target was assigned",
    "probation": "0",
    "figures": "not recorded",
    "issued": "not issued",
}
SECTOR_NAMES = {
    "1": "Communes", "2": "Wards", "3": "Townships",
    "4": "Party agencies, Front and socio-political organisations", "5": "State agencies",
    "6a": "Public service units", "6b": "Non-public service units", "7": "Army", "8": "Police",
    "9a1": "Enterprises with 100 % State capital", "9a2": "Enterprises with 50 % State capital or more",
    "9a3": "Enterprises with less than 50 % State capital", "9b1": "Joint-stock companies",
    "9b2": "Private enterprises", "9b3": "Limited liability companies", "9b4": "Partnerships",
    "9b5": "Enterprises with foreign capital", "9c": "Co-operatives", "10": "Abroad", "11": "Other",
}  # fmt: skip


def codebook_markdown() -> str:
    """Return the whole codebook as Markdown."""
    tables = [_table_section(table, f"{table.name}") for table in TABLES.values()]
    figures = _table_section(FIGURES, "published/figures.csv")
    issued = _table_section(ISSUED, "issued.csv")
    parts = [INTRODUCTION, _info_section(), *tables, figures, issued, _dimension_section(), _sector_section()]
    return "\n\n".join(parts) + "\n"


def write_codebook() -> None:
    """Write data/README.md."""
    CODEBOOK.write_text(codebook_markdown(), encoding="utf-8", newline="\n")


def _info_section() -> str:
    rows = [*_key_rows(DatasetInfo, ""), *_key_rows(Settings, "settings.")]
    return f"## {INFO_FILE}\n\n" + _markdown_table(("key", "meaning", "allowed", "if left out"), rows)


def _key_rows(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, ...]]:
    for name, info in model.model_fields.items():
        yield f"`{prefix}{name}`", str(info.description), _allowed_for_key(info), _default_of(info)


def _allowed_for_key(info: FieldInfo) -> str:
    """Return which values a key of dataset.yaml may have, in words."""
    annotation = info.annotation
    choices = get_args(annotation)
    if choices and all(isinstance(choice, str) for choice in choices):
        return _listed(choices)
    names = {"str": "text", "int": "whole number", "bool": "true, false", "date": "day (2020-08-15)"}
    if isinstance(annotation, type) and annotation.__name__ in names:
        return names[annotation.__name__]
    return names["date"] if type(None) in choices else "list of texts" if choices else "keys below"


def _default_of(info: FieldInfo) -> str:
    if info.default is PydanticUndefined:
        return "**required**"
    if isinstance(info.default, bool):
        return f"`{str(info.default).lower()}`"
    if isinstance(info.default, BaseModel):
        return "the values below"
    return f"`{info.default}`" if info.default not in ((), "", None) else "empty"


def _table_section(table: Table, title: str) -> str:
    subject, _, written = table.one_row_per.partition("; no row: ")
    required = "Required." if table.is_required else "May be missing."
    head = (
        f"## {title}\n\n"
        f"One row per {subject}. Key: {_listed(table.key)}. {required} No row means: {written or NO_ROW[table.name]}."
    )
    rows = [_column_row(name, column) for name, column in table.columns.items()]
    return head + "\n\n" + _markdown_table(("column", "unit", "meaning", "allowed", "may be empty"), rows)


def _column_row(name: str, column: pa.Column) -> tuple[str, ...]:
    allowed = _listed(allowed_values(column))
    return f"`{name}`", unit_of(column), str(column.description), allowed, "yes" if column.nullable else ""


def _dimension_section() -> str:
    """Return which categories each dimension of admissions and composition has."""
    rows = [(f"`{name}`", "partition: sums to the total", _listed(values)) for name, values in codes.PARTITIONS.items()]
    rows += [(f"`{name}`", "overlapping: stays within the total, never summed", "`yes`") for name in codes.OVERLAPS]
    return "## Dimensions of admissions and composition\n\n" + _markdown_table(
        ("dimension", "kind", "categories"), rows
    )


def _sector_section() -> str:
    english = load_language("en")
    rows = [(f"`{code}`", SECTOR_NAMES[code], english.text(f"sector.{group}")) for code, group in codes.SECTORS.items()]
    return "## Sector types\n\n" + _markdown_table(("code", "type", "group in charts"), rows)


def _listed(values: Iterable[str]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _markdown_table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heading, tuple("---" for _ in heading), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    write_codebook()
