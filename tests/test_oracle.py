"""An independent oracle: every count, sum and ratio again, by plain SQL over the same CSV files (tests/oracle.py).

Both sides must agree exactly, for every period of params/ and for the whole Khối, one sector and one organisation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import pytest
from conftest import open_sample
from frames import ROOT
from oracle import CASES, PERIODS, Case, days_of, measured, open_case, open_database, plain

from analysis.measures import admissions, article, classification, headline, membership, official_periods, structure

ATTAINMENT = """
WITH counted AS (SELECT coalesce(sum(admitted_n), 0) AS admitted_n FROM inside),
each AS (
    SELECT org_id, arg_max(target, assigned_on) AS target, max(assigned_on) AS assigned_on FROM t, asked
    WHERE measure = 'admitted' AND level = 'organisation' AND assigned_on <= last_day
      AND CASE WHEN is_term THEN scope = 'term' ELSE scope = 'year' AND t.year = year(period_end) END
    GROUP BY org_id),
own AS (
    SELECT target, assigned_on FROM t, asked
    WHERE measure = 'admitted' AND level = 'bloc' AND org_id IS NULL AND assigned_on <= last_day
      AND CASE WHEN is_term THEN scope = 'term' ELSE scope = 'year' AND t.year = year(period_end) END
    ORDER BY assigned_on DESC LIMIT 1),
held AS (
    SELECT target, assigned_on FROM own WHERE (SELECT is_whole FROM asked)
    UNION ALL SELECT sum(target), max(assigned_on) FROM each WHERE NOT (SELECT is_whole FROM asked) HAVING count(*) > 0)
SELECT first_day, last_day, admitted_n, target, assigned_on, hundredths(admitted_n, target::BIGINT)
FROM asked, counted LEFT JOIN held ON true
"""

COMPARED = """
SELECT coalesce(sum(admitted_n), 0) FROM m WHERE period_end BETWEEN $f AND $l
"""

COMPARED_INDEX = """
WITH before AS (SELECT coalesce(sum(admitted_n), 0) AS n FROM m WHERE period_end BETWEEN $f AND $l),
now AS (SELECT coalesce(sum(admitted_n), 0) AS n FROM inside)
SELECT now.n, now.n - before.n, CASE WHEN $f <> first_day THEN hundredths(now.n, before.n) END FROM now, before, asked
"""

RUNNING = """
SELECT period_end, sum(admitted_n), sum(sum(admitted_n)) OVER (ORDER BY period_end) FROM inside
GROUP BY period_end ORDER BY period_end
"""

YEARS = """
WITH years AS (SELECT unnest(range(year(congress), year(last_day) + 1)) AS year FROM asked),
whole AS (
    SELECT year, make_date(year, 1, 1) AS f,
           CASE part WHEN 'Q1' THEN make_date(year, 3, 31) WHEN 'H1' THEN make_date(year, 6, 30)
                     WHEN '9M' THEN make_date(year, 9, 30) ELSE make_date(year, 12, 31) END AS l
    FROM years, asked),
cut AS (SELECT year, f, l, greatest(f, congress) AS cf, least(l, last_day) AS cl FROM whole, asked
        WHERE greatest(f, congress) <= least(l, last_day)),
counted AS (
    SELECT cut.year, cf, cl, f <> cf OR l <> cl AS is_part,
           (SELECT coalesce(sum(admitted_n), 0) FROM m WHERE period_end BETWEEN cf AND cl) AS admitted_n,
           CASE WHEN (SELECT is_whole FROM asked) THEN
               (SELECT arg_max(target, assigned_on) FROM t
                WHERE measure = 'admitted' AND level = 'bloc' AND org_id IS NULL AND scope = 'year'
                  AND t.year = cut.year AND assigned_on <= cl)
           ELSE
               (SELECT sum(target) FROM (
                    SELECT arg_max(target, assigned_on) AS target FROM t
                    WHERE measure = 'admitted' AND level = 'organisation' AND scope = 'year' AND t.year = cut.year
                      AND assigned_on <= cl GROUP BY org_id))
           END AS target
    FROM cut)
