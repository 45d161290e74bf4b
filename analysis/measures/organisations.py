"""Which organisations admit, without false ranking: attainment with control limits, no admission, concentration.

Input: tables membership, targets, organisations. Rules: sections B, C and E (docs/rules.md). Control limits follow
Spiegelhalter 2005, "Funnel plots for comparing institutional performance".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.measures.ratio import percent_of
from analysis.measures.rows import grassroots_as_of, last_returns, organisations_last_known, rows_on, rows_within
from analysis.measures.structure import SIZE_BANDS
from analysis.measures.targets import targets_in_force
from analysis.params import SECTOR_GROUPS
from analysis.periods import Period, Window
from analysis.tables.codes import GRASSROOTS_KINDS

# Of a handful of organisations the common ratio is mostly their own, and limits around it say nothing.
FEWEST_IN_FUNNEL = 10
# A fifth of fewer than three organisations would show single ones.
FEWEST_IN_FIFTHS = 15
# Probability in each tail of the control limits.
TAILS = {"95": 0.025, "998": 0.001}
# Spiegelhalter 2005: the most extreme tenth at each end may not decide how far all the others spread.
WINSORISED = 0.1
# What tells how many organisations of a group admitted nobody.
BODY_COUNTS = ("organisations_n", "none_n", "some_n", "none_pct", "closed_n", "unknown_n")
GROUPS: dict[str, Sequence[str]] = {
    "band": tuple(SIZE_BANDS),
    "sector_group": SECTOR_GROUPS,
    "kind": GRASSROOTS_KINDS,
}


def organisation_attainment(tables: Mapping[str, pd.DataFrame], period: Period, window: Window) -> pd.DataFrame:
    """Return attainment of assigned targets, one row per grassroots organisation that stands and has one above 0.

    Columns: org_id, name, kind, sector_group, band, members_n (people on the data date, or in the last return before
    it), target_n (people),
    target_basis (year: of that year · term: of the term · years: the yearly targets begun by the data date, summed),
    admitted_n (people; on the basis `years` only in years with a target, so that like stands beside like),
    attainment_pct (of the full target, rule E.4; may pass 100), organisations_n (1: a number of one organisation).
    A target of 0 means closed to new members: no attainment (K22). Who did not report in the window is left out.
    """
    rows = _beside_targets(tables, period, window)
    rows = rows[rows["target_n"].notna()].sort_values("org_id").reset_index(drop=True)
    ones = pd.Series(1, index=rows.index, dtype="Int64")
    rows = rows.assign(attainment_pct=percent_of(rows["admitted_n"], rows["target_n"]), organisations_n=ones)
    return rows.drop(columns="rest_n")


def count_by_group(tables: Mapping[str, pd.DataFrame], period: Period, window: Window, group: str) -> pd.DataFrame:
    """Return attainment of assigned targets by `group` (band, sector_group or kind), one row per value in fixed order.

    Columns: the group, with_target_n (organisations with a target above 0), admitted_n, target_n (people, of these),
    attainment_pct, has_year_sums (targets are sums of yearly ones), common_pct (of all with a target together) and
    position: where the group stands to the common ratio, within chance or not (limits and dispersion of measure_funnel,
    for the sum of its organisations); and for disclosure organisations_n and least_n:
    the fewer organisations and people of two numbers, the one shown and what is left of all admissions of the group
    without it, because a reader who knows that total can work out the rest. To be suppressed by least_n, with the
    other counts of people as derived from it.
    """
    rows = _beside_targets(tables, period, window)
    counted = rows[rows["target_n"].notna()].groupby(group)
    values = [value for value in GROUPS[group] if value in counted.groups]
    rest = _rest_by_group(rows, group, counted["admitted_n"].sum())
    table = pd.DataFrame(
        {
            group: pd.array(values, dtype="string"),
            "with_target_n": counted.size().reindex(values).astype("Int64").array,
            "admitted_n": counted["admitted_n"].sum().reindex(values).astype("Int64").array,
            "target_n": counted["target_n"].sum().reindex(values).astype("Int64").array,
        }
    )
    return table.assign(
        attainment_pct=percent_of(table["admitted_n"], table["target_n"]),
        has_year_sums=bool((rows["target_basis"] == "years").any()),
        common_pct=percent_of(
            *(pd.Series(table[name].sum(), index=table.index) for name in ("admitted_n", "target_n"))
        ),
        position=_positions_of_groups(rows[rows["target_n"].notna()], group, values),
        organisations_n=_fewer(table["with_target_n"], rest.size().reindex(values)),
        least_n=_fewer(table["admitted_n"], rest.sum().reindex(values)),
    )


def _positions_of_groups(aimed: pd.DataFrame, group: str, values: Sequence[str]) -> Any:
    """Return the position of each group: its organisations' means and variances add up."""
    each = measure_funnel(aimed)
    each = each.assign(variance=each["dispersion"] * each["expected_mean"])
    sums = (
        each.groupby(group)[["admitted_n", "expected_mean", "variance"]].sum().reindex(list(values)).astype("float64")
    )
    found = [
        _positions(np.array([count]), _limits(np.array([mean]), variance / mean if mean else 1.0))[0]
        for count, mean, variance in sums.itertuples(index=False)
    ]
    return pd.array(found, dtype="string")


