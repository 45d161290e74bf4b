"""What became of those admitted: made official, removed, still waiting. Rules B.3 to B.9 (docs/rules.md).

Input: tables membership (who was admitted), probation (what became of them), organisations. Output: rows by cohort, by
month since admission, by organisation. Made official is a change of status: it never enters `admitted_n` (rule B.9).
Rows are dated by their last day, which is the latest possible day of an admission in them: months are counted from it.
Those admitted before the Congress are left out, because their number is unknown, and so is a row date for which more
outcomes were reported than admissions (`contradicted_dates`; a warning of check K25).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from analysis.measures.ratio import PERCENT_DIGITS, percent_of
from analysis.measures.rows import body_in_charge, organisations_last_known, rows_within
from analysis.periods import Window
from analysis.tables.codes import PROBATION_MONTHS, PROBATION_OUTCOMES

STATES = (*PROBATION_OUTCOMES, "waiting")
SENSITIVE_STATES = ("removed",)

# Months of a cohort, by the length of the rows: a half-year cannot be divided into quarters.
_COHORT_MONTHS = {"month": 3, "quarter": 3, "half": 6}
_COHORT_LETTERS = {3: "Q", 6: "H"}
_BY_DATE = ("period_end",)
_BY_ORGANISATION = ("org_id", "period_end")
_COHORT = ["cohort", "cohort_end_date", "is_part"]


def members_to_follow(membership: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of membership, none of them where the dataset has no outcomes: then nobody is known to wait.

    outcomes: the table probation of the whole dataset. Of a sector or an organisation without an outcome all wait.
    """
    return membership.iloc[:0] if outcomes.empty else membership


def follow_cohorts(
    membership: pd.DataFrame, probation: pd.DataFrame, covered: Window, granularity: str
) -> pd.DataFrame:
    """Return what became of each cohort by the data date, one row per (cohort, state).

    covered: from the Congress to the data date. granularity: that of the dataset; cohorts are calendar quarters, or
    half-years where rows are half-yearly.
    Columns: cohort (2022-Q3), cohort_end_date (at most the data date), is_part (the Congress or the data date cuts
    it), state (official, removed, other, waiting), people_n (people), admitted_n (people of the cohort),
    share_pct (percent of them), is_sensitive.
    """
    followed = _with_cohort(_followed(membership, probation, covered, _BY_DATE), covered, granularity)
    cohorts = followed.groupby(_COHORT, as_index=False)[["admitted_n", *STATES]].sum()
    rows = _by_state(cohorts, [*_COHORT, "admitted_n"])
    return rows.assign(share_pct=percent_of(rows["people_n"], rows["admitted_n"]))


def outcomes_of_due(membership: pd.DataFrame, probation: pd.DataFrame, covered: Window) -> pd.DataFrame:
    """Return what became of all whose probation is over by the data date, one row per state; none where nobody's is.

    Over is what `overdue_probation` takes for over, so that the waiting here are the overdue there.
    Columns: state, people_n (people), due_n (all of them), share_pct (percent of them), is_sensitive.
    """
    followed = _followed(membership, probation, covered, _BY_DATE)
    due = followed[_is_over(followed["period_end"], covered)]
    totals = due.assign(whole="due").groupby("whole", as_index=False)[["admitted_n", *STATES]].sum()
    rows = _by_state(totals, ["admitted_n"]).rename(columns={"admitted_n": "due_n"})
    return rows.assign(share_pct=percent_of(rows["people_n"], rows["due_n"]))


