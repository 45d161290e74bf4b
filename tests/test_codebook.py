"""The codebook says what the schema says, and leaves nothing out."""

from __future__ import annotations

import pytest

from analysis.tables import codes
from analysis.tables.codebook import CODEBOOK, SECTOR_NAMES, codebook_markdown
from analysis.tables.info import DatasetInfo, Settings
from analysis.tables.schema import FIGURES, TABLES, Table, allowed_values, unit_of

ALL_TABLES = [*TABLES.values(), FIGURES]


def test_the_committed_codebook_is_the_generated_one() -> None:
    assert CODEBOOK.read_text(encoding="utf-8") == codebook_markdown(), "run: make codebook"


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.name)
def test_every_column_is_described(table: Table) -> None:
    section = codebook_markdown().split(f"`{table.key[0]}`", 1)[1]
    for name, column in table.columns.items():
        assert column.description, name
        assert unit_of(column), name
        row = f"| `{name}` | {unit_of(column)} | {column.description} |"
        assert row in section, row
        assert all(f"`{code}`" in section for code in allowed_values(column))


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.name)
def test_every_table_says_what_no_row_means(table: Table) -> None:
    head = next(line for line in codebook_markdown().splitlines() if _is_head_of(line, table))
    assert "No row means: " in head
    assert ("Required." in head) is table.is_required


def _is_head_of(line: str, table: Table) -> bool:
    key = ", ".join(f"`{column}`" for column in table.key)
    subject = table.one_row_per.partition(";")[0]
    return line.startswith(f"One row per {subject}. Key: {key}.")


def test_membership_without_a_row_is_not_reported_and_a_category_without_one_is_0() -> None:
    assert (
        "One row per grassroots organisation and row period. Key: `org_id`, `period_end`. Required. "
        "No row means: not reported." in codebook_markdown()
    )
    for name in ("admissions", "composition", "classification"):
        assert TABLES[name].one_row_per.endswith("no row: 0")


def test_every_key_of_dataset_yaml_is_described() -> None:
    text = codebook_markdown()
    for model, prefix in ((DatasetInfo, ""), (Settings, "settings.")):
        for name, field in model.model_fields.items():
            assert f"| `{prefix}{name}` | {field.description} |" in text
            assert field.description
    assert "| `good`, `good_or_better`, `rated` | `good` |" in text
    assert "| `month`, `quarter`, `half` | **required** |" in text


def test_every_sector_code_has_a_name() -> None:
    assert list(SECTOR_NAMES) == list(codes.SECTORS)
