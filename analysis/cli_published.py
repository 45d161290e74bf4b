"""The commands `nhiemky published check` and `nhiemky published add`: real printed figures, each with its source.

What is heavy is imported inside the commands, so that help answers at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis.cli_add import add

if TYPE_CHECKING:
    import pandas as pd


@click.group()
def published() -> None:
    """Check the printed figures against each other, or add one."""


published.add_command(add)


@published.command()
@click.argument("file", required=False, metavar="[FILE.csv]")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects instead of sentences.")
def check(file: str | None, as_json: bool) -> None:
    """Check printed figures against each other: differences first, then what agrees.

    FILE.csv has the columns of data/published/figures.csv, which is read where none is named. A difference is a
    finding, no error: the command ends with 0 whatever it finds, and with 3 where the file itself breaks the schema.
    """
    from analysis.measures.reconcile import check_printed
    from analysis.tables.published import read_figures

    path = _figures_path(file)
    figures = read_figures(path)
    checks = check_printed(figures)
    if as_json:
        click.echo(json.dumps([_as_record(row) for row in checks.to_dict("records")], ensure_ascii=False, indent=1))
        return
    say_checks(checks)
    _say_readings(figures)
    differ = len(_differences(checks))
    click.echo(f"{path}: {len(figures)} figures, {len(checks)} checks, {differ} with a difference.")


def _figures_path(file: str | None) -> Path:
    from analysis.project import project_root
    from analysis.tables.published import FIGURES_FILE

    return Path(file) if file else project_root() / FIGURES_FILE


def _as_record(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a check as the JSON list shows it."""
    from analysis.language import is_missing

    low, high = ((None if is_missing(row[name]) else int(row[name])) for name in ("implied_low_n", "implied_high_n"))
    return {
        **{name: row[name] for name in ("body", "period_kind", "period_end", "check", "verdict")},
        "implied_target": None if low is None else [low, high],
        "rows": list(row["rows"]),
    }


def _differences(checks: pd.DataFrame) -> pd.DataFrame:
    from analysis.measures.reconcile import DIFFERENCES

    return checks[checks["verdict"].isin(DIFFERENCES)]


def say_checks(checks: pd.DataFrame) -> None:
    """Print checks, differences first: verdict, whom it is about, the finding in a sentence, the figures."""
    from analysis.language import load_language
    from analysis.measures.reconcile import differences_first
    from analysis.wording import check_sentence

    english = load_language("en")
    for row in differences_first(checks).to_dict("records"):
        head = f"{row['check']}: {row['verdict']}".ljust(22)
        click.echo(f"{head} {row['body']}, {row['period_kind']} {row['period_end']}, {row['measure']}")
        click.echo(f"    {check_sentence(row, english)}")
        click.echo(f"    rows {', '.join(row['rows'])}")


def _say_readings(figures: pd.DataFrame) -> None:
    """List the figures whose print cannot be read, or says another number than the record."""
    from analysis.measures.readings import check_readings

    readings = check_readings(figures)
    for row in readings[readings["reading"].isin(["differs", "unreadable"])].to_dict("records"):
        why = row["reason"] or f"“{row['value_as_printed']}” does not say {row['value']:g} ({row['value_bound']})."
        click.echo(f"reading: {row['reading']}".ljust(22) + f" {row['figure_id']}: {why}")
