"""Whether targets given to organisations add up to the target of the whole Khối.

Input: targets. They need not (B.14): more than the headline is a note, less is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.errors import Problem
from analysis.tables.check.report import Rule, compared, find, labels, reads
from analysis.tables.check.rows import rows_of
from analysis.tables.dataset import Dataset

AIM = ["scope", "year", "measure"]
COUNTS = ("cumulative_count", "annual_count")


@reads("targets")
def assigned_targets_reach_the_headline(dataset: Dataset, targets: pd.DataFrame) -> Iterator[Problem]:
    """K24: the latest targets of the organisations, summed, beside the latest one of the Khối."""
    latest = _latest_counts(targets)
    headline = latest[(latest["level"] == "bloc") & latest["org_id"].isna()].set_index(AIM)["target"]
    assigned = latest[latest["level"] == "organisation"].groupby(AIM, dropna=False)["target"].sum()
    both = pd.DataFrame({"headline": headline, "assigned": assigned}).dropna().rename_axis(AIM).reset_index()
    less, more = both[both["assigned"] < both["headline"]], both[both["assigned"] > both["headline"]]
    for text, severity, wrong in (("assigned_less", "warning", less), ("assigned_more", "note", more)):
        bad = rows_of(latest[latest["level"] == "organisation"], wrong[AIM])
        sums, aims = (wrong[column].map("{:g}".format) for column in ("assigned", "headline"))
        yield from find(
            Rule("K24", "targets", text, severity), bad, labels(wrong, *AIM, detail=compared(sums, "≠", aims))
        )


def _latest_counts(targets: pd.DataFrame) -> pd.DataFrame:
    """Return the target of each organisation and aim that holds at the end; rates cannot be summed."""
    counts = targets[targets["target_type"].isin(COUNTS)]
    latest = counts.sort_values("assigned_on", kind="stable")
    return latest.drop_duplicates(["level", "org_id", *AIM], keep="last")
