"""The projection to the end of the term: what it says, when it says nothing, and that its intervals hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest
from frames import ROOT, TERM, body, cells, make_table, members
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from analysis.language import load_language
from analysis.measures import forecast, projection
from analysis.measures.forecast import DISTURBANCE_SIZES, PERSISTENCE, SEASON_SIZES, Forecast, Slot, Usual
from analysis.measures.projection import Horizon, look_back, project_admissions, why_no_projection
from benchmarks.coverage import is_calibrated, judge_world, judge_worlds, summarise
from benchmarks.generators import WORLDS, campaigns, offices

MONTH_ENDS = [*pd.date_range("2020-08-31", "2025-01-31", freq="ME"), pd.Timestamp("2025-02-14")]
MIDTERM = Horizon(TERM.start, date(2023, 5, 31), TERM.end, 4)


def register(*org_ids: str, valid_to: str | None = None) -> pd.DataFrame:
    return make_table("organisations", *(body(org_id, "cell", valid_to=valid_to) for org_id in org_ids))


def monthly(org_id: str, admitted: Callable[[pd.Timestamp], int], until: str = "2025-02-14") -> list[dict]:
    """Return a row a month for one organisation."""
    return [
        members(org_id, end.date().isoformat(), admitted_n=admitted(end))
        for end in MONTH_ENDS
        if end <= pd.Timestamp(until)
    ]


def test_a_steady_term_is_projected_at_its_pace():
    rows = make_table("membership", *monthly("A", lambda _: 5), *monthly("B", lambda _: 5))
    said = project_admissions(rows, register("A", "B"), MIDTERM)
    assert said["period_end"].tolist()[0] == pd.Timestamp("2023-05-31")
    assert said["period_end"].tolist()[-1] == pd.Timestamp("2025-02-14")
    # 34 rows so far, of 10 each; 1020 days are known and 625 to come.
    assert cells(said.head(1), "expected_n", "low_80_n", "high_95_n") == [(340, 340, 340)]
    assert said["expected_n"].iloc[-1] == pytest.approx(340 + 340 / 1020 * 625, rel=0.02)


def test_people_to_come_are_whole_half_up_and_never_fewer_than_none(monkeypatch):
    slots = sum(day >= pd.Timestamp("2023-06-30") for day in pd.date_range("2023-06-30", "2025-03-31", freq="QE"))
    monkeypatch.setattr(Forecast, "running_totals", lambda _: [[2.5, -1.0, 3.49, 0.5, 7.51]] * slots)
    said = project_admissions(make_table("membership", *monthly("A", lambda _: 5)), register("A"), MIDTERM)
    columns = ("expected_n", *projection.BOUNDS)
    assert cells(said.head(1), *columns) == [(170, 170, 170, 170, 170)]
    assert cells(said.tail(1), *columns) == [(173, 170, 173, 171, 178)]


def test_the_rows_stand_at_the_ends_of_quarters():
    rows = make_table("membership", *monthly("A", lambda _: 5))
    said = project_admissions(rows, register("A"), MIDTERM)
    assert [day.date().isoformat() for day in said["period_end"]] == [
        "2023-05-31",
        "2023-06-30",
        "2023-09-30",
        "2023-12-31",
        "2024-03-31",
        "2024-06-30",
        "2024-09-30",
        "2024-12-31",
        "2025-02-14",
    ]


def test_half_yearly_rows_are_projected_by_half_years():
    ends = ["2020-12-31", "2021-06-30", "2021-12-31", "2022-06-30", "2022-12-31"]
    rows = make_table("membership", *(members("A", end, admitted_n=20) for end in ends))
    said = project_admissions(rows, register("A"), Horizon(TERM.start, date(2022, 12, 31), TERM.end, 2))
    assert [day.date().isoformat() for day in said["period_end"]][1:] == [
        "2023-06-30",
        "2023-12-31",
        "2024-06-30",
        "2024-12-31",
        "2025-02-14",
    ]


def test_a_season_is_known_again():
    """All admissions fall in the last quarter: the others add next to nothing."""
    rows = make_table("membership", *monthly("A", lambda end: 30 if end.month in (10, 11, 12) else 0))
    said = project_admissions(rows, register("A"), Horizon(TERM.start, date(2023, 12, 31), TERM.end, 4))
    steps = said["expected_n"].diff().iloc[1:].tolist()
    assert sum(steps[:3]) < 25
    assert steps[3] > 60


def test_an_organisation_that_has_ended_adds_nothing_more():
    both = make_table("membership", *monthly("A", lambda _: 5), *monthly("GONE", lambda _: 20, until="2023-03-31"))
    standing = pd.concat([register("A"), register("GONE", valid_to="2023-03-31")])
    with_both = project_admissions(both, pd.concat([register("A"), register("GONE")]), MIDTERM)
    said = project_admissions(both, standing, MIDTERM)
    to_come = said["expected_n"].iloc[-1] - said["expected_n"].iloc[0]
    assert to_come < 250
    assert with_both["expected_n"].iloc[-1] - with_both["expected_n"].iloc[0] > 3 * to_come


def test_a_late_return_does_not_end_an_organisation():
    rows = make_table("membership", *monthly("A", lambda _: 5), *monthly("LATE", lambda _: 5, until="2023-04-30"))
    said = project_admissions(rows, register("A", "LATE"), MIDTERM)
    assert said["expected_n"].iloc[-1] - said["expected_n"].iloc[0] > 180


def test_what_came_after_the_data_date_is_not_used():
    usual = make_table("membership", *monthly("A", lambda _: 5))
    later = make_table("membership", *monthly("A", lambda end: 5 if end <= pd.Timestamp("2023-05-31") else 500))
    pd.testing.assert_frame_equal(
        project_admissions(usual, register("A"), MIDTERM), project_admissions(later, register("A"), MIDTERM)
    )


@pytest.mark.parametrize(
    ("day", "admitted", "reason"),
    [
        (date(2022, 1, 31), 5, "few_months"),
        (date(2022, 2, 28), 5, ""),
        (date(2022, 2, 28), 1, "few_admissions"),
        (TERM.end, 5, "ended"),
    ],
)
def test_why_nothing_is_projected(day, admitted, reason):
    rows = make_table("membership", *monthly("A", lambda _: admitted))
    horizon = Horizon(TERM.start, day, TERM.end, 4)
    assert why_no_projection(rows, horizon) == reason
    assert project_admissions(rows, register("A"), horizon).empty == bool(reason)


def test_data_that_end_before_the_day_are_known_to_their_last_row(sample_report):
    """Returns stopped in April: nothing is taken for a month in which nobody was admitted."""
    info = sample_report().dataset.info
    rows = make_table("membership", *monthly("A", lambda _: 5, until="2023-04-30"))
    horizon = projection.open_horizon(info, rows, date(2024, 3, 31))
    assert horizon == Horizon(TERM.start, date(2023, 4, 30), info.term.end, 4)
    assert projection.open_horizon(info, rows.iloc[:0], date(2024, 3, 31)).day == TERM.start


def test_looking_back_says_what_was_known_then():
    rows = make_table("membership", *monthly("A", lambda _: 5))
    back = look_back(rows, register("A"), Horizon(TERM.start, date(2024, 5, 31), TERM.end, 4))
    assert cells(back, "said_date", "data_date", "admitted_n") == [
        ("2023-05-31", "2024-05-31", 230),
        ("2022-05-31", "2024-05-31", 230),
    ]
    then = project_admissions(rows, register("A"), Horizon(TERM.start, date(2023, 5, 31), date(2024, 5, 31), 4))
    assert back["low_80_n"].iloc[0] == then["low_80_n"].iloc[-1]
    assert back["is_inside_80"].tolist() == [True, True]


def test_looking_back_sees_a_break():
    rows = make_table("membership", *monthly("A", lambda end: 5 if end <= pd.Timestamp("2023-05-31") else 60))
    back = look_back(rows, register("A"), Horizon(TERM.start, date(2024, 5, 31), TERM.end, 4))
    assert back["is_inside_95"].tolist() == [False, False]


def test_looking_back_from_a_day_that_is_no_row_date_reads_the_row_before():
    rows = make_table("membership", *monthly("A", lambda _: 5))
    back = look_back(rows, register("A"), Horizon(TERM.start, TERM.end, TERM.end, 4))
    assert cells(back, "said_date") == [("2024-01-31",), ("2023-01-31",)]


def test_looking_back_from_the_end_of_a_month_reads_the_end_of_the_same_month():
    """From 28 February 2023 to that of 2022; from 29 February 2024 to 28 February 2023."""
    rows = make_table("membership", *monthly("A", lambda _: 5))
    for day, earlier in ((date(2024, 2, 29), "2023-02-28"), (date(2023, 2, 28), "2022-02-28")):
        back = look_back(rows, register("A"), Horizon(TERM.start, day, TERM.end, 4))
        assert cells(back.head(1), "said_date") == [(earlier,)]


def test_looking_back_too_early_says_nothing():
    rows = make_table("membership", *monthly("A", lambda _: 5))
    assert look_back(rows, register("A"), Horizon(TERM.start, date(2022, 5, 31), TERM.end, 4)).empty


@settings(max_examples=15)
@given(st.lists(st.integers(0, 12), min_size=34, max_size=34), st.integers(0, 5))
def test_intervals_are_nested_and_never_fall(admitted, seed):
    """Whatever was admitted: 95 % holds 80 %, both hold what is certain, and no running total falls."""
    counts = dict(zip(MONTH_ENDS, [*admitted, *[seed] * 30], strict=False))
    rows = make_table("membership", *monthly("A", lambda end: counts[end]), *monthly("B", lambda _: 1))
    said = project_admissions(rows, register("A", "B"), MIDTERM)
    certain = said["expected_n"].iloc[0]
    assert certain == sum(admitted) + 34
    for low, high in (("low_95_n", "low_80_n"), ("low_80_n", "high_80_n"), ("high_80_n", "high_95_n")):
        assert (said[low] <= said[high]).all()
    assert (said["low_95_n"] >= certain).all()
    assert said["expected_n"].is_monotonic_increasing or (said["expected_n"].diff().dropna() >= -1).all()


def test_names_and_order_of_organisations_do_not_matter():
    world = offices(3)
    renamed = world.membership.assign(org_id="Z" + world.membership["org_id"].str[::-1]).sample(
        frac=1, random_state=np.random.RandomState(1)
    )
    other = world.organisations.assign(org_id="Z" + world.organisations["org_id"].str[::-1])
    horizon = Horizon(TERM.start, world.day, TERM.end, 4)
    pd.testing.assert_frame_equal(
        project_admissions(world.membership, world.organisations, horizon),
        project_admissions(renamed, other, horizon),
    )


def calendar_of(horizon: Horizon) -> list[Slot]:
    return projection._slots(horizon)


def test_the_mixture_agrees_with_a_second_implementation():
    """The level has a wide normal distribution instead of none, everything is one joint normal, scipy does the rest."""
    calendar = calendar_of(Horizon(TERM.start, date(2022, 9, 30), date(2023, 6, 30), 4))
    expected = np.array([20 * slot.quarters for slot in calendar])
    usual = Usual(expected, np.array([9.0, 31, 15, 22, 30, 25, 12, 28, 21]), 1.4)
    got = Forecast(calendar, usual).running_totals()
    known = np.array([slot.is_known for slot in calendar])
    logs, means, spreads = [], [], []
    for season in SEASON_SIZES:
        for size in DISTURBANCE_SIZES:
            for left in PERSISTENCE:
                whole = _joint(calendar, usual, (season, size, left))
                seen = whole[np.ix_(known, known)]
                logs.append(stats.multivariate_normal(np.zeros(known.sum()), seen).logpdf(usual.admitted))
                pull = whole[np.ix_(~known, known)] @ np.linalg.inv(seen)
                ones = np.ones((~known).sum())
                means.append(ones @ pull @ usual.admitted)
                spreads.append(
                    np.sqrt(ones @ (whole[np.ix_(~known, ~known)] - pull @ whole[np.ix_(known, ~known)]) @ ones)
                )
    weights = np.exp(np.array(logs) - max(logs))
    weights /= weights.sum()

    def quantile(share: float) -> float:
        return optimize.brentq(
            lambda x: float(weights @ stats.norm.cdf((x - np.array(means)) / np.array(spreads))) - share, -500, 900
        )

    wanted = [weights @ np.array(means), quantile(0.1), quantile(0.9), quantile(0.025), quantile(0.975)]
    assert got[-1] == pytest.approx(wanted, rel=1e-3)


def _joint(calendar: list[Slot], usual: Usual, point: tuple[float, float, float]) -> np.ndarray:
    season, size, left = point
    whole = np.zeros((len(calendar),) * 2)
    for i, one in enumerate(calendar):
        for j, other in enumerate(calendar):
            apart = abs(one.middle - other.middle)
            effects = season**2 * (one.season == other.season) + size**2 * left**apart + 1e5
            whole[i, j] = usual.expected[i] * usual.expected[j] * effects + usual.clumping * usual.expected[i] * (
                i == j
            )
    return whole


def test_own_rates_are_drawn_towards_the_mean_the_less_was_shown():
    counts = np.array([[4.0, 4, 4, 4], [0, 0, 0, 0], [1, 0, 0, 1], [8, 8, 8, 8]])
    exposure = np.ones((4, 4))
    exposure[1, :3] = 0
    _, rates = forecast._own_rates(counts, exposure)
    mean = counts.sum() / exposure.sum()
    assert rates[0] < 4 + 0.5
    assert 0 < rates[1] < mean
    assert mean < rates[3] < 8
    assert abs(rates[2] - 0.5) < abs(rates[2] - mean)


def test_admissions_by_chance_are_not_clumped_and_ceremonies_are():
    draw = np.random.default_rng(7)
    chance = draw.poisson(2.0, (80, 12)).astype(float)
    assert forecast._own_rates(chance, np.ones((80, 12)))[0] == pytest.approx(1.0, abs=0.15)
    ceremonies = 6.0 * draw.binomial(1, 1 / 3, (80, 12))
    assert forecast._own_rates(ceremonies, np.ones((80, 12)))[0] > 3


def test_a_world_of_the_generators_is_judged_by_its_end():
    world = campaigns(5)
    judged = judge_world(world)
    horizon = Horizon(TERM.start, world.day, TERM.end, world.slots_per_year)
    end = project_admissions(world.membership, world.organisations, horizon).iloc[-1]
    came = world.membership["admitted_n"].sum()
    assert judged["holds_80"] == (end["low_80_n"] <= came <= end["high_80_n"])


@pytest.mark.parametrize("name", list(WORLDS))
def test_generated_worlds_are_the_same_for_the_same_seed(name):
    pd.testing.assert_frame_equal(WORLDS[name](11).membership, WORLDS[name](11).membership)
    assert not WORLDS[name](11).membership.equals(WORLDS[name](12).membership)


def test_a_projection_that_is_too_sure_is_not_calibrated():
    judged = pd.DataFrame(
        {
            "world": ["offices", "offices", "campaigns", "campaigns"],
            "is_projected": True,
            "holds_80": [True, False, True, False],
            "holds_95": True,
            "is_below_80": False,
            "width_80_pct": 1.0,
            "error_pct": 0.0,
        }
    )
    assert not is_calibrated(summarise(judged))
    assert summarise(judged)["holds_80_pct"].tolist() == [50.0, 50.0, 50.0]


@pytest.mark.long
def test_the_intervals_hold_in_four_hundred_generated_terms():
    summary = summarise(judge_worlds(200))
    assert summary["projected_n"].tolist() == [200, 200, 400]
    assert is_calibrated(summary), summary.to_string()
    # What the page and its documentation say of this test.
    pages = [load_language(code).text("definition.projection.text") for code in ("en", "vi")]
    document = (ROOT / "docs" / "projection.md").read_text(encoding="utf-8")
    for column in ("holds_80_pct", "holds_95_pct"):
        of_all = f"{summary[column].iloc[-1] + 1e-9:.1f}"
        assert of_all in pages[0]
        assert of_all.replace(".", ",") in pages[1]
        for share in summary[column]:
            assert f"{share + 1e-9:.1f} %" in document
