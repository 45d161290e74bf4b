"""The corrections that the index lists: figures of its pages that were published before with another value.

Input: the entries of a manifest, the summaries of their pages, and what was issued. Output: links, the newest first,
and how many pages state the figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.language import Language
from analysis.site.links import link_to, scope_words
from analysis.site.matrix import Entry
from analysis.site.summary import read_summary

ANCHOR = "#corrections"
# A figure whose newest value was issued nowhere yet is newer than all that were.
NOT_ISSUED = float("inf")

Key = tuple[str, ...]
# By figure: the last value that was issued (a count, and of a share its whole), and in which edition.
Issued = Mapping[Key, tuple[int, int | None, int]]


@dataclass(frozen=True)
class Correction:
    """One corrected figure: where the page says so, in which words, and the sector that it is about."""

    href: str
    sentence: str
    scope: str


@dataclass(frozen=True)
class Corrections:
    """What an index says of corrections: each figure once, and the number of pages that state one of them."""

    listed: tuple[Correction, ...]
    pages_n: int


def list_corrections(
    entries: Iterable[Entry],
    out: Path,
    period_of: Callable[[Entry], str],
    language: Language,
    read: Callable[[], Issued],
) -> Corrections:
    """Return the corrections of an edition, the newest first, then the latest period.

    A figure that several pages state is listed once, by the page of its own period where there is one. read: returns
    what was issued; called only where something was corrected.
    """
    found: dict[Key, tuple[bool, Entry, Mapping[str, Any]]] = {}
    places: dict[str, int] = {}
    pages = set()
    for place, entry in enumerate(entries):
        places[entry.page] = place
        for figure in getattr(read_summary(out, entry.page), "revised", ()):
            pages.add(entry.page)
            key, is_own = _key(figure), period_of(entry) == figure["period"]
            if key not in found or (is_own and not found[key][0]):
                found[key] = (is_own, entry, figure)
    issued = read() if found else {}
    newest = sorted(found.values(), key=lambda item: (-_edition(item[2], issued), -places[item[1].page]))
    listed = tuple(
        Correction(link_to(entry.page, "") + ANCHOR, figure["sentence"], scope_words(figure["sector"], "", language))
        for _, entry, figure in newest
    )
    return Corrections(listed, len(pages))


def _key(figure: Mapping[str, Any]) -> Key:
    return tuple(figure[name] for name in ("dataset", "period", "sector", "measure"))


def _edition(figure: Mapping[str, Any], issued: Issued) -> float:
    """Return the edition in which the figure was issued as it stands now."""
    count, of, edition = issued.get(_key(figure), (None, None, 0))
    return edition if (count, of) == (figure["count_n"], figure["of_n"]) else NOT_ISSUED