def outcomes_by_month(membership: pd.DataFrame, probation: pd.DataFrame, covered: Window) -> pd.DataFrame:
    """Return cumulative incidence by months since admission, one row per month from 0 to the last with an outcome.

    Those still waiting are censored on the data date; official and leaving (removed, other) compete. The estimate is
    Aalen and Johansen's, by statsmodels. Months are those of the calendar between the two row dates, so that the last,
    shorter row of a term counts as its month.
    Columns: month, at_risk_n (people waiting when the month began), official_n, left_n (people in that month),
    official_total_n (people up to then), official_pct, left_pct (percent; two decimals, half up, from the estimate
    rounded to nine).
    """
    spells = _spells(membership, probation, covered)
    ended = spells[spells["status"] > 0]
    if ended.empty:
        return _typed({name: [] for name in _MONTH_COLUMNS}, _MONTH_COLUMNS)
    months = range(int(ended["month"].max()) + 1)
    official, left = (_people_by_month(ended[ended["status"] == status], months) for status in (1, 2))
    official_share, left_share = _cumulative_incidence(spells, months)
    columns = {
        "month": months,
        "at_risk_n": [spells.loc[spells["month"] >= month, "people_n"].sum() for month in months],
        "official_n": official,
        "left_n": left,
        "official_total_n": np.cumsum(official),
        "official_pct": [_percent(share) for share in official_share],
        "left_pct": [_percent(share) for share in left_share],
    }
    return _typed(columns, _MONTH_COLUMNS)


def leavers_in_all(months: pd.DataFrame) -> pd.DataFrame:
    """Return those who left before being made official, one row; none without outcomes.

    months: rows of `outcomes_by_month`. Columns: month (the last with an outcome), left_n (people),
    left_pct (cumulative incidence then, percent), is_sensitive.
    """
    last = months.tail(1)
    left = last.assign(left_n=months["left_n"].sum(), is_sensitive=True)
    return left[["month", "left_n", "left_pct", "is_sensitive"]].reset_index(drop=True).astype({"left_n": "Int64"})


def overdue_probation(
    membership: pd.DataFrame, probation: pd.DataFrame, covered: Window, granularity: str
) -> pd.DataFrame:
    """Return those waiting longer than twelve full months on the data date, one row per cohort that has any.

    Of a row that ended on 31/01/2024 nobody is overdue on 31/01/2025, all who wait still are from the day after (rules
    B.3, B.5). Columns: cohort, cohort_end_date, is_part, people_n (people), months_over_n (whole months beyond the
    twelve, of those who wait longest; 0 where not one is whole).
    """
    overdue = _overdue(_followed(membership, probation, covered, _BY_DATE), covered)
    cohorts = _with_cohort(overdue, covered, granularity).groupby(_COHORT, as_index=False)
    return cohorts.agg(people_n=("waiting", "sum"), months_over_n=("months_over_n", "max"))


def overdue_by_organisation(
    membership: pd.DataFrame, probation: pd.DataFrame, organisations: pd.DataFrame, covered: Window
) -> pd.DataFrame:
    """Return whom to call: one row per organisation with people overdue, the longest wait first. Never public.

    probation: that of the whole dataset, none of whose people wait where it has no rows (members_to_follow).
    Those admitted by an organisation that another took over wait, and have their outcome, in that other one.
    Columns: org_id, name (on the data date, or the last), overdue_n (people), oldest_admitted_date (last day of the
    row in which the longest waiting were admitted), months_over_n (their whole months beyond the twelve), ended_date
    (last day of an organisation that nobody took over; NaT while it stands).
    """
    now = body_in_charge(organisations, covered.end)
    followed = members_to_follow(membership, probation)
    admitted, ended = (rows.assign(org_id=rows["org_id"].replace(now)) for rows in (followed, probation))
    overdue = _overdue(_followed(admitted, ended, covered, _BY_ORGANISATION), covered)
    rows = overdue.groupby("org_id", as_index=False).agg(
        overdue_n=("waiting", "sum"),
        oldest_admitted_date=("period_end", "min"),
        months_over_n=("months_over_n", "max"),
    )
    last = organisations_last_known(organisations, covered.end).set_index("org_id")
    rows.insert(1, "name", rows["org_id"].map(last["name"]))
    # By the rows of the register, which keep their kind where there is none of them yet.
    until = last["valid_to"].reindex(rows["org_id"]).set_axis(rows.index)
    rows["ended_date"] = until.where(until < pd.Timestamp(covered.end))
    order = ["oldest_admitted_date", "overdue_n", "org_id"]
    return rows.sort_values(order, ascending=[True, False, True], ignore_index=True)


