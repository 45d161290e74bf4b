"""The yearly classification of members and organisations, within the rules of the field but for a few breaches.

Input: bodies, the membership, organisations, events and probation frames. Output: the classification frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from analysis.tables import codes
from analysis.tables.sample import facts
from analysis.tables.sample.bodies import Body
from analysis.tables.sample.draw import Draw

NEW_BODY_MONTHS = 6
LOWER_KINDS = ("section_committee", "subordinate_cell")
# Permille of those rated: the standard is stricter from 2023 on (regulation 124-QĐ/TW).
COMPLETED_PERMILLE = {2020: 62, 2021: 55, 2022: 46, 2023: 66, 2024: 58}
NOT_COMPLETED_PERMILLE = {2020: 6, 2021: 5, 2022: 5, 2023: 6, 2024: 5}
SUSPENDED_PERMILLE, OTHER_NOT_GRADED_PERMILLE = 12, 20
# How many bodies break the cap in the literal reading (5 x excellent <= good), and how many in both readings.
LITERAL_BREACHES = {2020: 5, 2021: 6, 2022: 4, 2023: 3, 2024: 4}
FULL_BREACHES = {2020: 1, 2021: 2, 2022: 1, 2023: 1, 2024: 2}
# In a smaller body a fifth of "good or better", in whole numbers, may be within the cap after all.
RATED_FOR_BREACH = 35
LEVEL_REASONS = ("disciplined", "tasks_below_half", "civil_servant", "degradation", "other")
REASON_ODDS = (50, 22, 14, 6, 8)
CIVIL_SERVANT_GROUPS = ("party_mass", "state_agency")
PROPOSED_PERMILLE = 150
# Day of the decision: most in December, some after New Year (rule A.33).
DECIDED = {
    2020: (date(2020, 12, 18), date(2021, 1, 12)),
    2021: (date(2021, 12, 22), date(2022, 1, 14)),
    2022: (date(2022, 12, 16), date(2023, 1, 10)),
    2023: (date(2023, 12, 19), date(2024, 1, 9)),
    2024: (date(2024, 12, 17), date(2025, 1, 8)),
}
LATE_PERMILLE = 120
# Whoever is to be put in a random order draws a number below this.
SHUFFLE = 100_000
# Permille of organisations; the excellent ones are those that the cap of their group allows.
ORGANISATION_COMPLETED_PERMILLE, ORGANISATION_FAILED_PERMILLE = 85, 8

Counts = dict[tuple[str, str | None], int]


@dataclass(frozen=True)
class Grade:
    """What was decided, or proposed, of one subject: counts by status and reason (None: the total)."""

    org_id: str
    year: int
    subject: str
    org_kind: str | None
    decided_on: date | None
    counts: Counts

    @property
    def rows(self) -> Iterator[dict[str, object]]:
        for (status, reason), count in self.counts.items():
            if count > 0:
                yield {
                    "org_id": self.org_id,
                    "reporting_year": self.year,
                    "decided_on": self.decided_on,
                    "subject": self.subject,
                    "org_kind": self.org_kind,
                    "status": status,
                    "reason": reason,
                    "stage": "decided" if self.decided_on else "proposed",
                    "count_n": count,
                }


def classification_frame(bodies: list[Body], tables: dict[str, pd.DataFrame], draw: Draw) -> pd.DataFrame:
    """Return the classification table, 2020 to 2024: the Khối had ended before 2025 was judged (rule A.5)."""
    grades: list[Grade] = []
    for year in facts.YEARS:
        late = {body.org_id: draw.has_luck(LATE_PERMILLE) for body in bodies}
        days = {org_id: DECIDED[year][is_late] for org_id, is_late in late.items()}
        grades += _member_grades(bodies, tables, days, draw)
        grades += _organisation_grades(tables, days, draw)
        grades += _lower_grades(tables, days, draw)
    return pd.DataFrame([row for grade in grades for row in grade.rows])


def _year_of(days: dict[str, date]) -> int:
    """Return the year that is judged: of the earliest decision, always taken in December."""
    return min(days.values()).year


def _member_grades(
    bodies: list[Body], tables: dict[str, pd.DataFrame], days: dict[str, date], draw: Draw
) -> list[Grade]:
    """Return the members' grades of a year, decided and here and there proposed otherwise."""
    stocks = _december_stocks(tables, _year_of(days))
    by_id = {body.org_id: body for body in bodies}
    usual = {str(org_id): _member_counts(by_id[str(org_id)], stock, draw) for org_id, stock in stocks.iterrows()}
    capped = _break_the_cap(usual, stocks, draw)
    grades = [Grade(org_id, _year_of(days), "member", None, days[org_id], counts) for org_id, counts in capped.items()]
    return grades + [_propose(grade, draw) for grade in grades if draw.has_luck(PROPOSED_PERMILLE)]


