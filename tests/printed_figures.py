"""Printed figures for the tests: synthetic rows in the shape of data/published/figures.csv, never real ones."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.tables.schema import FIGURES

USUAL = {
    "body": "Đảng bộ X",
    "level": "province",
    "measure": "admissions_pct_of_target",
    "value": 50.0,
    "value_bound": "exact",
    "value_basis": "printed",
    "unit": "percent",
    "period_kind": "year",
    "period_end": "2022-12-31",
    "date_basis": "printed",
    "confidence": "high",
}
PEOPLE = {"unit": "people"}
STOCK = {"unit": "people", "period_kind": "stock"}
ORGANISATIONS = {"unit": "organisations"}


def printed(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return printed figures with every column of the schema; what is not written is an exact yearly share."""
    full = [{"figure_id": f"f{place}", **USUAL, **row} for place, row in enumerate(rows)]
    made = pd.DataFrame(full, columns=list(FIGURES.columns), dtype="object")
    numbers = {"value": "Float64", "value_high": "Float64"}
    return made.astype({name: numbers.get(name, "str") for name in made.columns})


def synthetic_figures(n: int) -> pd.DataFrame:
    """Return n synthetic figures of n // 10 bodies in three provinces: shares, counts, grades, each with an address."""
    kinds = (("q1", "03-31", 25), ("h1", "06-30", 50), ("9m", "09-30", 75), ("year", "12-31", 100))
    rows = []
    for place in range(n):
        body, line = divmod(place, 10)
        year = 2021 + body % 4
        common = {
            "figure_id": f"s{place:04}",
            "body": f"Đảng bộ mô phỏng {body}",
            "province": f"Tỉnh {body % 3}",
            "level": ("province", "bloc", "district")[body % 3],
            "publisher": f"Báo mô phỏng {body % 40}",
            "url": f"https://example.org/{body}/{line % 4}",
            "published_on": f"{year}",
        }
        kind, day, pace = kinds[line % 4]
        share = {"value": float(pace - 10 + body % 21), "period_kind": kind, "period_end": f"{year}-{day}"}
        dated = {"period_end": f"{year}-12-31"}
        extra = {
            4: {"measure": "members_total", "value": float(900 + body), **STOCK, **dated},
            5: {"measure": "orgs_total", "value": 30.0, "period_kind": "stock", **ORGANISATIONS, **dated},
            6: {"measure": "admissions", "value": float(20 + body % 30), **PEOPLE, **dated},
            # Of every third body the grades that are printed make up all who were rated.
            7: {"measure": "orgs_rated", "value": 30.0 if body % 3 else 24.0 + body % 6, **ORGANISATIONS, **dated},
            8: {"measure": "org_class_excellent", "value": float(body % 6), **ORGANISATIONS, **dated},
            9: {"measure": "org_class_good", "value": 24.0, "is_cumulative": "false", **ORGANISATIONS, **dated},
        }
        own = extra.get(line, share)
        rows.append({**common, **own, "value_as_printed": f"{own['value']:g}", "printed_language": "vi"})
    return printed(*rows)
