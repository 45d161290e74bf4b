"""The oracle for the even pace and the call list: plain SQL over the same CSV files (tests/oracle.py)."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest
from oracle import CASES, Case, measured, open_case, open_database

from analysis.measures.call_list import TABLES, list_calls
from analysis.measures.pace import measure_pace

# A month is 365.25/12 days, which is 487/16; halves are found by the remainder of a whole-number division.
PACE = """
WITH spans AS (
    SELECT 1 AS place, 'term' AS scope, NULL::BIGINT AS year, is_term AS is_asked,
           congress AS first, DATE '2025-02-14' AS last FROM asked
    UNION ALL
    SELECT 2, 'year', y, NOT is_term, greatest(make_date(y, 1, 1), congress),
           least(make_date(y, 12, 31), DATE '2025-02-14')
    FROM (SELECT *, CASE WHEN is_term THEN year(last_day) ELSE year(period_end) END AS y FROM asked)),
held AS (
    SELECT scope, t.year AS year, level, org_id, arg_max(target, assigned_on)::BIGINT AS target FROM t, asked
    WHERE measure = 'admitted' AND assigned_on <= last_day GROUP BY ALL),
counted AS (
    SELECT spans.*, last_day AS day, last_day - first + 1 AS gone, last - last_day AS to_come,
           last - first + 1 AS whole,
           (SELECT coalesce(sum(admitted_n), 0)::BIGINT FROM m
            WHERE m.period_end BETWEEN first AND last_day) AS admitted,
           (SELECT sum(target)::BIGINT FROM held
            WHERE held.scope = spans.scope AND (spans.year IS NULL OR held.year = spans.year)
              AND CASE WHEN is_whole THEN level = 'bloc' AND org_id IS NULL ELSE level = 'organisation' END) AS target
    FROM spans, asked),
paced AS (
    SELECT *, (target * gone) // whole + CASE WHEN 2 * ((target * gone) % whole) >= whole THEN 1 ELSE 0 END AS pace,
           CASE WHEN target IS NOT NULL THEN greatest(target - admitted, 0) END AS needed
    FROM counted)
SELECT scope, is_asked, first, day, last, admitted, target, hundredths(admitted, target),
       hundredths(gone, whole), pace, admitted - pace, needed,
       hundredths(admitted * 487, gone * 16 * 100), hundredths(needed * 487, to_come * 16 * 100)
FROM paced ORDER BY place
"""

# The name of an organisation on the data date, or as it was last.
NAMED = """
WITH named AS (
    SELECT org_id, arg_max(name, valid_from) AS name FROM o, asked WHERE valid_from <= last_day GROUP BY org_id),
"""

CALLS = (
    NAMED
    + """
silent AS (
    SELECT 1 AS part, 'not_reported' AS reason, org_id, NULL::BIGINT AS people,
           (SELECT max(m.period_end) FROM m, asked WHERE m.org_id = s.org_id AND m.period_end < last_day) AS since,
           NULL::BIGINT AS admitted, NULL::BIGINT AS target, NULL::BIGINT AS pace, NULL::VARCHAR AS position,
           NULL::BIGINT AS chance
    FROM standing s, asked
    WHERE NOT EXISTS (SELECT 1 FROM m WHERE m.org_id = s.org_id AND m.period_end = last_day)),
ended AS (
    SELECT org_id, admitted_period_end AS d, sum(people_n) AS people FROM p, asked
    WHERE outcome_period_end <= last_day GROUP BY ALL),
waiting AS (
    SELECT m.org_id, m.period_end AS d, admitted_n - coalesce(people, 0) AS people
    FROM asked, m LEFT JOIN ended ON ended.org_id = m.org_id AND ended.d = m.period_end
    WHERE m.period_end >= congress AND m.period_end + INTERVAL 1 DAY + INTERVAL 12 MONTH <= last_day
      AND EXISTS (SELECT 1 FROM probation) AND admitted_n > coalesce(people, 0)),
overdue AS (
    SELECT 2, 'overdue', org_id, sum(people)::BIGINT, min(d), NULL::BIGINT, NULL::BIGINT, NULL::BIGINT, NULL, NULL
    FROM waiting GROUP BY org_id),
days AS (
    SELECT greatest(make_date(year(last_day), 1, 1), congress) AS first,
           least(make_date(year(last_day), 12, 31), DATE '2025-02-14') AS last FROM asked),
