"""Imports go down only, and each layer keeps to its own work (docs: the layout of the package)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from frames import ROOT

PACKAGE = ROOT / "analysis"
MODULES = sorted(PACKAGE.rglob("*.py"))
# From low to high; a module may import its own level and those before it.
LEVELS = (
    ("errors", "periods", "language", "wording", "project", "files", "ondemand"),
    ("params",),
    ("tables",),
    ("measures",),
    ("disclosure",),
    ("beside",),
    ("figures",),
    ("scope", "provenance"),
    ("edition",),
    ("issuing",),
    ("report",),
    ("render",),
    ("site",),
    ("interview", "cli_add", "cli_issue", "cli_published", "cli", "__main__"),
)
LEVEL_OF = {name: level for level, names in enumerate(LEVELS) for name in names}

CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("time", "strftime"),
    ("Timestamp", "now"),
    ("Timestamp", "today"),
}
MAY_READ_THE_CLOCK = {"render/manifest.py", "render/batch.py", "render/progress.py", "render/log.py"}
READERS = {
    "read_csv",
    "read_parquet",
    "read_excel",
    "read_json",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "to_csv",
    "to_parquet",
}


def part_of(path: Path) -> str:
    """Return the part of the package that a module belongs to: its folder, or its own name at the top."""
    inside = path.relative_to(PACKAGE)
    return inside.parts[0].removesuffix(".py")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Return every imported module by its full name, with its line; imports inside functions count too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: write the full name of the module"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def upward_imports(path: Path, tree: ast.AST) -> list[str]:
    own = part_of(path)
    found = []
    for name, line in imported(tree):
        package, _, rest = name.partition(".")
        target = rest.partition(".")[0]
        if package != "analysis" or target == "__version__":
            continue
        if LEVEL_OF[target] > LEVEL_OF[own]:
            found.append(f"{path.name}:{line} {own} imports {name}")
    return found


def called(tree: ast.AST) -> Iterator[tuple[str, str, int]]:
    """Return every call as (owner, name, line); the owner is empty for a plain function."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            yield name, node.func.attr, node.lineno
        elif isinstance(node.func, ast.Name):
            yield "", node.func.id, node.lineno


def clock_readings(tree: ast.AST) -> list[int]:
    return [line for owner, name, line in called(tree) if (owner, name) in CLOCKS]


def test_the_walk_finds_the_package():
    assert len(MODULES) > 30
    assert {part_of(path) for path in MODULES} >= {"errors", "tables", "measures", "figures", "report", "site"}


def test_every_part_of_the_package_has_its_level():
    assert {part_of(path) for path in MODULES} - {"__init__"} - set(LEVEL_OF) == set()


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if part_of(path) != "__init__"],
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
)
def test_imports_go_down_only(path):
    assert upward_imports(path, tree_of(path)) == []


@pytest.mark.parametrize(
    ("part", "line"),
    [
        ("measures", "from analysis.figures import theme"),
        ("tables", "from analysis.measures.ratio import percent_of"),
        ("periods", "import analysis.params"),
        ("figures", "def late():\n    from analysis.report import open_report"),
        ("measures", "from analysis import disclosure"),
    ],
)
def test_an_import_that_goes_up_is_found(part, line):
    assert len(upward_imports(PACKAGE / f"{part}.py", ast.parse(line))) == 1


@pytest.mark.parametrize("part", ["errors", "periods", "language", "wording", "params"])
def test_words_and_parameters_know_no_pandas(part):
    assert [name for name, _ in imported(tree_of(PACKAGE / f"{part}.py")) if name.startswith("pandas")] == []


def test_measures_draw_no_chart_and_read_no_file():
    found = [
        f"{path.name}: {name}"
        for path in (PACKAGE / "measures").glob("*.py")
        for name, _ in imported(tree_of(path))
        if name.split(".")[0] in ("altair", "vl_convert", "pathlib", "os", "io")
    ]
    assert found == []


@pytest.mark.parametrize("part", ["measures", "figures"])
def test_measures_and_figures_read_and_write_no_file(part):
    found = [
        f"{path.name}:{line} {name}"
        for path in (PACKAGE / part).glob("*.py")
        for owner, name, line in called(tree_of(path))
        if name in READERS or (owner, name) == ("", "open")
    ]
    assert found == []


def test_figures_know_neither_paths_nor_network():
    found = [
        f"{path.name}: {name}"
        for path in (PACKAGE / "figures").glob("*.py")
        for name, _ in imported(tree_of(path))
        if name.split(".")[0] in ("pathlib", "urllib", "requests", "socket")
    ]
    assert found == []


def test_only_the_manifest_and_its_batch_read_the_clock():
    readers = {path.relative_to(PACKAGE).as_posix() for path in MODULES if clock_readings(tree_of(path))}
    assert readers - MAY_READ_THE_CLOCK == set()


@pytest.mark.parametrize(
    "line", ["datetime.now()", "datetime.datetime.now(tz=UTC)", "date.today()", "time.time()", "pd.Timestamp.now()"]
)
def test_a_reading_of_the_clock_is_found(line):
    assert clock_readings(ast.parse(line)) == [1]


def is_empty(tree: ast.Module) -> bool:
    """Whether a module holds nothing but its docstring."""
    body = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    return not body


def hollow_functions(tree: ast.Module) -> list[str]:
    """Return functions with a docstring and nothing else: scaffolding that looks like a safeguard.

    Decorated ones (the group of a command) and private ones (a method that is meant to do nothing) are left out.
    """
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and not node.decorator_list]
    return [
        node.name
        for node in functions
        if ast.get_docstring(node) is not None and len(node.body) == 1 and not node.name.startswith("_")
    ]


def test_no_module_is_empty():
    """Only the __init__ of a folder may hold its sentence and no code."""
    assert [path.name for path in MODULES if path.name != "__init__.py" and is_empty(tree_of(path))] == []
    assert is_empty(ast.parse('"""Only words."""'))


def test_no_function_is_hollow():
    found = {path.name: hollow for path in MODULES if (hollow := hollow_functions(tree_of(path)))}
    assert found == {}
    assert hollow_functions(ast.parse('def check():\n    """Check everything."""\n')) == ["check"]


def test_every_module_opens_with_a_sentence():
    assert [path.name for path in MODULES if not ast.get_docstring(tree_of(path))] == []