SELECT n.year, n.cf, n.cl, n.admitted_n, n.target, n.is_part, hundredths(n.admitted_n, n.target::BIGINT),
       CASE WHEN NOT n.is_part AND NOT b.is_part THEN hundredths(n.admitted_n, b.admitted_n) END
FROM counted n LEFT JOIN counted b ON b.year = n.year - 1 ORDER BY n.year
"""

# The whole target of a year as it held on a day: the Khối's own, or the sum of those of the organisations at hand.
TARGET_OF = """
CASE WHEN (SELECT is_whole FROM asked) THEN
    (SELECT arg_max(target, assigned_on) FROM t
     WHERE measure = 'admitted' AND level = 'bloc' AND org_id IS NULL AND scope = 'year' AND t.year = y
       AND assigned_on <= l)
ELSE (SELECT sum(target) FROM (
    SELECT arg_max(target, assigned_on) AS target FROM t
    WHERE measure = 'admitted' AND level = 'organisation' AND scope = 'year' AND t.year = y
      AND assigned_on <= l GROUP BY org_id)) END
"""

OFFICIAL_PERIODS = f"""
WITH ends(kind, place, last) AS (
    VALUES ('q1', 1, '03-31'), ('h1', 2, '06-30'), ('9m', 3, '09-30'), ('year', 4, '12-31')),
dated AS (SELECT DISTINCT period_end AS day FROM m),
each_year AS (SELECT unnest(range(year(congress), year(last_day) + 1)) AS y FROM asked),
official AS (
    SELECT y, kind, place, greatest(make_date(y, 1, 1), congress) AS f, (y || '-' || ends.last)::DATE AS l
    FROM each_year, ends, asked
    WHERE (y || '-' || ends.last)::DATE <= last_day AND (kind = 'year' OR make_date(y, 1, 1) >= congress)
      AND (y || '-' || ends.last)::DATE IN (FROM dated)),
all_rows AS (
    FROM official UNION ALL
    SELECT year(last_day), 'to_date', 5, greatest(make_date(year(last_day), 1, 1), congress), last_day FROM asked
    WHERE strftime(last_day, '%m-%d') NOT IN (SELECT last FROM ends WHERE kind = 'year' OR
          make_date(year(last_day), 1, 1) >= (SELECT congress FROM asked))),
before AS (
    SELECT *, (f - INTERVAL 1 YEAR)::DATE AS bf, (l - INTERVAL 1 YEAR)::DATE AS bl FROM all_rows),
counted AS (
    SELECT y, kind, place, f, l, {TARGET_OF} AS target,
           (SELECT coalesce(sum(admitted_n), 0) FROM m WHERE period_end BETWEEN f AND l) AS admitted,
           CASE WHEN bf >= (SELECT congress FROM asked) AND bl IN (FROM dated) AND (bf - 1)::DATE IN (FROM dated)
                THEN (SELECT coalesce(sum(admitted_n), 0) FROM m WHERE period_end BETWEEN bf AND bl) END AS earlier
    FROM before)
SELECT y, kind, f, l, admitted, target, hundredths(admitted, target::BIGINT), earlier, hundredths(admitted, earlier)
FROM counted ORDER BY y, place
"""

# The years that have a target, taken together.
TOGETHER = """
SELECT min(year) FILTER (target IS NOT NULL), max(year) FILTER (target IS NOT NULL),
       sum(admitted_n) FILTER (target IS NOT NULL), sum(target),
       hundredths(sum(admitted_n) FILTER (target IS NOT NULL), sum(target)::BIGINT)
FROM (SELECT year, admitted_n, target FROM counted)
"""

ADMISSIONS_BY_SECTOR = """
WITH counted AS (
    SELECT sector_group, count(DISTINCT org_id) AS organisations_n, sum(admitted_n) AS admitted_n,
           coalesce(sum(opening_n) FILTER (period_end = (SELECT min(period_end) FROM inside)), 0) AS members_start_n
    FROM inside JOIN now_in USING (org_id) GROUP BY sector_group)
