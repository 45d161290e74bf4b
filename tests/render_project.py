"""A small project of its own, in which tests run the command as a user does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from analysis.render.manifest import MANIFEST_FILE

ROOT = Path(__file__).parents[1]
# One more row of `targets`, which the overview of 2023 reads and the structure report does not.
TARGET_ROW = "organisation,year,2022,TC001,admitted,annual_count,1,,2022-12-30\n"


def make_project(root: Path, notebooks: Iterable[str], params: Iterable[str]) -> Path:
    """Return a folder with the sample dataset, and with some of the notebooks and parameters that are shipped."""
    for folder in ("data", "params", "notebooks"):
        (root / folder).mkdir(parents=True)
    shutil.copytree(ROOT / "data" / "sample", root / "data" / "sample")
    for name in notebooks:
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", root / "notebooks")
    for name in params:
        shutil.copy(ROOT / "params" / f"{name}.yaml", root / "params")
    return root


def command(*arguments: str) -> list[str]:
    """Return the command line of `nhiemky` with arguments."""
    return [sys.executable, "-m", "analysis", *arguments]


def surroundings() -> dict[str, str]:
    """Return the environment without what pytest adds, which makes ipykernel behave otherwise."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}


def nhiemky(root: Path, *arguments: str, status: int = 0) -> str:
    """Return what the command prints, run in a project; fails where it does not end with the status."""
    done = subprocess.run(
        command(*arguments), cwd=root, env=surroundings(), check=False, capture_output=True, text=True
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def add_target_row(root: Path) -> None:
    """Change what the overview reads."""
    targets = root / "data" / "sample" / "targets.csv"
    targets.write_text(targets.read_text(encoding="utf-8").rstrip("\n") + "\n" + TARGET_ROW, encoding="utf-8")


def published(out: Path) -> dict[str, bytes]:
    """Return the files that readers find in an output folder, by path; the manifest, which holds times, left out."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != MANIFEST_FILE and not path.name.startswith("index")
    }
