"""Which organisations admit, again by plain SQL over the same CSV files (tests/oracle.py); both sides agree exactly."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest
from oracle import CASES, Case, measured, open_case, open_database

from analysis.measures import organisations
from analysis.measures.coverage import count_returns

# `counted`: admissions beside targets, one row per organisation that reported in the window.
COUNTED = """
CREATE OR REPLACE TEMP TABLE aims AS
WITH held AS (
    SELECT org_id, scope, t.year AS year, arg_max(target, assigned_on)::BIGINT AS target FROM t, asked
    WHERE measure = 'admitted' AND level = 'organisation' AND assigned_on <= last_day
    GROUP BY org_id, scope, t.year)
SELECT org_id, CASE WHEN scope = 'term' THEN NULL ELSE year END AS year, target,
       CASE WHEN scope = 'term' THEN 'term' WHEN is_term THEN 'years' ELSE 'year' END AS basis
FROM held, asked
WHERE target > 0 AND org_id IN (SELECT org_id FROM standing)
  AND CASE WHEN is_term
           THEN scope = 'term' OR (org_id NOT IN (SELECT org_id FROM held WHERE scope = 'term')
                                   AND year BETWEEN year(first_day) AND year(last_day))
           ELSE scope = 'year' AND year = year(period_end) END;

CREATE OR REPLACE TEMP TABLE counted AS
WITH marked AS (
    SELECT org_id, admitted_n,
           EXISTS (SELECT 1 FROM aims
                   WHERE aims.org_id = inside.org_id
                     AND (aims.year IS NULL OR aims.year = year(inside.period_end))) AS is_aimed
    FROM inside),
each AS (
    SELECT org_id, sum(admitted_n) AS every, coalesce(sum(admitted_n) FILTER (is_aimed), 0) AS admitted
    FROM marked GROUP BY org_id),
aimed AS (SELECT org_id, sum(target) AS target, min(basis) AS basis FROM aims GROUP BY org_id),
last_row AS (
    SELECT org_id, arg_max(kind, valid_from) AS kind, arg_max(name, valid_from) AS name FROM o, asked
    WHERE valid_from <= last_day GROUP BY org_id)
SELECT org_id, name, kind, sector_group, admitted, every - admitted AS rest, target, basis, closing_n AS members,
       CASE WHEN closing_n < 30 THEN 'under_30' WHEN closing_n < 50 THEN 'from_30_to_49'
            WHEN closing_n < 100 THEN 'from_50_to_99' WHEN closing_n < 200 THEN 'from_100_to_199'
            WHEN closing_n >= 200 THEN 'from_200' END AS band
FROM each LEFT JOIN aimed USING (org_id) LEFT JOIN last_row USING (org_id) LEFT JOIN now_in USING (org_id)
     LEFT JOIN (SELECT org_id, arg_max(closing_n, m.period_end) AS closing_n FROM m, asked
                WHERE m.period_end <= last_day AND org_id IN (SELECT org_id FROM standing) GROUP BY org_id)
     USING (org_id);
"""

ATTAINMENT = """
SELECT org_id, name, kind, sector_group, band, members, admitted, target, basis, hundredths(admitted, target::BIGINT)
FROM counted WHERE target IS NOT NULL ORDER BY org_id
"""

# Who stands in no group of the table is put to the smallest one; of level ones to the first.
GROUPED = """
WITH shown AS (
    SELECT {group} AS value, count(*) AS bodies, sum(admitted) AS admitted, sum(target) AS target
    FROM counted WHERE target IS NOT NULL AND {group} IS NOT NULL GROUP BY 1),
smallest AS (SELECT value AS least_value FROM shown ORDER BY admitted, value LIMIT 1),
left_over AS (
    SELECT CASE WHEN {group} IN (SELECT value FROM shown) THEN {group} ELSE least_value END AS value,
           count(*) AS rest_bodies, sum(rest) AS rest
    FROM counted CROSS JOIN smallest WHERE rest > 0 GROUP BY 1)
SELECT value, bodies, admitted, target, hundredths(admitted, target::BIGINT),
       least(bodies, coalesce(rest_bodies, bodies)), least(admitted, coalesce(rest, admitted))
