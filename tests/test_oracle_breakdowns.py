"""The breakdowns again, by plain SQL over the same CSV files (tests/oracle.py): categories, lines, shares, days."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from oracle import CASES, Case, measured, open_case, open_database

from analysis.measures import breakdowns

ORDER = """
CREATE TABLE listed AS
SELECT dimension, place, category FROM (
    SELECT unnest(['age', 'occupation', 'education', 'professional_level', 'sex']) AS dimension,
           unnest([
               ['18-30', '31-35', '36-40', '41-45', '46-50', '51-55', '56-60', 'over_60'],
               ['state_cadre', 'party_mass_cadre', 'commune_cadre', 'public_employee', 'enterprise_leader',
                'enterprise_indirect', 'enterprise_worker', 'student', 'other'],
               ['lower_secondary', 'upper_secondary'],
               ['none', 'technical_elementary', 'intermediate', 'college', 'university', 'master', 'doctor'],
               ['female', 'male']]) AS names),
    LATERAL (SELECT unnest(names) AS category, unnest(range(len(names))) AS place);
CREATE TABLE lines AS
SELECT unnest(['female', 'ethnic_minority', 'religion', 'youth_union', 'readmitted']) AS line, unnest(range(5)) AS place
"""

# Every count of the sample has all dimensions, so that one day holds for all of them.
COUNTED_ON = "SELECT max(c0.period_end) FROM composition AS c0, asked WHERE c0.period_end <= last_day"

PARTITION = f"""
WITH admitted AS (
    SELECT category, sum(admitted_n) AS n, count(DISTINCT org_id) AS bodies FROM a, asked
    WHERE dimension = $dimension AND a.period_end BETWEEN first_day AND last_day GROUP BY category),
counted AS (
    SELECT category, sum(members_n) AS n, count(DISTINCT org_id) AS bodies FROM k
    WHERE dimension = $dimension AND period_end = ({COUNTED_ON}) GROUP BY category),
both_of AS (
    SELECT 0 AS which, 'admitted' AS population, place, listed.category, coalesce(n, 0) AS n,
           coalesce(bodies, 0) AS bodies, NULL AS day
    FROM listed LEFT JOIN admitted USING (category) WHERE dimension = $dimension
    UNION ALL
    SELECT 1, 'members', place, listed.category, coalesce(n, 0), coalesce(bodies, 0), ({COUNTED_ON})
    FROM listed LEFT JOIN counted USING (category)
    WHERE dimension = $dimension AND EXISTS (FROM counted))
SELECT population, category, n,
       hundredths(n, CASE which WHEN 0 THEN (SELECT coalesce(sum(admitted_n), 0) FROM inside)
                                ELSE (SELECT sum(n) FROM counted) END), bodies, day
FROM both_of ORDER BY which, place
"""

OVERLAPS = f"""
WITH heads AS (
    SELECT 0 AS which, org_id, sum(admitted_n) AS total FROM inside GROUP BY org_id
    UNION ALL
    SELECT 1, org_id, sum(members_n) FROM k WHERE dimension = 'sex' AND period_end = ({COUNTED_ON}) GROUP BY org_id),
said AS (
    SELECT 0 AS which, org_id, dimension AS line, sum(admitted_n) AS yes FROM a, asked
    WHERE a.period_end BETWEEN first_day AND last_day GROUP BY org_id, dimension
    UNION ALL
    SELECT 1, org_id, dimension, sum(members_n) FROM k WHERE period_end = ({COUNTED_ON}) GROUP BY org_id, dimension),
each AS (
    SELECT which, line, place, total, coalesce(yes, 0) AS yes
    FROM heads CROSS JOIN lines LEFT JOIN said USING (which, org_id, line)),
parts AS (
    SELECT which, line, place, 0 AS second, 'yes' AS part, sum(yes) AS n, count(*) FILTER (yes > 0) AS bodies,
           sum(total) AS total FROM each GROUP BY ALL
    UNION ALL
    SELECT which, line, place, 1, 'rest', sum(total - yes), count(*) FILTER (total > yes), sum(total)
    FROM each GROUP BY ALL)
SELECT CASE which WHEN 0 THEN 'admitted' ELSE 'members' END, line, part, n, total, hundredths(n, total::BIGINT), bodies,
       line IN ('religion', 'ethnic_minority'), CASE which WHEN 1 THEN ({COUNTED_ON}) END
FROM parts ORDER BY which, place, second
"""


@pytest.fixture(scope="module")
def sql() -> Iterator[duckdb.DuckDBPyConnection]:
    database = open_database()
    database.execute(ORDER)
    yield database
    database.close()


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, sql: duckdb.DuckDBPyConnection) -> Iterator[Case]:
    yield from open_case(sql, request.param)


def returns(case: Case) -> breakdowns.Returns:
    whole = case.report.whole_tables("admissions", "composition")
    return breakdowns.Returns(case.tables(*breakdowns.TABLES), whole)


@pytest.mark.parametrize("dimension", [*breakdowns.SHOWN_PARTITIONS, "sex"])
def test_the_oracle_finds_every_partition(case: Case, dimension: str):
    got = breakdowns.measure_partition(returns(case), dimension, case.report.window)
    columns = ("population", "category", "people_n", "share_pct", "organisations_n", "composition_date")
    assert measured(got, *columns) == case.answer(PARTITION, dimension=dimension)


def test_the_oracle_finds_every_overlapping_line(case: Case):
    got = breakdowns.measure_overlaps(returns(case), case.report.window)
    columns = ("population", "line", "part", "people_n", "total_n", "share_pct", "organisations_n", "is_sensitive")
    assert measured(got, *columns, "composition_date") == case.answer(OVERLAPS)


def test_the_oracle_is_asked_about_many_people(sql: duckdb.DuckDBPyConnection):
    for case in open_case(sql, "term/whole"):
        got = measured(
            breakdowns.measure_partition(returns(case), "age", case.report.window), "people_n", "composition_date"
        )
        assert got[0] == (879, None)
        assert got[-1] == (160, "2025-02-14")
