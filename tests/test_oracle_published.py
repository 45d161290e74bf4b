"""The oracle for printed figures: plain SQL over the CSV, for the shipped file and for a thousand synthetic figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from oracle import FIGURES, SETUP, measured, plain
from printed_figures import synthetic_figures

from analysis.measures.printed_levels import good_or_better, level_distribution
from analysis.measures.printed_rates import admissions_per_100_members, members_per_organisation
from analysis.measures.printed_shares import shares_of_target
from analysis.measures.sources import list_sources
from analysis.tables.published import read_figures

# Each figure with the first and last day that its dates can mean, and its rank among figures of the same fact.
SEEN = """
CREATE TABLE seen AS
SELECT *, coalesce(province, '') AS place, TRY_CAST(value AS DECIMAL(18, 4)) AS v,
    (period_end || substr('-01-01', length(period_end) - 3))::DATE AS first_meant,
    CASE length(period_end) WHEN 4 THEN make_date(period_end::INT, 12, 31)
        WHEN 7 THEN last_day((period_end || '-01')::DATE) ELSE period_end::DATE END AS last_meant,
    list_position(['low', 'medium', 'high'], confidence) AS sure,
    regexp_matches(lower(body), '^([0-9]+|các|những|tập thể|nhóm) ') AS is_group
FROM figures
"""

SHARES = """
WITH shares AS (
    SELECT *, CASE WHEN period_kind = 'year' AND NOT period_end LIKE '____-12-31' THEN 'year_to_date'
              ELSE period_kind END AS kind FROM seen
    WHERE measure = 'admissions_pct_of_target' AND unit = 'percent' AND period_kind <> 'month' AND NOT is_group),
latest AS (
    SELECT *, row_number() OVER (PARTITION BY body, place, kind
        ORDER BY last_meant DESC, sure DESC, published_on DESC NULLS LAST, figure_id DESC) AS age FROM shares),
timed AS (
    SELECT *, make_date(year(last_meant), 1, 1) AS opening,
        CASE WHEN kind = 'term_to_date' THEN
            (period_start || substr('-01-01', length(period_start) - 3))::DATE END AS congress_first,
        CASE WHEN kind = 'term_to_date' THEN CASE length(period_start) WHEN 4 THEN make_date(period_start::INT, 12, 31)
            WHEN 7 THEN last_day((period_start || '-01')::DATE) ELSE period_start::DATE END END AS congress_last
    FROM latest WHERE age = 1),
days AS (
    SELECT *,
        CASE WHEN kind = 'term_to_date' THEN first_meant - congress_last ELSE first_meant - opening END + 1 AS low,
        CASE WHEN kind = 'term_to_date' THEN last_meant - congress_first ELSE last_meant - opening END + 1 AS high,
        CASE WHEN kind = 'term_to_date' THEN (congress_first + INTERVAL 5 YEAR)::DATE - congress_first
            ELSE make_date(year(last_meant) + 1, 1, 1) - opening END AS whole
    FROM timed)
SELECT figure_id, kind, (100 * v)::BIGINT, value_bound = 'exact',
    CASE WHEN length(period_end) > 4 AND whole > 0 THEN least(hundredths(greatest(low, 0), whole), 10000) END,
    CASE WHEN length(period_end) > 4 AND whole > 0 THEN least(hundredths(greatest(high, 0), whole), 10000) END
FROM days
ORDER BY list_position(['q1', 'h1', '9m', 'year', 'year_to_date', 'term_to_date'], kind), value_bound <> 'exact',
    v DESC, body, place
"""

COUNTS = """
CREATE TABLE counts AS
SELECT * FROM (
    SELECT *, row_number() OVER (PARTITION BY measure, body, place, level, period_end, period_kind
        ORDER BY sure DESC, published_on DESC NULLS LAST, figure_id DESC) AS age
    FROM seen WHERE unit <> 'percent' AND value_bound <> 'range' AND v % 1 = 0 AND v > 0 AND NOT is_group)
