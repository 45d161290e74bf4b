"""What a report notebook opens with: its parameters checked, its dataset loaded and checked, its words ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.disclosure import (
    FEWEST_ORGANISATIONS,
    Thresholds,
    blank_after_hidden,
    drop_between_hidden,
    merge_small_steps,
    show_all,
    suppress_pairs,
    suppress_small,
)
from analysis.figures.block import Absent, Block, Definitions, Findings, Masthead, Section
from analysis.figures.context import Context
from analysis.files import file_hash
from analysis.language import Language, load_language
from analysis.measures.changes import PEOPLE, Sides
from analysis.measures.classification import years_up_to
from analysis.measures.comparison import figures_until
from analysis.measures.rows import grassroots_as_of
from analysis.params import KEYS, ReportParams, read_params
from analysis.periods import Period, Window, day_before, last_complete_year, parse_period, year_before
from analysis.project import project_root
from analysis.provenance import combined_hash, files_read, software_versions, watch_imports
from analysis.scope import organisation_name, organisations_in_scope, require_known_organisation
from analysis.tables.dataset import Dataset
from analysis.tables.published import FIGURES_FILE, read_figures
from analysis.tables.verdicts import sound_dataset
from analysis.wording import as_of_words, period_words

# An analyst's own modules are inputs of a page, too.
watch_imports()


@dataclass(frozen=True)
class Report:
    """One report: what was asked (`params`), what it reads (`dataset`) and the days it covers (`window`).

    covered: from the Congress to the data date · compared, compared_window: the period to compare with,
    None where it would reach before the term, with the reason in `no_comparison` · other_files: read besides tables.
    """

    name: str
    params: ReportParams
    dataset: Dataset
    language: Language
    period: Period
    window: Window
    covered: Window
    compared: Period | None
    compared_window: Window | None
    no_comparison: str
    other_files: set[Path] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        """True where no row of the dataset lies in the period: before the term, or after the end of the Khối."""
        return self.window.is_empty

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
        return period, _read_to(self.dataset, period.within(term))

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

    def suppress_series(
        self, rows: pd.DataFrame, count: str, *, derived: Sequence[str], from_before: Sequence[str]
    ) -> pd.DataFrame:
        """Return rows in time order fit for the audience; `from_before` are computed from the row before, too."""
        return blank_after_hidden(self.suppress(rows, count, derived=(*derived, *from_before)), from_before)

    def thin(self, rows: pd.DataFrame, cumulative: str) -> pd.DataFrame:
        """Return a running total fit for the report's audience: no step of a few people on public pages."""
        return merge_small_steps(rows, cumulative, self._thresholds()) if self.is_public else rows

    def thin_beside(self, rows: pd.DataFrame, cumulative: str, years: pd.DataFrame) -> pd.DataFrame:
        """Return a running total fit to stand beside counts by year of which some are hidden."""
        return drop_between_hidden(self.thin(rows, cumulative), years)

    @property
    def sides(self) -> Sides:
        """Return the days of the report and of the period compared with: none of these where nothing is compared."""
        nothing = Window(self.window.start, day_before(self.window.start))
        return Sides(self.window, self.compared_window or nothing)

    def suppress_pairs(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """Return pairs of numbers (measures.changes) fit for the report's audience."""
        if not self.is_public:
            return show_all(pairs)
        people = pairs["part"].isin(PEOPLE)
        hidden = [suppress_pairs(pairs[people], self._thresholds()), show_all(pairs[~people])]
        return pd.concat(hidden).sort_index()

    def _thresholds(self) -> Thresholds:
        settings = self.dataset.info.settings
        return Thresholds(settings.small_count, settings.small_count_sensitive)

    def recorded_figures(self) -> pd.DataFrame:
        """Return all printed figures of Party bodies that are recorded, of whatever period."""
        path = project_root() / FIGURES_FILE
        self.other_files.add(path)
        file_hash(path)  # Before it is read, as with the tables (Dataset).
        return read_figures(path)

    def printed_figures(self) -> pd.DataFrame:
        """Return the printed figures of Party bodies whose period ended on or before the report's last day."""
        return figures_until(self.recorded_figures(), self.period.end)

    def printed_before(self) -> pd.DataFrame | None:
        """Return the printed figures of the period compared with; None where nothing is compared."""
        return None if self.compared is None else figures_until(self.printed_figures(), self.compared.end)

    def printed_block(self, make: Any, *rows: Any) -> Block:
        """Return a figure of printed numbers: real ones, whose source is not the dataset."""
        source = self.language.text("source.figures")
        return make(
            *rows, replace(self.context, source=source, notes=(), window=Window(self.period.start, self.period.end))
        )

    def fitted_block(self, make: Any, *rows: Any) -> Block:
        """Return a figure that sets printed numbers beside a synthetic dataset; a sentence for any other dataset."""
        if self.dataset.info.is_synthetic:
            return self.printed_block(make, *rows)
        heading, sentence = (self.language.text(f"empty.{key}") for key in ("not_fitted_heading", "not_fitted"))
        return Findings(self.language.code, "not-fitted", heading, (sentence,))

    @property
    def context(self) -> Context:
        """Return the words that all figures of the report share."""
        info = self.dataset.info
        source = self.language.text("source.dataset", title=info.title(self.language.code))
        notes = (self.language.text("note.synthetic"),) if info.is_synthetic else ()
        return Context(
            self.language,
            self.place,
            self.place_inline,
            period_words(self.period.text, self.language),
            self.window,
            source,
            notes,
            self.comparison_words(),
            self.dataset.info.settings.cap_denominator,
        )

    @property
    def place_inline(self) -> str:
        """Return what the numbers cover as it stands inside a sentence."""
        key = "organisation" if self.params.organisation else "sector" if self.params.sector else "bloc"
        return self.language.text(f"place_inline.{key}", place=self.place)

    @property
    def place(self) -> str:
        """Return what the numbers cover, in words: the whole Khối, a sector or an organisation."""
        if self.params.organisation:
            return organisation_name(self.dataset.table("organisations"), self.params.organisation, self.covered.end)
        if self.params.sector:
            return self.language.text(f"sector.{self.params.sector}")
        return self.language.text("place.bloc")

    def masthead(self, status: str = "") -> Masthead:
        """Return the head of the page; `status` says what its numbers are where they are not the dataset's."""
        words, info = self.language, self.dataset.info
        return Masthead(
            language=words.code,
            body=info.title(words.code),
            title=words.text(f"report.{self.name}.title"),
            period=period_words(self.period.text, words),
            data_as_of="" if self.is_empty else as_of_words(self.period, self.window, words),
            audience=words.text(f"audience.{self.params.audience}"),
            status=words.text(f"status.{status or info.kind}"),
            is_synthetic=info.is_synthetic and not status,
            scope=self.place if self.is_scoped else "",
            compared_with="" if status else self.comparison_words(),
        )

    def comparison_words(self) -> str:
        """Return what the report compares with, or why it cannot."""
        if self.compared is None:
            return self.no_comparison
        return self.language.text("compared.with", period=period_words(self.compared.text, self.language))

    @property
    def is_withheld(self) -> bool:
        """True for a public page on a sector of one or two organisations: its counts would be theirs."""
        if not (self.is_public and self.params.sector):
            return False
        return len(grassroots_as_of(self.table("organisations"), self.window.end)) < FEWEST_ORGANISATIONS

    def withheld(self) -> Findings:
        """Return the one sentence of a public page that would show single organisations."""
        sentence = self.language.text("empty.withheld", place=self.place)
        return Findings(self.language.code, "nothing", self.language.text("empty.heading"), (sentence,))

    def nothing(self) -> Findings:
        """Return the one sentence of a page whose period holds no data."""
        term = self.dataset.info.term
        key = "empty.after" if self.period.start > term.end else "empty.before"
        sentence = self.language.text(
            key, period=period_words(self.period.text, self.language), term_start=term.start, term_end=term.end
        )
        return Findings(self.language.code, "nothing", self.language.text("empty.heading"), (sentence,))

    def block(self, make: Any, *rows: Any) -> Block:
        """Return a figure made of measured rows, or the one sentence where nothing can be shown."""
        if self.is_empty:
            return self.nothing()
        return self.withheld() if self.is_withheld else make(*rows, self.context)

    def internal_block(self, make: Any, *rows: Any) -> Block:
        """Return a figure that only the internal edition has: it shows single organisations."""
        words = self.language
        if self.is_public:
            return Absent(words.code, words.text("empty.internal_only"))
        return self.block(make, *rows)

    def section(self, key: str) -> Section:
        """Return the heading of a part of the page; it stands under `section.<key>` in the texts."""
        words = self.language
        return Section(words.code, f"part-{key.replace('_', '-')}", words.text(f"section.{key}"))

    def definitions(self, *keys: str) -> Definitions:
        """Return the foot of the page: the definitions named, the settings and assumptions, hashes and versions."""
        words, info = self.language, self.dataset.info
        entries = [
            (words.text(f"definition.{key}.term"), words.text(f"definition.{key}.text")) for key in self._chosen(keys)
        ]
        entries += [(words.text("foot.sources"), info.sources_in(words.code))] if info.sources else []
        entries += [(words.text("foot.assumed"), self._assumptions())] if info.assumed else []
        return Definitions(words.code, words.text("foot.heading"), tuple(entries), self._provenance(), self.inputs())

    def _chosen(self, keys: Sequence[str]) -> list[str]:
        """Return the definitions as the dataset's settings choose between them."""
        basis = self.dataset.info.settings.admission_date_basis
        return [f"admitted_{basis}" if key == "admitted" else key for key in keys]

    def inputs(self) -> dict[str, str]:
        """Return the files that this report has read so far, by path from the root, with the SHA-256 of each."""
        return files_read(self.dataset, self.other_files)

    def _assumptions(self) -> str:
        term, words = self.dataset.info.term, self.language
        known = {"term_start": term.start, "term_end": term.end}
        return " ".join(words.text(f"assumed.{key}", day=known.get(key)) for key in self.dataset.info.assumed)

    def _provenance(self) -> dict[str, str]:
        words = self.language
        # A dataset may lie anywhere; where, on whose machine, is nothing for a page.
        dataset = Path(self.params.dataset).name if Path(self.params.dataset).is_absolute() else self.params.dataset
        given = self.params.model_dump() | {"dataset": dataset}
        params = "; ".join(f"{key}: {value}" for key, value in given.items() if value)
        return {
            words.text("foot.dataset"): words.text(
                "foot.read",
                dataset=dataset,
                kind=words.text(f"status.{self.dataset.info.kind}"),
                tables=", ".join(sorted(self.dataset.asked)),
                hash=combined_hash(self.inputs())[:16],
            ),
            words.text("foot.params"): params,
            words.text("foot.versions"): software_versions(),
        }


def open_report(name: str, variables: Mapping[str, object]) -> Report:
    """Return the report of a notebook; `variables` are its own, of which the parameters cell has set those that count.

    Raises ParamsError where a parameter is wrong, DataError where the dataset is.
    """
    given = {key: variables[key] for key in KEYS if key in variables}
    params = read_params(given, f"notebook {name}, parameters cell")
    dataset = sound_dataset(project_root() / params.dataset).dataset.apart()
    require_known_organisation(params, dataset)
    term = dataset.info.term
    period = parse_period(params.period, term)
    window = _read_to(dataset, period.within(term))
    compared, compared_window, reason = _comparison(params, dataset, period, window)
    return Report(
        name=name,
        params=params,
        dataset=dataset,
        language=load_language(params.language),
        period=period,
        window=window,
        covered=Window(term.start, window.end),
        compared=compared,
        compared_window=compared_window,
        no_comparison=reason,
    )


def _read_to(dataset: Dataset, window: Window) -> Window:
    """Return the window shortened to the last row date in it: the data date (empty where there is none)."""
    data_date = dataset.data_date(window.end)
    if data_date is None or data_date < window.start:
        return Window(window.start, day_before(window.start))
    return Window(window.start, data_date)


def _comparison(
    params: ReportParams, dataset: Dataset, period: Period, window: Window
) -> tuple[Period | None, Window | None, str]:
    term, words = dataset.info.term, load_language(params.language)
    compared = parse_period(params.compare_with, term) if params.compare_with else year_before(period, term)
    if window.is_empty:
        return None, None, ""
    reaches_before = compared.start < term.start or compared.end < term.start
    if reaches_before or period.end > term.end:
        key = "compared.before_term" if reaches_before else "compared.after_term"
        return None, None, words.text(key, period=period_words(compared.text, words))
    compared_window = _read_to(dataset, compared.within(term))
    if compared_window.is_empty:
        return None, None, words.text("compared.no_data", period=period_words(compared.text, words))
    return compared, compared_window, ""
