"""Where a page leads: the other language, the other reports of its period, the period before and after.

Input: the jobs of a batch, in their order. Output: links relative to the page, so that the folder can be moved.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Protocol
from urllib.parse import quote

from analysis.language import Language
from analysis.params import ReportParams
from analysis.wording import period_short, period_words

INDEX_PAGES = {"vi": "index.html", "en": "index.en.html"}
SEARCH_FILES = {"vi": "assets/search.vi.js", "en": "assets/search.en.js"}
ASSETS = "assets"
# Not among the package's files: it is made (analysis.site.vega).
VEGA = "vega.js"


def site_files() -> list[str]:
    """Return the files of an output folder that all pages share: the indexes, what they search, style and scripts."""
    assets = files("analysis").joinpath("site", ASSETS).iterdir()
    names = [*(asset.name for asset in assets), VEGA]
    return [*INDEX_PAGES.values(), *SEARCH_FILES.values(), *sorted(f"{ASSETS}/{name}" for name in names)]


class Job(Protocol):
    """What a page must know of a report to be rendered; `render.plan.Job` is one."""

    @property
    def params(self) -> ReportParams: ...
    @property
    def name(self) -> str: ...
    @property
    def page(self) -> str: ...


@dataclass(frozen=True)
class Link:
    """An address relative to the page, its words, and whether it is the page itself."""

    href: str
    text: str
    is_current: bool = False


@dataclass(frozen=True)
class Navigation:
    """The links of one page; None where there is nothing to lead to."""

    index: str
    assets: str
    other_language: Link | None
    reports: tuple[Link, ...]
    previous: Link | None
    following: Link | None
    previous_short: str
    following_short: str


def navigate(job: Job, jobs: Sequence[Job], language: Language) -> Navigation:
    """Return the links of a page. Only jobs of its own audience are looked at: editions never link to each other."""
    own = [other for other in jobs if other.params.audience == job.params.audience]
    same_language = [other for other in own if other.params.language == job.params.language]
    before, after = _neighbours(job, same_language)
    return Navigation(
        index=link_to(INDEX_PAGES[job.params.language], job.page),
        assets=link_to("assets", job.page),
        other_language=_other_language(job, own),
        reports=tuple(_reports(job, same_language, language)),
        previous=_period_link(before, job, language),
        following=_period_link(after, job, language),
        previous_short=period_short(before.params.period, language) if before else "",
        following_short=period_short(after.params.period, language) if after else "",
    )


def link_to(target: str, page: str) -> str:
    """Return the address of `target` as seen from `page`; both are paths inside the published folder."""
    # Identifiers of organisations come from data: a "#" or "%" in one must not change where the link leads.
    return quote(posixpath.relpath(target, posixpath.dirname(page) or "."), safe="/")


def error_page(page: str) -> str:
    """Return the path of the page that says why `page` could not be rendered."""
    return page.removesuffix(".html") + ".error.html"


def report_title(name: str, language: Language) -> str:
    """Return a report's name for readers, or the notebook's own name while it has none."""
    key = f"report.{name}.title"
    return language.text(key) if language.has(key) else name


def in_reading_order(names: Iterable[str], language: Language) -> list[str]:
    """Return the reports in the order in which the texts name them, unknown ones after them."""
    present = set(names)
    known = list(language.texts.get("report", {}))
    return [name for name in known if name in present] + sorted(present - set(known))


def scope_words(sector: str, organisation: str, language: Language) -> str:
    """Return what a report is limited to: a sector's name, an organisation's id, or nothing."""
    key = f"sector.{sector}"
    return organisation or (language.text(key) if language.has(key) else sector)


def _scope(job: Job) -> tuple[str, str, str]:
    return job.name, job.params.sector, job.params.organisation


def _other_language(job: Job, jobs: Iterable[Job]) -> Link | None:
    for other in jobs:
        is_same = other.params.report == job.params.report and _scope(other) == _scope(job)
        if is_same and other.params.language != job.params.language:
            return Link(link_to(other.page, job.page), other.params.language)
    return None


def _neighbours(job: Job, jobs: Iterable[Job]) -> tuple[Job | None, Job | None]:
    """Return the same report of the period before and after, in the order of the jobs."""
    series = list({other.params.report: other for other in jobs if _scope(other) == _scope(job)}.values())
    places = [place for place, other in enumerate(series) if other.params.report == job.params.report]
    if not places:
        return None, None
    here = places[0]
    return series[here - 1] if here else None, series[here + 1] if here + 1 < len(series) else None


def _period_link(target: Job | None, job: Job, language: Language) -> Link | None:
    if target is None:
        return None
    return Link(link_to(target.page, job.page), period_words(target.params.period, language))


def _reports(job: Job, jobs: Iterable[Job], language: Language) -> Iterable[Link]:
    """Yield one link per report of the same period: of the same scope, else on the whole, else the first there is."""
    by_name: dict[str, list[Job]] = {}
    for other in jobs:
        if other.params.report == job.params.report:
            by_name.setdefault(other.name, []).append(other)
    wanted = (_scope(job)[1:], ("", ""))
    for name in in_reading_order(by_name, language):
        target = min(by_name[name], key=lambda other: _rank(_scope(other)[1:], wanted))
        yield Link(link_to(target.page, job.page), report_title(name, language), name == job.name)


def _rank(scope: tuple[str, ...], wanted: Sequence[tuple[str, ...]]) -> int:
    return wanted.index(scope) if scope in wanted else len(wanted)
