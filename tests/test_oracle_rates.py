"""The oracle for admission rates and assigned targets: plain SQL over the same CSV files (tests/oracle.py)."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from oracle import CASES, Case, measured, open_case, open_database

from analysis.measures.rates import measure_rates
from analysis.measures.targets import (
    compare_assigned,
    count_revisions,
    organisations_without_target,
    target_revisions,
)

RATES = """
WITH years AS (SELECT unnest(range(year(congress), year(last_day) + 1)) AS year FROM asked),
whole AS (
    SELECT year, make_date(year, 1, 1) AS f,
           CASE part WHEN 'Q1' THEN make_date(year, 3, 31) WHEN 'H1' THEN make_date(year, 6, 30)
                     WHEN '9M' THEN make_date(year, 9, 30) ELSE make_date(year, 12, 31) END AS l
    FROM years, asked),
cut AS (SELECT year, greatest(f, congress) AS cf, least(l, last_day) AS cl FROM whole, asked
        WHERE greatest(f, congress) <= least(l, last_day)),
openings AS (SELECT year(period_end) AS year, min(period_end) AS opened FROM membership GROUP BY 1),
counted AS (
    SELECT cut.*, (SELECT coalesce(sum(admitted_n), 0) FROM m WHERE period_end BETWEEN cf AND cl) AS admitted,
           (SELECT target FROM targets WHERE level = 'national' AND measure = 'admission_rate' AND year = cut.year
            AND assigned_on <= last_day ORDER BY assigned_on DESC LIMIT 1) AS low,
           (SELECT target_high FROM targets WHERE level = 'national' AND measure = 'admission_rate'
            AND year = cut.year AND assigned_on <= last_day ORDER BY assigned_on DESC LIMIT 1) AS high,
           (SELECT max(assigned_on) FROM targets WHERE level = 'national' AND measure = 'admission_rate'
            AND year = cut.year AND assigned_on <= last_day) AS set_on
    FROM cut, asked),
based AS (
    SELECT counted.*, 1 AS place, 'term_start' AS base, congress AS base_date,
           (SELECT sum(opening_n) FROM m WHERE period_end = (SELECT min(opened) FROM openings)) AS base_n
    FROM counted, asked
    UNION ALL
    SELECT counted.*, 2, 'year_start', make_date(counted.year, 1, 1),
           CASE WHEN make_date(counted.year, 1, 1) >= congress THEN
               (SELECT sum(opening_n) FROM m JOIN openings s ON opened = period_end WHERE s.year = counted.year) END
    FROM counted, asked
    UNION ALL
    SELECT counted.*, 3, 'previous_year_end', make_date(counted.year - 1, 12, 31),
           (SELECT sum(closing_n) FROM m WHERE period_end = make_date(counted.year - 1, 12, 31))
    FROM counted)
SELECT year, base, cf, cl, admitted, base_date, base_n, hundredths(admitted, base_n),
       NOT (month(cf) = 1 AND day(cf) = 1 AND month(cl) = 12 AND day(cl) = 31), 100 * low, 100 * high, set_on
FROM based ORDER BY year, place
"""

HELD = """
WITH grassroots AS (SELECT DISTINCT org_id FROM o WHERE kind IN ('party_committee', 'cell')),
held AS (
    SELECT scope, year, org_id, arg_max(target, assigned_on)::BIGINT AS target FROM t, asked
    WHERE level = 'organisation' AND measure = 'admitted' AND assigned_on <= last_day
      AND org_id IN (FROM grassroots)
    GROUP BY scope, year, org_id)
"""

ASSIGNED = (
    HELD
    + """,
lines AS (
    SELECT 'term' AS scope, NULL AS year, last_day AS day FROM asked
    UNION ALL
    SELECT 'year', y, least(last_day, make_date(y, 12, 31))
    FROM (SELECT unnest(range(year(congress), year(last_day) + 1)) AS y FROM asked), asked),
summed AS (
    SELECT lines.*,
           (SELECT arg_max(target, assigned_on)::BIGINT FROM t, asked
            WHERE is_whole AND level = 'bloc' AND org_id IS NULL AND measure = 'admitted' AND t.scope = lines.scope
              AND t.year IS NOT DISTINCT FROM lines.year AND assigned_on <= last_day) AS headline,
           (SELECT sum(target) FROM held h
            WHERE h.scope = lines.scope AND h.year IS NOT DISTINCT FROM lines.year) AS given,
           (SELECT count(*) FROM held h
            WHERE h.scope = lines.scope AND h.year IS NOT DISTINCT FROM lines.year) AS with_target,
           (SELECT count(*) FROM held h
            WHERE h.scope = lines.scope AND h.year IS NOT DISTINCT FROM lines.year AND target = 0) AS with_zero,
           (SELECT count(*) FROM o WHERE kind IN ('party_committee', 'cell') AND valid_from <= day
              AND coalesce(valid_to, day) >= day) AS standing_n,
           (SELECT count(*) FROM o WHERE kind IN ('party_committee', 'cell') AND valid_from <= day
              AND coalesce(valid_to, day) >= day AND NOT EXISTS (
                  SELECT 1 FROM held h WHERE h.org_id = o.org_id AND h.scope = lines.scope
                    AND h.year IS NOT DISTINCT FROM lines.year)) AS without
    FROM lines)