def _rest_by_group(rows: pd.DataFrame, group: str, admitted: pd.Series) -> Any:
    """Return the people who do not count in the table, grouped.

    Those of organisations outside every group of the table (ended, or of a sector without any target) are what the
    table is short of the headline: they are put to its smallest group, as if they could be worked out from it.
    """
    left = rows.loc[rows["rest_n"] > 0, [group, "rest_n"]]
    if len(admitted):
        left = left.assign(**{group: left[group].where(left[group].isin(admitted.index), admitted.idxmin())})
    return left.groupby(group)["rest_n"]


def _fewer(shown: pd.Series, rest: pd.Series) -> pd.Series:
    """Return the smaller of what is shown and what is left, where anything is left."""
    left = pd.Series(rest.array, index=shown.index).astype("Int64")
    return shown.where(left.isna() | (shown <= left), left)


def _beside_targets(tables: Mapping[str, pd.DataFrame], period: Period, window: Window) -> pd.DataFrame:
    """Return admissions beside targets, one row per organisation that reported in the window.

    Columns: org_id, admitted_n (people, for whom there is a target), rest_n (the others), target_n (NA without one),
    target_basis, name, kind and sector_group (of the data date, or the last), members_n and band (NA once ended).
    """
    standing = grassroots_as_of(tables["organisations"], window.end)["org_id"]
    aims = _aims(tables["targets"], period, window)
    rows = rows_within(tables["membership"], window)
    aims = _of_years_reported(aims[aims["org_id"].isin(standing)], rows)
    sums = aims.groupby("org_id", as_index=False).agg(
        target_n=("target_n", "sum"), target_basis=("target_basis", "first")
    )
    admitted = _admitted_beside(rows, aims)
    bodies = organisations_last_known(tables["organisations"], window.end)
    bodies = bodies[["org_id", "name", "kind", "sector_group"]]
    members = last_returns(tables["membership"], window.end)[["org_id", "closing_n"]]
    members = members[members["org_id"].isin(standing)].rename(columns={"closing_n": "members_n"})
    joined = admitted.merge(sums, on="org_id", how="left", validate="1:1")
    joined = joined.merge(bodies, on="org_id", how="left", validate="1:1")
    joined = joined.merge(members, on="org_id", how="left", validate="1:1")
    edges = [*SIZE_BANDS.values(), 10**9]
    bands = pd.cut(joined["members_n"].astype("Float64"), edges, right=False, labels=list(SIZE_BANDS))
    return joined.assign(band=bands.astype("string"))


def _aims(targets: pd.DataFrame, period: Period, window: Window) -> pd.DataFrame:
    """Return the targets of organisations above 0 that cover the window: org_id, year, target_n, target_basis."""
    held = targets_in_force(targets, window.end)
    held = held[held["level"] == "organisation"]
    held = held.assign(target_n=held["target"].round().astype("Int64"))
    years = held["year"].between(window.start.year, window.end.year).fillna(False).astype(bool)
    yearly = held[(held["scope"] == "year") & years].assign(target_basis="years" if period.is_term else "year")
    whole = held[(held["scope"] == "term") & period.is_term].assign(target_basis="term")
    aims = pd.concat([whole, yearly[~yearly["org_id"].isin(whole["org_id"])]])
    return aims.loc[aims["target_n"] > 0, ["org_id", "year", "target_n", "target_basis"]]


