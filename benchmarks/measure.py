"""One run of the benchmark: everything is measured in rounds, so that noise of the machine hits all that is compared.

Input: scenes by their number of reports. Output: raw seconds of each round, and peaks of memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import click

from benchmarks import commands
from benchmarks.memory import can_measure, peak_memory
from benchmarks.scene import Scene


@dataclass
class Round:
    """Seconds of one round.

    ours: whole runs, by the number of reports · unchanged: a run after the largest of them · floor: the compared number
    of reports · cli_loop: each report of this round's share of them · cli_parallel: all of them together.
    """

    ours: dict[int, float] = field(default_factory=dict)
    unchanged: float = 0.0
    floor: float = 0.0
    cli_loop: list[float] = field(default_factory=list)
    cli_parallel: float = 0.0


@dataclass
class Measured:
    """Raw results: `compared_n` reports are compared with the floor, `cli_n` were made by the cli.

    peaks: bytes, by the number of reports; empty where the system does not say.
    """

    compared_n: int
    cli_n: int
    rounds: list[Round] = field(default_factory=list)
    peaks: dict[int, int] = field(default_factory=dict)


def measure(scenes: Mapping[int, Scene], compared_n: int, cli_n: int, rounds_n: int) -> Measured:
    """Return what the scenes cost, by their number of reports; progress goes to standard error."""
    measured = Measured(compared_n, cli_n)
    for number in range(rounds_n):
        say(f"round {number + 1} of {rounds_n}")
        measured.rounds.append(_measure_round(scenes, measured, number, rounds_n))
    if not can_measure():
        say("memory: not measured, this system does not say what a process holds (Linux does)")
        return measured
    for reports_n in (count for count in scenes if count >= compared_n):
        measured.peaks[reports_n] = _peak(scenes[reports_n])
        say(f"  ours, {reports_n} reports: peak of {measured.peaks[reports_n] / 1e6:.0f} MB")
    return measured


def say(text: str) -> None:
    """Tell how far the benchmark is, apart from its result."""
    click.echo(text, err=True)


def _measure_round(scenes: Mapping[int, Scene], measured: Measured, number: int, rounds_n: int) -> Round:
    done, compared_n = Round(), measured.compared_n

    def time_ours(reports_n: int) -> None:
        done.ours[reports_n] = commands.time_ours(scenes[reports_n])
        say(f"  ours, {reports_n} reports: {done.ours[reports_n]:.2f} s")
        if reports_n == max(scenes):
            done.unchanged = commands.time_unchanged(scenes[reports_n])
            say(f"  ours, {reports_n} reports, nothing changed: {done.unchanged:.2f} s")

    def time_floor(reports_n: int) -> None:
        done.floor = commands.time_floor(scenes[reports_n])
        say(f"  floor, {reports_n} reports: {done.floor:.2f} s")

    # Each of the two is first by turns: what one of them leaves behind for the other evens out.
    for step in (time_ours, time_floor) if number % 2 == 0 else (time_floor, time_ours):
        step(compared_n)
    for reports_n in sorted(scenes.keys() - {compared_n}):
        time_ours(reports_n)
    _time_cli(scenes[compared_n], measured.cli_n, slice(number, None, rounds_n), done)
    return done


def _time_cli(scene: Scene, cli_n: int, share: slice, done: Round) -> None:
    """Time the round's share of the reports one after the other, and all of them in parallel."""
    reports = scene.sample(cli_n)
    done.cli_loop = commands.time_cli_loop(scene, reports[share])
    say(f"  cli, one after the other: {' '.join(f'{seconds:.1f}' for seconds in done.cli_loop)} s")
    done.cli_parallel = commands.time_cli_parallel(scene, reports)
    say(f"  cli, xargs -P, {cli_n} reports: {done.cli_parallel:.1f} s")


def _peak(scene: Scene) -> int:
    """Return the bytes that `nhiemky render` holds at most, in a run of its own: taking samples costs time."""
    scene.clear()
    peak = peak_memory(commands.ours_command(scene), scene.root)
    commands.require_pages(scene, "site")
    return peak
