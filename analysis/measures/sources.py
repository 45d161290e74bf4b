"""Where printed figures come from: how many of each source, and how the dates of its figures were established."""

from __future__ import annotations

import pandas as pd

from analysis.measures.comparison import alphabetical
from analysis.tables.codes import DATE_BASES


def list_sources(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the sources of printed figures, one row per address; figures without one by publisher and day.

    Columns: url (NA where none was recorded), publisher, published_on (may be partial), figures_n, bodies_n,
    printed_n, derived_from_text_n, derived_from_publication_n (how the date of its figures was established).
    Most figures first; those without an address last.
    """
    key = ["url", "publisher", "published_on"]
    # One address is one source, even where its rows name the publisher or the day differently.
    place = figures["url"].fillna("\t" + figures["publisher"].fillna("") + "\t" + figures["published_on"].fillna(""))
    bases = {f"{basis}_n": figures["date_basis"] == basis for basis in DATE_BASES}
    rows = (
        figures.assign(**bases)
        .groupby(place.array)
        .agg(
            **{column: (column, "first") for column in key},
            figures_n=("figure_id", "size"),
            bodies_n=("body", "nunique"),
            **{f"{basis}_n": (f"{basis}_n", "sum") for basis in DATE_BASES},
        )
    )
    counts = [column for column in rows.columns if str(column).endswith("_n")]
    rows = rows.astype(dict.fromkeys(counts, "Int64")).assign(has_no_url=rows["url"].isna())
    order = {"has_no_url": True, "figures_n": False, "publisher": True, "url": True}
    ordered = rows.sort_values(list(order), ascending=list(order.values()), key=alphabetical)
    return ordered[[*key, *counts]].reset_index(drop=True)


def publishers(sources: pd.DataFrame) -> pd.DataFrame:
    """Return the publishers of list_sources, one row each: publisher (NA where not recorded), sources_n, figures_n.

    sources_n counts addresses. Most figures first.
    """
    by_name = sources.assign(is_source=sources["url"].notna()).groupby("publisher", dropna=False)
    rows = by_name.agg(sources_n=("is_source", "sum"), figures_n=("figures_n", "sum")).astype("Int64").reset_index()
    ordered = rows.sort_values(["figures_n", "publisher"], ascending=[False, True], key=alphabetical)
    return ordered.reset_index(drop=True)