def _of_years_reported(aims: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return targets without those of years of which the organisation returned nothing: it would seem to fail."""
    reported = set(zip(rows["org_id"], rows["period_end"].dt.year, strict=True))
    pairs = zip(aims["org_id"], aims["year"], aims["target_basis"], strict=True)
    counts = [basis == "term" or (org, year) in reported for org, year, basis in pairs]
    return aims[pd.Series(counts, index=aims.index, dtype="bool")]


def _admitted_beside(rows: pd.DataFrame, aims: pd.DataFrame) -> pd.DataFrame:
    """Return people admitted with a target (admitted_n) and without one (rest_n), one row per organisation."""
    years = rows.assign(year=rows["period_end"].dt.year).groupby(["org_id", "year"], as_index=False)["admitted_n"].sum()
    yearly = set(zip(aims["org_id"], aims["year"], strict=True))
    whole = set(aims.loc[aims["target_basis"] == "term", "org_id"])
    is_aimed = pd.Series(
        [org in whole or (org, year) in yearly for org, year in zip(years["org_id"], years["year"], strict=True)],
        index=years.index,
        dtype="bool",
    )
    counts = years["admitted_n"]
    split = years.assign(admitted_n=counts.where(is_aimed, 0), rest_n=counts.mask(is_aimed, 0))
    return split.groupby("org_id", as_index=False)[["admitted_n", "rest_n"]].sum()


def measure_funnel(attainment: pd.DataFrame) -> pd.DataFrame:
    """Return rows of organisation_attainment with control limits, one row per organisation.

    Added columns: centre_pct (admitted of target, all organisations of the same target_basis together: part-way
    through a year the part to be expected, not 100), expected_mean (people: target times that ratio), spread (1: the
    organisations differ as chance alone makes them; NA where nobody was admitted), is_even (they differ by clearly
    less), dispersion (1, or the factor by which variances are widened), lower_95_n, upper_95_n, lower_998_n,
    upper_998_n (people: the least and the most that are within), position (below_998, below_95, within, above_95,
    above_998).
    Exact limits of a Poisson count. A count is outside only where its whole tail, the count itself included, is less
    likely than 2,5 % (0,1 %): a mid-p would count half of it, and call more than that share of organisations outliers.
    Where organisations spread more than chance explains, the limits are those of a negative binomial count whose
    variance is `dispersion` times the mean; where they spread less, they stay those of chance.
    """
    if attainment.empty:
        return attainment.assign(**{column: pd.Series(dtype=kind) for column, kind in _FUNNEL.items()})
    parts = [_with_limits(part) for _, part in attainment.groupby("target_basis")]
    return pd.concat(parts).loc[attainment.index]


_FUNNEL = {
    "centre_pct": "Float64",
    "expected_mean": "Float64",
    "spread": "Float64",
    "is_even": "bool",
    "dispersion": "Float64",
    "lower_95_n": "Int64",
    "upper_95_n": "Int64",
    "lower_998_n": "Int64",
    "upper_998_n": "Int64",
    "position": "string",
}


def _with_limits(part: pd.DataFrame) -> pd.DataFrame:
    admitted, target = int(part["admitted_n"].sum()), int(part["target_n"].sum())
    means = part["target_n"].to_numpy(dtype=float) * admitted / target
    counts = part["admitted_n"].to_numpy(dtype=float)
    spread = spread_of(counts, means)
    dispersion = dispersion_of(counts, means)
    limits = _limits(means, dispersion)
    centre = percent_of(pd.Series([admitted]), pd.Series([target])).iloc[0]
    rows = part.assign(
        centre_pct=centre,
        expected_mean=means,
        spread=spread,
        is_even=spread < 1 - _own_spread(len(part)),
        dispersion=dispersion,
        **limits,
    )
    return rows.assign(position=_positions(counts, limits)).astype(_FUNNEL)


def _limits(means: np.ndarray, dispersion: float) -> dict[str, np.ndarray]:
    """Return the least and the most people that are within, for each mean and tail."""
    limits = {}
    for name, tail in TAILS.items():
        limits[f"lower_{name}_n"] = _quantile(tail, means, dispersion)
        limits[f"upper_{name}_n"] = _quantile(1 - tail, means, dispersion)
    return limits


def _positions(counts: np.ndarray, limits: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return where each count lies between its limits."""
    return np.select(
        [
            counts < limits["lower_998_n"],
            counts > limits["upper_998_n"],
            counts < limits["lower_95_n"],
            counts > limits["upper_95_n"],
        ],
        ["below_998", "above_998", "below_95", "above_95"],
        "within",
    )


def spread_of(counts: np.ndarray, means: np.ndarray) -> float:
    """Return how much counts vary, in units of what Poisson counts with these means do; NaN where nobody is expected.

    The mean square of the standardised differences, winsorised at a tenth each end (Spiegelhalter 2005).
    """
    if not means.all():
        return float("nan")
    scores = (counts - means) / np.sqrt(means)
    scores = np.clip(scores, *np.quantile(scores, [WINSORISED, 1 - WINSORISED]))
    return float(np.mean(scores**2))


def dispersion_of(counts: np.ndarray, means: np.ndarray) -> float:
    """Return the factor by which counts vary more than Poisson counts with these means; 1 where chance explains it."""
    spread = spread_of(counts, means)
    return spread if spread > 1 + _own_spread(len(counts)) else 1.0


def _own_spread(organisations: int) -> float:
    """Return how far from 1 the spread of so many may lie by chance: twice its own deviation (Spiegelhalter 2005)."""
    return float(2 * np.sqrt(2 / organisations))


def _quantile(probability: float, means: np.ndarray, dispersion: float) -> np.ndarray:
    """Return the least count whose cumulated probability reaches a value, for each mean."""
    return _distribution(means, dispersion).ppf(probability)


def _distribution(means: np.ndarray, dispersion: float) -> Any:
    from scipy import stats

    if dispersion == 1:
        return stats.poisson(means)
    return stats.nbinom(means / (dispersion - 1), 1 / dispersion)


def chance_of_so_few(funnel: pd.DataFrame) -> pd.Series:
    """Return for each row of measure_funnel in what percent of cases chance gives as few people, in whole percent."""
    tails = [
        _distribution(np.array([mean]), dispersion).cdf(count)[0] if mean else 1.0
        for count, mean, dispersion in funnel[["admitted_n", "expected_mean", "dispersion"]].itertuples(index=False)
    ]
    return pd.Series(np.floor(100 * np.array(tails, dtype=float) + 0.5), index=funnel.index, dtype="Float64")


def funnel_limits(funnel: pd.DataFrame) -> pd.DataFrame:
    """Return the curves of the control limits over the range of targets, one row per target_basis, limit and target.

    Columns: target_basis, limit (centre, lower_95, upper_95, lower_998, upper_998), target_n (people), limit_pct
    (percent of the target; a drawn line, not a ratio of counts; NA where nothing is too few).
    Lines run between the whole numbers as in Spiegelhalter 2005 (A.1.1), kept on the side on which a count on the
    line is outside and one inside is within, so that every point stands where its `position` says.
    """
    parts = [_curves(part).assign(target_basis=basis) for basis, part in funnel.groupby("target_basis")]
    columns = ["target_basis", "limit", "target_n", "limit_pct"]
    if not parts:
        return pd.DataFrame({column: pd.Series(dtype="object") for column in columns})
    return pd.concat(parts, ignore_index=True)[columns]


def _curves(part: pd.DataFrame) -> pd.DataFrame:
    first, last = int(part["target_n"].min()), int(part["target_n"].max())
    targets = np.unique(np.linspace(first, last, min(last - first + 1, 200)).round().astype(int))
    means = targets * float(part["admitted_n"].sum()) / float(part["target_n"].sum())
    dispersion = float(part["dispersion"].iloc[0])
    lines = {"centre": means}
    for name, tail in TAILS.items():
        lines[f"lower_{name}"] = _between(tail, means, dispersion)
        lines[f"upper_{name}"] = _between(1 - tail, means, dispersion) + 1
    curves = [
        pd.DataFrame({"limit": limit, "target_n": targets, "limit_pct": (100 * people / targets).round(2)})
        for limit, people in lines.items()
    ]
    drawn = pd.concat(curves, ignore_index=True)
    drawn = drawn.astype({"target_n": "Int64", "limit_pct": "Float64"})
    return drawn.assign(limit_pct=drawn["limit_pct"].where(drawn["limit_pct"] > 0))


def _between(probability: float, means: np.ndarray, dispersion: float) -> np.ndarray:
    """Return where between two whole numbers the cumulated probability reaches a value, for each mean."""
    spread = _distribution(means, dispersion)
    reached = spread.ppf(probability)
    return reached - (spread.cdf(reached) - probability) / spread.pmf(reached)


def no_admission(membership: pd.DataFrame, organisations: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return grassroots organisations without an admission among those that still have people to admit (rule B.21).

    One row for the total and for each sector group and kind. Columns: by (total, sector_group, kind), group,
    organisations_n (standing, with non-members left on the data date), none_n (of them without an admission in the
    window), some_n (the others), none_pct (percent), closed_n (no non-members left), unknown_n (no answer), standing_n
    (all organisations of the group), admitted_n (people, by these).
    """
    standing = grassroots_as_of(organisations, window.end)[["org_id", "kind", "sector_group"]]
    admitted = rows_within(membership, window).groupby("org_id")["admitted_n"].sum()
    has_admitted = standing["org_id"].map(admitted).fillna(0) > 0
    answer = standing["org_id"].map(rows_on(membership, window.end).set_index("org_id")["non_members_left"]).fillna("")
    each = standing.assign(
        organisations_n=answer == "yes",
        none_n=(answer == "yes") & ~has_admitted,
        some_n=(answer == "yes") & has_admitted,
        closed_n=answer == "no",
        unknown_n=~answer.isin(["yes", "no"]),
        standing_n=True,
        admitted_n=standing["org_id"].map(admitted).fillna(0),
    )
    counts = ["organisations_n", "none_n", "some_n", "closed_n", "unknown_n", "standing_n", "admitted_n"]
    parts = [each.assign(group="total").groupby("group")[counts].sum().reset_index().assign(by="total")]
    for by in ("sector_group", "kind"):
        sums = each.groupby(by)[counts].sum()
        order = [value for value in GROUPS[by] if value in sums.index]
        parts.append(sums.reindex(order).rename_axis("group").reset_index().assign(by=by))
    table = pd.concat(parts, ignore_index=True).astype(dict.fromkeys(counts, "Int64"))
    table = table.assign(none_pct=percent_of(table["none_n"], table["organisations_n"]))
    shares = ["organisations_n", "none_n", "some_n", "none_pct", "closed_n", "unknown_n", "standing_n", "admitted_n"]
    return table[["by", "group", *shares]]


def concentration(membership: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return how concentrated admissions are: one row per fifth of the reporting organisations, most admissions first.

    Columns: fifth (1 to 5), organisations_n, admitted_n (people), share_pct (percent of all admitted);
    and the same in every row half_n (the fewest organisations that together admitted half of all) and gini (0: all
    the same, 1: all by one; two decimals, half up, from whole numbers). NA where nobody was admitted.
    """
    sums = rows_within(membership, window).groupby("org_id")["admitted_n"].sum()
    people = sums.sort_values(ascending=False, kind="stable").astype("int64").tolist()
    fifths = [people[len(people) * place // 5 : len(people) * (place + 1) // 5] for place in range(5)]
    table = pd.DataFrame(
        {
            "fifth": range(1, 6),
            "organisations_n": pd.array([len(fifth) for fifth in fifths], dtype="Int64"),
            "admitted_n": pd.array([sum(fifth) for fifth in fifths], dtype="Int64"),
        }
    )
    total = pd.Series(sum(people), index=table.index, dtype="Int64")
    return table.assign(
        share_pct=percent_of(table["admitted_n"], total),
        half_n=pd.Series(_fewest_for_half(people), index=table.index, dtype="Int64"),
        gini=pd.Series(_gini(people), index=table.index, dtype="Float64"),
    )


def _fewest_for_half(people: Sequence[int]) -> int | None:
    """Return how many of the largest counts make at least half of all."""
    reached = np.cumsum(people) * 2 >= sum(people)
    return int(reached.argmax()) + 1 if sum(people) else None


def _gini(people: Sequence[int]) -> float | None:
    """Return the Gini coefficient of counts in falling order: Σ(n + 1 − 2·rank)·count / (n·Σcount), half up."""
    whole = len(people) * sum(people)
    if not whole:
        return None
    unequal = sum((len(people) + 1 - 2 * rank) * count for rank, count in enumerate(people, start=1))
    return (200 * unequal + whole) // (2 * whole) / 100
