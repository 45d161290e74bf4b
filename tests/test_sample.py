"""The synthetic dataset: the article's facts, the identities of the field, and the same bytes every time."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import NhiemkyError
from analysis.tables import codes
from analysis.tables.dataset import open_dataset
from analysis.tables.sample import write_sample
from analysis.tables.schema import TABLES

ROOT = Path(__file__).resolve().parents[1]
COMMITTED = ROOT / "data" / "sample"
MIDTERM = pd.Timestamp(2023, 5, 31)
TERM_START, TERM_END = pd.Timestamp(2020, 8, 15), pd.Timestamp(2025, 2, 14)
# The committed seed and others: what holds only by luck fails here.
SEEDS = (2020, 0, 1, 7)
INCREASES = ["admitted_n", "transferred_in_n", "restored_n", "internal_in_n"]
DECREASES = ["died_n", "expelled_n", "removed_n", "resigned_n", "transferred_out_n", "internal_out_n"]
APPEARS, ENDS = ("founded", "transferred_in", "split"), ("merged", "dissolved", "transferred_out")

Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: f"seed {seed}")
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "made"
    write_sample(folder, request.param)
    return folder


@pytest.fixture(scope="module")
def tables(written: Path) -> Tables:
    """Return every table, read through the schema: strict columns, codes, keys."""
    dataset = open_dataset(written)
    return {name: dataset.table(name) for name in TABLES}


def as_of(organisations: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    return organisations[(organisations["valid_from"] <= day) & (organisations["valid_to"] >= day)]


def grassroots(organisations: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    standing = as_of(organisations, day)
    return standing[standing["kind"].isin(codes.GRASSROOTS_KINDS)]


def decided(tables: Tables, subject: str) -> pd.DataFrame:
    """Return decided counts by status, one row per organisation, kind and year; reasons left out."""
    frame = tables["classification"]
    frame = frame[(frame["stage"] == "decided") & (frame["subject"] == subject) & frame["reason"].isna()]
    wide = frame.assign(org_kind=frame["org_kind"].fillna("")).pivot_table(
        index=["org_id", "reporting_year", "org_kind"], columns="status", values="count_n", fill_value=0
    )
    return wide.reindex(columns=list(codes.STATUSES), fill_value=0).astype("int64").reset_index()


def assert_all(frame: pd.DataFrame, holds: pd.Series, rule: str) -> None:
    """Fail with the rule and the rows that break it; a rule that looked at no row fails too."""
    assert len(frame) > 0, f"{rule}: no row to look at"
    broken = frame[~holds.to_numpy(dtype=bool)]
    assert broken.empty, f"{rule}: {len(broken)} rows, such as\n{broken.head().to_string()}"


# The article


def test_admissions_from_the_congress_to_midterm_are_940_of_1500(tables: Tables) -> None:
    membership, targets = tables["membership"], tables["targets"]
    term = targets[(targets["scope"] == "term") & (targets["level"] == "bloc")]
    assert membership.loc[membership["period_end"] <= MIDTERM, "admitted_n"].sum() == 940
    assert term[["measure", "target_type", "target"]].values.tolist() == [["admitted", "cumulative_count", 1500.0]]
    assert term["org_id"].isna().all()
    assert round(100 * 940 / 1500, 2) == 62.67


def test_midterm_has_78_organisations_and_5549_members(tables: Tables) -> None:
    standing = grassroots(tables["organisations"], MIDTERM)
    on_day = tables["membership"][tables["membership"]["period_end"] == MIDTERM]
    assert standing["kind"].value_counts().to_dict() == {"party_committee": 40, "cell": 38}
    assert set(on_day["org_id"]) == set(standing["org_id"])
    assert on_day["closing_n"].sum() == 5549


def test_two_cells_were_founded_by_midterm_one_of_them_non_state(tables: Tables) -> None:
    events = tables["events"]
    founded = events[(events["event"] == "founded") & (events["date"] <= MIDTERM)]
    first = tables["organisations"].sort_values("valid_from").drop_duplicates("org_id").set_index("org_id")
    first = first.loc[founded["org_id"]]
    assert first["kind"].tolist() == ["cell", "cell"]
    assert sorted(first["sector"].map(codes.SECTORS)) == ["non_state", "service_unit"]


def test_all_sector_groups_stand_at_midterm(tables: Tables) -> None:
    sectors = grassroots(tables["organisations"], MIDTERM)["sector"].map(codes.SECTORS)
    assert set(sectors) == {"party_mass", "state_agency", "service_unit", "state_capital", "non_state", "other"}


# Registers and events


def test_intervals_of_an_organisation_follow_each_other_without_gap(tables: Tables) -> None:
    register = tables["organisations"].sort_values(["org_id", "valid_from"])
    following = register.groupby("org_id")["valid_from"].shift(-1)
    has_next = following.notna()
    assert_all(
        register[has_next],
        following[has_next] == register.loc[has_next, "valid_to"] + pd.Timedelta(days=1),
        "valid_to is the day before the next interval",
    )
    assert register["valid_from"].min() == TERM_START
    assert register["valid_to"].max() == TERM_END


def test_every_parent_stands_on_the_first_and_last_day_of_its_child(tables: Tables) -> None:
    register = tables["organisations"]
    lower = register[register["parent_id"].notna()]
    assert register.loc[register["parent_id"].isna(), "org_id"].tolist() == ["KHOI"]
    for edge in ("valid_from", "valid_to"):
        stands = [row.parent_id in set(as_of(register, getattr(row, edge))["org_id"]) for row in lower.itertuples()]
        assert_all(lower, pd.Series(stands), f"parent stands on {edge}")


def test_only_a_party_committee_has_lower_bodies(tables: Tables) -> None:
    register = tables["organisations"]
    for day in sorted(register["valid_from"].unique()):
        standing = as_of(register, day)
        kinds = standing.set_index("org_id")["kind"]
        cells = standing[standing["kind"] == "subordinate_cell"]
        assert_all(cells, cells["parent_id"].map(kinds).isin(["party_committee", "section_committee"]), f"K03 on {day}")
        assert (cells["org_id"].str.partition("-")[0].map(kinds) == "party_committee").all()
        committees = standing[standing["kind"] == "party_committee"]
        assert_all(committees, committees["org_id"].isin(cells["org_id"].str.partition("-")[0]), f"cells on {day}")


def test_events_are_the_days_on_which_the_register_changes(tables: Tables) -> None:
    register, events = tables["organisations"], tables["events"]
    bodies = register[register["kind"] != "bloc"].groupby("org_id")
    starts, ends = bodies["valid_from"].min(), bodies["valid_to"].max() + pd.Timedelta(days=1)
    # A chi bộ trực thuộc comes and goes with the đảng bộ above it; only what happens to itself is an event.
    own = events["org_id"].unique()
    appeared = {(org, day) for org, day in starts.items() if day > TERM_START and org in own}
    ended = {(org, day) for org, day in ends.items() if day <= TERM_END and org in own}
    assert appeared == set(_pairs(events[events["event"].isin(APPEARS)]))
    assert ended == set(_pairs(events[events["event"].isin(ENDS)]))
    tops = register[register["kind"].isin(codes.GRASSROOTS_KINDS)].sort_values(["org_id", "valid_from"])
    later = tops[tops["org_id"].duplicated()]
    changed = events[~events["event"].isin((*APPEARS, *ENDS))]
    assert set(zip(later["org_id"], later["valid_from"], strict=True)) == set(_pairs(changed))


def _pairs(events: pd.DataFrame) -> list[tuple[str, pd.Timestamp]]:
    return list(zip(events["org_id"], events["date"], strict=True))


@pytest.mark.parametrize("year", range(2020, 2025))
def test_the_stock_of_organisations_bridges_through_events(tables: Tables, year: int) -> None:
    register, events = tables["organisations"], tables["events"]
    start = max(pd.Timestamp(year - 1, 12, 31), TERM_START)
    end = pd.Timestamp(year, 12, 31)
    tops = register.loc[register["kind"].isin(codes.GRASSROOTS_KINDS), "org_id"]
    happened = events[events["date"].between(start, end, inclusive="right") & events["org_id"].isin(tops)]
    gained, lost = happened["event"].isin(APPEARS).sum(), happened["event"].isin(ENDS).sum()
    assert len(grassroots(register, start)) + gained - lost == len(grassroots(register, end)), happened


def test_events_change_what_they_say(tables: Tables) -> None:
    register, events = tables["organisations"], tables["events"]
    changed = {"upgraded": ("kind", "cell", "party_committee"), "downgraded": ("kind", "party_committee", "cell")}
    for event in events.itertuples():
        before = as_of(register, event.date - pd.Timedelta(days=1)).set_index("org_id")
        after = as_of(register, event.date).set_index("org_id")
        if event.event in changed:
            column, old, new = changed[event.event]
            assert (before.loc[event.org_id, column], after.loc[event.org_id, column]) == (old, new), event
        elif event.event in ("renamed", "reclassified"):
            column = "name" if event.event == "renamed" else "sector"
            assert before.loc[event.org_id, column] != after.loc[event.org_id, column], event
        elif event.event == "merged":
            assert before.loc[event.org_id, "replaced_by"] == event.related_org_id, event
    assert set(events["event"]) == set(codes.EVENTS)


# Membership


def test_members_are_what_was_there_and_what_came_and_went(tables: Tables) -> None:
    rows = tables["membership"]
    expected = rows["opening_n"] + rows[INCREASES].sum(axis=1) - rows[DECREASES].sum(axis=1)
    assert_all(rows, expected == rows["closing_n"], "K06 closing")
    assert_all(rows, rows["official_n"] + rows["probationary_n"] == rows["closing_n"], "official + probationary")


def test_each_row_opens_with_what_the_row_before_closed_with(tables: Tables) -> None:
    rows = tables["membership"].sort_values(["org_id", "period_end"])
    before = rows.groupby("org_id")["closing_n"].shift()
    has_before = before.notna()
    assert_all(rows[has_before], before[has_before] == rows.loc[has_before, "opening_n"], "K06 continuity")
    first = rows[~has_before & (rows["period_end"] > pd.Timestamp(2020, 8, 31))]
    assert_all(first, first["opening_n"] == 0, "what appears later opens at 0")


def test_parts_are_within_their_totals(tables: Tables) -> None:
    rows = tables["membership"]
    for part, whole in (
        ("readmitted_n", "admitted_n"),
        ("removed_probationary_n", "removed_n"),
        ("transferred_in_other_province_n", "transferred_in_n"),
        ("transferred_out_other_province_n", "transferred_out_n"),
        ("exempt_n", "official_n"),
        ("admitted_n", "closing_n"),
        ("expelled_n", "opening_n"),
    ):
        may_be_empty = whole == "closing_n"
        shown = rows[rows["closing_n"] > 0] if may_be_empty else rows
        assert_all(shown, shown[part] <= shown[whole], f"{part} <= {whole}")


def test_moves_inside_the_khoi_cancel_in_every_row(tables: Tables) -> None:
    sums = tables["membership"].groupby("period_end", as_index=False)[["internal_in_n", "internal_out_n"]].sum()
    assert_all(sums, sums["internal_in_n"] == sums["internal_out_n"], "internal moves cancel")


def test_a_row_is_there_for_each_organisation_and_row_in_which_it_stood(tables: Tables) -> None:
    register, rows = tables["organisations"], tables["membership"]
    ends = sorted(rows["period_end"].unique())
    assert ends[0] == pd.Timestamp(2020, 8, 31) and ends[-1] == TERM_END and len(ends) == 55
    tops = register[register["kind"].isin(codes.GRASSROOTS_KINDS)].groupby("org_id")
    starts, lasts = tops["valid_from"].min(), tops["valid_to"].max()
    expected = {
        (org, end)
        for before, end in zip([TERM_START - pd.Timedelta(days=1), *ends[:-1]], ends, strict=True)
        for org in starts.index
        if starts[org] <= end and lasts[org] > before
    }
    assert set(zip(rows["org_id"], rows["period_end"], strict=True)) == expected


def test_whoever_ended_gave_its_members_away_and_nobody_else_is_empty(tables: Tables) -> None:
    rows, register = tables["membership"], tables["organisations"]
    last = rows.sort_values("period_end").groupby("org_id").tail(1)
    ended = last[last["period_end"] < TERM_END]
    assert_all(ended, (ended["closing_n"] == 0) & (ended["opening_n"] > 0), "an ended body closes at 0")
    standing = rows.merge(register[["org_id", "valid_to"]].groupby("org_id", as_index=False).max(), on="org_id")
    standing = standing[standing["valid_to"] >= standing["period_end"]]
    assert_all(standing, standing["official_n"] >= 3, "K05 three official members")


@pytest.mark.parametrize("day", ["2020-12-31", "2023-05-31", "2024-12-31"])
def test_few_organisations_are_an_exception_to_the_size_rule(tables: Tables, day: str) -> None:
    on_day = tables["membership"][tables["membership"]["period_end"] == day]
    sized = on_day.merge(grassroots(tables["organisations"], pd.Timestamp(day)), on="org_id", validate="1:1")
    exceptions = sized[(sized["kind"] == "party_committee") != (sized["closing_n"] >= 30)]
    assert 1 <= len(exceptions) <= 4, exceptions[["org_id", "kind", "closing_n"]]
    assert set(exceptions["kind"]) == {"party_committee", "cell"}


def test_no_admission_where_no_non_member_is_left(tables: Tables) -> None:
    rows = tables["membership"]
    closed = rows[rows["non_members_left"] == "no"]
    assert_all(closed, closed["admitted_n"] == 0, "admissions without non-members")
    assert 3 <= closed["org_id"].nunique() <= 10
    total = rows.groupby("org_id")["admitted_n"].sum()
    assert 8 <= (total == 0).sum() <= 30


def test_admissions_follow_the_seasons_and_the_epidemic(tables: Tables) -> None:
    rows = tables["membership"]
    by_month = rows.groupby([rows["period_end"].dt.year, rows["period_end"].dt.month])["admitted_n"].sum()
    whole = by_month.loc[2021:2024].groupby(level=1).sum()
    assert whole[[1, 2]].sum() < whole[[4, 5]].sum()
    assert by_month.loc[2021].loc[5:9].sum() < by_month.loc[2022].loc[5:9].sum() / 2
    assert 1400 <= by_month.sum() <= 1560


# Probation


def test_no_probation_ends_before_twelve_months(tables: Tables) -> None:
    cohorts = tables["probation"]
    waited = cohorts["admitted_period_end"] + pd.DateOffset(months=12)
    assert_all(cohorts, cohorts["outcome_period_end"] >= waited, "K25 twelve months of probation")
    assert_all(cohorts, cohorts["outcome_period_end"].between(TERM_START, TERM_END), "outcomes within the term")
    assert_all(cohorts, cohorts["people_n"] > 0, "only what happened")
    assert set(cohorts["outcome"]) == {"official", "removed"}


def test_no_cohort_has_more_outcomes_than_admissions(tables: Tables) -> None:
    cohorts = tables["probation"]
    ended = cohorts.groupby(["org_id", "admitted_period_end"], as_index=False)["people_n"].sum()
    ended = ended[ended["admitted_period_end"] >= TERM_START]
    joined = ended.merge(
        tables["membership"],
        left_on=["org_id", "admitted_period_end"],
        right_on=["org_id", "period_end"],
        how="left",
        validate="1:1",
    )
    assert_all(joined, (joined["people_n"] <= joined["admitted_n"]).fillna(False), "outcomes <= admitted")


def test_probationary_members_follow_the_cohorts(tables: Tables) -> None:
    rows, cohorts = tables["membership"].sort_values(["org_id", "period_end"]), tables["probation"]
    outcomes = (
        cohorts.pivot_table(
            index=["org_id", "outcome_period_end"], columns="outcome", values="people_n", aggfunc="sum", fill_value=0
        )
        .rename_axis(["org_id", "period_end"])
        .reset_index()
    )
    joined = rows.merge(outcomes, on=["org_id", "period_end"], how="left").fillna({"official": 0, "removed": 0})
    assert joined["official"].sum() == cohorts.loc[cohorts["outcome"] == "official", "people_n"].sum()
    assert_all(joined, joined["removed"] == joined["removed_probationary_n"], "removed on probation")
    change = joined.groupby("org_id")["probationary_n"].diff()
    expected = joined["admitted_n"] - joined["official"] - joined["removed"]
    assert_all(joined[change.notna()], (change == expected)[change.notna()], "probationary stock")


# Breakdowns


@pytest.mark.parametrize(
    ("name", "count", "total"), [("admissions", "admitted_n", "admitted_n"), ("composition", "members_n", "closing_n")]
)
def test_partitions_sum_to_the_total(tables: Tables, name: str, count: str, total: str) -> None:
    lines, key = tables[name], ["org_id", "period_end"]
    days = lines["period_end"].unique()
    totals = tables["membership"].set_index(key)[total].rename("total_n")
    totals = totals[totals.index.get_level_values("period_end").isin(days) & (totals > 0)]
    wide = lines.pivot_table(index=key, columns="dimension", values=count, aggfunc="sum", fill_value=0)
    joined = wide.join(totals, how="outer").fillna(0)
    for dimension in codes.PARTITIONS:
        assert_all(joined, joined[dimension] == joined["total_n"], f"{name}: {dimension} sums to the total")
    for dimension in codes.OVERLAPS:
        assert_all(joined, joined[dimension] <= joined["total_n"], f"{name}: {dimension} within the total")
    women = lines[(lines["dimension"] == "sex") & (lines["category"] == "female")].set_index(key)[count]
    assert_all(joined, women.reindex(joined.index, fill_value=0) == joined["female"], f"{name}: women counted once")
    assert_all(lines, lines[count] > 0, f"{name}: no row means 0")
    is_overlap = lines["dimension"].isin(codes.OVERLAPS)
    assert_all(lines, (lines["category"] == "yes") == is_overlap, f"{name}: yes for overlapping lines")


def test_readmissions_are_the_same_in_both_tables(tables: Tables) -> None:
    lines = tables["admissions"]
    lines = lines[lines["dimension"] == "readmitted"].set_index(["org_id", "period_end"])["admitted_n"]
    rows = tables["membership"].set_index(["org_id", "period_end"])["readmitted_n"]
    pd.testing.assert_series_equal(rows[rows > 0].sort_index(), lines.sort_index(), check_names=False)


def test_composition_is_at_the_congress_each_year_end_and_the_end(tables: Tables) -> None:
    days = tables["composition"]["period_end"].drop_duplicates().sort_values().dt.strftime("%Y-%m-%d").tolist()
    assert days == ["2020-08-31", "2020-12-31", "2021-12-31", "2022-12-31", "2023-12-31", "2024-12-31", "2025-02-14"]


# Targets


def test_targets_of_organisations_differ_from_the_headline(tables: Tables) -> None:
    targets = tables["targets"]
    counts = targets[(targets["measure"] == "admitted") & (targets["scope"] == "year")]
    headline = counts[counts["level"] == "bloc"].set_index("year")["target"]
    first = counts[(counts["level"] == "organisation")].sort_values("assigned_on").drop_duplicates(["year", "org_id"])
    assert headline.index.tolist() == [2020, 2021, 2022, 2023, 2024]
    assert (first.groupby("year")["target"].sum() - headline).tolist() == [3, 6, 4, 9, -3]
    assert (first["target"] == 0).any()
    yearly = counts[(counts["level"] == "organisation") & counts.duplicated(["year", "org_id"], keep=False)]
    assert yearly["assigned_on"].dt.strftime("%Y-%m-%d").tolist() == ["2022-02-14", "2022-07-15"]


def test_targets_belong_to_organisations_that_stood(tables: Tables) -> None:
    targets = tables["targets"][tables["targets"]["level"] == "organisation"]
    stood = [
        row.org_id in set(grassroots(tables["organisations"], row.assigned_on)["org_id"])
        for row in targets.itertuples()
    ]
    assert_all(targets, pd.Series(stood), "target of an organisation that stood")


# Classification


def test_classification_covers_2020_to_2024_only(tables: Tables) -> None:
    assert sorted(tables["classification"]["reporting_year"].unique()) == [2020, 2021, 2022, 2023, 2024]
    days = tables["classification"]["decided_on"]
    assert days.max() <= TERM_END


def test_decisions_are_dated_and_proposals_are_not(tables: Tables) -> None:
    rows = tables["classification"]
    assert_all(rows, (rows["stage"] == "decided") == rows["decided_on"].notna(), "a decision has its day")
    made = rows[rows["decided_on"].notna()]
    in_december = (made["decided_on"].dt.year == made["reporting_year"]) & (made["decided_on"].dt.month == 12)
    in_january = (made["decided_on"].dt.year == made["reporting_year"] + 1) & (made["decided_on"].dt.month == 1)
    assert_all(made, in_december | in_january, "decided in December or January")
    assert in_december.any() and in_january.any()


@pytest.mark.parametrize("subject", codes.SUBJECTS)
def test_classification_totals_hold(tables: Tables, subject: str) -> None:
    wide = decided(tables, subject)
    assert_all(wide, wide["rated"] == wide[list(codes.LEVELS)].sum(axis=1), "K11 rated")
    assert_all(wide, wide["present"] == wide["exempt"] + wide["not_graded"] + wide["rated"], "K11 present")
    assert_all(wide, wide["disciplined"] <= wide["not_completed"], "K17 disciplined")
    assert_all(wide, wide["commended"] <= wide["excellent"], "K17 commended")


def test_present_members_are_those_of_december(tables: Tables) -> None:
    wide = decided(tables, "member")
    ends = pd.to_datetime(wide["reporting_year"].astype("str") + "-12-31").astype("datetime64[us]")
    rows = wide.assign(period_end=ends).merge(
        tables["membership"], on=["org_id", "period_end"], how="outer", validate="1:1", indicator=True
    )
    rows = rows[(rows["period_end"].dt.month == 12) & (rows["closing_n"] > 0)]
    assert_all(rows, rows["_merge"] == "both", "each organisation is graded each year")
    assert_all(rows, rows["present"] == rows["closing_n"], "present = closing of December")
    assert_all(rows, rows["exempt"] == rows["exempt_n"], "exempt")


def test_members_admitted_in_the_last_six_months_are_not_graded(tables: Tables) -> None:
    new = tables["classification"]
    new = new[(new["reason"] == "under_6_months") & (new["stage"] == "decided")]
    rows = tables["membership"]
    recent = rows[(rows["period_end"].dt.month > 6) & (rows["period_end"].dt.year > 2020)]
    expected = recent.groupby(recent["period_end"].dt.year)["admitted_n"].sum()
    # Bodies that ended in the year had admitted nobody in it.
    assert (
        new[new["reporting_year"] > 2020].groupby("reporting_year")["count_n"].sum().tolist()
        == expected[expected.index < 2025].tolist()
    )


def test_reasons_sum_to_their_total(tables: Tables) -> None:
    rows = tables["classification"]
    rows = rows[
        rows["status"].isin(["not_completed", "not_graded"])
        & ~((rows["subject"] == "organisation") & (rows["status"] == "not_completed"))
    ]
    rows = rows.assign(org_kind=rows["org_kind"].fillna(""), is_total=rows["reason"].isna())
    sums = rows.pivot_table(
        index=["org_id", "reporting_year", "subject", "org_kind", "status", "stage"],
        columns="is_total",
        values="count_n",
        aggfunc="sum",
        fill_value=0,
    ).reset_index()
    assert_all(sums, sums[True] == sums[False], "reasons sum to the total")


def test_each_organisation_has_one_grade_a_year_and_new_ones_none(tables: Tables) -> None:
    wide, register, events = decided(tables, "organisation"), tables["organisations"], tables["events"]
    for year in range(2020, 2025):
        end = pd.Timestamp(year, 12, 31)
        tops = wide[(wide["reporting_year"] == year) & wide["org_kind"].isin(codes.GRASSROOTS_KINDS)]
        standing = grassroots(register, end)
        assert set(zip(tops["org_id"], tops["org_kind"], strict=True)) == set(
            zip(standing["org_id"], standing["kind"], strict=True)
        )
        assert_all(tops, tops["present"] == 1, f"one grade in {year}")
        new = events[
            events["event"].isin(["founded", "split"])
            & (events["date"] > pd.Timestamp(year, 6, 30))
            & (events["date"] <= end)
            & events["org_id"].isin(tops["org_id"])
        ]
        assert set(tops.loc[tops["not_graded"] == 1, "org_id"]) == set(new["org_id"])
        lower = wide[(wide["reporting_year"] == year) & ~wide["org_kind"].isin(codes.GRASSROOTS_KINDS)]
        counts = as_of(register, end)["kind"].value_counts()
        assert lower.groupby("org_kind")["present"].sum().to_dict() == {
            kind: counts[kind] for kind in ("section_committee", "subordinate_cell")
        }


def test_shares_are_plausible_and_few_organisations_break_the_cap(tables: Tables) -> None:
    wide = decided(tables, "member")
    sums = wide.groupby("reporting_year").sum(numeric_only=True)
    assert ((sums["excellent"] + sums["good"]) / sums["rated"]).between(0.9, 0.98).all(), sums
    assert (sums["not_completed"] / sums["rated"]).between(0.002, 0.0095).all(), sums
    literal = (5 * wide["excellent"] > wide["good"]).groupby(wide["reporting_year"]).sum()
    wider = (4 * wide["excellent"] > wide["good"]).groupby(wide["reporting_year"]).sum()
    assert literal.tolist() == [6, 8, 5, 4, 6]
    assert wider.tolist() == [1, 2, 1, 1, 2]


def test_organisations_keep_the_cap_within_their_group(tables: Tables) -> None:
    wide = decided(tables, "organisation")
    wide = wide[wide["org_kind"].isin(codes.GRASSROOTS_KINDS)]
    for year, graded in wide.groupby("reporting_year"):
        sectors = grassroots(tables["organisations"], pd.Timestamp(int(year), 12, 31)).set_index("org_id")["sector"]
        sums = graded.groupby(graded["org_id"].map(sectors).map(codes.SECTORS))[["excellent", "good"]].sum()
        assert_all(sums, 5 * sums["excellent"] <= sums["good"], f"K14 in {year}")


def test_some_proposals_differ_from_the_decision(tables: Tables) -> None:
    rows = tables["classification"]
    totals = rows[rows["status"].isin(codes.LEVELS) & rows["reason"].isna() & (rows["subject"] == "member")]
    sums = totals.groupby(["org_id", "reporting_year", "status", "stage"])["count_n"].sum().unstack(["status", "stage"])
    both = sums[sums["good", "proposed"].notna()].fillna(0)
    by_level = pd.Series({level: (both[level, "proposed"] - both[level, "decided"]).sum() for level in codes.LEVELS})
    assert by_level["excellent"] == -by_level["good"] > 0
    assert by_level[["completed", "not_completed"]].tolist() == [0, 0]


# Files


def test_the_same_seed_gives_the_committed_bytes(tmp_path: Path) -> None:
    write_sample(tmp_path / "first")
    write_sample(tmp_path / "second", random_seed=2020)
    committed = {path.name: path.read_bytes() for path in COMMITTED.iterdir()}
    assert set(committed) == {"dataset.yaml", *(f"{name}.csv" for name in TABLES)}
    for folder in ("first", "second"):
        made = {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()}
        assert [name for name in committed if made.get(name) != committed[name]] == []
        assert set(made) == set(committed)


def test_another_seed_gives_other_figures(tmp_path: Path) -> None:
    write_sample(tmp_path / "made", random_seed=5)
    assert (tmp_path / "made" / "membership.csv").read_bytes() != (COMMITTED / "membership.csv").read_bytes()


def test_the_dataset_says_that_it_is_synthetic_and_what_is_assumed(written: Path) -> None:
    info = open_dataset(written).info
    assert (info.kind, info.granularity, info.may_be_published) == ("synthetic", "month", True)
    assert (pd.Timestamp(info.term_start), pd.Timestamp(info.term_end)) == (TERM_START, TERM_END)
    assert info.assumed == ("term_start", "term_end")
    assert "mô phỏng" in info.title_vi and "synthetic" in info.title_en
    assert all("nhiemky sample" in info.sources_in(language) for language in ("vi", "en"))


def test_parquet_holds_the_same_rows(tmp_path: Path) -> None:
    write_sample(tmp_path / "made", file_format="parquet")
    made, committed = open_dataset(tmp_path / "made"), open_dataset(COMMITTED)
    for name in TABLES:
        pd.testing.assert_frame_equal(made.table(name), committed.table(name))


def test_a_larger_scale_has_more_organisations_and_says_so(tmp_path: Path) -> None:
    write_sample(tmp_path / "made", scale=6)
    dataset = open_dataset(tmp_path / "made")
    rows = dataset.table("membership")
    assert len(grassroots(dataset.table("organisations"), MIDTERM)) == 6 * 78
    assert rows.loc[rows["period_end"] == MIDTERM, "closing_n"].sum() == 6 * 5549
    assert not dataset.table("organisations").duplicated(["name", "valid_from"]).any()
    assert "6" in dataset.info.title_vi and "uncalibrated" in dataset.info.title_en
    assert "Not calibrated to any published figure." in dataset.info.sources_in("en")


def test_a_folder_with_anything_else_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(NhiemkyError, match=r"mine holds notes\.txt: nothing was written"):
        write_sample(folder)
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "notes.txt"]


def test_a_real_dataset_is_never_overwritten(tmp_path: Path) -> None:
    write_sample(tmp_path / "data")
    info = tmp_path / "data" / "dataset.yaml"
    info.write_text(info.read_text(encoding="utf-8").replace("kind: synthetic", "kind: internal"), encoding="utf-8")
    before = {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir()}
    with pytest.raises(NhiemkyError, match="is not a synthetic dataset"):
        write_sample(tmp_path / "data")
    assert {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir()} == before


def test_an_earlier_synthetic_dataset_is_replaced_whole(tmp_path: Path) -> None:
    write_sample(tmp_path / "data", random_seed=1, file_format="parquet")
    write_sample(tmp_path / "data")
    assert {path.suffix for path in (tmp_path / "data").iterdir()} == {".csv", ".yaml"}
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scale": 0}, "scale 0 is too small"),
        ({"random_seed": -1}, "random seed -1 is negative"),
        ({"file_format": "xlsx"}, "format 'xlsx' is unknown. Allowed: csv, parquet"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(tmp_path: Path, arguments: dict[str, object], message: str) -> None:
    with pytest.raises(NhiemkyError, match=message):
        write_sample(tmp_path / "made", **arguments)
    assert list(tmp_path.iterdir()) == []