def _december_stocks(tables: dict[str, pd.DataFrame], year: int) -> pd.DataFrame:
    """Return members, exempt members and those admitted in the last six months, by organisation.

    July 2020 lies before the Congress, so that those admitted then are known from their probation alone.
    """
    membership, probation, end = tables["membership"], tables["probation"], pd.Timestamp(year, 12, 31)
    cohorts = probation[probation["admitted_period_end"] < pd.Timestamp(facts.TERM_START)].rename(
        columns={"admitted_period_end": "period_end", "people_n": "admitted_n"}
    )
    admissions = pd.concat([membership, cohorts])
    recent = admissions[admissions["period_end"].between(pd.Timestamp(year, 7, 1), end)]
    stocks = membership[membership["period_end"] == end].set_index("org_id")[["closing_n", "exempt_n", "official_n"]]
    admitted = recent.groupby("org_id")["admitted_n"].sum().reindex(stocks.index, fill_value=0)
    return stocks.assign(new_n=admitted, year=year)


def _member_counts(body: Body, stock: pd.Series, draw: Draw) -> Counts:
    """Return the decided counts of one organisation, within the cap."""
    year, present, exempt, new = (int(stock[name]) for name in ("year", "closing_n", "exempt_n", "new_n"))
    suspended = int(draw.has_luck(SUSPENDED_PERMILLE))
    other = int(draw.has_luck(OTHER_NOT_GRADED_PERMILLE))
    rated = present - exempt - new - suspended - other
    failed = sum(draw.has_luck(NOT_COMPLETED_PERMILLE[year]) for _ in range(rated))
    completed = rated * COMPLETED_PERMILLE[year] * draw.between(20, 180) // 100_000
    # 5 x excellent <= good, in whole numbers: at most one in six of the two together (rules A.12 and A.14).
    better = rated - failed - completed
    excellent = better // 6 * draw.between(70, 100) // 100
    counts: Counts = {
        ("present", None): present,
        ("exempt", None): exempt,
        ("not_graded", None): new + suspended + other,
        ("not_graded", "under_6_months"): new,
        ("not_graded", "suspended"): suspended,
        ("not_graded", "other"): other,
        ("rated", None): rated,
        ("excellent", None): excellent,
        ("good", None): better - excellent,
        ("completed", None): completed,
        ("not_completed", None): failed,
    }
    odds = [
        0 if reason == "civil_servant" and body.group not in CIVIL_SERVANT_GROUPS else weight
        for reason, weight in zip(LEVEL_REASONS, REASON_ODDS, strict=True)
    ]
    for reason, count in zip(LEVEL_REASONS, draw.spread(failed, odds), strict=True):
        counts["not_completed", reason] = int(count)
    # Whoever was disciplined in the year cannot have completed the tasks (rule A.28).
    return counts | {
        ("disciplined", None): counts["not_completed", "disciplined"],
        ("commended", None): excellent * draw.between(15, 45) // 100,
    }


def _break_the_cap(usual: dict[str, Counts], stocks: pd.DataFrame, draw: Draw) -> dict[str, Counts]:
    """Return the counts with a few known breaches: in the literal reading, and in the wider one too."""
    year, scale = int(stocks["year"].iloc[0]), 1 + len(usual) // 100
    large = [org_id for org_id, counts in usual.items() if counts["rated", None] >= RATED_FOR_BREACH]
    order = [large[place] for place in np.argsort(draw.sample(len(large), [1] * SHUFFLE), kind="stable")]
    full = FULL_BREACHES[year] * scale
    literal = full + LITERAL_BREACHES[year] * scale
    broken = {
        org_id: _more_excellent(usual[org_id], above=place < full) for place, org_id in enumerate(order[:literal])
    }
    return usual | broken


def _more_excellent(counts: Counts, *, above: bool) -> Counts:
    """Return counts with a fifth of "good or better" excellent, or (`above`) one or two more than that."""
    better = counts["excellent", None] + counts["good", None]
    excellent = better // 5 + (1 + better % 2 if above else 0)
    return counts | {("excellent", None): excellent, ("good", None): better - excellent}


