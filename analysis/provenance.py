"""What a page was made from: the files that were read, with their hashes, and the versions of the software."""

from __future__ import annotations

import hashlib
import importlib.abc
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from analysis.files import file_hash
from analysis.project import project_root
from analysis.tables.dataset import Dataset
from analysis.tables.info import INFO_FILE
from analysis.tables.read import find_table_file

VERSIONED = ("nhiemky", "pandas", "altair", "papermill", "vl-convert-python")
# Not the analyst's: the library is an input as a whole, and the others make no page.
OWN_PACKAGES = ("analysis", "benchmarks", "tests")


def files_read(dataset: Dataset, others: Iterable[Path]) -> dict[str, str]:
    """Return the files of the tables that were asked for, and others, by path from the root, with their SHA-256.

    A table that was asked for and does not exist has no hash: the report depends on its absence.
    """
    folder = dataset.root
    tables = {name: find_table_file(folder, name) for name in sorted(dataset.asked)}
    paths = [folder / INFO_FILE, *(path or folder / f"{name}.csv" for name, path in tables.items())]
    paths += [*sorted(others), *_modules_of_analyst(project_root())]
    return {_from_root(path): file_hash(path) for path in paths}


def combined_hash(files: Mapping[str, str]) -> str:
    """Return one hash of all files that were read."""
    return hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()


def software_versions() -> str:
    """Return the versions that a page's content depends on, as one line."""
    return ", ".join(
        [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in VERSIONED)],
    )


class _HashBeforeImport(importlib.abc.MetaPathFinder):
    """Finds no module; takes the hash of the analyst's own before Python reads them, as with the tables."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        for file in map(Path, _places_of(name, project_root())):
            if file.is_file():
                file_hash(file)


def watch_imports() -> None:
    """Take the hash of every module of the analyst before it is imported; once a process is enough."""
    if not any(isinstance(finder, _HashBeforeImport) for finder in sys.meta_path):
        sys.meta_path.insert(0, _HashBeforeImport())


def _modules_of_analyst(root: Path) -> list[Path]:
    """Return the analyst's own modules that were imported in this process: in the root, or beside the notebooks."""
    files = {name: vars(module).get("__file__") for name, module in list(sys.modules.items()) if module is not None}
    return sorted(Path(file) for name, file in files.items() if file and file in _places_of(name, root))


def _places_of(name: str, root: Path) -> list[str]:
    """Return where a module of the analyst would be; nowhere for the project's own.

    Asked of thousands of modules for each page: as text, because making paths of them all took a quarter of a second.
    """
    if name.split(".", maxsplit=1)[0] in OWN_PACKAGES:
        return []
    below = name.replace(".", os.sep)
    return [
        os.path.join(folder, *place)
        for folder in (root, root / "notebooks")
        for place in ((f"{below}.py",), (below, "__init__.py"))
    ]


def _from_root(path: Path) -> str:
    root = project_root()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
