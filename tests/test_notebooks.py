"""The notebook contract (docs: report notebooks are thin): one cell of parameters, short cells, no logic, checks."""

from __future__ import annotations

import ast
import difflib
import json
import re
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from frames import ROOT

from analysis.params import KEYS, read_params

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FIRST_SIX = {"admissions", "classification", "membership", "overview", "published", "structure"}
REPORTS = FIRST_SIX | {"quality", "profile"}
BAD = ROOT / "tests" / "fixtures" / "notebook_breaks_contract.ipynb"

MOST_LINES = 8
NEAR_DUPLICATE = 0.9
CHECK_TAGS = {"nbval-check-output", "remove-cell"}
LOGIC = {
    ast.FunctionDef: "def",
    ast.AsyncFunctionDef: "def",
    ast.Lambda: "lambda",
    ast.ClassDef: "class",
    ast.For: "for",
    ast.While: "while",
    ast.ListComp: "comprehension",
    ast.SetComp: "comprehension",
    ast.DictComp: "comprehension",
    ast.GeneratorExp: "comprehension",
    ast.Try: "try",
    ast.With: "with",
    ast.If: "if",
}

Cell = dict[str, Any]
Rule = Callable[[list[Cell]], Iterator[str]]


def load(path: Path) -> list[Cell]:
    return list(json.loads(path.read_text(encoding="utf-8"))["cells"])


def source(cell: Cell) -> str:
    return "".join(cell["source"])


def tags(cell: Cell) -> set[str]:
    return set(cell["metadata"].get("tags", []))