SELECT sector_group, organisations_n, admitted_n, members_start_n,
       hundredths(admitted_n, (SELECT sum(admitted_n) FROM counted)), hundredths(admitted_n, members_start_n)
FROM counted ORDER BY place_of_group(sector_group)
"""

HEADLINE = """
SELECT (SELECT count(*) FROM standing), (SELECT count(*) FROM standing WHERE kind = 'party_committee'),
       (SELECT count(*) FROM standing WHERE kind = 'cell'),
       (SELECT coalesce(sum(closing_n), 0) FROM m, asked WHERE m.period_end = last_day),
       count(*) FILTER (kind = 'cell'), count(*) FILTER (sector_group = 'non_state')
FROM e JOIN first_stood USING (org_id), asked WHERE event = 'founded' AND e.date BETWEEN first_day AND last_day
"""

GRADES = """
WITH decided AS (
    SELECT reporting_year AS year, status, sum(count_n) AS n FROM c
    WHERE stage = 'decided' AND reason IS NULL AND subject = $subject
      AND ($subject = 'member' OR org_kind IN ('party_committee', 'cell'))
    GROUP BY reporting_year, status),
grid AS (
    SELECT graded_years.year, level, coalesce(n, 0) AS n
    FROM graded_years CROSS JOIN (SELECT unnest(['excellent', 'good', 'completed', 'not_completed']) AS level)
         LEFT JOIN decided ON decided.year = graded_years.year AND status = level),
totals AS (
    SELECT year, sum(n) AS rated,
           (SELECT coalesce(sum(n), 0) FROM decided d
            WHERE d.year = grid.year AND status IN ('exempt', 'not_graded')) AS left_out
    FROM grid GROUP BY year)
SELECT year, level, n, rated, hundredths(n, rated), left_out, hundredths(rated, rated + left_out)
FROM grid JOIN totals USING (year) ORDER BY year, place_of_level(level)
"""

GOOD_OR_BETTER = """
WITH decided AS (
    SELECT reporting_year AS year, status, sum(count_n) AS n FROM c
    WHERE stage = 'decided' AND reason IS NULL AND subject = $subject
      AND ($subject = 'member' OR org_kind IN ('party_committee', 'cell'))
    GROUP BY reporting_year, status),
summed AS (
    SELECT g.year, coalesce(sum(n) FILTER (status IN ('excellent', 'good')), 0) AS better,
           coalesce(sum(n) FILTER (status IN ('excellent', 'good', 'completed', 'not_completed')), 0) AS rated
    FROM graded_years g LEFT JOIN decided USING (year) GROUP BY g.year)
SELECT year, better, rated, hundredths(better, rated),
       (SELECT 100 * arg_max(target, assigned_on) FROM t
        WHERE measure = $measure AND level = 'bloc' AND scope = 'year' AND t.year = summed.year
          AND year(assigned_on) <= t.year)
FROM summed ORDER BY year
"""

CAP = """
WITH per_body AS (
    SELECT reporting_year AS year, org_id, coalesce(sum(count_n) FILTER (status = 'excellent'), 0) AS x,
           coalesce(sum(count_n) FILTER (status = 'good'), 0) AS g, sum(count_n) AS rated
    FROM c WHERE stage = 'decided' AND reason IS NULL AND subject = 'member'
      AND status IN ('excellent', 'good', 'completed', 'not_completed')
    GROUP BY reporting_year, org_id),
judged AS (
    SELECT year, 1 AS place, 'good' AS reading, 5 * x <= g AS keeps FROM per_body WHERE rated > 0 UNION ALL
    SELECT year, 2, 'good_or_better', 5 * x <= g + x FROM per_body WHERE rated > 0 UNION ALL
    SELECT year, 3, 'rated', 5 * x <= rated FROM per_body WHERE rated > 0)
SELECT year, reading, count(*), count(*) FILTER (keeps), count(*) FILTER (NOT keeps),
       hundredths(count(*) FILTER (keeps), count(*))
