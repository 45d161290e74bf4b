"""`make bench`: this project beside papermill's command line and beside the floor, in one run; see README.md here.

Exit status: 0 all targets met, 1 some missed, 2 a command that was measured failed.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.commands import compile_code
from benchmarks.machine import describe_machine
from benchmarks.measure import Measured, measure, say
from benchmarks.results import FIXED_TARGETS, SHIPPED_TARGETS, Line, lines, table
from benchmarks.scene import fixed_scene, shipped_params, shipped_scene

TARGETS = {"fixed": FIXED_TARGETS, "shipped": SHIPPED_TARGETS}


@dataclass(frozen=True)
class Sizes:
    """How much is measured: three numbers of reports, of which the middle one is compared; reports made by the cli;
    parameters files of the shipped reports, None for all.
    """

    counts: tuple[int, int, int]
    cli_n: int
    params_n: int | None


FULL = Sizes(counts=(10, 100, 500), cli_n=20, params_n=None)
QUICK = Sizes(counts=(2, 4, 8), cli_n=2, params_n=1)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--rounds", "rounds_n", type=click.IntRange(min=1), metavar="N", help="Default: 3; 1 with --quick.")
@click.option("--only", type=click.Choice(list(TARGETS)), help="Leave the other reports out.")
@click.option("--quick", "is_quick", is_flag=True, help="A few reports, to see that it works; judges nothing.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Write all raw values.")
def main(rounds_n: int | None, only: str | None, is_quick: bool, json_file: Path | None) -> None:
    """Measure the project beside the command line of papermill and beside the floor, and judge it by its targets."""
    machine = describe_machine()
    click.echo("\n".join(f"{label}: {value}" for label, value in machine.items()))
    compile_code()
    sizes, rounds_n = (QUICK, rounds_n or 1) if is_quick else (FULL, rounds_n or 3)
    results = {name: _measure(name, sizes, rounds_n) for name in TARGETS if only in (None, name)}
    if json_file is not None:
        _write(json_file, machine, results)
    is_missed = False
    for name, measured in results.items():
        found = lines(measured, {} if is_quick else TARGETS[name])
        _show(name, found)
        is_missed |= any(line.is_missed for line in found)
    sys.exit(1 if is_missed else 0)


def _measure(name: str, sizes: Sizes, rounds_n: int) -> Measured:
    """Measure the fixed or the shipped reports, in a temporary folder."""
    say(f"{name} reports")
    with tempfile.TemporaryDirectory(prefix="nhiemky-bench-") as folder:
        if name == "fixed":
            scenes = {count: fixed_scene(Path(folder) / str(count), count) for count in sizes.counts}
            compared_n = sizes.counts[1]
        else:
            scene = shipped_scene(Path(folder) / "shipped", shipped_params()[: sizes.params_n])
            compared_n = len(scene.reports)
            scenes = {compared_n: scene}
        # Every round has a share of the reports of the cli.
        return measure(scenes, compared_n, max(sizes.cli_n, rounds_n), rounds_n)


def _show(name: str, found: list[Line]) -> None:
    click.echo(f"\n{name} reports\n{table(found)}")


def _write(path: Path, machine: Mapping[str, str], results: Mapping[str, Measured]) -> None:
    """Write the machine and all raw seconds and bytes."""
    raw = {name: dataclasses.asdict(measured) for name, measured in results.items()}
    path.write_text(json.dumps({"machine": machine, **raw}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
