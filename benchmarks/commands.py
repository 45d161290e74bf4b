"""The commands that are timed, each from its start to its end, and what they have made is counted.

Input: a scene. Output: seconds. Raises CommandFailed, with all that a command said, where it failed or made too little.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from analysis.render.lanes import core_count
from benchmarks.scene import ROOT, Report, Scene

BIN = Path(sys.executable).parent
SCRIPTS = ROOT / "benchmarks" / "cli"
BUILD, OUT = "build", "out"


class CommandFailed(click.ClickException):
    """A command that was to be measured did not do what it was to do; the benchmark ends with status 2."""

    exit_code = 2


def compile_code() -> None:
    """Make the byte code of the library and of the floor, so that nothing that is measured has to."""
    _run([sys.executable, "-m", "compileall", "-q", str(ROOT / "analysis"), str(ROOT / "benchmarks")], ROOT)


def ours_command(scene: Scene) -> list[str]:
    """Return the command that renders all reports of a scene."""
    return [str(BIN / "nhiemky"), "render", *(word for code in scene.languages for word in ("--lang", code))]


def time_ours(scene: Scene) -> float:
    """Return the seconds of `nhiemky render`, with nothing there that an earlier run has made."""
    scene.clear()
    seconds, _ = _run(ours_command(scene), scene.root)
    require_pages(scene, "site")
    return seconds


def time_unchanged(scene: Scene) -> float:
    """Return the seconds of `nhiemky render` where all pages stand and nothing has changed."""
    seconds, said = _run(ours_command(scene), scene.root)
    if f"0 pages, {len(scene.reports)} unchanged" not in said:
        raise CommandFailed(f"pages were made again; was the code changed while it was measured?\n{said}")
    return seconds


def time_floor(scene: Scene) -> float:
    """Return the seconds that the floor says it took: see benchmarks/floor.py."""
    scene.clear()
    command = [sys.executable, "-m", "benchmarks.floor", *scene.languages]
    _, said = _run(command, scene.root, {"PYTHONPATH": str(ROOT)})
    require_pages(scene, "floor")
    return float(said)


def time_cli_loop(scene: Scene, reports: Sequence[Report]) -> list[float]:
    """Return the seconds of each report, made by papermill and nbconvert, one after the other."""
    _, said = _run_cli(["sh", str(SCRIPTS / "loop.sh")], scene, reports)
    return [int(line) / 1e9 for line in said.split()]


def time_cli_parallel(scene: Scene, reports: Sequence[Report]) -> float:
    """Return the seconds of all reports together, made by papermill and nbconvert, as many at a time as cores."""
    command = ["xargs", "-P", str(core_count()), "-n", "4", "sh", str(SCRIPTS / "report.sh")]
    return _run_cli(command, scene, reports)[0]


def require_pages(scene: Scene, folder: str) -> None:
    """Raise CommandFailed unless the folder of the scene's build holds one page for each report."""
    pages = [page for page in (scene.root / BUILD / folder).glob("*/*.html") if not page.name.endswith(".error.html")]
    _require_count(len(pages), scene.reports, folder)


def _run_cli(command: Sequence[str], scene: Scene, reports: Sequence[Report]) -> tuple[float, str]:
    """Run a command that makes the reports that its standard input lists."""
    scene.clear()
    out = scene.root / OUT
    out.mkdir()
    lines = [
        f"{report.notebook} {report.params} {report.language} {OUT}/{number}.ipynb\n"
        for number, report in enumerate(reports)
    ]
    environment = {
        "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", "")]),
        # The history of the kernels and their sockets are nothing to leave behind in somebody's home.
        "IPYTHONDIR": str(scene.root / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(scene.root / "jupyter"),
    }
    seconds, said = _run(command, scene.root, environment, "".join(lines))
    _require_count(len(list(out.glob("*.html"))), reports, "the command line")
    return seconds, said


def _require_count(pages_n: int, reports: Sequence[Report], maker: str) -> None:
    if pages_n != len(reports):
        raise CommandFailed(f"{maker}: made {pages_n} pages instead of {len(reports)}")


def _run(
    command: Sequence[str], folder: Path, changed: Mapping[str, str] | None = None, given: str = ""
) -> tuple[float, str]:
    """Return the seconds that a command took, and its standard output."""
    environment = {**os.environ, **(changed or {})}
    begun = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, input=given, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - begun
    if done.returncode:
        raise CommandFailed(
            f"{' '.join(command)}\nended with exit status {done.returncode}:\n{done.stdout}\n{done.stderr}"
        )
    return seconds, done.stdout
