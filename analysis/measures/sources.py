"""Where printed figures come from: how many of each source, and how the dates of its figures were established."""

from __future__ import annotations

import pandas as pd

from analysis.measures.comparison import alphabetical, count_bodies, with_places
from analysis.measures.reconcile import DIFFERENCES
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


def count_printed(figures: pd.DataFrame, sources: pd.DataFrame, checks: pd.DataFrame) -> pd.DataFrame:
    """Return what printed figures amount to, in one row.

    sources: rows of list_sources; checks: rows of reconcile.check_printed. Columns: figures_n, bodies_n, provinces_n
    (named ones), dated_n (figures whose date the source itself gives), sources_n (addresses), publishers_n, unplaced_n
    (figures without an address), checks_n, agree_n.
    """
    named = with_places(figures)
    # What is said of the whole country is of no province.
    provinces = named.loc[(named["province"] != "") & (named["level"] != "national"), "province"]
    has_address = sources["url"].notna()
    differ = int(checks["verdict"].isin(DIFFERENCES).sum())
    counts = {
        "figures_n": len(figures),
        "bodies_n": count_bodies(named),
        "provinces_n": int(provinces.nunique()),
        "dated_n": int((figures["date_basis"] == "printed").sum()),
        "sources_n": int(has_address.sum()),
        "publishers_n": int(sources["publisher"].nunique()),
        "unplaced_n": int(sources.loc[~has_address, "figures_n"].sum()),
        "checks_n": len(checks),
        "agree_n": len(checks) - differ,
    }
    return pd.DataFrame([counts]).astype("Int64")
