"""Figures on which organisations admit. Input: rows of measures.organisations, suppressed for the audience.

Public pages show size bands, sectors and kinds; organisation by organisation is for internal pages alone.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from analysis.disclosure import FEWEST_ORGANISATIONS
from analysis.figures.block import Block, Findings
from analysis.figures.charts import Stack, bars, stacked_bars
from analysis.figures.context import Context
from analysis.figures.funnel import FunnelWords, funnel
from analysis.figures.theme import ACCENT, TARGET
from analysis.measures.organisations import FEWEST_IN_FIFTHS, FEWEST_IN_FUNNEL

MOST_LABELS = 6
ZONE_OF = {
    "below_998": "outside_998",
    "below_95": "outside_95",
    "within": "within",
    "above_95": "outside_95",
    "above_998": "outside_998",
}
# Where one organisation lies far out, the inner lines come too near the others for a name: a note says their dashes.
NAMED_LINES = ("centre", "upper_998", "lower_998", "upper_95", "lower_95")


def attainment_funnel(rows: pd.DataFrame, limits: pd.DataFrame, context: Context) -> Block:
    """Attainment of every organisation over its target, between control limits; on internal pages alone.

    rows: suppressed by target_n, which hides all of them on a public page.

    Shows: which organisations differ from the common ratio by more than chance. Read it: between the lines a
    difference says nothing; the smaller the target, the wider they stand apart.
    Act on it: ask the organisations outside the outer lines for their reasons; do not rank the others.
    """
    if rows["is_hidden"].any():
        return context.nothing_to_show("attainment_funnel", "figure.attainment_funnel.internal_only")
    if len(rows) < FEWEST_IN_FUNNEL or not rows["admitted_n"].any():
        return _too_few(rows, context)
    zones = rows["position"].map(ZONE_OF)
    outside = rows[zones == "outside_998"]
    key = "finding" if len(outside) else "finding_none"
    finding = context.text(f"figure.attainment_funnel.{key}", outside=len(outside), organisations=len(rows))
    numbers = _numbers(outside)
    points = rows.assign(zone=zones, label=[numbers.get(org_id, "") for org_id in rows["org_id"]])
    table = context.table(_named(rows, context), _FUNNEL_COLUMNS)
    chart = funnel(points, limits, _funnel_words(context))
    return context.figure(
        "attainment_funnel", chart, table, finding, notes=(*_keys(outside, numbers, context), *_notes(rows, context))
    )


_FUNNEL_COLUMNS = {
    "body_name": "text",
    "kind_name": "text",
    "sector_name": "text",
    "members_n": "count",
    "target_n": "count",
    "admitted_n": "count",
    "attainment_pct": "pct",
    "lower_95_n": "count",
    "upper_95_n": "count",
    "position_name": "text",
}


def _too_few(rows: pd.DataFrame, context: Context) -> Block:
    """Return the sentence for no target, for one organisation, for a handful, or for no admission."""
    if len(rows) == 1:
        row = rows.iloc[0]
        values = {"target": row["target_n"], "admitted": row["admitted_n"], "attained": row["attainment_pct"]}
        return context.nothing_to_show("attainment_funnel", "figure.attainment_funnel.one", **values)
    key = "no_target" if rows.empty else "few" if len(rows) < FEWEST_IN_FUNNEL else "no_admission"
    return context.nothing_to_show(
        "attainment_funnel", f"figure.attainment_funnel.{key}", organisations=len(rows), least=FEWEST_IN_FUNNEL
    )


def _numbers(outside: pd.DataFrame) -> dict[str, str]:
    """Return the number of each labelled organisation by org_id; those on one and the same point share a label.

    Numbers follow the register and not the result: they are no ranks. Past the sixth, the table says it.
    """
    shown = outside.head(MOST_LABELS).assign(number=[str(place) for place in range(1, MOST_LABELS + 1)][: len(outside)])
    together = shown.groupby(["target_n", "attainment_pct"])["number"].transform(", ".join)
    return dict(zip(shown["org_id"], together, strict=True))


def _keys(outside: pd.DataFrame, numbers: dict[str, str], context: Context) -> tuple[str, ...]:
    """Return what the numbers in the chart stand for."""
    key = "figure.attainment_funnel.key"
    named = [
        context.text(key, number=place, name=name, admitted=admitted, target=target, attained=attained)
        for place, (name, admitted, target, attained) in enumerate(
            outside.head(len(numbers))[["name", "admitted_n", "target_n", "attainment_pct"]].itertuples(index=False),
            start=1,
        )
    ]
    rest = len(outside) - len(numbers)
    more = (context.text("figure.attainment_funnel.key_more", more=rest),) if rest else ()
    return (*named, *more)


def _notes(rows: pd.DataFrame, context: Context) -> tuple[str, ...]:
    key = "figure.attainment_funnel"
    notes = [context.text(f"{key}.note_limits", centre=rows["centre_pct"].iloc[0])]
    widened = rows.loc[rows["dispersion"] > 1, "dispersion"]
    if len(widened):
        notes.append(context.text(f"{key}.note_widened", dispersion=widened.max()))
    else:
        notes.append(context.text(f"{key}.note_spread", spread=rows["spread"].min()))
    if rows["is_even"].any():
        notes.append(context.text(f"{key}.note_even"))
    if (rows["target_basis"] == "years").any():
        notes.append(context.text("note.target_years"))
    if rows["target_basis"].nunique() > 1:
        notes.append(context.text(f"{key}.note_two_bases"))
    return (*notes, *context.coverage)


def _named(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    return rows.assign(
        body_name=rows["name"],
        kind_name=[context.text(f"kind.{kind}") for kind in rows["kind"]],
        sector_name=[context.sector_name(group) if pd.notna(group) else "" for group in rows["sector_group"]],
        position_name=[context.text(f"funnel_position.{position}") for position in rows["position"]],
    )


def _funnel_words(context: Context) -> FunnelWords:
    key = "figure.attainment_funnel"
    return FunnelWords(
        context.text(f"{key}.axis_target"),
        context.text(f"{key}.axis_attainment"),
        {zone: context.text(f"{key}.zone_{zone}") for zone in ("within", "outside_95", "outside_998")},
        {line: context.text(f"{key}.line_{line.rpartition('_')[2]}") for line in NAMED_LINES},
    )


def attainment_by_size(bands: pd.DataFrame, context: Context) -> Block:
    """Attainment of assigned targets by the number of members of the organisations.

    Shows: whether small cells keep up with large committees. Read it: the bar is people, the mark their targets.
    Act on it: a band far below the others may have been given targets that do not fit its size.
    """
    bare = [context.text(f"size_band.{band}") for band in bands["band"]]
    names = [context.text("figure.attainment_by_size.band", band=band) for band in bare]
    return _attainment_bars("attainment_by_size", bands.assign(band_name=names), "band_name", context)


def attainment_by_sector(sectors: pd.DataFrame, context: Context) -> Block:
    """Attainment of assigned targets by sector group.

    Shows: which sectors are ahead of their targets. Read it: the bar is people, the mark their targets.
    Act on it: compare with the share of organisations without an admission in the same sector.
    """
    if len(sectors) == 1:
        return context.nothing_to_show("attainment_by_sector", "figure.one_sector")
    names = sectors["sector_group"].map(context.sector_name)
    return _attainment_bars("attainment_by_sector", sectors.assign(sector_name=names), "sector_name", context)


def attainment_by_kind(kinds: pd.DataFrame, context: Context) -> Block:
    """Attainment of assigned targets by kind of organisation.

    Shows: committees beside cells. Read it: the bar is people, the mark their targets.
    Act on it: a cell is small, and its target too; look at the size bands before judging a kind.
    """
    names = [context.text(f"kind.{kind}") for kind in kinds["kind"]]
    return _attainment_bars("attainment_by_kind", kinds.assign(kind_name=names), "kind_name", context)


def _attainment_bars(key: str, rows: pd.DataFrame, name: str, context: Context) -> Block:
    if rows.empty:
        return context.nothing_to_show(key, "figure.attainment_funnel.no_target")
    shown = rows[rows["attainment_pct"].notna()]
    if shown.empty:
        return context.nothing_to_show(key, "figure.hidden")
    if rows["with_target_n"].sum() == 1:
        return context.nothing_to_show(key, "figure.attainment_by_group.one")
    rows = rows.assign(
        label=[context.against_target(row) for row in rows.to_dict("records")],
        position_name=rows["position"].map(lambda place: context.text(f"funnel_position.{place}"), na_action="ignore"),
    )
    kinds = {
        name: "text",
        "with_target_n": "count",
        "admitted_n": "count",
        "target_n": "count",
        "attainment_pct": "pct",
        "position_name": "text",
    }
    return context.figure(
        key,
        bars(rows, name, "admitted_n", "label", target="target_n"),
        context.table(rows, kinds),
        _beyond_chance(key, rows, name, context),
        notes=_group_notes(key, rows, context),
    )


def _group_notes(key: str, rows: pd.DataFrame, context: Context) -> tuple[str, ...]:
    keys = ["target_mark", "with_target", "group_limits"]
    keys += ["target_years"] if rows["has_year_sums"].any() else []
    keys += ["last_band"] if key == "attainment_by_size" and context.coverage else []
    return (*(context.text(f"note.{name}") for name in keys), *context.hidden_note(rows), *context.coverage)


def _beyond_chance(figure: str, rows: pd.DataFrame, name: str, context: Context) -> str:
    """Return the finding: which groups lie outside the outer limits, or that chance alone may set them apart.

    Groups are never ranked: among a few, the smallest leads or trails by chance. Where some are hidden, it speaks of
    those published, and leaves out the common ratio, from which the hidden ones could be worked out.
    """
    shown = rows[rows["attainment_pct"].notna()]
    is_partial = bool(rows["is_hidden"].any())
    key, common = "figure.attainment_by_group", rows["common_pct"].iloc[0]
    if len(rows) == 1:
        return context.text(f"{key}.finding_one", group=shown[name].iloc[0], attained=common)
    low, high = (
        [_in_sentence(figure, group, context) for group in shown.loc[shown["position"] == place, name]]
        for place in ("below_998", "above_998")
    )
    lead = "lead_shown" if is_partial else "lead_years" if rows["has_year_sums"].any() else "lead"
    form = "both" if len(low) and len(high) else "low" if len(low) else "high" if len(high) else "none"
    return context.text(
        f"{key}.finding_{form}",
        lead=context.text(f"{key}.{lead}", common=common),
        groups=context.text(f"figure.{figure}.groups"),
        low=context.language.listing(low) if len(low) else "",
        high=context.language.listing(high) if len(high) else "",
    )


def _in_sentence(figure: str, group: str, context: Context) -> str:
    """Return the name of a group inside a sentence: a size band by itself, "dưới 30 đảng viên", would be no subject."""
    if figure != "attainment_by_size":
        return group
    return context.text("figure.attainment_by_size.named", group=group[0].lower() + group[1:])


def organisations_without_admission(rows: pd.DataFrame, context: Context) -> Block:
    """Organisations that still have people to admit, with and without an admission, by sector group and kind.

    Shows: where organisations admitted nobody although they could. Read it: the right part of a bar admitted nobody;
    organisations with no non-members left, or that did not say, are in the table alone.
    Act on it: look for candidates where the right part is long.
    """
    key = "organisations_without_admission"
    total = rows[rows["by"] == "total"]
    if total.empty or (total["organisations_n"] == 0).fillna(False).iloc[0]:
        return context.nothing_to_show(key, f"figure.{key}.none_left")
    first = total.iloc[0]
    if first["is_hidden"]:
        return context.nothing_to_show(key, "figure.hidden_bodies")
    if first[["organisations_n", "closed_n", "unknown_n"]].sum() == 1:
        return context.nothing_to_show(key, f"figure.{key}.{'one_none' if first['none_n'] else 'one_some'}")
    finding = context.text(
        f"figure.{key}.finding", none=first["none_n"], organisations=first["organisations_n"], share=first["none_pct"]
    )
    named = rows.assign(
        group_name=[_group_name(by, group, context) for by, group in zip(rows["by"], rows["group"], strict=True)],
        still_open_n=rows["organisations_n"],
        hidden_cells=rows["hidden_cells"].map(_as_still_open),
    )
    parts = _parts(named, context)
    if parts.empty:
        return Findings(
            context.language.code, key.replace("_", "-"), context.text(f"figure.{key}.heading"), (f"{finding}.",)
        )
    stack = Stack(
        "part",
        {part: context.text(f"figure.{key}.{part}") for part in ("some_n", "none_n")},
        {"some_n": ACCENT, "none_n": TARGET},
    )
    chart = stacked_bars(parts, "group_name", "part_n", stack, label="label", total="total")
    kinds = {"group_name": "text", "still_open_n": "count", "none_n": "count", "none_pct": "pct"}
    kinds |= {"closed_n": "count", "unknown_n": "count"}
    notes = (context.text("note.hidden_bodies"),) if rows["is_hidden"].any() else ()
    return context.figure(key, chart, context.table(named, kinds), finding, notes=(*notes, *context.coverage))


def _as_still_open(taken: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("still_open_n" if name == "organisations_n" else name for name in taken)


def _group_name(by: str, group: str, context: Context) -> str:
    if by == "total":
        return context.text("words.all_organisations")
    return context.sector_name(group) if by == "sector_group" else context.text(f"kind.{group}")


def _parts(named: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return one row per group and part of its bar: all, then sectors and kinds, each under a row that names them.

    One sector alone says nothing, and where no group may be shown the finding says all.
    """
    groups = named[(named["organisations_n"] > 0).fillna(False) | named["is_hidden"]]
    if (named["by"] == "sector_group").sum() == 1:
        groups = groups[groups["by"] != "sector_group"]
    if groups.loc[groups["by"] != "total", "organisations_n"].isna().all():
        return groups[:0]
    groups = groups.assign(total=[_without(row, context) for row in groups.to_dict("records")])
    ordered = pd.concat(
        [
            groups[groups["by"] == "total"],
            *(
                pd.concat([_row_that_names(by, context), groups[groups["by"] == by]])
                for by in ("sector_group", "kind")
                if (groups["by"] == by).any()
            ),
        ]
    )
    parts = ordered.melt(["group_name", "total"], ["some_n", "none_n"], var_name="part", value_name="part_n")
    parts["group_name"] = pd.Categorical(parts["group_name"], ordered["group_name"])
    parts = parts.sort_values("group_name", kind="stable").astype({"group_name": "str", "part_n": "Int64"})
    # A narrow part has no room for its count: it stands at the end of the bar.
    return parts.assign(label="")