FROM judged JOIN graded_years USING (year) GROUP BY year, place, reading ORDER BY year, place
"""

KINDS = """
WITH days AS (
    SELECT make_date(y, 12, 31) AS day
    FROM (SELECT unnest(range(year(congress), year(last_day) + 1)) AS y FROM asked), asked
    WHERE make_date(y, 12, 31) < last_day
    UNION ALL SELECT last_day FROM asked),
counted AS (
    SELECT day, k.kind, count(o.org_id) AS n
    FROM days CROSS JOIN (SELECT unnest(['party_committee', 'cell']) AS kind) k
         LEFT JOIN o ON o.kind = k.kind AND valid_from <= day AND coalesce(valid_to, day) >= day
    GROUP BY day, k.kind)
SELECT day, kind, n, sum(n) OVER (PARTITION BY day) FROM counted ORDER BY day, place_of_kind(kind)
"""

SECTORS = """
WITH counted AS (
    SELECT g.sector_group, k.kind, count(standing.org_id) AS n
    FROM (SELECT DISTINCT sector_group FROM standing WHERE sector_group IS NOT NULL) g
         CROSS JOIN (SELECT unnest(['party_committee', 'cell']) AS kind) k
         LEFT JOIN standing ON standing.sector_group = g.sector_group AND standing.kind = k.kind
    GROUP BY g.sector_group, k.kind),
summed AS (SELECT *, sum(n) OVER (PARTITION BY sector_group) AS total FROM counted)
SELECT sector_group, kind, n, total, hundredths(total, (SELECT count(*) FROM standing)) FROM summed
ORDER BY place_of_group(sector_group), place_of_kind(kind)
"""

SIZE_BANDS = """
WITH sized AS (
    SELECT kind, CASE WHEN closing_n < 30 THEN 'under_30' WHEN closing_n < 50 THEN 'from_30_to_49'
                      WHEN closing_n < 100 THEN 'from_50_to_99' WHEN closing_n < 200 THEN 'from_100_to_199'
                      ELSE 'from_200' END AS band
    FROM standing JOIN m USING (org_id), asked WHERE m.period_end = last_day),
counted AS (
    SELECT b.band, k.kind, count(sized.band) AS n
    FROM (SELECT unnest(['under_30', 'from_30_to_49', 'from_50_to_99', 'from_100_to_199', 'from_200']) AS band) b
         CROSS JOIN (SELECT unnest(['party_committee', 'cell']) AS kind) k
         LEFT JOIN sized ON sized.band = b.band AND sized.kind = k.kind
    GROUP BY b.band, k.kind)
SELECT band, kind, n, sum(n) OVER (PARTITION BY band) FROM counted ORDER BY place_of_band(band), place_of_kind(kind)
"""

LOWER_BODIES = """
SELECT k.kind, count(o.org_id)
FROM (SELECT unnest(['subordinate_cell', 'section_committee']) AS kind) k CROSS JOIN asked
     LEFT JOIN o ON o.kind = k.kind AND valid_from <= last_day AND coalesce(valid_to, last_day) >= last_day
GROUP BY k.kind ORDER BY k.kind DESC
"""

EVENTS = """
SELECT event, count(*), count(*) FILTER (kind = 'cell'), count(*) FILTER (sector_group = 'non_state')
FROM e JOIN first_stood USING (org_id), asked WHERE e.date BETWEEN first_day AND last_day
GROUP BY event
ORDER BY list_position(['founded', 'split', 'merged', 'dissolved', 'transferred_in', 'transferred_out', 'upgraded',
                        'downgraded', 'renamed', 'reclassified'], event)
