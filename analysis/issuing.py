"""What a page states in figures that are recorded when it is issued, and what was issued of them before.

Input: measured figures and data/issued.csv. Output: the same, fit for the report's audience (decision 0007).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.disclosure import REVISED, blank_cells, show_all, suppress_revisions
from analysis.edition import Edition
from analysis.files import file_hash
from analysis.periods import Window
from analysis.project import project_root
from analysis.tables.issued import ISSUED_FILE, dataset_name, read_issued


@dataclass(frozen=True)
class IssuedEdition(Edition):
    """An edition that knows what was issued before it."""

    @property
    def stated_windows(self) -> dict[str, Window]:
        """Return the days of each period whose figures the page states: its own, and the one compared with."""
        compared = {self.compared.text: self.compared_window} if self.compared and self.compared_window else {}
        windows = {self.period.text: self.window, **compared}
        return {text: window for text, window in windows.items() if window is not None and not window.is_empty}

    def suppress_stated(self, figures: pd.DataFrame) -> pd.DataFrame:
        """Return stated figures (measures.issued) fit for the audience, with the dataset and sector they belong to.

        A hidden figure is not recorded when the page is issued, and has no revision.
        """
        named = figures.assign(dataset=dataset_name(self.params.dataset), sector=self.params.sector)
        if not self.is_public:
            return show_all(named)
        people = named["measure"] != "organisations"
        rows = named[people].assign(is_exposed=self._are_beside_close(named[people]))
        hidden = self.suppress(rows, "count_n", within=["period", "measure"], derived=["of_n"])
        return pd.concat([hidden, show_all(named[~people])]).sort_index().drop(columns="is_exposed")

    def suppress_revisions(self, revisions: pd.DataFrame) -> pd.DataFrame:
        """Return revisions (measures.issued) fit for the audience: by how few people, nobody is told.

        The page of a sector tells that its counts of people were revised, and never by how much: what the page of the
        whole Khối tells less what those of the sectors tell would be the revision of the others.
        """
        if not self.is_public:
            return show_all(revisions)
        people = revisions["measure"] != "organisations"
        if self._is_beside_others:
            return blank_cells(revisions, people, REVISED)
        told = suppress_revisions(revisions[people], self._thresholds())
        return pd.concat([told, show_all(revisions[~people])]).sort_index()

    def issued_figures(self) -> pd.DataFrame:
        """Return all figures that were issued; of one organisation none ever is."""
        path = project_root() / ISSUED_FILE
        self.other_files.add(path)
        file_hash(path)  # Before it is read, as with the tables (Dataset).
        issued = read_issued(path)
        return issued.head(0) if self.params.organisation else issued

    def _are_beside_close(self, figures: pd.DataFrame) -> pd.Series:
        """Tell which figures the page hides for what stands beside them, as the overview hides its first numbers."""
        own = figures[figures["period"] == self.period.text].set_index("measure")["count_n"]
        apart = (figures["count_n"] - figures["measure"].map(own).astype("Int64")).abs()
        begins_alike = self.compared_window is not None and self.compared_window.start == self.window.start
        comparable = figures["measure"].isin(["members", "admitted"] if begins_alike else ["members"])
        few = ((apart > 0) & (apart < self._thresholds().ordinary)).fillna(False).astype(bool)
        return comparable & few | (figures["measure"] == "admitted") & figures["period"].isin(self._hidden_periods)

    @property
    def _hidden_periods(self) -> list[str]:
        return [text for text, window in self.stated_windows.items() if window in self._hidden_windows]
