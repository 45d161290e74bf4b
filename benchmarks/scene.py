"""What is measured: a project of its own in a temporary folder, with a fixed number of reports.

Input: a folder to make it in, and how many reports. Output: a scene, in which `nhiemky`, papermill and the floor find
the same notebooks, parameters and data.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Only what the project ships: a folder of somebody's own data stays where it is.
DATA = ("sample", "published")

# Reports on the term up to a day, six days apart: all of the same kind, so that the cost of one can be compared
# between 10 and 500 of them.
FIRST_DAY, STEP = date(2020, 12, 31), timedelta(days=6)
PARAMS = """\
report: "{name}"
period: "term:{day}"
compare_with: ""
dataset: data/sample
audience: public
language: vi
sector: ""
organisation: ""
"""


@dataclass(frozen=True)
class Report:
    """One report as papermill is told of it: its notebook and its parameters file, from the scene's root."""

    notebook: str
    params: str
    language: str


@dataclass(frozen=True)
class Scene:
    """A project to measure: its root, and the languages its reports are made in."""

    root: Path
    languages: tuple[str, ...]

    @property
    def reports(self) -> list[Report]:
        """Return all reports: each parameters file with each notebook in each language."""
        params = sorted(path.name for path in (self.root / "params").glob("*.yaml"))
        notebooks = sorted(path.name for path in (self.root / "notebooks").glob("*.ipynb"))
        return [
            Report(f"notebooks/{notebook}", f"params/{file}", language)
            for file in params
            for notebook in notebooks
            for language in self.languages
        ]

    def sample(self, count: int) -> list[Report]:
        """Return so many reports, taken evenly over all."""
        reports = self.reports
        return [reports[number * len(reports) // count] for number in range(count)]

    def clear(self) -> None:
        """Take away all that earlier runs have made, so that nothing of it is found again."""
        for folder in ("build", "out"):
            shutil.rmtree(self.root / folder, ignore_errors=True)


def fixed_scene(root: Path, reports_n: int) -> Scene:
    """Return a project with as many reports of three charts each, the same number of each fixed notebook."""
    notebooks_n = _copy(ROOT / "benchmarks" / "notebooks", root)
    (root / "params").mkdir()
    for number in range(reports_n // notebooks_n):
        name = f"term-{number:03}"
        text = PARAMS.format(name=name, day=FIRST_DAY + number * STEP)
        (root / "params" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Scene(root, ("vi",))


def shipped_scene(root: Path, params: Sequence[Path]) -> Scene:
    """Return a project with the notebooks that the project ships and some of its parameters, in both languages."""
    _copy(ROOT / "notebooks", root)
    (root / "params").mkdir()
    for path in params:
        shutil.copy(path, root / "params")
    return Scene(root, ("vi", "en"))


def shipped_params() -> list[Path]:
    """Return the parameters files that the project ships."""
    return sorted((ROOT / "params").glob("*.yaml"))


def _copy(notebooks: Path, root: Path) -> int:
    """Copy notebooks and data into a new project and return the number of notebooks."""
    (root / "notebooks").mkdir(parents=True)
    found = sorted(notebooks.glob("*.ipynb"))
    for notebook in found:
        shutil.copy(notebook, root / "notebooks")
    for name in DATA:
        shutil.copytree(ROOT / "data" / name, root / "data" / name)
    return len(found)
