"""The public admissions report, whole, where numbers are smallest: nothing small is shown, nothing hidden is denied."""

from __future__ import annotations

import json
from typing import Any

import pytest
from frames import ROOT

from analysis.figures.block import Block, Findings
from analysis.figures.figure import Figure
from analysis.figures.table import HIDDEN

SMALL_COUNT = 5
# Counts of people whose row is about people admitted or on probation; targets and organisations are not of them.
PEOPLE = {"admitted_n", "cumulative_n", "people_n", "left_n", "official_total_n"}
CASES = [
    (period, sector)
    for period in ("2022-Q1", "2024-Q1", "2023-H1", "term:2023-06-02")
    for sector in ("party_mass", "state_agency", "")
]


@pytest.fixture(scope="module", params=CASES, ids="/".join)
def blocks(request: pytest.FixtureRequest) -> list[Block]:
    """Return the blocks that the report's cells end in, run as a kernel would."""
    period, sector = request.param
    cells = json.loads((ROOT / "notebooks" / "admissions.ipynb").read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code" and "-check" not in cell["id"]]
    variables: dict[str, Any] = {}
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        for place, source in enumerate(code):
            exec(source, variables)
            if place == 0:
                variables |= {"period": period, "sector": sector, "audience": "public"}
            last = source.strip().splitlines()[-1]
            if last.isidentifier() and isinstance(variables[last], Block):
                found.append(variables[last])
    return found


def figures(blocks: list[Block]) -> list[Figure]:
    return [block for block in blocks if isinstance(block, Figure)]


def test_no_small_count_of_people_is_shown(blocks):
    shown = [
        (figure.figure_id, column.name, row)
        for figure in figures(blocks)
        for place, column in enumerate(figure.table.columns)
        if column.name in PEOPLE
        for row in figure.table.rows
        if row[place] not in (None, HIDDEN) and 0 < abs(row[place]) < SMALL_COUNT
    ]
    assert shown == []


def test_no_sentence_holds_a_missing_number(blocks):
    """A dash in the middle of a sentence stands for a number that was hidden, and judged all the same."""
    said = [block.finding for block in figures(blocks)]
    said += [sentence for block in blocks if isinstance(block, Findings) for sentence in block.sentences]
    assert [sentence for sentence in said if "—" in sentence] == []


def test_hidden_is_not_called_none(blocks):
    """Where the first figure says that a number is not published, no other says that nobody was admitted."""
    sentences = [sentence for block in blocks if isinstance(block, Findings) for sentence in block.sentences]
    if any("không công bố" in sentence for sentence in sentences):
        assert not [sentence for sentence in sentences if "Không có đảng viên nào được kết nạp" in sentence]


def test_hidden_years_cannot_be_worked_out_from_the_running_total(blocks):
    """No two shown points of the running total stand at the two ends of a hidden year."""
    by_id = {figure.figure_id: figure for figure in figures(blocks)}
    years, running = by_id.get("admissions-by-year"), by_id.get("admissions-vs-target")
    if years is None or running is None:
        return
    names = [column.name for column in years.table.columns]
    hidden = [row[names.index("data_date")][:4] for row in years.table.rows if row[names.index("admitted_n")] == HIDDEN]
    inside = [row[0] for row in running.table.rows[:-1] if hidden and min(hidden) <= row[0][:4] <= max(hidden)]
    assert inside == []
