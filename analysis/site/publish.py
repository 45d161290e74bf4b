"""Pages put where readers find them: whole or not at all, each file written beside its place and then moved there."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from analysis.files import DOCUMENT_SUFFIXES, beside, write_whole
from analysis.language import Language, load_language
from analysis.site.index import Manifest, build_index
from analysis.site.links import INDEX_PAGES, Job, error_page, link_to, report_title
from analysis.site.page import build_page, read_blocks, templates
from analysis.site.tables import table_as_csv, table_as_xlsx
from analysis.site.vector import PageError
from analysis.wording import period_words

if TYPE_CHECKING:
    import nbformat

TABLE_SUFFIXES = (".csv", ".xlsx")


class Failure(Protocol):
    """Why a report failed; `render.failure.Failure` is one."""

    @property
    def kind(self) -> str: ...
    @property
    def cell(self) -> int | None: ...
    @property
    def error_name(self) -> str: ...
    @property
    def message(self) -> str: ...


def prepare_pages() -> None:
    """Compile the templates, which would otherwise take a tenth of a second of every report."""
    for name in templates().list_templates():
        templates().get_template(name)


def prepare_documents() -> None:
    """Load, besides, what Word documents are made with."""
    prepare_pages()
    import_module("analysis.site.word.document")


def publish_page(notebook: nbformat.NotebookNode, job: Job, jobs: Sequence[Job], out: Path) -> tuple[Path, ...]:
    """Write a page and its tables under `out`; return them, the page first.

    An error page of an earlier run is taken away.

    The page is moved last, so that it never names a table that is not there yet.
    Raises PageError, with nothing written, where the notebook's blocks make no page.
    """
    page = build_page(notebook, job, jobs)
    place = _place(out, job.page)
    stem = place.name.removesuffix(".html")
    tables: dict[Path, bytes] = {}
    for figure in page.figures:
        language = load_language(figure["language"])
        tables[place.with_name(f"{stem}.{figure['id']}.csv")] = table_as_csv(figure, language)
        tables[place.with_name(f"{stem}.{figure['id']}.xlsx")] = table_as_xlsx(figure, language)
    for path, content in tables.items():
        write_whole(path, content)
    write_whole(place, page.html.encode())
    _remove_stale_tables(place, stem, keep=set(tables))
    for suffix in DOCUMENT_SUFFIXES:  # They say what the page said before.
        _place(out, beside(job.page, suffix)).unlink(missing_ok=True)
    _place(out, error_page(job.page)).unlink(missing_ok=True)
    return place, *tables


def publish_document(notebook: nbformat.NotebookNode, job: Job, jobs: Sequence[Job], out: Path) -> tuple[Path, ...]:
    """Write the report as a Word document beside its page; return it."""
    from analysis.site.word.document import build_document

    content = build_document(read_blocks(notebook), load_language(job.params.language))
    return (write_whole(_place(out, beside(job.page, ".docx")), content),)


def publish_error(job: Job, failure: Failure, out: Path) -> Path:
    """Write the page that says a report failed, beside its old page, which stays as it is; return its path.

    On a public page stands the kind of the error alone: a message may hold what disclosure control took out.
    """
    language = load_language(job.params.language)
    place = _place(out, error_page(job.page))
    html = (
        templates()
        .get_template("error.html.j2")
        .render(
            lang=language.code,
            t=language.text,
            title=report_title(job.name, language),
            period=period_words(job.params.period, language),
            kind=_kind_words(failure.kind, language),
            failure=failure if job.params.audience == "internal" else None,
            parameters=job.params.model_dump() if job.params.audience == "internal" else {},
            index=link_to(INDEX_PAGES[language.code], job.page),
            assets=link_to("assets", job.page),
            old_page=link_to(job.page, job.page) if _place(out, job.page).is_file() else "",
        )
    )
    write_whole(place, html.encode())
    return place


def _kind_words(kind: str, language: Language) -> str:
    key = f"page.error_kinds.{kind}"
    return language.text(key) if language.has(key) else kind


def publish_site(manifest: Manifest, out: Path) -> Path:
    """Write both indexes and the assets that all pages share; return the Vietnamese index."""
    for asset in files("analysis").joinpath("site", "assets").iterdir():
        write_whole(out / "assets" / asset.name, asset.read_bytes())
    for code, name in INDEX_PAGES.items():
        write_whole(out / name, build_index(manifest, out, load_language(code)).encode())
    return out / INDEX_PAGES["vi"]


def _place(out: Path, page: str) -> Path:
    """Return where a page stands. Raises PageError where its name leads out of the folder."""
    place = out / page
    if not place.resolve().is_relative_to(out.resolve()):
        raise PageError(f"{page}: leads out of {out}.")
    return place


def _remove_stale_tables(page: Path, stem: str, keep: set[Path]) -> None:
    """Take away tables of figures that the page no longer has."""
    for path in page.parent.iterdir():
        # A figure's id holds no dot, so nothing of profile.ORG1.vi matches profile.vi, nor the other way round.
        is_table = path.suffix in TABLE_SUFFIXES and path.stem.rpartition(".")[0] == stem
        if is_table and path not in keep:
            path.unlink()
