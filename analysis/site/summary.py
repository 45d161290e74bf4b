"""What a page says, in short: a small file beside it, from which the index and the search are made.

A page that was not rendered in this run is listed and found all the same. Nothing stands here that is not on the page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

# They open a page with what is different; what the page is about is said after them.
BEFORE_ALL_ELSE = ("corrections", "changed")


@dataclass(frozen=True)
class Summary:
    """The head of a page, and what stands on it.

    headline: the finding that stands for the page in a list · entries: pairs of anchor and finding, in their order ·
    stated: the headline figures that are recorded when the page is issued · revised: those that were published before
    with another value, each with its `sentence`.
    """

    title: str
    period: str
    scope: str
    data_as_of: str
    status: str
    is_synthetic: bool
    headline: str
    entries: tuple[tuple[str, str], ...]
    stated: tuple[Mapping[str, Any], ...] = ()
    revised: tuple[Mapping[str, Any], ...] = ()


def summarise(blocks: Iterable[Mapping[str, Any]]) -> Summary:
    """Return the summary of a page's blocks, of which one is the masthead."""
    shown = list(blocks)
    head = next(block for block in shown if block["kind"] == "masthead")
    entries = [entry for block in shown for entry in _entries(block)]
    figures = [block["finding"] for block in shown if block["kind"] == "figure"]
    corrected = [block for block in shown if block["kind"] == "corrections"]
    others = [text for anchor, text in entries if anchor not in BEFORE_ALL_ELSE]
    return Summary(
        title=head["title"],
        period=head["period"],
        scope=head["scope"],
        data_as_of=head["data_as_of"],
        status=head["status"],
        is_synthetic=head["is_synthetic"],
        headline=next(iter([*figures, *others]), ""),
        entries=tuple(entries),
        stated=tuple(figure for block in corrected for figure in block["stated"]),
        revised=tuple(
            {**figure, "sentence": sentence}
            for block in corrected
            for figure, sentence in zip(block["revised"], block["sentences"], strict=True)
        ),
    )


def write_summary(summary: Summary) -> str:
    """Return a summary as the text of its file."""
    return json.dumps(asdict(summary), ensure_ascii=False, indent=1) + "\n"


def summary_file(page: str) -> str:
    """Return the path of a page's summary, beside it."""
    return page.removesuffix(".html") + ".json"


def read_summary(out: Path, page: str) -> Summary | None:
    """Return the summary of a page; None where there is none, or none that this version understands."""
    try:
        content = json.loads((out / summary_file(page)).read_text(encoding="utf-8"))
        entries = tuple((anchor, text) for anchor, text in content["entries"])
        figures = {name: tuple(content.get(name, ())) for name in ("stated", "revised")}
        return Summary(**{**content, "entries": entries, **figures})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _entries(block: Mapping[str, Any]) -> list[tuple[str, str]]:
    if block["kind"] == "figure":
        return [(block["id"], block["finding"])]
    if block["kind"] in ("findings", "corrections"):
        return [(block["id"], sentence) for sentence in block["sentences"]]
    return []
