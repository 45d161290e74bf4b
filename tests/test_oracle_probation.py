"""An independent oracle for probation: every count again by plain SQL, every share again in exact fractions."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import duckdb
import pytest
from oracle import CASES, Case, measured, open_case, open_database

from analysis.measures import probation

# Admissions by row date since the Congress with what is known of them on the data date; contradictions left out.
FOLLOWED = """
WITH admitted AS (
    SELECT m.period_end AS d, sum(admitted_n) AS n FROM m, asked WHERE m.period_end BETWEEN congress AND last_day
    GROUP BY m.period_end HAVING sum(admitted_n) > 0),
known AS (
    SELECT admitted_period_end AS d, outcome, outcome_period_end AS e, people_n FROM p, asked
    WHERE outcome_period_end <= last_day),
summed AS (
    SELECT admitted.d, any_value(n) AS n, coalesce(sum(people_n) FILTER (outcome = 'official'), 0) AS official,
           coalesce(sum(people_n) FILTER (outcome = 'removed'), 0) AS removed,
           coalesce(sum(people_n) FILTER (outcome = 'other'), 0) AS other
    FROM admitted LEFT JOIN known USING (d) GROUP BY admitted.d),
followed AS (
    SELECT *, n - official - removed - other AS waiting,  -- whole months beyond the twelve, counted one by one
           len(list_filter(range(13, 80), lambda k: d + to_months(k::INTEGER) <= last_day)) AS over,
           d + INTERVAL 1 DAY + INTERVAL 12 MONTH <= last_day AS is_over  -- a year after the day that follows the row
    FROM summed, asked WHERE n >= official + removed + other),
states AS (
    SELECT unnest(['official', 'removed', 'other', 'waiting']) AS state, unnest(range(1, 5)) AS place),
named AS (
    SELECT *, year(d) || '-Q' || quarter(d) AS cohort,
           (date_trunc('quarter', d) + INTERVAL 3 MONTH - INTERVAL 1 DAY)::DATE AS quarter_end,
           date_trunc('quarter', d)::DATE < congress OR
               (date_trunc('quarter', d) + INTERVAL 3 MONTH - INTERVAL 1 DAY)::DATE > last_day AS is_part
    FROM followed)
"""

COHORTS = (
    FOLLOWED
    + """
SELECT cohort, least(any_value(quarter_end), any_value(last_day)), any_value(is_part), state,
       sum(CASE state WHEN 'official' THEN official WHEN 'removed' THEN removed WHEN 'other' THEN other
                      ELSE waiting END) AS people, sum(n),
       hundredths(sum(CASE state WHEN 'official' THEN official WHEN 'removed' THEN removed WHEN 'other' THEN other
                                 ELSE waiting END)::BIGINT, sum(n)::BIGINT), state = 'removed'
FROM named CROSS JOIN states GROUP BY cohort, state, place ORDER BY cohort, place
"""
)

DUE = (
    FOLLOWED
    + """
SELECT state, sum(CASE state WHEN 'official' THEN official WHEN 'removed' THEN removed WHEN 'other' THEN other
                             ELSE waiting END), sum(n)
FROM followed CROSS JOIN states WHERE is_over GROUP BY state, place ORDER BY place
"""
)

OVERDUE = (
    FOLLOWED
    + """
SELECT cohort, least(any_value(quarter_end), any_value(last_day)), sum(waiting), max(over)
FROM named WHERE is_over AND waiting > 0 GROUP BY cohort ORDER BY cohort
"""
)

CALLED = """
WITH admitted AS (
    SELECT org_id, m.period_end AS d, admitted_n AS n FROM m, asked
    WHERE m.period_end BETWEEN congress AND last_day AND admitted_n > 0),
ended AS (
    SELECT org_id, admitted_period_end AS d, sum(people_n) AS ended FROM p, asked WHERE outcome_period_end <= last_day
    GROUP BY org_id, admitted_period_end),