def contradicted_dates(membership: pd.DataFrame, probation: pd.DataFrame, covered: Window) -> pd.DataFrame:
    """Return the row dates that all of this leaves out, one row each: more outcomes are known than admissions.

    Columns: period_end, admitted_n, outcomes_n (people).
    """
    rows = _with_outcomes(rows_within(membership, covered), probation, covered, _BY_DATE)
    found = rows[rows["waiting"] < 0]
    found = found.assign(outcomes_n=found["admitted_n"] - found["waiting"])
    return found[["period_end", "admitted_n", "outcomes_n"]].reset_index(drop=True)


_MONTH_COLUMNS = {
    "month": "Int64",
    "at_risk_n": "Int64",
    "official_n": "Int64",
    "left_n": "Int64",
    "official_total_n": "Int64",
    "official_pct": "Float64",
    "left_pct": "Float64",
}


def _followed(membership: pd.DataFrame, probation: pd.DataFrame, covered: Window, keys: Sequence[str]) -> pd.DataFrame:
    """Return admissions with what became of them, one row per key that admitted anybody.

    By date alone, an outcome that another organisation reported, after a merger or a move, still meets its admission.
    """
    joined = _with_outcomes(rows_within(membership, covered), probation, covered, keys)
    return joined[(joined["admitted_n"] > 0) & (joined["waiting"] >= 0)].reset_index(drop=True)


def _with_outcomes(rows: pd.DataFrame, probation: pd.DataFrame, covered: Window, keys: Sequence[str]) -> pd.DataFrame:
    """Return the admissions of each key with its outcomes; `waiting` is below 0 where these are more."""
    admitted = rows.groupby(list(keys), as_index=False)["admitted_n"].sum()
    known = _known_outcomes(probation, covered)
    counts = known.groupby([*keys, "outcome"])["people_n"].sum().unstack(fill_value=0)
    counts = counts.reindex(columns=list(PROBATION_OUTCOMES), fill_value=0).astype("Int64").reset_index()
    joined = admitted.merge(counts, on=list(keys), how="left", validate="1:1")
    joined[list(PROBATION_OUTCOMES)] = joined[list(PROBATION_OUTCOMES)].astype("Int64").fillna(0)
    waiting = joined["admitted_n"] - joined[list(PROBATION_OUTCOMES)].sum(axis=1).astype("Int64")
    return joined.assign(waiting=waiting)


def _known_outcomes(probation: pd.DataFrame, covered: Window) -> pd.DataFrame:
    """Return the outcomes that happened by the data date; `period_end` is that of the admission, as in membership."""
    known = probation[probation["outcome_period_end"] <= pd.Timestamp(covered.end)]
    return known.rename(columns={"admitted_period_end": "period_end"})


def _spells(membership: pd.DataFrame, probation: pd.DataFrame, covered: Window) -> pd.DataFrame:
    """Return spells of probation, one row per admission date and end: month, status (0 waiting, 1, 2), people_n."""
    followed = _followed(membership, probation, covered, _BY_DATE)
    known = _known_outcomes(probation, covered)
    ended = known[known["period_end"].isin(followed["period_end"])]
    outcomes = ended.assign(
        month=_months_apart(ended["period_end"], ended["outcome_period_end"]),
        status=ended["outcome"].map(lambda outcome: 1 if outcome == "official" else 2),
    )
    until = pd.Series(pd.Timestamp(covered.end), index=followed.index)
    censored = followed.assign(
        month=_months_apart(followed["period_end"], until), status=0, people_n=followed["waiting"]
    )
    columns = ["month", "status", "people_n"]
    spells = pd.concat([outcomes[columns], censored[columns]], ignore_index=True).astype("Int64")
    return spells[spells["people_n"] > 0]


def _people_by_month(spells: pd.DataFrame, months: range) -> np.ndarray:
    return spells.groupby("month")["people_n"].sum().reindex(list(months), fill_value=0).to_numpy(dtype=int)


