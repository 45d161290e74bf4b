"""What a report is limited to: the whole Khối, one sector or one organisation."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.errors import ParamsError, name_keys
from analysis.measures.rows import organisations_last_known
from analysis.params import ReportParams
from analysis.periods import Term, Window
from analysis.tables.dataset import Dataset


def organisations_in_scope(params: ReportParams, register: pd.DataFrame, day: date) -> set[str]:
    """Return the org_ids of the report's organisation, or of its sector as the register has it on a day."""
    if params.organisation:
        return {params.organisation}
    latest = organisations_last_known(register, day)
    return set(latest.loc[latest["sector_group"] == params.sector, "org_id"])


def organisation_name(register: pd.DataFrame, org_id: str, day: date) -> str:
    """Return the name that an organisation had on a day; its first one where it came later."""
    rows = register[register["org_id"] == org_id].sort_values("valid_from")
    known = rows[rows["valid_from"] <= pd.Timestamp(day)]
    return str(rows["name"].iloc[max(len(known) - 1, 0)])


def days_in_scope(params: ReportParams, register: pd.DataFrame, term: Term) -> Window:
    """Return the days of the term on which the organisation of a report stood."""
    rows = register[register["org_id"] == params.organisation]
    first, last = rows["valid_from"].min().date(), term.end
    if rows["valid_to"].notna().all():
        last = rows["valid_to"].max().date()
    return Window(max(first, term.start), min(last, term.end))


def require_known_organisation(params: ReportParams, dataset: Dataset) -> None:
    """Raise ParamsError where the report is on an organisation that the dataset does not have."""
    if not params.organisation:
        return
    known = sorted(set(dataset.table("organisations")["org_id"]))
    if params.organisation not in known:
        raise ParamsError(
            f"organisation: {params.organisation!r} is not in {params.dataset}. Known: {name_keys(known)}."
        )
