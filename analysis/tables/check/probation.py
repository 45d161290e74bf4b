"""Whether what became of those admitted fits their admission. Input: probation, membership. Rules B.3, B.5, B.9."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.errors import Problem
from analysis.tables.check.report import Rule, compared, find, labels, reads
from analysis.tables.check.rows import calendar_starts
from analysis.tables.codes import PROBATION_MONTHS
from analysis.tables.dataset import Dataset


@reads("probation")
def outcomes_follow_the_admission(dataset: Dataset, probation: pd.DataFrame) -> Iterator[Problem]:
    """K25: nobody is made official or removed before the admission."""
    admitted, ended = probation["admitted_period_end"], probation["outcome_period_end"]
    bad = probation[ended < admitted]
    detail = compared(admitted[bad.index].dt.date, ">", ended[bad.index].dt.date)
    yield from find(Rule("K25", "probation", "outcome_before_admission"), bad, labels(bad, "org_id", detail=detail))


@reads("probation")
def recognition_follows_twelve_months(dataset: Dataset, probation: pd.DataFrame) -> Iterator[Problem]:
    """K25: whoever was admitted on the first day of the row can be made official twelve months later, not before."""
    earliest = calendar_starts(probation["admitted_period_end"], dataset.info.granularity)
    earliest += pd.DateOffset(months=PROBATION_MONTHS)
    admitted, ended = probation["admitted_period_end"], probation["outcome_period_end"]
    bad = probation[(probation["outcome"] == "official") & (ended < earliest) & (ended >= admitted)]
    detail = compared(admitted[bad.index].dt.date, "→", ended[bad.index].dt.date)
    yield from find(
        Rule("K25", "probation", "official_too_early", "warning"), bad, labels(bad, "org_id", detail=detail)
    )


@reads("membership", "probation")
def outcomes_stay_within_the_admissions(
    dataset: Dataset, membership: pd.DataFrame, probation: pd.DataFrame
) -> Iterator[Problem]:
    """K25: over the whole of it, a row date of the term has no more outcomes than admissions.

    Of single organisations it may: after a merger or a move the outcome stands under the organisation of that day.
    Whoever came on probation from elsewhere was admitted there, so that this is a warning.
    """
    followed = probation[probation["admitted_period_end"] >= pd.Timestamp(dataset.info.term_start)]
    outcomes = followed.groupby("admitted_period_end")["people_n"].sum()
    admitted = membership.groupby("period_end")["admitted_n"].sum().reindex(outcomes.index, fill_value=0)
    wrong = outcomes[outcomes > admitted]
    bad = followed[followed["admitted_period_end"].isin(wrong.index)]
    keys = labels(wrong.reset_index(), "admitted_period_end", detail=compared(wrong, ">", admitted[wrong.index]))
    yield from find(Rule("K25", "probation", "outcomes_above_admitted", "warning"), bad, keys)
