"""The source article's facts beside a dataset. Input: rows of measures.article."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.figures.block import Block
from analysis.figures.context import Context
from analysis.measures.article import ARTICLE_DAY

KINDS = {
    "measure_name": "text",
    "printed_value": "text",
    "basis_name": "text",
    "dataset_value": "text",
    "equal_name": "text",
}


def article_beside_dataset(numbers: pd.DataFrame, types: pd.DataFrame, context: Context) -> Block:
    """The source article's facts beside what the dataset gives at that date: its numbers, then what it only describes.

    Shows: that the synthetic data were fitted to the article. Read it: equal by construction, so it proves nothing.
    Act on it: do not quote the dataset's other numbers as real.
    """
    if numbers.empty or numbers["dataset_value"].isna().all():
        why = _why_nothing(numbers, context)
        return context.nothing_to_show("article_beside_dataset", f"figure.article_beside_dataset.{why}")
    is_fitted = bool(numbers["is_equal"].all())
    rows = pd.concat(
        [_numbers(numbers, is_fitted, context), _described(types, numbers, context)],
        ignore_index=True,
    )
    key = "finding" if is_fitted else "finding_apart"
    finding = context.text(
        f"figure.article_beside_dataset.{key}", equal=int(numbers["is_equal"].sum()), facts=len(numbers)
    )
    figure = context.figure(
        "article_beside_dataset",
        None,
        context.table(rows, KINDS),
        finding,
        notes=(context.text("note.fitted" if is_fitted else "note.not_fitted"),),
        data_date=numbers["data_date"].iloc[0],
    )
    # Its rows have one source, which has no address: the usual line would promise both in the table.
    return replace(figure, source=context.text("source.article"))


def _why_nothing(numbers: pd.DataFrame, context: Context) -> str:
    """Return which sentence is true: the article is of a later day, not recorded, or of a time without data."""
    if not numbers.empty:
        return "no_data"
    return "none" if context.window.end < ARTICLE_DAY else "not_recorded"


def _numbers(numbers: pd.DataFrame, is_fitted: bool, context: Context) -> pd.DataFrame:
    """Return the facts that the article gives a number for; equal ones of a fitted dataset are so because it is."""
    equal = "words.equal_fitted" if is_fitted else "words.equal"
    return pd.DataFrame(
        {
            "measure_name": [context.text(f"article_measure.{measure}") for measure in numbers["measure"]],
            "printed_value": _written(numbers, "printed_value", context),
            "basis_name": [context.text(f"basis.{basis}") for basis in numbers["value_basis"]],
            "dataset_value": _written(numbers, "dataset_value", context),
            "equal_name": [context.text(equal if same else "words.differs") for same in numbers["is_equal"]],
        }
    )


def _described(types: pd.DataFrame, numbers: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return the facts that the article states without a number, and why they cannot be compared as numbers."""
    there = [
        context.text("figure.article_beside_dataset.of_type", type=context.text(f"article_type.{name}"), n=count)
        for name, count in zip(types["type"], types["organisations_n"], strict=True)
    ]
    there += _other_types(types, numbers, context)
    has_all = bool((types["organisations_n"] > 0).all())
    facts = {
        "types": (context.language.listing(there), "words.all_types" if has_all else "words.differs"),
        "classification": (context.text("article_fact.classification_there"), "words.no_number"),
        "cut_off": (
            context.text("article_fact.cut_off_there", data_date=numbers["data_date"].iloc[0]),
            "words.no_date",
        ),
    }
    return pd.DataFrame(
        {
            "measure_name": [context.text(f"article_fact.{fact}") for fact in facts],
            "printed_value": [context.text(f"article_fact.{fact}_printed") for fact in facts],
            "basis_name": context.text("basis.described"),
            "dataset_value": [there for there, _ in facts.values()],
            "equal_name": [context.text(verdict) for _, verdict in facts.values()],
        }
    )


def _other_types(types: pd.DataFrame, numbers: pd.DataFrame, context: Context) -> list[str]:
    """Return the dataset's organisations of types that the article does not name, so that all kinds add up."""
    total = numbers.loc[numbers["measure"] == "orgs_total", "dataset_value"].sum()
    others = int(total - types["organisations_n"].sum())
    name = context.text("article_type.others")
    return [context.text("figure.article_beside_dataset.of_type", type=name, n=others)] if others > 0 else []


def _written(rows: pd.DataFrame, column: str, context: Context) -> list[str]:
    language = context.language
    return [
        language.percent(value) if unit == "percent" else language.count(value)
        for value, unit in zip(rows[column], rows["unit"], strict=True)
    ]
