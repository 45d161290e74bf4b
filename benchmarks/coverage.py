"""How often the projection's intervals hold the truth, in 400 invented terms from fixed seeds.

Run: `python -m benchmarks.coverage`.

Exit status: 0 the 80 % interval holds it in 75–85 % of all and in 70–90 % of each kind of world, 1 it does not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click
import pandas as pd

from analysis.measures.projection import Horizon, project_admissions
from benchmarks.generators import TERM, WORLDS, World

WORLDS_EACH = 200
# Share of worlds, in percent, in which the 80 % interval should hold the truth: of all together, and of each kind.
ALL_PCT, EACH_PCT = (75.0, 85.0), (70.0, 90.0)


def judge_world(world: World) -> dict[str, object]:
    """Return what was projected for one world and what came: the intervals hold it or not, and how wide they are."""
    horizon = Horizon(TERM.start, world.day, TERM.end, world.slots_per_year)
    said = project_admissions(world.membership, world.organisations, horizon)
    came = int(world.membership["admitted_n"].sum())
    if said.empty:
        return {"is_projected": False}
    known = int(said["expected_n"].iloc[0])
    end = said.iloc[-1]
    return {
        "is_projected": True,
        "holds_80": bool(end["low_80_n"] <= came <= end["high_80_n"]),
        "holds_95": bool(end["low_95_n"] <= came <= end["high_95_n"]),
        "is_below_80": bool(came < end["low_80_n"]),
        "width_80_pct": 100 * (end["high_80_n"] - end["low_80_n"]) / max(came - known, 1),
        "error_pct": 100 * (end["expected_n"] - came) / max(came - known, 1),
    }


def judge_worlds(worlds_each: int, first_seed: int = 0) -> pd.DataFrame:
    """Return one row per invented term: those of judge_world, and `world`."""
    return pd.DataFrame(list(_judged(worlds_each, first_seed)))


def _judged(worlds_each: int, first_seed: int) -> Iterator[dict[str, object]]:
    for name, make in WORLDS.items():
        for seed in range(first_seed, first_seed + worlds_each):
            yield {"world": name, **judge_world(make(seed))}


def summarise(judged: pd.DataFrame) -> pd.DataFrame:
    """Return one row per kind of world and one for all: worlds projected, coverage, median width and error."""
    done = judged[judged["is_projected"]]
    groups = [(name, rows) for name, rows in done.groupby("world", sort=False)] + [("all", done)]
    return pd.DataFrame(
        [
            {
                "worlds": name,
                "projected_n": len(rows),
                "holds_80_pct": 100 * rows["holds_80"].mean(),
                "holds_95_pct": 100 * rows["holds_95"].mean(),
                "below_80_pct": 100 * rows["is_below_80"].mean(),
                "median_width_80_pct": rows["width_80_pct"].median(),
                "median_error_pct": rows["error_pct"].median(),
            }
            for name, rows in groups
        ]
    )


def is_calibrated(summary: pd.DataFrame) -> bool:
    """Tell whether the 80 % interval keeps to its limits."""
    limits = [ALL_PCT if name == "all" else EACH_PCT for name in summary["worlds"]]
    return all(low <= found <= high for (low, high), found in zip(limits, summary["holds_80_pct"], strict=True))


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--worlds", "worlds_each", default=WORLDS_EACH, show_default=True, help="Invented terms of each kind.")
@click.option(
    "--first-seed", default=0, show_default=True, help="Other seeds than those that are judged, to try a change."
)
def main(worlds_each: int, first_seed: int) -> None:
    """Project invented terms whose end is known, and count how often the intervals hold it."""
    summary = summarise(judge_worlds(worlds_each, first_seed))
    click.echo(summary.to_string(index=False, float_format=lambda value: f"{value:.1f}"))
    sys.exit(0 if is_calibrated(summary) else 1)


if __name__ == "__main__":
    main()
