"""How printed figures agree with each other. Input: rows of measures.reconcile.check_printed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import altair as alt
import pandas as pd

from analysis.figures.block import Block, Findings
from analysis.figures.charts import bars, in_lines
from analysis.figures.context import Context
from analysis.figures.printed import names_in_words
from analysis.figures.theme import ACCENT, TARGET
from analysis.measures.reconcile import DIFFERENCES, differences_first
from analysis.wording import BODY_REMARKS, PUBLISHER_REMARKS, check_sentence, in_words_of, partial_day

# The results that a check may have, from what agrees to what does not.
RESULTS = [("percentage", verdict) for verdict in ("half_up", "truncated", "both", "neither")]
RESULTS += [(check, verdict) for check in ("sum", "cumulative", "duplicate") for verdict in ("agrees", "differs")]
# Differences that are said in full; the others stand first in the table.
MOST_DIFFERENCES = 8
COLUMNS = {
    "check_name": "text",
    "body": "name",
    "measure_name": "text",
    "period_name": "text",
    "verdict_name": "text",
    "sentence": "text",
    "printed_name": "text",
    "publisher": "name",
    "url": "url",
    "other_url": "url",
    "ids": "text",
}


def reconciliation(checks: pd.DataFrame, context: Context) -> Block:
    """Every check of printed figures against each other, those that differ first; the chart counts results.

    Shows: how far printed figures bear each other out. Read it: a percentage fits if rounded, if cut off, or both.
    Act on it: a difference is a question to the sources, not a fault of a body.
    """
    if checks.empty:
        return context.nothing_to_show("reconciliation", "figure.reconciliation.none")
    rows = _named(differences_first(checks), context)
    differ = int(checks["verdict"].isin(DIFFERENCES).sum())
    key = "finding" if differ else "finding_all"
    finding = context.text(f"figure.reconciliation.{key}", agree=len(checks) - differ, checks=len(checks))
    found = checks.groupby(["check", "verdict"]).size()
    counts = pd.DataFrame(RESULTS, columns=["check", "verdict"]).assign(
        checks_n=[int(found.get(result, 0)) for result in RESULTS]
    )
    # How percentages are rounded is worth knowing even where the answer is never; of other checks, what there is.
    drawn = counts[(counts["checks_n"] > 0) | (counts["check"] == "percentage")]
    pairs = zip(_names(drawn, "check", context), _names(drawn, "verdict", context), strict=True)
    drawn = drawn.assign(
        result_name=[context.text("figure.reconciliation.result", check=check, verdict=name) for check, name in pairs],
        label=[context.language.count(n) for n in drawn["checks_n"]],
    )
    chart = _marked(
        cast("alt.LayerChart", bars(drawn, "result_name", "checks_n", "label")),
        drawn[drawn["verdict"].isin(DIFFERENCES)],
    )
    notes = (context.text("note.rounding"),)
    kinds = "; ".join(_inside(name) for name in dict.fromkeys(_names(drawn, "check", context)))
    return context.figure("reconciliation", chart, context.table(rows, COLUMNS), finding, notes=notes, kinds=kinds)


def _marked(chart: alt.LayerChart, differing: pd.DataFrame) -> alt.LayerChart:
    """Return the bars of results with those that differ in the colour of what to look at; their names say it, too."""
    names = [in_lines(name) for name in differing["result_name"]]
    colour = alt.condition(alt.FieldOneOfPredicate("result_name", names), alt.value(TARGET), alt.value(ACCENT))
    marked = chart.copy()
    marked.layer[0] = marked.layer[0].encode(color=colour)
    return marked


def differences(checks: pd.DataFrame, context: Context) -> Block:
    """The checks whose printed figures do not agree, in sentences: what was printed, what it would take to agree.

    Shows: where to look again. Read it: nothing was corrected. Act on it: follow both sources.
    """
    found = checks[checks["verdict"].isin(DIFFERENCES)]
    rows = _named(found.head(MOST_DIFFERENCES), context)
    said = [
        context.text(
            "figure.differences.one",
            body=row.body,
            measure=_inside(str(row.measure_name)),
            period=row.period_name,
            sentence=row.sentence,
        )
        for row in rows.itertuples()
    ]
    more = len(found) - len(said)
    rest = [context.text("figure.differences.more", more=more)] if more else []
    opening = context.text("figure.differences.intro" if said else "figure.differences.none")
    heading = context.text("figure.differences.heading")
    return Findings(context.language.code, "differences", heading, (opening, *said, *rest))


def _inside(name: str) -> str:
    """Return the name of a measure as it stands within a sentence; none begins with an abbreviation."""
    return name[:1].lower() + name[1:]


def _named(checks: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return checks in words, with the addresses of their figures: the first, and the second where there is another."""
    addresses = [list(dict.fromkeys(url for url in urls if url)) for urls in checks["urls"]]
    return checks.assign(
        body=names_in_words(checks["body"], BODY_REMARKS, context),
        check_name=_names(checks, "check", context),
        verdict_name=_names(checks, "verdict", context),
        measure_name=[context.text(f"printed_measure.{measure}") for measure in checks["measure"]],
        period_name=[
            context.text(f"published_period.{kind}", end=partial_day(end, context.language))
            for kind, end in zip(checks["period_kind"], checks["period_end"], strict=True)
        ],
        sentence=[check_sentence(row, context.language) for row in checks.to_dict("records")],
        printed_name=[" · ".join(text for text in printed if text) for printed in checks["printed"]],
        publisher=pd.array([_publishers(names, context) for names in checks["publishers"]], dtype="str"),
        url=_nth(addresses, 0),
        other_url=_nth(addresses, 1),
        ids=[", ".join(rows) for rows in checks["rows"]],
    )


def _publishers(names: Iterable[str], context: Context) -> str | None:
    """Return the publishers of a check, each once; None where none is recorded."""
    known = dict.fromkeys(in_words_of(context.language, name, PUBLISHER_REMARKS) for name in names if name)
    return "; ".join(known) or None


def _nth(addresses: list[list[str]], place: int) -> pd.api.extensions.ExtensionArray:
    """Return the address at a place of each list; NA where the list ends before it."""
    return pd.array([urls[place] if len(urls) > place else pd.NA for urls in addresses], dtype="str")


def _names(rows: pd.DataFrame, column: str, context: Context) -> list[str]:
    """Return the names of the kinds of check, or of their results."""
    return [context.text(f"check_{'kind' if column == 'check' else column}.{value}") for value in rows[column]]