WHERE age = 1
"""

BOUND = """CASE WHEN a.value_bound = 'exact' AND b.value_bound = 'exact' THEN 'exact'
    WHEN a.value_bound IN ('exact', 'at_least') AND b.value_bound IN ('exact', 'at_most') THEN 'at_least'
    WHEN a.value_bound IN ('exact', 'at_most') AND b.value_bound IN ('exact', 'at_least') THEN 'at_most'
    ELSE 'about' END"""

DENSITY = f"""
WITH pairs AS (
    SELECT a.body, a.place, a.period_end, a.v::BIGINT AS members, b.v::BIGINT AS organisations, {BOUND} AS bound,
        row_number() OVER (PARTITION BY a.body, a.place ORDER BY a.last_meant DESC, a.sure DESC,
            a.published_on DESC NULLS LAST, a.figure_id DESC) AS age
    FROM counts a JOIN counts b USING (body, place, level, period_end)
    WHERE a.measure = 'members_total' AND b.measure = 'orgs_total'
      AND a.period_kind = 'stock' AND b.period_kind = 'stock')
SELECT body, place, period_end, members, organisations, hundredths(members, 100 * organisations) AS density, bound
FROM pairs WHERE age = 1 ORDER BY bound <> 'exact', density DESC, body, place
"""

RATES = f"""
WITH pairs AS (
    SELECT a.body, a.place, year(a.last_meant) AS year, a.v::BIGINT AS admitted, b.v::BIGINT AS members,
        {BOUND} AS bound,
        CASE WHEN b.period_end IN (year(a.last_meant) - 1 || '-12-31', year(a.last_meant) || '-01-01') THEN 'year_start'
            WHEN b.period_end = year(a.last_meant) || '-12-31' THEN 'year_end'
            WHEN year(b.last_meant) = year(a.last_meant) THEN 'within_year' END AS base,
        b.period_end AS base_date
    FROM counts a JOIN counts b USING (body, place)
    WHERE a.measure = 'admissions' AND a.period_kind = 'year' AND a.period_end LIKE '____-12-31'
      AND b.measure = 'members_total' AND b.period_kind = 'stock'),
latest AS (SELECT *, max(year) OVER (PARTITION BY body, place, base) AS last FROM pairs WHERE base IS NOT NULL)
SELECT body, place, year, admitted, members, base, base_date, hundredths(admitted, members) AS rate, bound
FROM latest WHERE year = last ORDER BY bound <> 'exact', rate DESC, body, place
"""

# Good or better of organisations: as printed, else worked out from counts; excellent and good each by themselves.
BETTER = """
WITH facts AS (
    SELECT body, place, year(last_meant) AS year, v, value_bound, sure, published_on, figure_id,
        CASE WHEN measure = 'orgs_rated' THEN 'rated'
            WHEN measure = 'org_class_good' AND is_cumulative = 'false' AND unit <> 'percent' THEN 'good'
            WHEN measure = 'org_class_excellent' AND unit <> 'percent' THEN 'excellent'
            WHEN measure = 'org_class_good_or_better' AND is_cumulative = 'true' THEN
                CASE unit WHEN 'percent' THEN 'share' ELSE 'better' END END AS item
    FROM seen
    WHERE period_kind = 'year' AND last_meant = make_date(year(last_meant), 12, 31) AND length(period_end) <> 7
      AND NOT is_group),
held AS (
    SELECT *, row_number() OVER (PARTITION BY body, place, year, item
        ORDER BY sure DESC, published_on DESC NULLS LAST, figure_id DESC) AS age
    FROM facts WHERE item = 'share' OR (item IS NOT NULL AND value_bound = 'exact')),
wide AS (
    SELECT body, place, year, max(v) FILTER (item = 'share') AS share,
        max(value_bound) FILTER (item = 'share') AS bound,
        (max(v) FILTER (item = 'rated'))::BIGINT AS rated,
        coalesce(max(v) FILTER (item = 'better'),
            max(v) FILTER (item = 'excellent') + max(v) FILTER (item = 'good'))::BIGINT AS better
    FROM held WHERE age = 1 GROUP BY ALL),
