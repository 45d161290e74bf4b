"""What the audience of a report may see: the tables in its scope, and measured rows without what would tell too much.

Input: what was asked (`params`) and the dataset. Output: tables of the place, and rows suppressed for the audience.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd

from analysis.beside import (
    hidden_totals,
    tile,
    windows_hidden,
)
from analysis.disclosure import (
    FEWEST_ORGANISATIONS,
    Thresholds,
    blank_after_hidden,
    blank_cells,
    drop_between_hidden,
    merge_small_steps,
    show_all,
    suppress_better,
    suppress_bodies,
    suppress_pairs,
    suppress_small,
)
from analysis.language import Language
from analysis.measures.changes import HEADLINES, PEOPLE, Sides
from analysis.measures.classification import years_up_to
from analysis.measures.rows import grassroots_as_of
from analysis.params import ReportParams
from analysis.periods import (
    Period,
    Term,
    Window,
    day_before,
    last_complete_year,
    parse_period,
    same_period_of,
)
from analysis.scope import organisations_in_scope
from analysis.tables.dataset import Dataset


@dataclass(frozen=True)
class Edition:
    """One report before anything is drawn: what was asked (`params`), what it reads (`dataset`), its days (`window`).

    stands: the days that the report can speak of, the term or those of its organisation · covered: from the Congress,
    or from its founding, to the data date · compared, compared_window: the period to compare with,
    None where it would reach before the term, with the reason in `no_comparison` · other_files: read besides tables.
    """

    name: str
    params: ReportParams
    dataset: Dataset
    language: Language
    period: Period
    window: Window
    stands: Window
    covered: Window
    compared: Period | None
    compared_window: Window | None
    no_comparison: str
    other_files: set[Path] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        """True where no row of the dataset lies in the period, or none on a day on which the organisation stood."""
        return self.window.is_empty or self.window.end < self.stands.start or self.stands.end < self.window.start

    @property
    def known_period(self) -> Period:
        """Return the period to the day that rows tell of: other years are set beside it to the same day.

        Half-yearly rows, say, tell of nine months no more than of six. What the end of the term cuts stays cut.
        """
        is_read = self.period.is_term or self.window.end == self.period.within(self.dataset.info.term).end
        return self.period if is_read or self.window.is_empty else replace(self.period, end=self.window.end)

    @property
    def is_public(self) -> bool:
        return self.params.audience == "public"

    @property
    def is_scoped(self) -> bool:
        """True for a report on one sector or one organisation."""
        return bool(self.params.sector or self.params.organisation)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the dataset, with the rows of the report's sector or organisation only."""
        frame = self.dataset.table(name)
        if not self.is_scoped or "org_id" not in frame:
            return frame
        in_scope = organisations_in_scope(self.params, self.dataset.table("organisations"), self.covered.end)
        return frame[frame["org_id"].isin(in_scope)]

    def tables(self, *names: str) -> dict[str, pd.DataFrame]:
        """Return several tables by name, each with the rows of the report's sector or organisation only."""
        return {name: self.table(name) for name in names}

    def whole_tables(self, *names: str) -> dict[str, pd.DataFrame]:
        """Return several tables of the whole Khối, whatever the report is limited to."""
        return {name: self.dataset.table(name) for name in names}

    def at(self, period_text: str) -> tuple[Period, Window]:
        """Return another period of the same dataset with the days that are read for it."""
        term = self.dataset.info.term
        period = parse_period(period_text, term)
        return period, read_to(self.dataset, period.within(term))

    @property
    def graded_years(self) -> list[int]:
        """Return the years whose grades the report shows: decided, and complete by the end of the period."""
        return years_up_to(self.dataset.table("classification"), last_complete_year(self.period))

    def suppress(
        self, rows: pd.DataFrame, count: str, *, within: Sequence[str] = (), derived: Sequence[str] = ()
    ) -> pd.DataFrame:
        """Return rows fit for the report's audience: small counts of people hidden on public pages."""
        if not self.is_public:
            return show_all(rows)
        return suppress_small(rows, count, self._thresholds(), within=within, derived=derived)

    def suppress_better(self, better: pd.DataFrame, grades: pd.DataFrame) -> pd.DataFrame:
        """Return good or better by year without what tells a level of it that is hidden; grades: suppressed."""
        return suppress_better(better, grades)

    def suppress_series(
        self, rows: pd.DataFrame, count: str, *, derived: Sequence[str], from_before: Sequence[str]
    ) -> pd.DataFrame:
        """Like suppress_totals, for rows in time order; `from_before` are computed from the row before, too."""
        return blank_after_hidden(self.suppress_totals(rows, count, derived=(*derived, *from_before)), from_before)

    def suppress_totals(
        self, rows: pd.DataFrame, count: str, *, within: Sequence[str] = (), derived: Sequence[str] = ()
    ) -> pd.DataFrame:
        """Return admissions of the place from start_date to data_date fit for the audience and for what stands beside.

        Rows within one value of `within` add up to a total only where their days are all those since the Congress: then
        a second one is hidden beside a hidden one, else each is judged by itself. On the public page of a sector, what
        the pages of the whole Khối and of the other sectors would give away of any sector is hidden too.
        """
        days = zip(rows["start_date"], rows["data_date"], strict=True)
        windows = pd.Series([Window(first.date(), last.date()) for first, last in days], index=rows.index)
        exposed = windows.map(lambda window: window in self._hidden_windows)
        kept = self.suppress(
            rows.assign(is_exposed=exposed, adds_up=self._add_up(rows, windows, within)),
            count,
            within=["adds_up"],
            derived=derived,
        )
        return kept.drop(columns="adds_up")

    def _add_up(self, rows: pd.DataFrame, windows: pd.Series, within: Sequence[str]) -> pd.Series:
        """Return a number that rows share which add up to the time since the Congress; others have one each."""
        places = pd.Series(range(len(rows)), index=rows.index)
        groups = [group for _, group in rows.groupby(list(within), sort=False)] if within else [rows]
        for group in groups:
            if tile(list(windows[group.index]), self.covered):
                places[group.index] = places[group.index].min()
        return places

    def suppress_bridge(self, bridge: pd.DataFrame) -> pd.DataFrame:
        """Return form 1 (measures.membership) fit for the audience: where admissions are hidden, so is their line."""
        exposed = (bridge["line"] == "admitted_n") & (self.window in self._hidden_windows)
        return self.suppress(bridge.assign(is_exposed=exposed), "people_n", derived=["start_n", "end_n"])

    def suppress_bodies(
        self, measure: Callable[[pd.DataFrame, pd.DataFrame, Window], pd.DataFrame], *, derived: Sequence[str]
    ) -> pd.DataFrame:
        """Return counts of organisations by group (`by`, `group`, standing_n) fit for the audience.

        On public pages no group of one or two, and none of which every organisation is meant: that would name them, or
        tell how few each of them admitted.
        The page of a sector tells of the sector in all, where the page of the whole does.
        """
        rows = measure(self.table("membership"), self.table("organisations"), self.window)
        if not self.is_public:
            return show_all(rows)
        if not self._is_beside_others:
            return suppress_bodies(rows, self._thresholds(), derived)
        whole = measure(self.dataset.table("membership"), self.dataset.table("organisations"), self.window)
        whole = suppress_bodies(whole, self._thresholds(), derived)
        is_shut = bool(whole.loc[whole["group"] == self.params.sector, "is_hidden"].any())
        shut = rows.assign(is_exposed=(rows["by"] != "total") | is_shut)
        return suppress_bodies(shut, self._thresholds(), derived)

    def thin(self, rows: pd.DataFrame, cumulative: str) -> pd.DataFrame:
        """Return a running total fit for the report's audience: no step of a few people on public pages.

        On the public page of a sector only its end: the running totals of the others would give the points away.
        """
        if self._is_beside_others:
            return rows.tail(1).assign(is_thinned=len(rows) > 1)
        return (
            merge_small_steps(rows, cumulative, self._thresholds()) if self.is_public else rows.assign(is_thinned=False)
        )

    def thin_beside(self, rows: pd.DataFrame, cumulative: str, years: pd.DataFrame) -> pd.DataFrame:
        """Return a running total fit to stand beside counts by year of which some are hidden."""
        thinned = self.thin(rows, cumulative)
        kept = drop_between_hidden(thinned, years)
        return kept.assign(is_thinned=kept["is_thinned"] | (len(kept) < len(thinned)))

    def suppress_between(
        self, rows: pd.DataFrame, running: pd.DataFrame, *, derived: Sequence[str], from_before: Sequence[str]
    ) -> pd.DataFrame:
        """Return admissions of windows fit to stand beside a running total of the term that was thinned.

        rows: start_date, data_date, and before_start_date, before_date of the window that `from_before` are measured
        by. A window is shown where the running total shows both its ends: it is their difference.
        """
        if not self.is_public:
            return show_all(rows)
        shown = {day.date() for day in running["period_end"]} | {day_before(self.covered.start)}
        hidden = ~_lie_between(rows["start_date"], rows["data_date"], shown)
        base_hidden = ~_lie_between(rows["before_start_date"], rows["before_date"], shown)
        kept = blank_cells(rows, hidden, derived)
        return blank_cells(kept, hidden | base_hidden, from_before).assign(is_hidden=hidden)

    @property
    def sides(self) -> Sides:
        """Return the days of the report and of the period compared with: none of these where nothing is compared."""
        nothing = Window(self.window.start, day_before(self.window.start))
        return Sides(self.window, self.compared_window or nothing)

    def suppress_pairs(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """Return pairs of numbers (measures.changes) fit for the report's audience."""
        if not self.is_public:
            return show_all(pairs)
        if self._is_beside_others:
            pairs = pairs[self._may_be_told(pairs["part"])]
        people = pairs["part"].isin(PEOPLE)
        hidden = [suppress_pairs(pairs[people], self._thresholds()), show_all(pairs[~people])]
        return pd.concat(hidden).sort_index()

    @property
    def is_withheld(self) -> bool:
        """True for a public page on a sector of one or two organisations: its counts would be theirs."""
        if not (self.is_public and self.params.sector):
            return False
        return len(grassroots_as_of(self.table("organisations"), self.window.end)) < FEWEST_ORGANISATIONS

    @property
    def _is_beside_others(self) -> bool:
        """True for a public page beside which those of the whole Khối and of other sectors may stand."""
        return self.is_public and bool(self.params.sector) and not self.is_empty

    @cached_property
    def _hidden_windows(self) -> set[Window]:
        """Return the windows in which the admissions of the report's sector must not be told."""
        return self._windows_hidden_of(self.params.sector) if self._is_beside_others else set()

    def _windows_hidden_of(self, sector: str) -> set[Window]:
        return windows_hidden(self._totals_by_sector, sector, self._thresholds())

    @cached_property
    def _totals_by_sector(self) -> pd.DataFrame:
        term, years = (
            Term(self.covered.start, self.covered.end),
            range(self.covered.start.year, self.covered.end.year + 1),
        )
        windows = [same_period_of(year, self.known_period, term).within(term) for year in years]
        others = [self.compared_window] if self.compared_window and not self.compared_window.is_empty else []
        return hidden_totals(
            self.whole_tables("membership", "organisations"),
            self.window,
            [window for window in windows if not window.is_empty],
            [*others, self.covered],
        )

    def _thresholds(self) -> Thresholds:
        settings = self.dataset.info.settings
        return Thresholds(settings.small_count, settings.small_count_sensitive)

    def _may_be_told(self, parts: pd.Series) -> pd.Series:
        """Tell which parts of the changes the public page of a sector has: headlines, and nothing by age or sector."""
        compared = self.compared_window or self.window
        shut = {"admitted"} if {self.window, compared} & self._hidden_windows else set()
        return parts.isin(HEADLINES) & ~parts.isin(shut)


def _lie_between(starts: pd.Series, ends: pd.Series, shown: set[date]) -> pd.Series:
    """Tell which windows begin on the day after a shown one and end on a shown one; so do those without days."""
    begins = [pd.isna(start) or day_before(start.date()) in shown for start in starts]
    finishes = [pd.isna(end) or end.date() in shown for end in ends]
    return pd.Series([one and other for one, other in zip(begins, finishes, strict=True)], index=starts.index)


def read_to(dataset: Dataset, window: Window) -> Window:
    """Return the window shortened to the last row date in it: the data date (empty where there is none)."""
    data_date = dataset.data_date(window.end)
    if data_date is None or data_date < window.start:
        return Window(window.start, day_before(window.start))
    return Window(window.start, data_date)
