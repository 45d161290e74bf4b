"""An attack on the public pages of one period: whole Khối and all sectors side by side, as equations, solved.

Whoever holds all seven pages knows what each shows, that sectors add up to the whole, and years to their
total. For every number of 1 to 4 people the attack asks, by linear programming, how far it is pinned down.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from conftest import open_sample
from frames import ROOT
from scipy.optimize import linprog
from scipy.sparse import lil_array

from analysis.edition import Edition
from analysis.measures import admissions, official_periods, pace
from analysis.measures.membership import bridge_membership
from analysis.params import SECTOR_GROUPS
from analysis.report import Report

SMALL_COUNT = 5
PERIODS = ("2021-Q1", "2022-Q1", "2023-9M", "2023", "term:2023-06-02", "term:2020-12-31")
Key = tuple[str, str]


class Equations:
    """What an attacker writes down: numbers of people, none below 0, and sums of them that are known."""

    def __init__(self) -> None:
        self.places: dict[Key, int] = {}
        self.sums: list[tuple[dict[Key, int], int]] = []

    def know(self, terms: dict[Key, int], value: int) -> None:
        for key in terms:
            self.places.setdefault(key, len(self.places))
        self.sums.append((terms, value))

    def span(self, key: Key) -> tuple[float, float]:
        """Return the least and the most that a number can be."""
        if key not in self.places:
            return 0, np.inf
        matrix = lil_array((len(self.sums), len(self.places)))
        for row, (terms, _) in enumerate(self.sums):
            for one, factor in terms.items():
                matrix[row, self.places[one]] = factor
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(self.places))
            aim[self.places[key]] = sign
            found = linprog(aim, A_eq=matrix.tocsr(), b_eq=[value for _, value in self.sums], method="highs")
            ends.append(np.inf if found.status == 3 else sign * found.fun)
        return ends[0], ends[1]


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@cache
def reports(period: str, audience: str = "public") -> dict[str, Report]:
    """Return the report on the whole ("") and those on all sectors."""
    return {s: open_sample("admissions", period=period, audience=audience, sector=s) for s in ("", *SECTOR_GROUPS)}


def told_totals(report: Report) -> Iterator[tuple[str, int]]:
    """Return what a page tells of admissions in windows of days, as the notebook suppresses it."""
    members, targets = report.tables("membership", "targets").values()
    asked, other = (report.period, report.window), (report.compared, report.compared_window)
    compared = admissions.compare_attainment(members, targets, asked, other)
    compared = report.suppress(compared, "between_n", derived=["admitted_n"])
    frames = [
        report.suppress_totals(admissions.measure_attainment(members, targets, *asked), "admitted_n"),
        report.suppress_series(compared, "admitted_n", derived=[], from_before=[]),
        report.suppress_series(
            admissions.compare_years(members, targets, report.period, report.covered),
            "admitted_n",
            derived=[],
            from_before=[],
        ),
        report.suppress_totals(
            pace.measure_pace(members, targets, report.dataset.info.term, asked), "admitted_n", within=["scope"]
        ),
    ]
    if report.is_withheld:
        return
    if not report.is_scoped:
        frames += told_within_years(report, frames[2])
    for rows in frames:
        for first, last, count in zip(rows["start_date"], rows["data_date"], rows["admitted_n"], strict=True):
            if pd.notna(count):
                yield f"{first.date()}/{last.date()}", int(count)


def told_within_years(report: Report, years: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the running total of the term and the official periods within years, which the page of the whole has."""
    members, targets = report.tables("membership", "targets").values()
    running = admissions.accumulate_admissions(members, report.covered)
    running = report.thin_beside(running, "cumulative_n", years)
    periods = official_periods.count_official_periods(members, targets, report.covered)
    told, before = ["admitted_n", "attainment_pct"], ["before_n", "index_pct"]
    periods = report.suppress_between(periods, running, derived=told, from_before=before)
    dated = running.assign(start_date=pd.Timestamp(report.covered.start), data_date=running["period_end"])
    bases = periods.dropna(subset=["before_n"]).drop(columns=["start_date", "data_date", "admitted_n"])
    names = {"before_start_date": "start_date", "before_date": "data_date", "before_n": "admitted_n"}
    total = dated.drop(columns="admitted_n").rename(columns={"cumulative_n": "admitted_n"})
    return [total, periods, bases.rename(columns=names)]