waiting AS (
    SELECT org_id, d, n - coalesce(ended, 0) AS waiting FROM admitted LEFT JOIN ended USING (org_id, d), asked
    WHERE d + INTERVAL 1 DAY + INTERVAL 12 MONTH <= last_day AND n > coalesce(ended, 0))
SELECT org_id,
       (SELECT arg_max(name, valid_from) FROM o, asked WHERE o.org_id = waiting.org_id AND valid_from <= last_day),
       sum(waiting), min(d)
FROM waiting GROUP BY org_id ORDER BY min(d), sum(waiting) DESC, org_id
"""

# One row per month: people at risk, made official, left; the months of the calendar between the two rows.
MONTHS = (
    FOLLOWED
    + """,
ended AS (
    SELECT datediff('month', d, e) AS month, people_n AS n, outcome = 'official' AS made
    FROM known SEMI JOIN followed USING (d)),
spells AS (
    SELECT month, n FROM ended UNION ALL SELECT datediff('month', d, last_day), waiting FROM followed)
SELECT month, (SELECT sum(n) FROM spells WHERE spells.month >= grid.month),
       (SELECT coalesce(sum(n), 0) FROM ended WHERE ended.month = grid.month AND made),
       (SELECT coalesce(sum(n), 0) FROM ended WHERE ended.month = grid.month AND NOT made)
FROM (SELECT unnest(range(0, (SELECT max(month) + 1 FROM ended))) AS month) grid ORDER BY month
"""
)


@pytest.fixture(scope="module")
def files() -> duckdb.DuckDBPyConnection:
    return open_database()


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, files: duckdb.DuckDBPyConnection) -> Iterator[Case]:
    yield from open_case(files, request.param)


def asked(case: Case) -> tuple[object, ...]:
    return (*case.tables("membership", "probation").values(), case.report.covered)


def test_cohorts_agree(case):
    got = probation.follow_cohorts(*asked(case), case.report.dataset.info.granularity)
    assert measured(
        got, "cohort", "cohort_end_date", "is_part", "state", "people_n", "admitted_n", "share_pct", "is_sensitive"
    ) == case.answer(COHORTS)


def test_those_whose_probation_is_over_agree(case):
    assert measured(probation.outcomes_of_due(*asked(case)), "state", "people_n", "due_n") == case.answer(DUE)


def test_overdue_cohorts_agree(case):
    got = probation.overdue_probation(*asked(case), case.report.dataset.info.granularity)
    assert measured(got, "cohort", "cohort_end_date", "people_n", "months_over_n") == case.answer(OVERDUE)


def test_the_call_list_agrees(case):
    whole = case.report.whole_tables("probation")
    tables = (case.tables("membership") | whole | case.tables("organisations")).values()
    got = probation.overdue_by_organisation(*tables, case.report.covered)
    assert measured(got, "org_id", "name", "overdue_n", "oldest_admitted_date") == case.answer(CALLED)


def test_months_agree(case):
    got = probation.outcomes_by_month(*asked(case))
    columns = ("month", "at_risk_n", "official_n", "left_n", "official_total_n", "official_pct", "left_pct")
    assert measured(got, *columns) == exact_incidence(case.answer(MONTHS))


def exact_incidence(months: list[tuple[int, int, int, int]]) -> list[tuple[int, ...]]:
    """Return the months with both cumulative incidences in hundredths of a percent, half up, from exact fractions."""
    staying, official, left, total, rows = Fraction(1), Fraction(0), Fraction(0), 0, []
    for month, at_risk, made, gone in months:
        official += staying * Fraction(made, at_risk)
        left += staying * Fraction(gone, at_risk)
        staying *= 1 - Fraction(made + gone, at_risk)
        total += made
        rows.append((month, at_risk, made, gone, total, hundredths(official), hundredths(left)))
    return rows


def hundredths(share: Fraction) -> int:
    return (2 * 10_000 * share.numerator + share.denominator) // (2 * share.denominator)