def code_cells(cells: list[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell["cell_type"] == "code"]


def is_check(cell: Cell) -> bool:
    return cell["id"].endswith("-check") or "nbval-check-output" in tags(cell)


def opens_with_the_question(cells: list[Cell]) -> Iterator[str]:
    first = cells[0]
    if first["cell_type"] != "markdown" or "analyst" not in tags(first):
        yield "the first cell is not the analyst's question"
    if re.search(r"\d", source(first)):
        yield "the question names a number or a period"


def has_one_parameters_cell(cells: list[Cell]) -> Iterator[str]:
    tagged = [cell for cell in cells if "parameters" in tags(cell)]
    if len(tagged) != 1:
        yield f"{len(tagged)} cells are tagged parameters"
    for cell in tagged:
        names = [line.targets[0].id for line in ast.parse(source(cell)).body if isinstance(line, ast.Assign)]
        if tuple(names) != KEYS:
            yield f"the parameters are {', '.join(names)}, not {', '.join(KEYS)}"
        if any("  # " not in line for line in source(cell).splitlines()):
            yield "a parameter has no comment"


def has_short_cells(cells: list[Cell]) -> Iterator[str]:
    for cell in code_cells(cells):
        lines = len(source(cell).splitlines())
        if not 1 <= lines <= MOST_LINES:
            yield f"cell {cell['id']} has {lines} lines"


def has_no_logic(cells: list[Cell]) -> Iterator[str]:
    for cell in code_cells(cells):
        for node in ast.walk(ast.parse(source(cell))):
            if type(node) in LOGIC:
                yield f"cell {cell['id']} has a {LOGIC[type(node)]}"


def reads_no_file_and_builds_no_chart(cells: list[Cell]) -> Iterator[str]:
    for cell in code_cells(cells):
        for node in ast.walk(ast.parse(source(cell))):
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            if name == "open" or name.startswith("read_"):
                yield f"cell {cell['id']} reads a file: {name}"
            if name in ("alt", "altair"):
                yield f"cell {cell['id']} builds a chart"


def imports_in_one_cell(cells: list[Cell]) -> Iterator[str]:
    for cell in code_cells(cells):
        for node in ast.walk(ast.parse(source(cell))):
            if isinstance(node, ast.Import | ast.ImportFrom) and cell["id"] != "imports":
                yield f"cell {cell['id']} imports"
            if isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("analysis"):
                yield f"cell {cell['id']} imports from outside the package"
    if sum(cell["id"] == "imports" for cell in cells) != 1:
        yield "there is not one cell imports"


def ends_figure_cells_in_a_name(cells: list[Cell]) -> Iterator[str]:
    for cell, after in pairwise(cells):
        if cell["cell_type"] == "code" and is_check(after):
            last = ast.parse(source(cell)).body[-1]
            if not (isinstance(last, ast.Expr) and isinstance(last.value, ast.Name)):
                yield f"cell {cell['id']} does not end in the name of its figure"
            elif source(after).strip() != f"print({last.value.id}.text())":
                yield f"cell {after['id']} does not print the text of {last.value.id}"


def checks_every_figure(cells: list[Cell]) -> Iterator[str]:
    for cell, after in pairwise(cells):
        if cell["cell_type"] == "code" and "block(" in source(cell) and not is_check(after):
            yield f"cell {cell['id']} has no check cell after it"
    for cell in cells:
        if is_check(cell) and tags(cell) != CHECK_TAGS:
            yield f"cell {cell['id']} is tagged {', '.join(sorted(tags(cell))) or 'nothing'}"


def stores_what_it_checks(cells: list[Cell]) -> Iterator[str]:
    for cell in cells:
        if is_check(cell):
            outputs = cell.get("outputs", [])
            texts = ["".join(output.get("text", "")) for output in outputs if output["output_type"] == "stream"]
            if not "".join(texts).strip():
                yield f"cell {cell['id']} has no stored output, so nothing is compared: run make notebooks"
            if any(output["output_type"] == "error" for output in outputs):
                yield f"cell {cell['id']} has stored an error"


def ends_in_definitions(cells: list[Cell]) -> Iterator[str]:
    last = code_cells(cells)[-1]
    if cells[-1] is not last or not source(last).startswith("inputs.definitions("):
        yield "the last cell is not the definitions"


def names_every_cell_once(cells: list[Cell]) -> Iterator[str]:
    ids = [cell.get("id", "") for cell in cells]
    if len(set(ids)) != len(ids) or not all(ids):
        yield "cells have no id, or one id twice"


RULES: tuple[Rule, ...] = (
    opens_with_the_question,
    has_one_parameters_cell,
    has_short_cells,
    has_no_logic,
    reads_no_file_and_builds_no_chart,
    imports_in_one_cell,
    ends_figure_cells_in_a_name,
    checks_every_figure,
    stores_what_it_checks,
    ends_in_definitions,
    names_every_cell_once,
)


def is_a_good_name(name: str) -> bool:
    """Whether a file is named for its subject: no copy, no number, no scratch."""
    return bool(re.fullmatch(r"[a-z]+(_[a-z]+)*", name)) and not re.search(r"untitled|copy|scratch|test|old|new", name)


def without_parameters(cells: list[Cell]) -> list[str]:
    return [line for cell in cells if "parameters" not in tags(cell) for line in source(cell).splitlines()]


def likeness(one: list[Cell], two: list[Cell]) -> float:
    return difflib.SequenceMatcher(None, without_parameters(one), without_parameters(two), autojunk=False).ratio()


def test_the_lint_finds_the_report_notebooks():
    names = {path.stem for path in NOTEBOOKS}
    assert names >= FIRST_SIX
    assert names <= REPORTS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_keeps_the_contract(path, rule):
    assert list(rule(load(path))) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_notebook_that_breaks_the_contract_is_caught(rule):
    assert list(rule(load(BAD))) != []


@pytest.mark.parametrize(
    "fault",
    [
        "the question names a number or a period",
        "2 cells are tagged parameters",
        "a parameter has no comment",
        "cell long has 9 lines",
        "cell logic has a def",
        "cell logic has a class",
        "cell logic has a for",
        "cell logic has a try",
        "cell more-logic has a with",
        "cell more-logic has a while",
        "cell more-logic has a comprehension",
        "cell more-logic has a lambda",
        "cell reads reads a file: read_csv",
        "cell reads reads a file: open",
        "cell chart builds a chart",
        "cell chart imports",
        "cell figure does not end in the name of its figure",
        "cell unchecked has no check cell after it",
        "cell figure-check is tagged nbval-check-output",
        "the last cell is not the definitions",
        "cell figure-check has no stored output, so nothing is compared: run make notebooks",
        "cells have no id, or one id twice",
    ],
)
def test_each_fault_is_named_with_its_cell(fault):
    assert fault in [found for rule in RULES for found in rule(load(BAD))]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_default_parameters_run_as_they_are(path):
    (cell,) = (cell for cell in load(path) if "parameters" in tags(cell))
    values = {line.targets[0].id: ast.literal_eval(line.value) for line in ast.parse(source(cell)).body}
    assert read_params(values, path.stem).model_dump() == values


def test_all_notebooks_share_one_parameters_cell():
    shared = {
        source(cell)
        for path in NOTEBOOKS
        if path.stem != "profile"
        for cell in load(path)
        if "parameters" in tags(cell)
    }
    assert len(shared) == 1


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_opens_the_report_of_its_own_name(path):
    assert f'"{path.stem}",' in "".join(source(cell) for cell in load(path))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_declares_the_audiences_it_may_have(path):
    audiences = json.loads(path.read_text(encoding="utf-8"))["metadata"]["nhiemky"]["audiences"]
    assert audiences == (["internal"] if path.stem == "profile" else ["public", "internal"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_named_for_its_subject(path):
    assert is_a_good_name(path.stem)


@pytest.mark.parametrize(
    "name",
    [
        "Untitled",
        "untitled",
        "overview-Copy1",
        "overview_copy",
        "01_admissions",
        "scratch",
        "2023_q1",
        "Overview",
        "admissions_new",
    ],
)
def test_a_name_that_says_nothing_is_refused(name):
    assert not is_a_good_name(name)


def test_no_notebook_is_a_near_copy_of_another():
    alike = [
        (one.stem, two.stem)
        for one, two in combinations(NOTEBOOKS, 2)
        if likeness(load(one), load(two)) > NEAR_DUPLICATE
    ]
    assert alike == []


def test_a_near_copy_is_caught():
    """Next quarter is a new file in params/, never a copied notebook."""
    cells = load(NOTEBOOKS[0])
    copied = json.loads(json.dumps(cells).replace("2023-midterm", "2023-9M"))
    copied[0]["source"] = ["# Another title"]
    assert likeness(cells, copied) > NEAR_DUPLICATE