def _propose(decided: Grade, draw: Draw) -> Grade:
    """Return a proposal that asked for a few more excellent than were granted."""
    more = min(draw.between(1, 3), decided.counts["good", None])
    counts = {key: count for key, count in decided.counts.items() if key[0] not in ("disciplined", "commended")}
    counts["excellent", None] += more
    counts["good", None] -= more
    return replace(decided, decided_on=None, counts=counts)


def _organisation_grades(tables: dict[str, pd.DataFrame], days: dict[str, date], draw: Draw) -> list[Grade]:
    """Return the grades of the grassroots organisations; few of each sector group are excellent (rule A.9)."""
    year = _year_of(days)
    there, new = _there_at_year_end(tables["organisations"], year), _new_bodies(tables["events"], year)
    grassroots = there[there["kind"].isin(codes.GRASSROOTS_KINDS)]
    grades = []
    for _, group in grassroots.groupby(grassroots["sector"].map(codes.SECTORS)):
        levels = _levels(int((~group["org_id"].isin(new)).sum()), draw)
        for org_id, kind in zip(group["org_id"], group["kind"], strict=True):
            counts = _not_graded(1) if org_id in new else _graded(levels.pop())
            grades.append(Grade(org_id, year, "organisation", kind, days[org_id], counts))
    return grades + [
        _propose_organisation(grade)
        for grade in grades
        if ("good", None) in grade.counts and draw.has_luck(PROPOSED_PERMILLE // 2)
    ]


def _lower_grades(tables: dict[str, pd.DataFrame], days: dict[str, date], draw: Draw) -> list[Grade]:
    """Return the grades of lower bodies, counted by kind under their grassroots organisation."""
    year = _year_of(days)
    there = _there_at_year_end(tables["organisations"], year)
    lower = there[there["kind"].isin(LOWER_KINDS)]
    lower = lower.assign(
        above=lower["org_id"].str.partition("-")[0], is_new=lower["org_id"].isin(_new_bodies(tables["events"], year))
    )
    grades = []
    for (above, kind), group in lower.groupby(["above", "kind"]):
        new = int(group["is_new"].sum())
        counts = _not_graded(new) | _graded(*_levels(len(group) - new, draw))
        counts["present", None] = len(group)
        grades.append(Grade(str(above), year, "organisation", str(kind), days[str(above)], counts))
    return grades


def _there_at_year_end(organisations: pd.DataFrame, year: int) -> pd.DataFrame:
    end = pd.Timestamp(year, 12, 31)
    return organisations[(organisations["valid_from"] <= end) & (organisations["valid_to"] >= end)]


def _new_bodies(events: pd.DataFrame, year: int) -> set[str]:
    """Return the bodies set up less than six months before the year's end, who are not graded (rule A.24).

    Whoever was upgraded, or came from outside, was not set up then.
    """
    end = pd.Timestamp(year, 12, 31)
    recent = events[(events["date"] > end - pd.DateOffset(months=NEW_BODY_MONTHS)) & (events["date"] <= end)]
    return set(recent.loc[recent["event"].isin(["founded", "split"]), "org_id"])


def _levels(count: int, draw: Draw) -> list[str]:
    """Return a level for each of `count` bodies, in no order; excellent at most a fifth of good."""
    failed = sum(draw.has_luck(ORGANISATION_FAILED_PERMILLE) for _ in range(count))
    completed = sum(draw.has_luck(ORGANISATION_COMPLETED_PERMILLE) for _ in range(count - failed))
    better = count - failed - completed
    excellent = better // 6
    levels = ["excellent"] * excellent + ["good"] * (better - excellent)
    levels += ["completed"] * completed + ["not_completed"] * failed
    order = np.argsort(draw.sample(count, [1] * SHUFFLE), kind="stable")
    return [levels[place] for place in order]


def _graded(*levels: str) -> Counts:
    counts: Counts = {("present", None): len(levels), ("rated", None): len(levels)}
    return counts | {(level, None): levels.count(level) for level in codes.LEVELS if level in levels}


def _not_graded(count: int) -> Counts:
    return {("present", None): count, ("not_graded", None): count, ("not_graded", "new_body"): count}


def _propose_organisation(decided: Grade) -> Grade:
    """Return the proposal of a body that hoped to be excellent and was found good."""
    return replace(decided, decided_on=None, counts=_graded("excellent"))