FROM shown LEFT JOIN left_over USING (value) ORDER BY {place}(value)
"""

NO_ADMISSION = """
WITH answered AS (SELECT org_id, non_members_left AS answer FROM m, asked WHERE m.period_end = last_day),
admitting AS (SELECT DISTINCT org_id, true AS admits FROM inside WHERE admitted_n > 0),
each AS (
    SELECT kind, sector_group, answer, coalesce(admits, false) AS has
    FROM standing LEFT JOIN answered USING (org_id) LEFT JOIN admitting USING (org_id)),
long AS (
    SELECT 1 AS part, 1 AS place, 'total' AS part_name, 'total' AS value, answer, has FROM each UNION ALL
    SELECT 2, place_of_group(sector_group), 'sector_group', sector_group, answer, has FROM each
    WHERE sector_group IS NOT NULL UNION ALL
    SELECT 3, place_of_kind(kind), 'kind', kind, answer, has FROM each)
SELECT part_name, value, count(*) FILTER (answer = 'yes'), count(*) FILTER (answer = 'yes' AND NOT has),
       count(*) FILTER (answer = 'yes' AND has),
       hundredths(count(*) FILTER (answer = 'yes' AND NOT has), count(*) FILTER (answer = 'yes')),
       count(*) FILTER (answer = 'no'), count(*) FILTER (answer IS NULL)
FROM long GROUP BY part, place, part_name, value ORDER BY part, place
"""

# Rank r of n is in the fifth f with floor(n·(f−1)/5) < r ≤ floor(n·f/5); Gini by the mean absolute difference.
FIFTHS = """
WITH ranked AS (
    SELECT sum(admitted_n)::BIGINT AS people, row_number() OVER (ORDER BY sum(admitted_n) DESC, org_id) AS place,
           count(*) OVER () AS n
    FROM inside GROUP BY org_id),
summed AS (
    SELECT *, sum(people) OVER (ORDER BY place)::BIGINT AS reached, sum(people) OVER ()::BIGINT AS whole FROM ranked),
total AS (
    SELECT (SELECT min(place) FROM summed WHERE whole > 0 AND 2 * reached >= whole) AS half,
           (SELECT sum(abs(a.people - b.people))::BIGINT FROM ranked a, ranked b) AS differences,
           (SELECT (2 * count(*) * sum(people))::BIGINT FROM ranked) AS base,
           (SELECT coalesce(sum(people), 0)::BIGINT FROM ranked) AS everybody),
parts AS (
    SELECT fifth, count(place) AS bodies, coalesce(sum(people), 0)::BIGINT AS people
    FROM (SELECT unnest(range(1, 6)) AS fifth)
         LEFT JOIN summed ON place > n * (fifth - 1) // 5 AND place <= n * fifth // 5
    GROUP BY fifth)
SELECT fifth, bodies, people, hundredths(people, everybody), half,
       CASE WHEN base > 0 THEN (200 * differences + base) // (2 * base) END
FROM parts CROSS JOIN total ORDER BY fifth
"""


# Returns that were due: row dates of the whole dataset in the window, times those who stood on them.
COVERAGE = """
WITH days AS (
    SELECT DISTINCT membership.period_end AS day FROM membership, asked
    WHERE membership.period_end BETWEEN first_day AND last_day),
due AS (
    SELECT DISTINCT o.org_id, day FROM o, days
    WHERE kind IN ('party_committee', 'cell') AND day BETWEEN valid_from AND coalesce(valid_to, day)),
owed AS (FROM due WHERE (org_id, day) NOT IN (SELECT (org_id, period_end) FROM m))
SELECT count(*) FILTER (day = last_day), count(*) FILTER (day = last_day)
         - (SELECT count(*) FROM owed, asked WHERE owed.day = last_day),
       (SELECT count(*) FROM owed), (SELECT count(DISTINCT org_id) FROM owed)
