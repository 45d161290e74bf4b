"""What a page was made from: the files that were read, with their hashes, and the versions of the software."""

from __future__ import annotations

import hashlib
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


def files_read(dataset: Dataset, others: Iterable[Path]) -> dict[str, str]:
    """Return the files of the tables that were asked for, and others, by path from the root, with their SHA-256.

    A table that was asked for and does not exist has no hash: the report depends on its absence.
    """
    folder = dataset.root
    tables = {name: find_table_file(folder, name) for name in sorted(dataset.asked)}
    paths = [folder / INFO_FILE, *(path or folder / f"{name}.csv" for name, path in tables.items())]
    paths += [*sorted(others), *_modules_beside_notebooks(project_root())]
    return {_from_root(path): file_hash(path) for path in paths}


def combined_hash(files: Mapping[str, str]) -> str:
    """Return one hash of all files that were read."""
    return hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()


def software_versions() -> str:
    """Return the versions that a page's content depends on, as one line."""
    return ", ".join(
        [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in VERSIONED)],
    )


def _modules_beside_notebooks(root: Path) -> list[Path]:
    """Return the analyst's own modules, in the root or beside the notebooks, that were imported in this process."""
    files = {vars(module).get("__file__") for module in list(sys.modules.values()) if hasattr(module, "__dict__")}
    paths = {Path(file).resolve() for file in files if file}
    return sorted(path for path in paths if path.suffix == ".py" and path.parent in (root, root / "notebooks"))


def _from_root(path: Path) -> str:
    root = project_root()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
