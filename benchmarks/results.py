"""What the raw seconds say: ratios with their spread, set against the targets.

A ratio is taken within each round, between what was measured a minute apart; of all rounds, the median counts, and the
lowest and highest are its spread.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.measure import Measured

COLUMNS = ("what", "median", "min–max", "unit", "target", "")


@dataclass(frozen=True)
class Target:
    """A limit that a median keeps: at least so much, or at most."""

    limit: float
    is_least: bool = False

    def is_met(self, value: float) -> bool:
        return value >= self.limit if self.is_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.is_least else '≤'} {self.limit:g}"


# For the fixed notebooks, on two cores.
FIXED_TARGETS = {
    "loop/ours": Target(30, is_least=True),
    "parallel/ours": Target(15, is_least=True),
    "ours/floor": Target(2),
    "flat": Target(1.15),
    "unchanged": Target(1),
    "memory": Target(1.2),
}
SHIPPED_TARGETS = {"ours/floor": Target(2)}


@dataclass(frozen=True)
class Line:
    """One line of the result: a value for each round, and the target that their median keeps, where there is one."""

    label: str
    unit: str
    values: Sequence[float]
    target: Target | None = None

    @property
    def is_missed(self) -> bool:
        """Return whether there is a target that is not met; what could not be measured has not met it."""
        return self.target is not None and not (self.values and self.target.is_met(statistics.median(self.values)))

    def cells(self) -> tuple[str, ...]:
        """Return the line as the table shows it."""
        target = str(self.target) if self.target else ""
        verdict = ("MISSED" if self.is_missed else "ok") if self.target else ""
        if not self.values:
            return self.label, "not measured", "", self.unit, target, verdict
        spread = f"{_number(min(self.values))}–{_number(max(self.values))}" if len(self.values) > 1 else ""
        return self.label, _number(statistics.median(self.values)), spread, self.unit, target, verdict


def ratios(above: Iterable[float], below: Iterable[float]) -> list[float]:
    """Return the ratio of each round."""
    return [one / other for one, other in zip(above, below, strict=True)]


def lines(measured: Measured, targets: Mapping[str, Target]) -> list[Line]:
    """Return all lines on one set of scenes: what each maker costs, how they compare, and what it takes to hold it."""
    return [*_costs(measured), *_comparisons(measured, targets), *_growth(measured, targets), *_rest(measured, targets)]


def table(rows: Sequence[Line]) -> str:
    """Return lines as a plain table, its columns aligned."""
    cells = [COLUMNS, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def _costs(measured: Measured) -> Iterator[Line]:
    compared_n, rounds = measured.compared_n, measured.rounds
    yield Line("cli, one after the other", "s/report", _loop(measured))
    yield Line("cli, xargs -P", "s/report", _parallel(measured))
    yield Line(f"floor, {compared_n} reports", "s", [done.floor for done in rounds])
    for reports_n in sorted(rounds[0].ours):
        yield Line(f"ours, {reports_n} reports", "s", [done.ours[reports_n] for done in rounds])


def _comparisons(measured: Measured, targets: Mapping[str, Target]) -> Iterator[Line]:
    whole = [done.ours[measured.compared_n] for done in measured.rounds]
    each = [seconds / measured.compared_n for seconds in whole]
    floor = [done.floor for done in measured.rounds]
    yield Line("cli, one after the other / ours", "times", ratios(_loop(measured), each), targets.get("loop/ours"))
    yield Line("cli, xargs -P / ours", "times", ratios(_parallel(measured), each), targets.get("parallel/ours"))
    yield Line("ours / floor", "times", ratios(whole, floor), targets.get("ours/floor"))


def _growth(measured: Measured, targets: Mapping[str, Target]) -> Iterator[Line]:
    """Yield what one more report costs, and how that changes; nothing where only one number of them was measured."""
    counts = sorted(measured.rounds[0].ours)
    if len(counts) != 3:
        return
    few, some, many = counts
    early, late = _marginal(measured, few, some), _marginal(measured, some, many)
    yield Line(f"ours, one more report, {few} to {some}", "s", early)
    yield Line(f"ours, one more report, {some} to {many}", "s", late)
    yield Line("ours, the latter / the former", "times", ratios(late, early), targets.get("flat"))


def _rest(measured: Measured, targets: Mapping[str, Target]) -> Iterator[Line]:
    largest_n = max(measured.rounds[0].ours)
    unchanged = [done.unchanged for done in measured.rounds]
    yield Line(f"ours, {largest_n} reports, nothing changed", "s", unchanged, targets.get("unchanged"))
    for reports_n in sorted({measured.compared_n, largest_n}):
        peak = measured.peaks.get(reports_n)
        gigabytes = [] if peak is None else [peak / 1e9]
        yield Line(f"ours, {reports_n} reports, peak memory", "GB", gigabytes, targets.get("memory"))


def _loop(measured: Measured) -> list[float]:
    """Return the seconds of a report by the cli of each round: the mean over the round's share of the reports."""
    return [statistics.mean(done.cli_loop) for done in measured.rounds]


def _parallel(measured: Measured) -> list[float]:
    return [done.cli_parallel / measured.cli_n for done in measured.rounds]


def _marginal(measured: Measured, fewer_n: int, more_n: int) -> list[float]:
    return [(done.ours[more_n] - done.ours[fewer_n]) / (more_n - fewer_n) for done in measured.rounds]


def _number(value: float) -> str:
    """Return a number with three digits that count."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"
