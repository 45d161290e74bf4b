"""What a report notebook opens with: its parameters checked, its dataset loaded and checked, its words ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.edition import read_to
from analysis.figures.block import Absent, Block, Definitions, Findings, Masthead, Section
from analysis.figures.context import Context
from analysis.files import file_hash
from analysis.issuing import IssuedEdition
from analysis.language import load_language
from analysis.measures.comparison import figures_until
from analysis.measures.coverage import count_returns
from analysis.params import KEYS, ReportParams, read_params
from analysis.periods import (
    Period,
    Window,
    parse_period,
    year_before,
)
from analysis.project import project_root
from analysis.provenance import combined_hash, files_read, software_versions, watch_imports
from analysis.scope import days_in_scope, organisation_name, require_known_organisation
from analysis.tables.dataset import Dataset
from analysis.tables.issued import ISSUED_FILE, dataset_name
from analysis.tables.published import FIGURES_FILE, read_figures
from analysis.tables.verdicts import sound_dataset
from analysis.wording import as_of_words, period_words, read_to_words

# An analyst's own modules are inputs of a page, too.
watch_imports()


@dataclass(frozen=True)
class Report(IssuedEdition):
    """One report with its words: figures of suppressed rows become blocks of the page."""

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
        context = replace(
            self._bare_context,
            source=self.language.text("source.figures"),
            notes=(),
            window=Window(self.period.start, self.period.end),
            compared_with=self.comparison_words(is_printed=True),
        )
        return make(*rows, context)

    def fitted_block(self, make: Any, *rows: Any) -> Block:
        """Return a figure that sets printed numbers beside a synthetic dataset; a sentence for any other dataset."""
        if self.dataset.info.is_synthetic:
            return self.printed_block(make, *rows)
        heading, sentence = (self.language.text(f"empty.{key}") for key in ("not_fitted_heading", "not_fitted"))
        return Findings(self.language.code, "not-fitted", heading, (sentence,))

    @property
    def context(self) -> Context:
        """Return the words that all figures of the report share."""
        return replace(self._bare_context, coverage=self.coverage_words)

    @property
    def _bare_context(self) -> Context:
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
            read_to=read_to_words(self.period, self.window, self.language),
        )

    @cached_property
    def coverage_words(self) -> tuple[str, ...]:
        """Return how many organisations the numbers rest on, where returns are missing; nothing where none is."""
        if self.is_empty:
            return ()
        membership, register = self.dataset.table("membership"), self.table("organisations")
        now, since = (count_returns(membership, register, window).iloc[0] for window in (self.window, self.covered))
        keys = ["now"] if now["reported_n"] < now["standing_n"] else []
        keys += ["before"] if since["missing_n"] > now["standing_n"] - now["reported_n"] else []
        counts = {
            "data_date": self.window.end,
            "reported": now["reported_n"],
            "standing": now["standing_n"],
            "missing": since["missing_n"],
            "owing": since["missing_from_n"],
        }
        return tuple(self.language.text(f"coverage.{key}", **counts) for key in keys)

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
            body=words.text("place.printed") if status else info.title(words.code),
            title=words.text(f"report.{self.name}.title"),
            period=period_words(self.period.text, words),
            data_as_of="" if self.is_empty else self._as_of_words(is_printed=bool(status)),
            audience=words.text(f"audience.{self.params.audience}"),
            status=words.text(f"status.{self._status(status)}"),
            is_synthetic=info.is_synthetic and not status,
            scope=self.place if self.is_scoped else "",
            compared_with="" if status or self.is_empty else self.comparison_words(),
        )

    def _status(self, status: str) -> str:
        """Return what the numbers of the page are; printed figures stay whole where the rest of a report is divided."""
        return f"{status}_whole" if status and self.is_scoped else status or self.dataset.info.kind

    def _as_of_words(self, *, is_printed: bool) -> str:
        """Return how far the numbers reach, and of the dataset's how many reported where not all did."""
        if is_printed:  # The dates of printed figures are their own: the rows of the dataset do not bound them.
            return as_of_words(self.period, Window(self.period.start, self.period.end), self.language)
        words = as_of_words(self.period, self.window, self.language)
        if not self.coverage_words:
            return words
        return " ".join((f"{words}.", *self.coverage_words)).rstrip(".")

    def comparison_words(self, *, is_printed: bool = False) -> str:
        """Return what the report compares with, or why it cannot; printed figures go to the period's own last day."""
        if self.compared is None or self.compared_window is None:
            return self.no_comparison
        end = self.compared_window.end
        key = "compared.with" if is_printed or end == self.compared.end else "compared.with_to"
        return self.language.text(key, period=period_words(self.compared.text, self.language), data_date=end)

    def withheld(self) -> Findings:
        """Return the one sentence of a public page that would show single organisations."""
        sentence = self.language.text("empty.withheld", place=self.place)
        return Findings(self.language.code, "nothing", self.language.text("empty.heading"), (sentence,))

    def nothing(self) -> Findings:
        """Return the one sentence of a page whose period holds no data."""
        term, stands = self.dataset.info.term, self.stands
        sentence = self.language.text(
            f"empty.{self._why_nothing()}",
            period=period_words(self.period.text, self.language),
            place=self.place,
            first_row=self.dataset.table("membership")["period_end"].min(),
            term_start=term.start,
            term_end=term.end,
            founded=stands.start,
            ended=stands.end,
        )
        return Findings(self.language.code, "nothing", self.language.text("empty.heading"), (sentence,))

    def _why_nothing(self) -> str:
        term = self.dataset.info.term
        if self.period.start > term.end:
            return "after"
        if self.period.end < term.start:
            return "before"
        if self.window.is_empty:
            first = self.dataset.table("membership")["period_end"].min().date()
            return "no_row" if first > self.period.end else "no_row_within"
        return "not_founded" if self.window.end < self.stands.start else "ended"

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

    def whole_block(self, make: Any, *rows: Any) -> Block:
        """Return a figure that public pages have of the whole Khối alone: of a sector, one sentence says so."""
        if not self._is_beside_others or self.is_withheld:
            return self.block(make, *rows)
        words = self.language
        heading, sentence = (words.text(f"empty.{key}") for key in ("whole_only_heading", "whole_only"))
        return Findings(words.code, "whole-only", heading, (sentence,))

    def section(self, key: str) -> Section:
        """Return the heading of a part of the page; it stands under `section.<key>` in the texts."""
        words = self.language
        return Section(words.code, f"part-{key.replace('_', '-')}", words.text(f"section.{key}"))

    def definitions(self, *keys: str) -> Definitions:
        """Return the foot of the page: the definitions named, the settings and assumptions, hashes and versions."""
        words, info, inputs = self.language, self.dataset.info, self.inputs()
        entries = [
            (words.text(f"definition.{key}.term"), words.text(f"definition.{key}.text")) for key in self._chosen(keys)
        ]
        # On a page of printed figures the dataset only stands beside them.
        beside = "_beside" if FIGURES_FILE in inputs else ""
        entries += [(words.text("foot.sources"), words.text("foot.printed"))] if beside else []
        entries += [(words.text(f"foot.sources{beside}"), info.sources_in(words.code))] if info.sources else []
        entries += [(words.text(f"foot.assumed{beside}"), self._assumptions())] if info.assumed else []
        return Definitions(words.code, words.text("foot.heading"), tuple(entries), self._provenance(inputs), inputs)

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

    def _provenance(self, inputs: Mapping[str, str]) -> dict[str, str]:
        words = self.language
        # A dataset may lie anywhere; where, on whose machine, is nothing for a page.
        dataset = dataset_name(self.params.dataset)
        given = self.params.model_dump() | {"dataset": dataset}
        params = "; ".join(f"{key}: {value}" for key, value in given.items() if value)
        printed = inputs.get(FIGURES_FILE)
        # Without the record of what was issued: recording a page must not change it.
        own = {path: content for path, content in inputs.items() if path not in (ISSUED_FILE, FIGURES_FILE)}
        return {
            **(self._printed_provenance(printed) if printed else {}),
            words.text("foot.dataset_beside" if printed else "foot.dataset"): words.text(
                "foot.read",
                dataset=dataset,
                kind=words.text(f"status.{self.dataset.info.kind}"),
                tables=", ".join(sorted(self.dataset.asked)),
                hash=combined_hash(own)[:16],
            ),
            words.text("foot.params"): params,
            words.text("foot.versions"): software_versions(),
        }

    def _printed_provenance(self, content: str) -> dict[str, str]:
        """Return the file of printed figures with its own hash: no hash of the dataset vouches for real numbers."""
        words = self.language
        read = words.text(
            "foot.read_printed", file=FIGURES_FILE, kind=words.text("status.published"), hash=content[:16]
        )
        return {words.text("foot.figures"): read}


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
    window = read_to(dataset, period.within(term))
    stands = Window(term.start, term.end)
    if params.organisation:
        stands = days_in_scope(params, dataset.table("organisations"), term)
    compared, compared_window, reason = _comparison(params, dataset, (period, window), stands)
    return Report(
        name=name,
        params=params,
        dataset=dataset,
        language=load_language(params.language),
        period=period,
        window=window,
        stands=stands,
        covered=Window(stands.start, min(window.end, stands.end)),
        compared=compared,
        compared_window=compared_window,
        no_comparison=reason,
    )


def _comparison(
    params: ReportParams, dataset: Dataset, asked: tuple[Period, Window], stands: Window
) -> tuple[Period | None, Window | None, str]:
    (period, window), term, words = asked, dataset.info.term, load_language(params.language)
    compared = parse_period(params.compare_with, term) if params.compare_with else year_before(period, term)
    if window.is_empty:
        return None, None, ""
    reaches_before = compared.start < term.start or compared.end < term.start
    if reaches_before or period.end > term.end:
        # "From the Congress to" a day before the Congress would be no period.
        before = "before_congress" if compared.is_term else "before_term"
        key = f"compared.{before if reaches_before else 'after_term'}"
        return None, None, words.text(key, period=period_words(compared.text, words), end=compared.end)
    if (compared.end if compared.is_term else compared.start) < stands.start:
        words_of = {"period": period_words(compared.text, words), "founded": stands.start}
        return None, None, words.text("compared.before_founded", **words_of)
    compared_window = read_to(dataset, compared.within(term))
    if compared_window.is_empty:
        return None, None, words.text("compared.no_data", period=period_words(compared.text, words))
    return compared, compared_window, ""
