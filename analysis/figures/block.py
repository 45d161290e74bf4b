"""The blocks a report page is made of, and how each shows itself in a notebook.

A notebook cell ends with one block. Its output carries the block whole as JSON (the page is built from that),
as HTML for JupyterLab and nbconvert, and as text for nbval.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar

MIME = "application/vnd.nhiemky.block+json"


class Block(ABC):
    """Something a page shows. Subclasses say their kind, their content as JSON, HTML and text."""

    kind: ClassVar[str]

    @abstractmethod
    def payload(self) -> dict[str, Any]:
        """Return the block as JSON can hold it: what the page is built from."""

    @abstractmethod
    def html(self) -> str:
        """Return the block as JupyterLab and nbconvert show it."""

    @abstractmethod
    def text(self) -> str:
        """Return the block as plain text: what nbval compares."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {MIME: {"kind": self.kind, **self.payload()}, "text/html": self.html(), "text/plain": self.text()}


@dataclass(frozen=True)
class Masthead(Block):
    """The head of a page: the body, the report and its period in words, what the numbers are.

    data_as_of: "Số liệu đến 31/05/2023" · audience, status: "Công khai", "Dữ liệu mô phỏng" · scope: sector or
    organisation.
    """

    kind: ClassVar[str] = "masthead"
    language: str
    body: str
    title: str
    period: str
    data_as_of: str
    audience: str
    status: str
    is_synthetic: bool
    scope: str
    compared_with: str

    def payload(self) -> dict[str, Any]:
        return dict(self.__dict__)

    def lines(self) -> tuple[str, ...]:
        parts = (self.period, self.scope, self.data_as_of, self.compared_with, f"{self.audience} · {self.status}")
        return tuple(part for part in parts if part)

    def html(self) -> str:
        lines = "".join(f"<p>{escape(line)}</p>" for line in (self.body, *self.lines()))
        return f'<header lang="{self.language}"><h1>{escape(self.title)}</h1>{lines}</header>'

    def text(self) -> str:
        return "\n".join((self.title, self.body, *self.lines()))


@dataclass(frozen=True)
class KeyNumber:
    """One number of the row at the top. `value` is written out; `attained_pct` draws the thin bar (NA: no bar)."""

    label: str
    value: str
    unit: str
    detail: str
    change: str
    attained_pct: float | None = None


@dataclass(frozen=True)
class KeyNumbers(Block):
    """The row of key numbers, each with its unit, its target and its change."""

    kind: ClassVar[str] = "key_numbers"
    language: str
    numbers: tuple[KeyNumber, ...]

    def payload(self) -> dict[str, Any]:
        return {"language": self.language, "numbers": [dict(number.__dict__) for number in self.numbers]}

    def html(self) -> str:
        items = "".join(
            f"<li>{escape(n.label)}: <strong>{escape(n.value)}</strong> {escape(n.unit)}. "
            f"{escape(n.detail)} {escape(n.change)}</li>"
            for n in self.numbers
        )
        return f'<ul lang="{self.language}">{items}</ul>'

    def text(self) -> str:
        return "\n".join(
            " | ".join(part for part in (n.label, f"{n.value} {n.unit}", n.detail, n.change) if part)
            for n in self.numbers
        )


@dataclass(frozen=True)
class Findings(Block):
    """Sentences under a heading: what the figures below say, or why there are none. `block_id` is its address."""

    kind: ClassVar[str] = "findings"
    language: str
    block_id: str
    heading: str
    sentences: tuple[str, ...]

    def payload(self) -> dict[str, Any]:
        return {
            "language": self.language,
            "id": self.block_id,
            "heading": self.heading,
            "sentences": list(self.sentences),
        }

    def html(self) -> str:
        body = "".join(f"<p>{escape(sentence)}</p>" for sentence in self.sentences)
        return f'<section lang="{self.language}"><h2>{escape(self.heading)}</h2>{body}</section>'

    def text(self) -> str:
        return "\n".join((self.heading, *self.sentences))


@dataclass(frozen=True)
class Corrections(Block):
    """Numbers that were published before with another value; where there are none, the page leaves it out.

    stated: the figures that are recorded when the page is issued, whether they changed or not, as values of JSON ·
    revised: of each sentence, in the same order, the figure that it is about.
    """

    kind: ClassVar[str] = "corrections"
    language: str
    block_id: str
    heading: str
    lead: str
    sentences: tuple[str, ...]
    nothing: str
    stated: tuple[Mapping[str, Any], ...]
    revised: tuple[Mapping[str, Any], ...]

    def payload(self) -> dict[str, Any]:
        return {
            "language": self.language,
            "id": self.block_id,
            "heading": self.heading,
            "lead": self.lead,
            "sentences": list(self.sentences),
            "stated": [dict(figure) for figure in self.stated],
            "revised": [dict(figure) for figure in self.revised],
        }

    def _lines(self) -> tuple[str, ...]:
        return (self.lead, *self.sentences) if self.sentences else (self.nothing,)

    def html(self) -> str:
        body = "".join(f"<p>{escape(line)}</p>" for line in self._lines())
        return f'<section lang="{self.language}"><h2>{escape(self.heading)}</h2>{body}</section>'

    def text(self) -> str:
        return "\n".join((self.heading, *self._lines()))


@dataclass(frozen=True)
class Section(Block):
    """The heading of a part of a long page; a part in which nothing stands is left out with its heading."""

    kind: ClassVar[str] = "section"
    language: str
    block_id: str
    heading: str

    def payload(self) -> dict[str, Any]:
        return {"language": self.language, "id": self.block_id, "heading": self.heading}

    def html(self) -> str:
        return f'<h2 lang="{self.language}">{escape(self.heading)}</h2>'

    def text(self) -> str:
        return self.heading


@dataclass(frozen=True)
class Absent(Block):
    """In the place of what only the internal edition has; the page leaves it out, JupyterLab shows the sentence."""

    kind: ClassVar[str] = "absent"
    language: str
    sentence: str

    def payload(self) -> dict[str, Any]:
        return {}

    def html(self) -> str:
        return f'<p lang="{self.language}">{escape(self.sentence)}</p>'

    def text(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class Definitions(Block):
    """The foot of a page: terms used on it, sources, settings and assumptions, versions; pairs of label and text.

    inputs: the files that were read for the page, by path from the project's root, with the SHA-256 of each.
    """

    kind: ClassVar[str] = "definitions"
    language: str
    heading: str
    entries: tuple[tuple[str, str], ...]
    provenance: Mapping[str, str]
    inputs: Mapping[str, str]

    def payload(self) -> dict[str, Any]:
        return {
            "language": self.language,
            "heading": self.heading,
            "entries": [list(entry) for entry in self.entries],
            "provenance": dict(self.provenance),
            "inputs": dict(self.inputs),
        }

    def _pairs(self) -> list[tuple[str, str]]:
        return [*self.entries, *self.provenance.items()]

    def html(self) -> str:
        pairs = "".join(f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>" for term, text in self._pairs())
        return f'<section lang="{self.language}"><h2>{escape(self.heading)}</h2><dl>{pairs}</dl></section>'

    def text(self) -> str:
        return "\n".join((self.heading, *(f"{term}: {text}" for term, text in self._pairs())))