def attack_totals(period: str) -> tuple[Equations, dict[Key, int]]:
    """Return the equations of headline, comparison, years and pace, and the truth."""
    pages, truth, equations = reports(period), {}, Equations()
    windows = {name for page in reports(period, "internal").values() for name, _ in told_totals(page)}
    for sector, page in reports(period, "internal").items():
        truth |= {(sector, name): count for name, count in told_totals(page)}
    for sector, page in pages.items():
        for name, count in told_totals(page):
            equations.know({(sector, name): 1}, count)
    # The page of the whole has the table by sector of its own days.
    whole = pages[""]
    own = f"{whole.window.start}/{whole.window.end}"
    rows = admissions.admissions_by_sector(*whole.tables("membership", "organisations").values(), whole.window)
    for sector, count in whole.suppress(rows, "admitted_n")[["sector_group", "admitted_n"]].itertuples(index=False):
        if pd.notna(count):
            equations.know({(sector, own): 1}, int(count))
    for name in windows:
        equations.know({("", name): 1} | {(sector, name): -1 for sector in SECTOR_GROUPS}, 0)
    for sector in pages:
        for terms in nested(windows):
            equations.know({(sector, name): factor for name, factor in terms.items()}, 0)
    return equations, truth


def nested(windows: set[str]) -> Iterator[dict[str, int]]:
    """Return the windows that lie end to end in another one, which they add up to."""
    ends = {name: [pd.Timestamp(day) for day in name.split("/")] for name in windows}
    for name, (first, last) in ends.items():
        parts = sorted(
            (days, part) for part, days in ends.items() if part != name and first <= days[0] <= days[1] <= last
        )
        meet = all((later[0] - earlier[1]).days == 1 for (earlier, _), (later, _) in pairwise(parts))
        if parts and meet and parts[0][0][0] == first and parts[-1][0][1] == last:
            yield {name: -1} | {part: 1 for _, part in parts}


@pytest.mark.parametrize("period", PERIODS)
def test_no_small_number_of_people_can_be_worked_out_from_all_pages_of_a_period(period):
    equations, truth = attack_totals(period)
    small = [key for key, count in truth.items() if 0 < count < SMALL_COUNT]
    found = [(key, truth[key], equations.span(key)) for key in small]
    assert [hit for hit in found if hit[2][1] - hit[2][0] < 1 or hit[2][1] < SMALL_COUNT] == []


@pytest.fixture
def fresh() -> Iterator[None]:
    """Forget the reports of other tests before and after: what they hide is worked out once for each."""
    reports.cache_clear()
    open_sample.cache_clear()
    yield
    reports.cache_clear()
    open_sample.cache_clear()


@pytest.mark.usefixtures("fresh")
def test_the_attack_succeeds_where_pages_are_suppressed_one_by_one(monkeypatch):
    """Else the test above might be too weak to find anything."""
    monkeypatch.setattr(Edition, "_is_beside_others", False)
    equations, truth = attack_totals("2023")
    small = [key for key, count in truth.items() if 0 < count < SMALL_COUNT]
    assert small
    assert [equations.span(key) for key in small] == [(truth[key], truth[key]) for key in small]


@pytest.mark.parametrize("sector", ["state_agency", "service_unit"])
def test_the_membership_page_of_a_sector_does_not_tell_the_admissions_that_are_hidden(sector, monkeypatch):
    """Form 1 has a line of those admitted."""
    report = open_sample.__wrapped__("membership", period="2023", sector=sector)
    bridge = bridge_membership(report.table("membership"), report.window)
    admitted = bridge.index[bridge["line"] == "admitted_n"][0]
    assert pd.notna(report.suppress_bridge(bridge).loc[admitted, "people_n"])
    monkeypatch.setitem(report.__dict__, "_hidden_windows", {report.window})
    hidden = report.suppress_bridge(bridge)
    assert pd.isna(hidden.loc[admitted, ["people_n", "start_n", "end_n"]]).all()
    assert hidden["is_hidden"].sum() > 1
