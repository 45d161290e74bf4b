"""Pages put where readers find them: whole or not at all, each file written beside its place and then moved there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from analysis.files import DOCUMENT_SUFFIXES, STANDALONE, beside, write_whole
from analysis.language import Language, load_language
from analysis.site.index import Manifest, build_index, build_search
from analysis.site.links import INDEX_PAGES, SEARCH_FILES, Job, error_page, link_to, report_title
from analysis.site.page import Page, build_page, is_shown, read_blocks, templates
from analysis.site.picture import picture_as_svg
from analysis.site.shared import write_assets
from analysis.site.summary import summarise, summary_file, write_summary
from analysis.site.tables import file_as_csv, table_as_csv, table_as_xlsx
from analysis.site.vector import PageError
from analysis.site.vega import vega_script
from analysis.wording import period_words

if TYPE_CHECKING:
    import nbformat

# Of the files beside a page that belong to its figures.
FIGURE_SUFFIXES = (".csv", ".xlsx", ".svg")


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


def prepare_standalone() -> None:
    """Make, besides, the script that stands in each page, so that not every report does."""
    prepare_pages()
    vega_script()


def prepare_documents() -> None:
    """Load, besides, what Word documents are made with."""
    prepare_pages()
    import_module("analysis.site.word.document")


def publish_page(notebook: nbformat.NotebookNode, job: Job, jobs: Sequence[Job], out: Path) -> tuple[Path, ...]:
    """Write a page, its tables, its pictures and its summary under `out`; return them, the page first.

    An error page of an earlier run is taken away.

    The page is moved last, so that it never names a file that is not there yet.
    Raises PageError, with nothing written, where the notebook's blocks make no page.
    """
    page = build_page(notebook, job, jobs)
    place = _place(out, job.page)
    stem = place.name.removesuffix(".html")
    files = {place.with_name(name): content for name, content in _files_of(page, stem).items()}
    summary = _place(out, summary_file(job.page))
    for path, content in files.items():
        write_whole(path, content)
    write_whole(summary, write_summary(summarise(read_blocks(notebook))))
    write_whole(place, page.html.encode())
    _remove_stale_files(place, stem, keep=set(files))
    for suffix in DOCUMENT_SUFFIXES:  # They say what the page said before.
        _place(out, beside(job.page, suffix)).unlink(missing_ok=True)
    _place(out, error_page(job.page)).unlink(missing_ok=True)
    return place, summary, *files


def publish_standalone(notebook: nbformat.NotebookNode, job: Job, jobs: Sequence[Job], out: Path) -> tuple[Path, ...]:
    """Write the page as one file beside it; return it."""
    from analysis.site.standalone import build_standalone

    place = _place(out, job.page)
    contents = _files_of(build_page(notebook, job, jobs), place.name.removesuffix(".html"))
    return (write_whole(_place(out, beside(job.page, STANDALONE)), build_standalone(notebook, job, contents)),)


def _files_of(page: Page, stem: str) -> dict[str, bytes]:
    """Return what readers can take away from a page, by the name of the file."""
    figures = {
        f"{stem}.{figure['id']}.{kind}": content
        for figure in page.figures
        for kind, content in _files_of_figure(figure).items()
    }
    return figures | {f"{stem}.{file['name']}.csv": file_as_csv(file) for file in page.files}


def _files_of_figure(figure: Mapping[str, Any]) -> dict[str, bytes]:
    language = load_language(figure["language"])
    tables = {"csv": table_as_csv(figure, language), "xlsx": table_as_xlsx(figure, language)}
    return {**tables, "svg": picture_as_svg(figure, figure["wide"])} if figure["wide"] else tables


def publish_document(notebook: nbformat.NotebookNode, job: Job, jobs: Sequence[Job], out: Path) -> tuple[Path, ...]:
    """Write the report as a Word document beside its page; return it."""
    from analysis.site.word.document import build_document

    content = build_document(list(filter(is_shown, read_blocks(notebook))), load_language(job.params.language))
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
    """Write both indexes, what they search, and the assets that all pages share; return the Vietnamese index."""
    write_assets(out)
    for code, name in INDEX_PAGES.items():
        write_whole(out / SEARCH_FILES[code], build_search(manifest, out, load_language(code)))
        write_whole(out / name, build_index(manifest, out, load_language(code)).encode())
    return out / INDEX_PAGES["vi"]


def _place(out: Path, page: str) -> Path:
    """Return where a page stands. Raises PageError where its name leads out of the folder."""
    place = out / page
    if not place.resolve().is_relative_to(out.resolve()):
        raise PageError(f"{page}: leads out of {out}.")
    return place


def _remove_stale_files(page: Path, stem: str, keep: set[Path]) -> None:
    """Take away tables and pictures of figures that the page no longer has."""
    for path in page.parent.iterdir():
        # A figure's id holds no dot, so nothing of profile.ORG1.vi matches profile.vi, nor the other way round.
        is_own = path.suffix in FIGURE_SUFFIXES and path.stem.rpartition(".")[0] == stem
        if is_own and path not in keep:
            path.unlink()