aims AS (
    SELECT org_id, arg_max(target, assigned_on)::BIGINT AS target FROM t, asked
    WHERE measure = 'admitted' AND level = 'organisation' AND scope = 'year' AND t.year = year(last_day)
      AND assigned_on <= last_day AND org_id IN (SELECT org_id FROM standing)
    GROUP BY org_id HAVING arg_max(target, assigned_on) > 0),
paced AS (
    SELECT aims.org_id, any_value(target) AS target, sum(admitted_n)::BIGINT AS admitted,
           any_value(target * (last_day - first + 1) // (last - first + 1)) AS whole_pace,
           any_value(10 * ((20 * target * (last_day - first + 1) + (last - first + 1))
                           // (2 * (last - first + 1)))) AS pace
    FROM aims JOIN m USING (org_id), days, asked WHERE m.period_end BETWEEN first AND last_day GROUP BY aims.org_id),
expected AS (
    SELECT *, target * (sum(admitted) OVER ())::DOUBLE / (sum(target) OVER ()) AS mean, count(*) OVER () AS bodies
    FROM paced),
scored AS (SELECT *, CASE WHEN mean > 0 THEN (admitted - mean) / sqrt(mean) END AS score FROM expected),
winsorised AS (
    SELECT any_value(bodies) AS k,
           avg(power(least(greatest(score, least_score), most_score), 2)) AS found
    FROM scored,
         (SELECT quantile_cont(score, 0.1) AS least_score, quantile_cont(score, 0.9) AS most_score FROM scored)),
spread AS (SELECT CASE WHEN found > 1 + 2 * sqrt(2 / k) THEN found ELSE 1 END AS phi FROM winsorised),
chances AS (  -- of each number up to the one admitted: Poisson, or negative binomial of variance phi times the mean
    SELECT org_id, n, admitted,
           exp(CASE WHEN phi = 1 THEN n * ln(mean) - mean - lgamma(n + 1)
                    ELSE lgamma(n + mean / (phi - 1)) - lgamma(mean / (phi - 1)) - lgamma(n + 1)
                         - mean / (phi - 1) * ln(phi) + n * ln(1 - 1 / phi) END) AS chance
    FROM expected, spread, (SELECT unnest(range(0, (SELECT max(admitted) FROM paced) + 1)) AS n)
    WHERE n <= admitted AND mean > 0),
tails AS (
    SELECT org_id, sum(chance) AS so_few, 1 - coalesce(sum(chance) FILTER (n < admitted), 0) AS so_many
    FROM chances GROUP BY org_id),
behind AS (
    SELECT 3, 'behind_target', org_id, whole_pace - admitted, NULL::DATE, admitted, target, pace,
           CASE WHEN so_few < 0.001 THEN 'below_998' WHEN so_many <= 0.001 THEN 'above_998'
                WHEN so_few < 0.025 THEN 'below_95' WHEN so_many <= 0.025 THEN 'above_95' ELSE 'within' END,
           10000 * floor(0.5 + coalesce(so_few, 1) * 100) / 100
    FROM paced LEFT JOIN tails USING (org_id), asked
    WHERE whole_pace > admitted AND EXISTS (SELECT 1 FROM m WHERE m.org_id = paced.org_id AND m.period_end = last_day)),
answers AS (
    SELECT s.org_id, non_members_left AS answer FROM standing s, asked JOIN m ON m.period_end = last_day
    WHERE m.org_id = s.org_id),
idle AS (
    SELECT 4, 'no_admission', org_id, NULL::BIGINT,
           (SELECT max(m.period_end) FROM m, asked
            WHERE m.org_id = answers.org_id AND admitted_n > 0 AND m.period_end BETWEEN congress AND last_day),
           NULL::BIGINT, NULL::BIGINT, NULL::BIGINT, NULL, NULL
    FROM answers
    WHERE answer = 'yes' AND org_id NOT IN (SELECT org_id FROM inside WHERE admitted_n > 0)),
unanswered AS (
    SELECT 5, 'no_answer', org_id, NULL::BIGINT, NULL::DATE, NULL::BIGINT, NULL::BIGINT, NULL::BIGINT, NULL, NULL
    FROM answers WHERE answer IS NULL AND EXISTS (SELECT 1 FROM answers WHERE answer IS NOT NULL)),
every AS (
    FROM silent UNION ALL FROM overdue UNION ALL FROM behind UNION ALL FROM idle UNION ALL FROM unanswered)
SELECT reason, org_id, name, people, since, admitted, target, pace, position, chance
FROM every LEFT JOIN named USING (org_id)
ORDER BY part, since NULLS FIRST, chance, people DESC, org_id
"""
)

CALLED = (
    *("reason", "org_id", "org_name", "people_n", "since_date"),
    *("admitted_n", "target_n", "pace_n", "position", "chance_pct"),
)


@pytest.fixture(scope="module")
def files() -> duckdb.DuckDBPyConnection:
    return open_database()


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest, files: duckdb.DuckDBPyConnection) -> Iterator[Case]:
    yield from open_case(files, request.param)


def test_the_pace_agrees(case):
    report = case.report
    got = measure_pace(
        *case.tables("membership", "targets").values(), report.dataset.info.term, (report.period, report.window)
    )
    columns = ("scope", "is_asked", "start_date", "data_date", "end_date", "admitted_n", "target_n", "attainment_pct")
    needs = ("elapsed_pct", "pace_n", "ahead_n", "needed_n", "monthly_n", "needed_monthly_n")
    assert measured(got, *columns, *needs, hundredths=["monthly_n", "needed_monthly_n"]) == case.answer(PACE)


def asked(case: Case) -> dict[str, pd.DataFrame]:
    """Return the tables of the place, with the outcomes of the whole Khối."""
    return case.tables(*TABLES) | case.report.whole_tables("probation")


def test_the_call_list_agrees(case):
    got = list_calls(asked(case), case.report.dataset.info.term, case.report.window)
    assert measured(got, *CALLED, hundredths=["pace_n"]) == case.answer(CALLS)


# The committed sample is complete: three returns are taken out of the last day, and all of one organisation.
MISSING = "(period_end = (SELECT last_day FROM asked) AND org_id IN ('TC005', 'TC033', 'TC047')) OR org_id = 'TC042'"


@pytest.mark.parametrize("name", ["2021-H1/whole", "2023-midterm/whole", "2023-midterm/sector", "term/organisation"])
def test_the_call_list_agrees_where_returns_are_missing(name):
    for case in open_case(open_database(), name):
        tables, day = asked(case), case.report.window.end
        rows = tables["membership"]
        is_late = (rows["period_end"] == pd.Timestamp(day)) & rows["org_id"].isin(["TC005", "TC033", "TC047"])
        tables["membership"] = rows[~is_late & (rows["org_id"] != "TC042")]
        case.sql.execute(f"DELETE FROM m WHERE {MISSING}")
        case.sql.execute(f"DELETE FROM inside WHERE {MISSING}")
        got = list_calls(tables, case.report.dataset.info.term, case.report.window)
        assert "not_reported" in set(got["reason"])
        assert measured(got, *CALLED, hundredths=["pace_n"]) == case.answer(CALLS)


def test_the_sample_gives_reasons_to_call():
    """Else the test of the whole list would agree on nothing."""
    for case in open_case(open_database(), "2023-midterm/whole"):
        rows = list_calls(asked(case), case.report.dataset.info.term, case.report.window)
        assert set(rows["reason"]) == {"overdue", "behind_target", "no_admission", "no_answer"}


def test_positions_agree_where_some_are_outside_their_limits():
    """In the sample none behind its target is; with the admissions of some taken away or doubled, some are."""
    for case in open_case(open_database(), "2023/whole"):
        tables, rows = asked(case), case.tables("membership")["membership"]
        few, many = rows["org_id"].isin(["TC035", "TC047", "TC061"]), rows["org_id"].isin(["TC036", "TC048", "TC062"])
        counts = rows["admitted_n"].mask(few, 0).mask(many, 4 * rows["admitted_n"])
        tables["membership"] = rows.assign(admitted_n=counts)
        for table in ("m", "inside"):
            case.sql.execute(f"UPDATE {table} SET admitted_n = 0 WHERE org_id IN ('TC035', 'TC047', 'TC061')")
            case.sql.execute(
                f"UPDATE {table} SET admitted_n = 4 * admitted_n WHERE org_id IN ('TC036', 'TC048', 'TC062')"
            )
        tables["probation"], _ = tables["probation"].iloc[:0], case.sql.execute("DELETE FROM probation")
        got = list_calls(tables, case.report.dataset.info.term, case.report.window)
        assert measured(got, *CALLED, hundredths=["pace_n"]) == case.answer(CALLS)
        assert len(set(got["position"].dropna())) > 1
