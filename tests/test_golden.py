"""The words of the overview page, block by block, in both languages, against what was last read and accepted.

A missing golden file fails, and no test writes one. After a change that is meant, read the difference and run
    .venv/bin/python tests/test_golden.py
"""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.figures.block import Block, Definitions

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"
REPORTS = ("2023-midterm", "2021-H1")
LANGUAGES = ("vi", "en")

Texts = dict[str, list[str]]


def run_notebook(name: str, params: dict[str, Any]) -> dict[str, Block]:
    """Return what each cell of a report notebook shows, by the cell's id, run with these parameters."""
    notebook = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    shown = {}
    for cell in notebook["cells"]:
        tags = cell["metadata"].get("tags", [])
        if cell["cell_type"] != "code" or "nbval-check-output" in tags:
            continue
        result = run_cell("".join(cell["source"]), names)
        if "parameters" in tags:
            names.update(params)
        if isinstance(result, Block):
            shown[cell["id"]] = result
    return shown


def run_cell(source: str, names: dict[str, Any]) -> Any:
    """Run a cell and return the value of its last line where that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return None if last is None else eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def text_of(block: Block) -> list[str]:
    """Return a block as lines; of the definitions without the versions and hashes, which differ between machines."""
    if isinstance(block, Definitions):
        return [block.heading, *(f"{term}: {text}" for term, text in block.entries)]
    return block.text().splitlines()


def read_report(report: str) -> dict[str, Texts]:
    """Return the text of every block of the overview of a report, by language and cell."""
    params = yaml.safe_load((ROOT / "params" / f"{report}.yaml").read_text(encoding="utf-8"))
    return {
        language: {
            cell: text_of(block) for cell, block in run_notebook("overview", params | {"language": language}).items()
        }
        for language in LANGUAGES
    }


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("report", REPORTS)
def test_the_overview_says_what_it_said(report):
    path = GOLDEN / f"{report}.json"
    assert path.is_file(), f"{path.relative_to(ROOT)} is missing. Read the docstring of this file."
    golden = json.loads(path.read_text(encoding="utf-8"))
    now = read_report(report)
    for language in LANGUAGES:
        assert list(now[language]) == list(golden[language])
        for cell, lines in now[language].items():
            assert lines == golden[language][cell], f"{report}, {language}, cell {cell}"


def test_the_golden_midterm_says_what_the_article_says():
    """Rule 0.x: 940, 62,67 %, 1.500, 78 = 40 + 38, 5.549, 2 of which 1."""
    golden = json.loads((GOLDEN / "2023-midterm.json").read_text(encoding="utf-8"))
    statement = " ".join(golden["vi"]["statement"])
    for number in (
        "940 đảng viên",
        "62,67%",
        "1.500",
        "78 tổ chức cơ sở đảng",
        "40 đảng bộ cơ sở",
        "38 chi bộ cơ sở",
        "5.549 đảng viên",
        "2 chi bộ cơ sở",
        "1 chi bộ trong doanh nghiệp ngoài khu vực Nhà nước",
    ):
        assert number in statement


def test_every_block_of_the_page_is_compared():
    golden = json.loads((GOLDEN / "2023-midterm.json").read_text(encoding="utf-8"))
    assert list(golden) == list(LANGUAGES)
    assert len(golden["vi"]) >= 8
    assert golden["vi"].keys() == golden["en"].keys()
    assert all(
        lines and all(isinstance(line, str) for line in lines) for texts in golden.values() for lines in texts.values()
    )


if __name__ == "__main__":
    os.chdir(ROOT)
    for asked in REPORTS:
        content = json.dumps(read_report(asked), ensure_ascii=False, indent=1)
        (GOLDEN / f"{asked}.json").write_text(content + "\n", encoding="utf-8")