"""

BRIDGE = """
WITH ends AS (
    SELECT coalesce(sum(opening_n) FILTER (period_end = (SELECT min(period_end) FROM inside)), 0) AS opening,
           coalesce(sum(closing_n) FILTER (period_end = (SELECT max(period_end) FROM inside)), 0) AS closing,
           coalesce(sum(internal_in_n) - sum(internal_out_n), 0) AS internal,
           coalesce(sum(admitted_n), 0) AS admitted, coalesce(sum(transferred_in_n), 0) AS transferred_in,
           coalesce(sum(restored_n), 0) AS restored, coalesce(sum(died_n), 0) AS died,
           coalesce(sum(expelled_n), 0) AS expelled, coalesce(sum(removed_n), 0) AS removed,
           coalesce(sum(resigned_n), 0) AS resigned, coalesce(sum(transferred_out_n), 0) AS transferred_out
    FROM inside),
lines AS (
    SELECT 1 AS place, 'admitted_n' AS line, admitted AS people FROM ends UNION ALL
    SELECT 2, 'transferred_in_n', transferred_in FROM ends UNION ALL
    SELECT 3, 'restored_n', restored FROM ends UNION ALL
    SELECT 4, 'died_n', -died FROM ends UNION ALL
    SELECT 5, 'expelled_n', -expelled FROM ends UNION ALL
    SELECT 6, 'removed_n', -removed FROM ends UNION ALL
    SELECT 7, 'resigned_n', -resigned FROM ends UNION ALL
    SELECT 8, 'transferred_out_n', -transferred_out FROM ends UNION ALL
    SELECT 9, 'internal_net_n', internal FROM ends WHERE internal <> 0),
steps AS (
    SELECT place, line, people, opening + sum(people) OVER (ORDER BY place) - people AS s,
           opening + sum(people) OVER (ORDER BY place) AS e
    FROM lines, ends)
SELECT line, people, s, e FROM (
    SELECT 0 AS place, 'opening_n' AS line, opening AS people, 0 AS s, opening AS e FROM ends UNION ALL
    FROM steps UNION ALL
    SELECT 10, 'closing_n', closing, 0, closing FROM ends)
ORDER BY place
"""

OVER_TIME = """
SELECT m.period_end, sum(closing_n), sum(official_n), sum(probationary_n) FROM m, asked
WHERE m.period_end BETWEEN congress AND last_day GROUP BY m.period_end ORDER BY m.period_end
"""

MEMBERS_BY_SECTOR = """
WITH edges AS (SELECT min(period_end) AS f, max(period_end) AS l FROM inside),
counted AS (
    SELECT sector_group, count(*) FILTER (period_end = l) AS organisations_n,
           coalesce(sum(opening_n) FILTER (period_end = f), 0) AS started,
           coalesce(sum(closing_n) FILTER (period_end = l), 0) AS ended
    FROM inside JOIN now_in USING (org_id), edges WHERE period_end IN (f, l) GROUP BY sector_group)
SELECT sector_group, organisations_n, started, ended, hundredths(ended, (SELECT sum(ended) FROM counted)),
       ended - started, hundredths(ended, started)
FROM counted ORDER BY place_of_group(sector_group)
"""

KNOWN_FIGURES = """
CREATE OR REPLACE TABLE known AS
SELECT * FROM (
    SELECT figures.rowid AS place, *, CASE length(period_end)
        WHEN 4 THEN make_date(period_end::INT, 12, 31) WHEN 7 THEN last_day((period_end || '-01')::DATE)
        ELSE period_end::DATE END AS last_meant
    FROM figures)