def _typed(columns: Mapping[str, object], dtypes: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(columns[name], dtype=dtype) for name, dtype in dtypes.items()})


def _cumulative_incidence(spells: pd.DataFrame, months: range) -> tuple[list[float], list[float]]:
    """Return the cumulative incidence of being made official and of leaving, at the end of each month."""
    from statsmodels.duration.survfunc import CumIncidenceRight

    estimate = CumIncidenceRight(
        spells["month"].to_numpy(dtype=float),
        spells["status"].to_numpy(dtype=int),
        freq_weights=spells["people_n"].to_numpy(dtype=float),
    )
    # Before the first time nobody has an outcome; an event type that never happened has no curve of its own.
    places = np.searchsorted(estimate.times, list(months), side="right")
    curves = [np.append(0.0, curve) for curve in estimate.cinc]
    curves += [np.zeros(len(estimate.times) + 1)] * (2 - len(curves))
    return [float(share) for share in curves[0][places]], [float(share) for share in curves[1][places]]


def _percent(share: float) -> float:
    """Return a share as a percentage, half up; the noise of the floating sum is rounded away before."""
    exact = Decimal(f"{100 * share:.9f}")
    return float(exact.quantize(Decimal(1).scaleb(-PERCENT_DIGITS), rounding=ROUND_HALF_UP))


def _by_state(totals: pd.DataFrame, kept: list[str]) -> pd.DataFrame:
    """Return one row per state in the order of STATES, for each row of totals."""
    people = totals[list(STATES)].to_numpy().ravel()
    rows = totals.loc[totals.index.repeat(len(STATES)), kept].reset_index(drop=True)
    rows = rows.assign(state=list(STATES) * len(totals), people_n=pd.array(people, dtype="Int64"))
    return rows.assign(is_sensitive=rows["state"].isin(SENSITIVE_STATES))


def _with_cohort(rows: pd.DataFrame, covered: Window, granularity: str) -> pd.DataFrame:
    """Return rows with the calendar quarter or half-year of their date, its last day, and whether it is cut."""
    length = _COHORT_MONTHS[granularity]
    days = rows["period_end"]
    part = (days.dt.month - 1) // length + 1
    last_month = pd.to_datetime(pd.DataFrame({"year": days.dt.year, "month": part * length, "day": 1}))
    starts, ends = last_month - pd.DateOffset(months=length - 1), last_month + pd.offsets.MonthEnd(0)
    first, last = pd.Timestamp(covered.start), pd.Timestamp(covered.end)
    return rows.assign(
        cohort=days.dt.year.astype("str") + f"-{_COHORT_LETTERS[length]}" + part.astype("str"),
        cohort_end_date=ends.where(ends <= last, last),
        is_part=(starts < first) | (ends > last),
    )


def _overdue(followed: pd.DataFrame, covered: Window) -> pd.DataFrame:
    rows = followed[_is_over(followed["period_end"], covered) & (followed["waiting"] > 0)]
    until = pd.Series(pd.Timestamp(covered.end), index=rows.index)
    # The last day of a month is a whole month after the last day of the month before, however short it is.
    is_short = (until.dt.day < rows["period_end"].dt.day) & ~until.dt.is_month_end
    months = _months_apart(rows["period_end"], until) - is_short.astype("Int64") - PROBATION_MONTHS
    return rows.assign(months_over_n=months)


def _is_over(admitted: pd.Series, covered: Window) -> pd.Series:
    """Tell whether twelve months since a row's last day are over on the data date; a month's end to a month's end."""
    end = admitted + pd.DateOffset(months=PROBATION_MONTHS)
    end = end.where(~admitted.dt.is_month_end, end + pd.offsets.MonthEnd(0))
    return end < pd.Timestamp(covered.end)


def _months_apart(first: pd.Series, last: pd.Series) -> pd.Series:
    """Return the months of the calendar from one day's month to the other's."""
    years = last.dt.year - first.dt.year
    return (12 * years + last.dt.month - first.dt.month).astype("Int64")