SELECT scope, year, day, headline, given, given - headline, hundredths(given, headline), with_target, with_zero,
       standing_n, without
FROM summed ORDER BY scope, year
"""
)

REVISED = """
WITH revised AS (
    SELECT level, scope, year, org_id, count(*) AS times, arg_min(target, assigned_on)::BIGINT AS first_target,
           min(assigned_on) AS first_day, arg_max(target, assigned_on)::BIGINT AS last_target,
           max(assigned_on) AS last_assigned
    FROM t, asked WHERE measure = 'admitted' AND assigned_on <= last_day
    GROUP BY level, scope, year, org_id HAVING count(*) > 1)
"""

REVISIONS = (
    REVISED
    + """
SELECT level, scope, year, org_id,
       (SELECT arg_max(name, valid_from) FROM o, asked WHERE o.org_id = revised.org_id AND valid_from <= last_day),
       times, first_target, first_day, last_target, last_assigned, last_target - first_target
FROM revised ORDER BY scope, year, level, org_id
"""
)

REVISIONS_COUNTED = (
    REVISED
    + """
SELECT scope, year, max(first_target) FILTER (level = 'bloc'), max(last_target) FILTER (level = 'bloc'),
       count(*) FILTER (level = 'organisation'),
       count(*) FILTER (level = 'organisation' AND last_target > first_target),
       count(*) FILTER (level = 'organisation' AND last_target < first_target)
FROM revised GROUP BY scope, year ORDER BY scope, year
"""
)

WITHOUT = (
    HELD
    + """
SELECT year(last_day), s.org_id, s.kind, s.sector_group, m.closing_n,
       CASE m.non_members_left WHEN true THEN 'yes' WHEN false THEN 'no' END  -- DuckDB reads them as truth values
FROM standing s CROSS JOIN asked LEFT JOIN m ON m.org_id = s.org_id AND m.period_end = last_day
WHERE s.org_id NOT IN (SELECT org_id FROM held WHERE scope = 'year' AND year = year(last_day))
ORDER BY place_of_group(s.sector_group), m.closing_n DESC NULLS LAST, s.org_id
"""
)


@pytest.fixture(scope="module")
def files() -> duckdb.DuckDBPyConnection:
    return open_database()


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest, files: duckdb.DuckDBPyConnection) -> Iterator[Case]:
    yield from open_case(files, request.param)


def test_rates_agree(case):
    goals = case.report.whole_tables("targets")["targets"]
    got = measure_rates(case.report.table("membership"), goals, case.report.period, case.report.covered)
    assert measured(
        got,
        "year",
        "base",
        "start_date",
        "data_date",
        "admitted_n",
        "base_date",
        "base_n",
        "rate_pct",
        "is_part",
        "goal_low_pct",
        "goal_high_pct",
        "goal_assigned_date",
    ) == case.answer(RATES)


def test_assigned_targets_agree(case):
    got = compare_assigned(*case.tables("targets", "organisations").values(), case.report.covered)
    assert measured(
        got,
        "scope",
        "year",
        "day",
        "target_n",
        "assigned_sum_n",
        "difference_n",
        "assigned_pct",
        "assigned_organisations_n",
        "zero_n",
        "standing_n",
        "without_n",
    ) == case.answer(ASSIGNED)


def test_revisions_agree(case):
    got = target_revisions(*case.tables("targets", "organisations").values(), case.report.covered.end)
    assert measured(
        got,
        "level",
        "scope",
        "year",
        "org_id",
        "org_name",
        "assignments_n",
        "first_target_n",
        "first_date",
        "last_target_n",
        "last_date",
        "change_n",
    ) == case.answer(REVISIONS)
    assert measured(
        count_revisions(got), "scope", "year", "first_target_n", "last_target_n", "revised_n", "raised_n", "lowered_n"
    ) == case.answer(REVISIONS_COUNTED)


def test_organisations_without_a_target_agree(case):
    tables = case.tables("targets", "organisations", "membership")
    got = organisations_without_target(*tables.values(), case.report.covered.end)
    assert measured(got, "year", "org_id", "kind", "sector_group", "members_n", "non_members_left") == case.answer(
        WITHOUT
    )
