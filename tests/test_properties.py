"""What holds for any data: partitions sum, cumulative periods grow, bridges close, rounding is exact."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
from frames import TERM, aim, body, grade, make_table, members
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.language import LANGUAGES, load_language
from analysis.measures import admissions, classification, headline, membership, structure
from analysis.measures.ratio import percent_of
from analysis.periods import Window, parse_period, year_before

BODIES = ("A", "B", "C", "D")
SECTORS = ("4", "5", "6a", "9a1", "9b2", "11")
MONTH_ENDS = tuple(stamp.date().isoformat() for stamp in pd.date_range("2022-01-31", "2023-12-31", freq="ME"))
YEAR = Window(date(2023, 1, 1), date(2023, 12, 31))
small = st.integers(0, 40)


@st.composite
def memberships(draw: st.DrawFn) -> pd.DataFrame:
    """Return returns of some organisations in some months; the flows explain every closing."""
    rows = []
    for name in BODIES:
        opening = draw(st.integers(0, 300))
        for day in draw(st.sets(st.sampled_from(MONTH_ENDS), max_size=5).map(sorted)):
            flows = {line: draw(small) for line in ("admitted_n", "transferred_in_n", "restored_n", "internal_in_n")}
            losses = {line: draw(st.integers(0, 3)) for line in (*membership.DECREASES, "internal_out_n")}
            closing = opening + sum(flows.values()) - sum(losses.values())
            assume(closing >= 0)
            rows.append(members(name, day, opening_n=opening, closing_n=closing, **flows, **losses))
            opening = closing
    return make_table("membership", *rows)


@st.composite
def registers(draw: st.DrawFn) -> pd.DataFrame:
    kinds = st.sampled_from(("party_committee", "cell", "subordinate_cell"))
    return make_table("organisations", *(body(name, draw(kinds), draw(st.sampled_from(SECTORS))) for name in BODIES))


@st.composite
def classifications(draw: st.DrawFn) -> pd.DataFrame:
    statuses = ("excellent", "good", "completed", "not_completed", "exempt", "not_graded")
    return make_table(
        "classification",
        *(
            grade(name, year, status, draw(small))
            for name in BODIES
            for year in (2022, 2023)
            for status in statuses
            if draw(st.booleans())
        ),
    )


days = st.dates(date(2019, 1, 1), date(2026, 12, 31))
period_texts = st.one_of(
    st.builds(lambda year, part: f"{year}{part}", st.integers(1930, 2100), st.sampled_from(("", "-Q1", "-H1", "-9M"))),
    days.map(lambda day: f"term:{day.isoformat()}"),
    st.just("term"),
)


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_percent_is_round_half_up_of_the_exact_ratio(part, whole):
    """Rule E.11."""
    got = percent_of(pd.Series([part], dtype="Int64"), pd.Series([whole], dtype="Int64")).iloc[0]
    exact = (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    assert Decimal(str(got)).quantize(Decimal("0.01")) == exact


@given(st.integers(0, 2000), st.integers(1, 400))
def test_percent_is_half_up_on_the_very_half(steps, tenth):
    """Ratios that end on a 5 in the third decimal are where half-even and binary fractions go wrong."""
    whole = 2000 * tenth
    part = steps * tenth
    got = percent_of(pd.Series([part], dtype="Int64"), pd.Series([whole], dtype="Int64")).iloc[0]
    assert Decimal(str(got)) == (Decimal(steps) / 20).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@given(memberships())
def test_cumulative_periods_never_fall_within_a_year(rows):
    """Rule K19: Q1 ≤ H1 ≤ 9M ≤ year."""
    none = make_table("targets")
    admitted = []
    for text in ("2023-Q1", "2023-H1", "2023-9M", "2023"):
        period = parse_period(text, TERM)
        admitted.append(
            int(admissions.measure_attainment(rows, none, period, period.within(TERM))["admitted_n"].iloc[0])
        )
    assert admitted == sorted(admitted)


@given(memberships())
def test_running_total_never_falls_and_ends_at_the_total(rows):
    got = admissions.accumulate_admissions(rows, YEAR)
    inside = rows[rows["period_end"] >= "2023-01-01"]
    assert got["cumulative_n"].is_monotonic_increasing
    assert (got["cumulative_n"].iloc[-1] if len(got) else 0) == inside["admitted_n"].sum()


@given(memberships(), registers())
def test_sectors_sum_to_the_whole(rows, register):
    by_sector = admissions.admissions_by_sector(rows, register, YEAR)
    inside = rows[rows["period_end"] >= "2023-01-01"]
    assert by_sector["admitted_n"].sum() == inside["admitted_n"].sum()
    stocks = membership.members_by_sector(rows, register, YEAR)
    last = inside[inside["period_end"] == inside["period_end"].max()]
    assert stocks["members_n"].sum() == last["closing_n"].sum()
    # Rule E.13: parts rounded to two decimals miss 100 by at most half a hundredth each.
    for shares in (by_sector["share_pct"].dropna(), stocks["share_pct"].dropna()):
        assert len(shares) == 0 or abs(float(shares.sum()) - 100) <= 0.005 * len(shares) + 1e-9


@given(registers())
def test_kinds_and_sectors_count_the_same_organisations(register):
    kinds = structure.count_kinds(register, [YEAR.end])["organisations_n"].sum()
    assert kinds == structure.count_sectors(register, YEAR.end)["organisations_n"].sum()
    assert kinds == register["kind"].isin(("party_committee", "cell")).sum()


@given(memberships(), registers())
def test_size_bands_count_every_organisation_that_reported_once(rows, register):
    for day in rows["period_end"].unique()[:2]:
        bands = structure.count_size_bands(register, rows, day.date())
        standing = register.loc[register["kind"].isin(("party_committee", "cell")), "org_id"]
        reported = rows.loc[rows["period_end"] == day, "org_id"].isin(standing).sum()
        assert bands["organisations_n"].sum() == reported


@given(memberships())
def test_the_bridge_closes(rows):
    """Rule D.1: opening and all lines, the residual among them, sum to the closing."""
    got = membership.bridge_membership(rows, YEAR)
    people = got.set_index("line")["people_n"]
    assert people.iloc[:-1].sum() == people["closing_n"]
    steps = got[~got["line"].isin(("opening_n", "closing_n"))]
    assert (steps["end_n"] - steps["start_n"] == steps["people_n"]).all()


@given(classifications())
def test_levels_sum_to_the_rated_and_good_or_better_stays_within(rows):
    grades = classification.measure_grades(rows, "member", [2022, 2023])
    assert (grades.groupby("year")["count_n"].sum() == grades.groupby("year")["rated_n"].first()).all()
    better = classification.measure_good_or_better(grades, make_table("targets"), "member_good_or_better")
    assert (better["good_or_better_n"] <= better["rated_n"]).all()


@given(classifications())
def test_a_looser_reading_of_the_cap_never_finds_more_breaches(rows):
    """Rule A.12: good ≤ good or better ≤ rated."""
    cap = classification.measure_cap(rows, [2022, 2023])
    for _, year in cap.groupby("year"):
        assert year["within_n"].is_monotonic_increasing
    assert (cap["within_n"] + cap["over_n"] == cap["organisations_n"]).all()


@settings(max_examples=10)
@given(memberships(), registers(), classifications())
def test_no_measure_changes_a_frame_that_it_is_given(rows, register, grades):
    tables = {
        "membership": rows,
        "organisations": register,
        "classification": grades,
        "events": make_table("events", {"date": "2023-03-01", "event": "founded", "org_id": "A"}),
        "targets": make_table("targets", aim(20), aim(90, measure="member_good_or_better")),
    }
    before = {name: table.copy(deep=True) for name, table in tables.items()}
    period = parse_period("2023", TERM)
    headline.measure_headline(tables, period, YEAR)
    admissions.accumulate_admissions(rows, YEAR)
    admissions.compare_years(rows, tables["targets"], period, YEAR)
    admissions.admissions_by_sector(rows, register, YEAR)
    measured = classification.measure_grades(grades, "member", [2022, 2023])
    kept = measured.copy(deep=True)
    classification.measure_good_or_better(measured, tables["targets"], "member_good_or_better")
    classification.measure_cap(grades, [2022, 2023])
    membership.bridge_membership(rows, YEAR)
    membership.members_over_time(rows, YEAR)
    membership.members_by_sector(rows, register, YEAR)
    structure.count_kinds(register, [YEAR.end])
    structure.count_sectors(register, YEAR.end)
    structure.count_events(tables["events"], register, YEAR)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, before[name])
    pd.testing.assert_frame_equal(measured, kept)


@given(period_texts)
def test_a_period_is_written_as_it_was_read(text):
    assert parse_period(text, TERM).text == text
    assert parse_period(parse_period(text, TERM).text, TERM) == parse_period(text, TERM)


@given(period_texts)
def test_the_year_before_keeps_the_kind_and_goes_back_one_year(text):
    period = parse_period(text, TERM)
    before = year_before(period, TERM)
    assert before.end.year == period.end.year - 1
    assert period.end - before.end in (timedelta(365), timedelta(366))
    assert before.kind == ("term_to_date" if period.is_term else period.kind)
    assert before.start == (TERM.start if period.is_term else date(period.start.year - 1, 1, 1))


@given(period_texts)
def test_the_window_of_a_period_lies_within_both_the_period_and_the_term(text):
    period = parse_period(text, TERM)
    window = period.within(TERM)
    overlap = period.start <= TERM.end and period.end >= TERM.start and period.start <= period.end
    assert window.is_empty != overlap
    if overlap:
        assert TERM.start <= window.start <= window.end <= TERM.end


@given(st.integers(-(10**12), 10**12), st.sampled_from(LANGUAGES))
def test_a_count_that_is_written_can_be_read_back(number, code):
    """Rule E.10."""
    written = load_language(code).count(number)
    assert int(written.replace("." if code == "vi" else ",", "").replace("−", "-")) == number


@given(st.decimals(-(10**6), 10**6, places=2), st.sampled_from(LANGUAGES))
def test_a_percentage_that_is_written_can_be_read_back(number, code):
    thousands, decimal = (".", ",") if code == "vi" else (",", ".")
    written = load_language(code).percent(number)
    plain = written.removesuffix("%").replace(thousands, "").replace(decimal, ".").replace("−", "-")
    assert Decimal(plain) == number


@given(st.decimals(-(10**4), 10**4, places=4), st.integers(0, 3))
def test_decimals_are_rounded_half_up(number, digits):
    written = load_language("en").decimal(number, digits).replace(",", "").replace("−", "-")
    assert Decimal(written) == number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_vietnamese_date_is_day_month_year(day):
    assert load_language("vi").day(day) == f"{day.day:02d}/{day.month:02d}/{day.year:04d}"