FROM due, asked
"""


@pytest.fixture(scope="module")
def files() -> duckdb.DuckDBPyConnection:
    return open_database()


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest, files: duckdb.DuckDBPyConnection) -> Iterator[Case]:
    for opened in open_case(files, request.param):
        opened.sql.execute(COUNTED)
        yield opened


def asked(case: Case) -> tuple:
    return case.tables("membership", "targets", "organisations"), case.report.period, case.report.window


def test_attainment_of_each_organisation_agrees(case):
    got = organisations.organisation_attainment(*asked(case))
    columns = ("org_id", "name", "kind", "sector_group", "band", "members_n", "admitted_n", "target_n", "target_basis")
    assert measured(got, *columns, "attainment_pct") == case.answer(ATTAINMENT)


@pytest.mark.parametrize(
    ("group", "place"), [("band", "place_of_band"), ("sector_group", "place_of_group"), ("kind", "place_of_kind")]
)
def test_attainment_by_group_agrees(case, group, place):
    got = organisations.count_by_group(*asked(case), group)
    columns = (group, "with_target_n", "admitted_n", "target_n", "attainment_pct", "organisations_n", "least_n")
    assert measured(got, *columns) == case.answer(GROUPED.format(group=group, place=place))


def test_organisations_without_admission_agree(case):
    got = organisations.no_admission(*case.tables("membership", "organisations").values(), case.report.window)
    columns = ("by", "group", "organisations_n", "none_n", "some_n", "none_pct", "closed_n", "unknown_n")
    assert measured(got, *columns) == case.answer(NO_ADMISSION)


def test_concentration_agrees(case):
    got = organisations.concentration(case.report.table("membership"), case.report.window)
    columns = ("fifth", "organisations_n", "admitted_n", "share_pct", "half_n", "gini")
    assert measured(got, *columns, hundredths=["gini"]) == case.answer(FIFTHS)


def test_the_funnel_of_the_sample_expects_what_was_admitted(case):
    """Expected and admitted agree in sum; who lies outside the outer limits is told by the count itself."""
    rows = organisations.measure_funnel(organisations.organisation_attainment(*asked(case)))
    assert (rows["dispersion"] >= 1).all()
    assert (rows["expected_mean"].sum() - rows["admitted_n"].sum()) == pytest.approx(0)
    outside = rows["position"].isin(["below_998", "above_998"])
    beyond = (rows["admitted_n"] < rows["lower_998_n"]) | (rows["admitted_n"] > rows["upper_998_n"])
    assert outside.tolist() == beyond.tolist()


def test_coverage_agrees(case):
    got = count_returns(case.report.dataset.table("membership"), case.report.table("organisations"), case.report.window)
    assert measured(got, "standing_n", "reported_n", "missing_n", "missing_from_n") == case.answer(COVERAGE)


# The committed sample is complete: returns are taken out of the last day and of a month before it.
SILENT = ("TC005", "TC033", "TC047")


@pytest.mark.parametrize("name", ["2021-H1/whole", "2023-midterm/whole", "2023-midterm/sector", "2024-9M/organisation"])
def test_bands_and_coverage_agree_where_returns_are_missing(name):
    for opened in open_case(open_database(), name):
        tables, day = opened.tables("membership", "targets", "organisations"), opened.report.window.end
        rows = tables["membership"]
        is_late = (rows["period_end"] == pd.Timestamp(day)) & rows["org_id"].isin(SILENT)
        is_gap = (rows["period_end"] == pd.Timestamp(2021, 3, 31)) & (rows["org_id"] == "TC035")
        tables["membership"] = rows[~is_late & ~is_gap]
        for table in ("m", "inside"):
            opened.sql.execute(
                f"DELETE FROM {table} WHERE (period_end = (SELECT last_day FROM asked) AND org_id IN {SILENT}) "
                "OR (period_end = DATE '2021-03-31' AND org_id = 'TC035')"
            )
        opened.sql.execute(COUNTED)
        asked_of = (tables, opened.report.period, opened.report.window)
        got = organisations.organisation_attainment(*asked_of)
        assert measured(got, "org_id", "band", "members_n", "admitted_n") == [
            (row[0], row[4], row[5], row[6]) for row in opened.answer(ATTAINMENT)
        ]
        # The dates on which returns were due are those of the whole dataset.
        kept = opened.report.dataset.table("membership")
        late = (kept["period_end"] == pd.Timestamp(day)) & kept["org_id"].isin(SILENT)
        gap = (kept["period_end"] == pd.Timestamp(2021, 3, 31)) & (kept["org_id"] == "TC035")
        covered = count_returns(kept[~late & ~gap], tables["organisations"], opened.report.window)
        assert measured(covered, "standing_n", "reported_n", "missing_n", "missing_from_n") == opened.answer(COVERAGE)
        assert covered["missing_n"].iloc[0] > 0