def _row_that_names(by: str, context: Context) -> pd.DataFrame:
    """Return a row without a bar: what the groups under it are divided by."""
    name = context.text(f"figure.organisations_without_admission.by_{by}")
    return pd.DataFrame({"group_name": [name], "total": [""], "some_n": [pd.NA], "none_n": [pd.NA]})


def _without(row: dict[Hashable, Any], context: Context) -> str:
    if row["is_hidden"]:
        return context.text("words.hidden")
    return context.text(
        "figure.organisations_without_admission.label",
        none=row["none_n"],
        organisations=row["organisations_n"],
        share=row["none_pct"],
    )


def admissions_by_fifth(fifths: pd.DataFrame, context: Context) -> Block:
    """Share of all admissions by fifth of the organisations, those with most admissions first.

    Shows: how concentrated admissions are. Read it: equal bars would mean that all admit alike.
    Act on it: where a few carry the year, ask whether the others have anybody to admit.
    """
    key = "admissions_by_fifth"
    organisations = fifths["organisations_n"].sum()
    if organisations < FEWEST_IN_FIFTHS:
        return context.nothing_to_show(key, f"figure.{key}.few", organisations=organisations, least=FEWEST_IN_FIFTHS)
    if fifths["half_n"].isna().all():
        return context.nothing_to_show(key, "figure.admissions_by_sector.none")
    rows = fifths.assign(
        fifth_name=[context.text(f"fifth.{fifth}") for fifth in fifths["fifth"]],
        label=[_share(row, context) for row in fifths.to_dict("records")],
    )
    half = fifths["half_n"].iloc[0]
    finding = context.text(
        # One or two organisations are never counted out: half of all admissions would be theirs.
        f"figure.{key}.{'finding' if half >= FEWEST_ORGANISATIONS else 'finding_few_half'}",
        half=half,
        organisations=organisations,
        gini=fifths["gini"].iloc[0],
        least=FEWEST_ORGANISATIONS,
    )
    kinds = {"fifth_name": "text", "organisations_n": "count", "admitted_n": "count", "share_pct": "pct"}
    return context.figure(
        key,
        bars(rows, "fifth_name", "admitted_n", "label"),
        context.table(rows, kinds),
        finding,
        notes=(context.text(f"figure.{key}.note_gini"), *context.hidden_note(rows), *context.coverage),
    )


def _share(row: dict[Hashable, Any], context: Context) -> str:
    if row["is_hidden"]:
        return context.text("words.hidden")
    return context.text("figure.admissions_by_fifth.label", admitted=row["admitted_n"], share=row["share_pct"])