shares AS (
    SELECT *,
        CASE WHEN share IS NOT NULL THEN (100 * share)::BIGINT WHEN rated > 0 THEN hundredths(better, rated) END AS h,
        CASE WHEN year >= 2025 THEN '366' WHEN year >= 2023 THEN '124' WHEN year >= 2018 THEN '132' END AS rules
    FROM wide)
SELECT body, place, year, rules, h, CASE WHEN share IS NULL THEN 'computed' ELSE 'printed' END, better, rated
FROM shares WHERE h IS NOT NULL AND rules IS NOT NULL
QUALIFY year = max(year) OVER (PARTITION BY body, place, rules)
ORDER BY list_position(['132', '124', '366'], rules), coalesce(bound, 'exact') <> 'exact', h DESC, body, place
"""

SOURCES = """
SELECT any_value(url) AS address, count(*) AS figures, count(DISTINCT body),
    count(*) FILTER (date_basis = 'printed'), count(*) FILTER (date_basis = 'derived_from_text'),
    count(*) FILTER (date_basis = 'derived_from_publication')
FROM seen GROUP BY coalesce(url, 'none ' || coalesce(publisher, '') || ' ' || coalesce(published_on, ''))
"""

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module", params=["shipped", "thousand"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, Ask]:
    """Return printed figures as this side reads them, and the question to the other side."""
    path: Path = FIGURES
    if request.param == "thousand":
        path = tmp_path_factory.mktemp("figures") / "figures.csv"
        synthetic_figures(1000).to_csv(path, index=False)
    database = duckdb.connect(config={"threads": 1})
    database.execute(f"CREATE TABLE figures AS FROM read_csv('{path}', header=true, all_varchar=true)")
    for statement in (SETUP, SEEN, COUNTS):
        database.execute(statement)
    return read_figures(path), lambda query: [
        tuple(plain(cell) for cell in row) for row in database.execute(query).fetchall()
    ]


def test_shares_and_the_time_that_had_passed_agree(both):
    figures, ask = both
    got = shares_of_target(figures)
    columns = ("figure_id", "kind", "value_pct", "is_exact", "elapsed_low_pct", "elapsed_high_pct")
    assert measured(got, *columns) == ask(SHARES)
    assert len(got) > 10


def test_members_per_organisation_agree(both):
    figures, ask = both
    got = members_per_organisation(figures)
    columns = ("body", "province", "period_end", "members_n", "organisations_n", "members_per_organisation_n")
    rows = measured(got, *columns, "value_bound", hundredths=["members_per_organisation_n"])
    assert rows == ask(DENSITY)
    assert len(rows) > 10


def test_admissions_per_100_members_agree(both):
    figures, ask = both
    columns = ("body", "province", "year", "admitted_n", "members_n", "base", "base_date", "rate_pct", "value_bound")
    rows = measured(admissions_per_100_members(figures), *columns)
    assert rows == ask(RATES)
    assert rows


def test_shares_graded_good_or_better_agree(both):
    figures, ask = both
    columns = ("body", "province", "year", "rule_set", "share_pct", "share_basis", "count_n", "rated_n")
    rows = measured(good_or_better(figures, "organisation"), *columns)
    assert rows == ask(BETTER)
    assert len(rows) > 3


def test_the_four_levels_make_up_those_rated_of_every_body_shown(both):
    figures, ask = both
    rows = level_distribution(figures, "organisation")
    sums = rows.groupby(["body", "province", "rated_n"])["count_n"].sum().reset_index()
    assert (sums["count_n"] == sums["rated_n"]).all()
    known = {(row[0], row[1], row[7]) for row in ask(BETTER)}
    assert {tuple(row) for row in sums[["body", "province", "rated_n"]].itertuples(index=False)} <= known


def test_sources_agree(both):
    figures, ask = both
    columns = ("url", "figures_n", "bodies_n", "printed_n", "derived_from_text_n", "derived_from_publication_n")
    got = measured(list_sources(figures), *columns)
    assert sorted(got, key=str) == sorted(ask(SOURCES), key=str)
    assert sum(row[1] for row in got) == len(figures)