WHERE last_meant <= $until
"""

ARTICLE = """
SELECT measure, round(value::DECIMAL(18, 4) * 100)::BIGINT FROM figures
WHERE body = 'Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh (tỉnh không nêu tên)'
"""


@pytest.fixture(scope="module")
def files() -> duckdb.DuckDBPyConnection:
    return open_database()


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest, files: duckdb.DuckDBPyConnection) -> Iterator[Case]:
    yield from open_case(files, request.param)


def test_attainment_agrees(case):
    got = admissions.measure_attainment(
        *case.tables("membership", "targets").values(), case.report.period, case.report.window
    )
    assert measured(
        got, "start_date", "data_date", "admitted_n", "target_n", "target_assigned_date", "attainment_pct"
    ) == case.answer(ATTAINMENT)


def test_the_period_compared_with_agrees(case):
    report = case.report
    compared = (report.compared, report.compared_window)
    got = admissions.compare_attainment(
        *case.tables("membership", "targets").values(), (report.period, report.window), compared
    )
    days = report.compared_window
    if days is None or days.is_empty:
        assert len(got) == 1
        return
    first, second = measured(got, "admitted_n", "change_n", "index_pct")
    assert [first[:1]] == case.answer(COMPARED, f=days.start, l=days.end)
    assert [second] == case.answer(COMPARED_INDEX, f=days.start, l=days.end)


def test_running_total_agrees(case):
    got = admissions.accumulate_admissions(case.report.table("membership"), case.report.window)
    assert measured(got, "period_end", "admitted_n", "cumulative_n") == case.answer(RUNNING)


def test_years_agree(case):
    got = admissions.compare_years(
        *case.tables("membership", "targets").values(), case.report.period, case.report.covered
    )
    assert measured(
        got, "year", "start_date", "data_date", "admitted_n", "target_n", "is_part", "attainment_pct", "index_pct"
    ) == case.answer(YEARS)


def test_years_with_a_target_agree_together(case):
    years = admissions.compare_years(
        *case.tables("membership", "targets").values(), case.report.period, case.report.covered
    )
    counted = YEARS[: YEARS.rindex("SELECT n.year")]
    columns = ("first_year", "last_year", "admitted_n", "target_n", "attainment_pct")
    assert measured(admissions.attain_years(years), *columns) == case.answer(counted + TOGETHER)


def test_official_periods_agree(case):
    got = official_periods.count_official_periods(*case.tables("membership", "targets").values(), case.report.covered)
    columns = ("year", "kind", "start_date", "data_date", "admitted_n", "target_n", "attainment_pct")
    assert measured(got, *columns, "before_n", "index_pct") == case.answer(OFFICIAL_PERIODS)


def test_admissions_by_sector_agree(case):
    got = admissions.admissions_by_sector(*case.tables("membership", "organisations").values(), case.report.window)
    assert measured(
        got, "sector_group", "organisations_n", "admitted_n", "members_start_n", "share_pct", "per_100_pct"
    ) == case.answer(ADMISSIONS_BY_SECTOR)


def test_headline_agrees(case):
    tables = case.tables("membership", "organisations", "events", "targets")
    got = headline.measure_headline(tables, case.report.period, case.report.window)
    assert measured(
        got, "organisations_n", "party_committees_n", "cells_n", "members_n", "founded_cells_n", "founded_non_state_n"
    ) == case.answer(HEADLINE)
    assert measured(got, "admitted_n", "attainment_pct") == [(row[2], row[5]) for row in case.answer(ATTAINMENT)]


@pytest.mark.parametrize("subject", ["member", "organisation"])
def test_grades_agree(case, subject):
    got = classification.measure_grades(case.report.table("classification"), subject, case.report.graded_years)
    assert measured(
        got, "year", "level", "count_n", "rated_n", "share_pct", "not_rated_n", "coverage_pct"
    ) == case.answer(GRADES, subject=subject)


@pytest.mark.parametrize("subject", ["member", "organisation"])
def test_good_or_better_agrees(case, subject):
    grades = classification.measure_grades(case.report.table("classification"), subject, case.report.graded_years)
    measure = f"{subject}_good_or_better"
    got = classification.measure_good_or_better(grades, case.report.table("targets"), measure)
    assert measured(got, "year", "good_or_better_n", "rated_n", "share_pct", "target_pct") == case.answer(
        GOOD_OR_BETTER, subject=subject, measure=measure
    )


def test_cap_agrees_under_its_three_readings(case):
    got = classification.measure_cap(case.report.table("classification"), case.report.graded_years)
    assert measured(got, "year", "reading", "organisations_n", "within_n", "over_n", "within_pct") == case.answer(CAP)


def test_kinds_agree(case):
    got = structure.count_kinds(case.report.table("organisations"), structure.year_ends(case.report.covered))
    assert measured(got, "day", "kind", "organisations_n", "total_n") == case.answer(KINDS)


def test_sectors_agree(case):
    got = structure.count_sectors(case.report.table("organisations"), case.report.window.end)
    assert measured(got, "sector_group", "kind", "organisations_n", "total_n", "share_pct") == case.answer(SECTORS)


def test_size_bands_agree(case):
    got = structure.count_size_bands(*case.tables("organisations", "membership").values(), case.report.window.end)
    assert measured(got, "band", "kind", "organisations_n", "total_n") == case.answer(SIZE_BANDS)


def test_lower_bodies_agree(case):
    got = structure.count_lower_bodies(case.report.table("organisations"), case.report.window.end)
    assert measured(got, "kind", "organisations_n") == case.answer(LOWER_BODIES)


def test_events_agree(case):
    got = structure.count_events(*case.tables("events", "organisations").values(), case.report.window)
    assert measured(got, "event", "events_n", "cells_n", "non_state_n") == case.answer(EVENTS)


def test_founded_cells_agree(case):
    got = structure.count_founded(*case.tables("events", "organisations").values(), case.report.window)
    founded = [row[2:] for row in case.answer(EVENTS) if row[0] == "founded"]
    assert measured(got, "cells_n", "non_state_n") == (founded or [(0, 0)])


def test_bridge_agrees(case):
    got = membership.bridge_membership(case.report.table("membership"), case.report.window)
    assert measured(got, "line", "people_n", "start_n", "end_n") == case.answer(BRIDGE)


def test_members_over_time_agree(case):
    got = membership.members_over_time(case.report.table("membership"), case.report.covered)
    assert measured(got, "period_end", "members_n", "official_n", "probationary_n") == case.answer(OVER_TIME)


def test_members_by_sector_agree(case):
    got = membership.members_by_sector(*case.tables("membership", "organisations").values(), case.report.window)
    assert measured(
        got,
        "sector_group",
        "organisations_n",
        "members_start_n",
        "members_n",
        "share_pct",
        "change_n",
        "start_index_pct",
    ) == case.answer(MEMBERS_BY_SECTOR)


Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(params=PERIODS)
def printed(
    request: pytest.FixtureRequest, files: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> tuple[pd.DataFrame, Ask]:
    """Return the printed figures that a report may show, and the question to the other side."""
    monkeypatch.chdir(ROOT)
    files.execute(KNOWN_FIGURES, {"until": days_of(PERIODS[request.param])[1]})
    figures = open_sample("oracle", period=PERIODS[request.param], audience="internal").printed_figures()
    return figures, lambda query: [tuple(plain(cell) for cell in row) for row in files.execute(query).fetchall()]


def test_printed_figures_known_by_then_agree(printed):
    figures, ask = printed
    assert figures["figure_id"].tolist() == [row[0] for row in ask("SELECT figure_id FROM known ORDER BY place")]


def test_the_articles_facts_are_those_of_the_sample_on_its_day(files, monkeypatch):
    """Rule K32: 940 of 1.500 (62,67 %), 78 = 40 + 38, 5.549, 2 founded of which 1 non-state."""
    monkeypatch.chdir(ROOT)
    report = open_sample("oracle", audience="internal")
    there = headline.measure_headline(report.tables(*headline.TABLES), *report.at(article.ARTICLE_PERIOD))
    facts = article.article_numbers(report.printed_figures(), there)
    got = {
        measure: int(Decimal(str(value)) * 100)
        for measure, value in zip(facts["measure"], facts["dataset_value"], strict=True)
    }
    printed_facts = dict(files.execute(ARTICLE).fetchall())
    assert (
        got
        == {measure: printed_facts[measure] for measure in got}
        == {
            "admissions": 94000,
            "admissions_target": 150000,
            "admissions_pct_of_target": 6267,
            "orgs_total": 7800,
            "party_committees": 4000,
            "cells": 3800,
            "members_total": 554900,
            "new_orgs": 200,
            "new_orgs_nonstate": 100,
        }
    )
    assert facts["is_equal"].all()
