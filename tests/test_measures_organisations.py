"""Which organisations admit, without false ranking: attainment with limits, no admission, concentration."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from frames import TERM, aim, body, cells, frame, make_table, members
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import Thresholds, suppress_small
from analysis.measures.organisations import (
    concentration,
    count_by_group,
    dispersion_of,
    funnel_limits,
    measure_funnel,
    no_admission,
    organisation_attainment,
)
from analysis.periods import Period, Window, parse_period

H1 = parse_period("2023-H1", TERM)
H1_DAYS = Window(date(2023, 1, 1), date(2023, 6, 30))


def own(org_id: str, target: float, **cells: Any) -> dict[str, Any]:
    return aim(target, level="organisation", org_id=org_id, **cells)


TABLES = {
    "organisations": make_table(
        "organisations",
        body("A", "cell", "9b1", valid_to="2023-03-31"),
        body("A", "party_committee", "6a", valid_from="2023-04-01"),
        body("B", "cell", "5"),
        body("C", "cell", "5"),
        body("D", "cell", "5", valid_to="2023-05-31"),
        body("E", "cell", "4"),
        body("A-1", "subordinate_cell", "6a"),
        body("F", "cell", "4"),
    ),
    "targets": make_table(
        "targets",
        aim(90),
        own("A", 9),
        own("A", 8, assigned_on="2023-04-01"),
        own("A", 7, assigned_on="2023-07-01"),
        own("A", 5, year=2022),
        own("B", 2),
        own("C", 0),
        own("D", 4),
        own("F", 3),
        own("B", 99, measure="admission_rate"),
    ),
    "membership": make_table(
        "membership",
        members("A", "2022-12-31", admitted_n=50, closing_n=3),
        members("A", "2023-01-31", admitted_n=1, closing_n=20),
        members("A", "2023-06-30", admitted_n=3, closing_n=120),
        members("B", "2023-06-30", admitted_n=3, closing_n=29),
        members("C", "2023-06-30", admitted_n=6, closing_n=30),
        members("D", "2023-01-31", admitted_n=7, closing_n=10),
        members("E", "2023-06-30", admitted_n=8, closing_n=10),
        members("A", "2023-07-31", admitted_n=60, closing_n=900),
    ),
}


def test_an_organisation_stands_beside_the_target_of_the_year_that_held_on_the_data_date():
    """B.13, E.4, K22. C is closed, D has ended, E has no target, F never reported, A-1 is no grassroots body."""
    got = organisation_attainment(TABLES, H1, H1_DAYS)
    assert cells(got, "org_id", "name", "kind", "sector_group", "band", "members_n") == [
        ("A", "A", "party_committee", "service_unit", "from_100_to_199", 120),
        ("B", "B", "cell", "state_agency", "under_30", 29),
    ]
    assert cells(got, "admitted_n", "target_n", "target_basis", "attainment_pct", "organisations_n") == [
        (4, 8, "year", 50.0, 1),
        (3, 2, "year", 150.0, 1),
    ]


def term_case(*targets: dict[str, Any]) -> tuple[dict[str, pd.DataFrame], Period, Window]:
    membership = make_table(
        "membership",
        members("B", "2020-12-31", admitted_n=9),
        members("B", "2021-12-31", admitted_n=2),
        members("B", "2022-12-31", admitted_n=1),
        members("B", "2023-05-31", admitted_n=1, closing_n=40),
    )
    period = parse_period("term:2023-06-02", TERM)
    tables = TABLES | {"membership": membership, "targets": make_table("targets", *targets)}
    return tables, period, Window(TERM.start, date(2023, 5, 31))


YEARLY = [
    own("B", 4, year=2021, assigned_on="2021-02-01"),
    own("B", 5, year=2022, assigned_on="2022-02-01"),
    own("B", 3, year=2023),
    own("B", 7, year=2024),
]


def test_without_a_term_target_the_years_begun_are_summed_and_years_without_a_target_left_out():
    """The nine admitted in 2020 had no target; 2024 has not begun, though its target is known."""
    got = organisation_attainment(*term_case(*YEARLY))
    assert cells(got, "target_n", "target_basis", "admitted_n", "attainment_pct") == [(12, "years", 4, 33.33)]


def test_the_target_of_a_year_without_returns_is_no_failure():
    """All rows of 2022 are missing: nobody knows whether its five were admitted."""
    tables, period, window = term_case(*YEARLY)
    membership = tables["membership"][tables["membership"]["period_end"].dt.year != 2022]
    got = organisation_attainment(tables | {"membership": membership}, period, window)
    assert cells(got, "org_id", "admitted_n", "target_n") == [("B", 3, 7)]


def test_a_term_target_of_the_organisation_goes_before_the_sum_of_its_years():
    term = own("B", 20, scope="term", year=None, assigned_on="2020-08-15")
    got = organisation_attainment(*term_case(term, *YEARLY))
    assert cells(got, "target_n", "target_basis", "admitted_n", "attainment_pct") == [(20, "term", 13, 65.0)]


def test_a_term_target_of_0_is_closed_whatever_the_years_say():
    term = own("B", 0, scope="term", year=None, assigned_on="2020-08-15")
    assert cells(organisation_attainment(*term_case(term, *YEARLY))) == []


def test_no_target_gives_no_row_and_no_limits():
    tables = TABLES | {"targets": make_table("targets", aim(90))}
    rows = measure_funnel(organisation_attainment(tables, H1, H1_DAYS))
    assert len(rows) == len(funnel_limits(rows)) == 0
    assert {"position", "centre_pct", "dispersion", "lower_95_n"} <= set(rows.columns)
    assert cells(count_by_group(tables, H1, H1_DAYS, "band")) == []


def test_groups_add_up_admitted_and_target_before_they_divide():
    got = count_by_group(TABLES, H1, H1_DAYS, "kind")
    assert cells(got, "kind", "with_target_n", "admitted_n", "target_n", "attainment_pct") == [
        ("party_committee", 1, 4, 8, 50.0),
        ("cell", 1, 3, 2, 150.0),
    ]
    got = count_by_group(TABLES, H1, H1_DAYS, "band")
    assert cells(got, "band", "admitted_n") == [("under_30", 3), ("from_100_to_199", 4)]
    got = count_by_group(TABLES, H1, H1_DAYS, "sector_group")
    assert cells(got, "sector_group", "admitted_n") == [("state_agency", 3), ("service_unit", 4)]


def test_a_group_counts_as_few_where_few_are_left_without_it():
    many = {f"T{place}": 2 for place in range(5)}
    tables = {
        "organisations": make_table("organisations", *(body(org, "cell", "5") for org in (*many, "X", "Y", "Z"))),
        "targets": make_table("targets", *(own(org, 4) for org in many)),
        "membership": make_table(
            "membership",
            *(members(org, "2023-06-30", admitted_n=n, closing_n=10) for org, n in many.items()),
            members("X", "2023-06-30", admitted_n=1, closing_n=10),
            members("Y", "2023-06-30", admitted_n=2, closing_n=10),
            members("Z", "2023-06-30", admitted_n=0, closing_n=10),
        ),
    }
    got = count_by_group(tables, H1, H1_DAYS, "sector_group")
    assert cells(got, "with_target_n", "admitted_n", "organisations_n", "least_n") == [(5, 10, 2, 3)]
    hidden = suppress_small(got, "least_n", Thresholds(5, 10), derived=["admitted_n", "target_n", "attainment_pct"])
    assert cells(hidden, "with_target_n", "admitted_n", "target_n", "attainment_pct") == [(5, None, None, None)]


def test_who_stands_in_no_group_is_put_to_the_smallest():
    """X is of a sector without any target: what all groups together are short of the headline is its own count."""
    orgs = {f"{letter}{place}": sector for letter, sector in (("A", "4"), ("B", "5")) for place in range(4)}
    tables = {
        "organisations": make_table(
            "organisations", *(body(org, "cell", sector) for org, sector in orgs.items()), body("X", "cell", "11")
        ),
        "targets": make_table("targets", *(own(org, 9) for org in orgs)),
        "membership": make_table(
            "membership",
            *(members(org, "2023-06-30", admitted_n=3 if org < "B" else 2, closing_n=9) for org in orgs),
            members("X", "2023-06-30", admitted_n=6, closing_n=9),
        ),
    }
    got = count_by_group(tables, H1, H1_DAYS, "sector_group")
    assert cells(got, "sector_group", "admitted_n", "organisations_n", "least_n") == [
        ("party_mass", 12, 4, 12),
        ("state_agency", 8, 1, 6),
    ]


# Control limits: a second Poisson and negative binomial by plain sums of exact fractions or of logarithms.


def poisson_pmf(count: int, mean: float) -> float:
    return math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))


def negative_binomial_pmf(count: int, mean: float, dispersion: float) -> float:
    size, chance = mean / (dispersion - 1), 1 / dispersion
    log = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    return math.exp(log + size * math.log(chance) + count * math.log(1 - chance))


def tails(count: int, mean: float, dispersion: float) -> tuple[float, float]:
    """Return the probability of at most and of at least this count."""

    def pmf(k: int) -> float:
        return poisson_pmf(k, mean) if dispersion == 1 else negative_binomial_pmf(k, mean, dispersion)

    below = math.fsum(pmf(k) for k in range(count))
    return below + pmf(count), 1 - below


def place_by_tail(count: int, mean: float, dispersion: float) -> str:
    low, high = tails(count, mean, dispersion)
    for name, tail in (("998", 0.001), ("95", 0.025)):
        if low < tail:
            return f"below_{name}"
        if high < tail:
            return f"above_{name}"
    return "within"


def attained(*pairs: tuple[int, int], basis: str = "year") -> pd.DataFrame:
    columns = ["org_id", "admitted_n", "target_n", "target_basis"]
    return frame(columns, *((f"T{place:03}", count, target, basis) for place, (count, target) in enumerate(pairs)))


def test_the_centre_is_what_all_attained_together_and_not_100():
    got = measure_funnel(attained((1, 10), (5, 10), (9, 20)))
    assert cells(got, "centre_pct", "expected_mean") == [(37.5, 3.75), (37.5, 3.75), (37.5, 7.5)]


def test_a_target_of_the_term_and_sums_of_years_have_a_centre_each():
    rows = pd.concat([attained((1, 10), basis="term"), attained((8, 10), basis="years")], ignore_index=True)
    assert cells(measure_funnel(rows), "target_basis", "centre_pct") == [("term", 10.0), ("years", 80.0)]


def test_limits_are_those_of_a_published_table_of_poisson_intervals():
    """Garwood 1936: of a mean of 10, at most 3 has probability 0,0103 and at most 4 0,0293; at least 17 has 0,0270
    and at least 18 0,0143; so 4 to 17 lie within at 95 %. At most 1 has 0,0005, at least 22 has 0,0007.
    """
    got = measure_funnel(attained((10, 20), (10, 20), (10, 20)))
    assert cells(got[:1], "lower_95_n", "upper_95_n", "lower_998_n", "upper_998_n") == [(4, 17, 2, 21)]


@pytest.mark.parametrize(
    ("count", "position"),
    [
        (1, "below_998"),
        (2, "below_95"),
        (3, "below_95"),
        (4, "within"),
        (17, "within"),
        (18, "above_95"),
        (21, "above_95"),
        (22, "above_998"),
    ],
)
def test_a_count_is_outside_only_where_its_whole_tail_is_rarer_than_the_limit(count, position):
    """17 of an expected 10 has a tail of 0,0270, but a mid-p of 0,0206: it may not be called an outlier."""
    got = measure_funnel(attained((count, 20), (410 - count, 800), *[(10, 20)] * 38))
    assert cells(got[:1], "expected_mean", "position") == [(10.0, position)]


def test_a_small_organisation_with_no_admission_is_not_called_worst():
    """Of a target of 3 at 70 %, none has probability exp(−2,1) = 12 %; of a target of 30 it has 8 in 10^10."""
    got = measure_funnel(attained((0, 3), (0, 30), (469, 637), *[(7, 10)] * 20))
    assert cells(got[:3], "position") == [("within",), ("below_998",), ("within",)]


counts_and_targets = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), min_size=2, max_size=30).filter(
    lambda pairs: any(count for count, _ in pairs)
)


@given(counts_and_targets)
def test_positions_agree_with_plain_sums_of_probabilities(pairs):
    got = measure_funnel(attained(*pairs))
    total = Fraction(sum(count for count, _ in pairs), sum(target for _, target in pairs))
    for (count, target), row in zip(pairs, got.to_dict("records"), strict=True):
        assert row["position"] == place_by_tail(count, float(target * total), row["dispersion"])


@given(counts_and_targets)
def test_every_point_stands_on_the_side_of_the_drawn_lines_that_its_position_says(pairs):
    got = measure_funnel(attained(*pairs))
    curves = funnel_limits(got).pivot(index="target_n", columns="limit", values="limit_pct")
    for row in got.to_dict("records"):
        lines, height = curves.loc[row["target_n"]].fillna(-1.0), 100 * row["admitted_n"] / row["target_n"]
        near = 0.006  # the curves are rounded to hundredths
        assert (height > lines["upper_998"] - near) == (row["position"] == "above_998")
        assert (height > lines["upper_95"] - near) == row["position"].startswith("above")
        assert (height < lines["lower_998"] + near) == (row["position"] == "below_998")
        assert (height < lines["lower_95"] + near) == row["position"].startswith("below")


def test_limits_run_from_the_smallest_to_the_largest_target_and_narrow():
    curves = funnel_limits(measure_funnel(attained((5, 10), (15, 30), (20, 40))))
    assert sorted(set(curves["limit"])) == ["centre", "lower_95", "lower_998", "upper_95", "upper_998"]
    assert cells(curves[curves["limit"] == "centre"], "target_n", "limit_pct") == [(n, 50.0) for n in range(10, 41)]
    upper = curves.loc[curves["limit"] == "upper_95", "limit_pct"]
    assert upper.is_monotonic_decreasing
    lower = curves[curves["limit"] == "lower_998"]
    # Of an expected 5 nobody has probability 0,0067: nothing is too few. From 6,9 on it is under 0,001.
    assert cells(lower[lower["limit_pct"].notna()][:1], "target_n") == [(14,)]


def test_counts_that_differ_by_chance_keep_the_limits_of_chance():
    draws = np.random.default_rng(7).poisson(8.0, 200).astype(float)
    assert dispersion_of(draws, np.full(200, 8.0)) == 1.0


def test_counts_that_agree_more_than_chance_do_not_narrow_the_limits():
    assert dispersion_of(np.full(50, 8.0), np.full(50, 8.0)) == 1.0


def test_one_extreme_organisation_does_not_widen_the_limits_of_all():
    counts = np.array([8.0, 7, 9, 8, 6, 10, 8, 9, 7, 8, 8, 9, 7, 80])
    assert dispersion_of(counts, np.full(14, 8.0)) == 1.0


def test_counts_spread_beyond_chance_widen_the_limits_by_their_mean_square():
    """Four thirds of a standard deviation throughout: a mean square of 16/9, beyond 1 + 2·sqrt(2/50) = 1,4."""
    counts = np.array([5.0, 13.0] * 25)
    found = dispersion_of(counts, np.full(50, 9.0))
    assert found == pytest.approx(16 / 9)
    rows = measure_funnel(attained(*((int(count), 10) for count in counts)))
    low, high = int(rows["lower_95_n"].iloc[0]), int(rows["upper_95_n"].iloc[0])
    assert tails(low - 1, 9.0, found)[0] < 0.025 < tails(low, 9.0, found)[0]
    assert tails(high + 1, 9.0, found)[1] < 0.025 < tails(high, 9.0, found)[1]
    assert high > 15  # of chance alone: 9 may reach 15
    assert set(rows["position"]) == {"within"}


# Organisations without an admission.

ANSWERS = make_table(
    "organisations",
    body("A", "party_committee", "5"),
    body("B", "cell", "5"),
    body("C", "cell", "5"),
    body("D", "cell", "9b1"),
    body("E", "cell", "9b1"),
    body("F", "cell", "9b1", valid_to="2023-05-31"),
    body("A-1", "subordinate_cell", "5"),
)
ANSWERED = make_table(
    "membership",
    members("A", "2023-06-30", non_members_left="yes", admitted_n=0),
    members("A", "2022-12-31", non_members_left="yes", admitted_n=5),
    members("B", "2023-01-31", non_members_left="no", admitted_n=1),
    members("B", "2023-06-30", non_members_left="yes", admitted_n=0),
    members("C", "2023-06-30", non_members_left="no", admitted_n=0),
    members("D", "2023-06-30", non_members_left=None, admitted_n=0),
    members("E", "2023-01-31", non_members_left="yes", admitted_n=0),
    members("F", "2023-01-31", non_members_left="yes", admitted_n=0),
    members("A", "2023-07-31", non_members_left="no", admitted_n=3),
)


def test_only_organisations_with_non_members_left_on_the_data_date_count_as_without_admission():
    """B.21. A admitted before and after the window; B in it; C is closed; D gave no answer; E no row; F has ended."""
    got = no_admission(ANSWERED, ANSWERS, H1_DAYS)
    assert cells(got, "by", "group", "organisations_n", "none_n", "some_n", "none_pct", "closed_n", "unknown_n") == [
        ("total", "total", 2, 1, 1, 50.0, 1, 2),
        ("sector_group", "state_agency", 2, 1, 1, 50.0, 1, 0),
        ("sector_group", "non_state", 0, 0, 0, None, 0, 2),
        ("kind", "party_committee", 1, 1, 0, 100.0, 0, 0),
        ("kind", "cell", 1, 0, 1, 0.0, 1, 2),
    ]


def test_no_organisation_gives_no_row():
    assert cells(no_admission(ANSWERED, ANSWERS[:0], H1_DAYS)) == []


# Concentration.


def spread(*people: int) -> pd.DataFrame:
    return make_table(
        "membership",
        *(members(f"T{place:03}", "2023-06-30", admitted_n=count) for place, count in enumerate(people)),
        members("T000", "2023-07-31", admitted_n=500),
        members("T000", "2022-12-31", admitted_n=500),
    )


def test_fifths_go_from_most_admissions_to_fewest():
    got = concentration(spread(0, 1, 2, 3, 4, 5, 6, 9), H1_DAYS)
    assert cells(got, "fifth", "organisations_n", "admitted_n", "share_pct") == [
        (1, 1, 9, 30.0),
        (2, 2, 11, 36.67),
        (3, 1, 4, 13.33),
        (4, 2, 5, 16.67),
        (5, 2, 1, 3.33),
    ]
    assert cells(got[:1], "half_n") == [(2,)]


@pytest.mark.parametrize(
    ("people", "half", "gini"),
    [((3, 3, 3, 3), 2, 0.0), ((12, 0, 0, 0), 1, 0.75), ((1, 3), 1, 0.25), ((0, 0), None, None), ((1, 1, 1), 2, 0.0)],
)
def test_gini_is_0_where_all_admit_alike_and_nears_1_where_one_admits_all(people, half, gini):
    assert cells(concentration(spread(*people), H1_DAYS)[:1], "half_n", "gini") == [(half, gini)]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60).filter(any))
def test_gini_is_half_the_relative_mean_absolute_difference(people):
    got = concentration(spread(*people), H1_DAYS)
    difference = Fraction(sum(abs(one - other) for one in people for other in people), len(people) ** 2)
    exact = difference / 2 / Fraction(sum(people), len(people))
    assert got["gini"].iloc[0] == math.floor(exact * 100 + Fraction(1, 2)) / 100


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60).filter(any))
def test_fifths_lose_nobody_and_fall_and_half_is_reached_no_sooner(people):
    got = concentration(spread(*people), H1_DAYS)
    assert (got["admitted_n"].sum(), got["organisations_n"].sum()) == (sum(people), len(people))
    assert got["organisations_n"].max() - got["organisations_n"].min() <= 1
    half = int(got["half_n"].iloc[0])
    ordered = sorted(people, reverse=True)
    assert 2 * sum(ordered[:half]) >= sum(people) > 2 * sum(ordered[: half - 1])


def group_case(*counts: tuple[str, int, int]) -> pd.DataFrame:
    """Return the groups of organisations of (sector, target, admitted), with their positions."""
    tables = {
        "organisations": make_table("organisations", *(body(f"O{n}", "cell", c[0]) for n, c in enumerate(counts))),
        "targets": make_table("targets", *(own(f"O{n}", c[1]) for n, c in enumerate(counts))),
        "membership": make_table(
            "membership", *(members(f"O{n}", "2023-06-30", admitted_n=c[2], closing_n=40) for n, c in enumerate(counts))
        ),
    }
    return count_by_group(tables, H1, H1_DAYS, "sector_group")


def test_a_small_group_that_leads_by_chance_is_within():
    """2 of 2 beside 40 of 80: twice the common ratio, and what one in four or so would do by chance."""
    got = group_case(("4", 2, 2), *[("5", 8, 4)] * 10)
    assert cells(got, "sector_group", "attainment_pct", "common_pct", "position") == [
        ("party_mass", 100.0, 51.22, "within"),
        ("state_agency", 50.0, 51.22, "within"),
    ]


def test_a_large_group_apart_from_the_common_ratio_is_outside():
    """120 where 80 are expected, and 120 where 160 are, though every organisation by itself is within chance."""
    got = group_case(*[("4", 8, 6)] * 20, *[("5", 16, 6)] * 20)
    assert cells(got, "sector_group", "common_pct", "position") == [
        ("party_mass", 50.0, "above_998"),
        ("state_agency", 50.0, "below_998"),
    ]


@pytest.mark.parametrize("admitted", [10, 15, 17, 18, 19, 20, 21, 22, 23, 30])
def test_the_position_of_a_group_is_that_of_its_sum_among_poisson_counts(admitted):
    """A sum of tails in fractions of e: P(X ≥ n) at the group's own expected mean, against 2.5 % and 0.1 %."""
    got = group_case(("4", 10, admitted), *[("5", 20, 20)] * 12)
    total = (240 + admitted) / 250
    mean = 10 * total
    tail = 1 - sum(math.exp(-mean) * mean**n / math.factorial(n) for n in range(admitted))
    expected = "above_998" if tail <= 0.001 else "above_95" if tail <= 0.025 else "within"
    assert got["position"].iloc[0] == expected


def test_a_group_of_organisations_that_differ_by_more_than_chance_has_limits_as_wide_as_theirs():
    """140 where 113.3 are expected is outside for a Poisson count; here single organisations have none or twice."""
    got = group_case(*[("4", 10, 4), ("4", 10, 24)] * 5, *[("5", 10, 0), ("5", 10, 20)] * 10)
    assert cells(got, "sector_group", "admitted_n", "position") == [
        ("party_mass", 140, "within"),
        ("state_agency", 200, "within"),
    ]


def test_nobody_admitted_leaves_every_group_within():
    got = group_case(("4", 10, 0), ("5", 20, 0))
    assert got["position"].tolist() == ["within", "within"]
