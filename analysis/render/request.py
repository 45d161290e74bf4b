"""What the command line asked for, made into jobs, and refused here where it must not run.

Input: words from the command line. Output: jobs and checked datasets. Nothing is executed or written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from analysis.errors import NhiemkyError, ParamsError
from analysis.render.plan import Job, Selection, order_reports, plan_jobs
from analysis.tables.codes import GRASSROOTS_KINDS
from analysis.tables.info import INFO_FILE, read_info
from analysis.tables.verdicts import count_warnings, sound_dataset

ALL_ORGANISATIONS = "all"


def find_notebooks(named: Sequence[str], root: Path) -> list[Path]:
    """Return the notebooks that are named, by path or by name, or all report notebooks of the project."""
    if not named:
        return sorted((root / "notebooks").glob("*.ipynb"))
    return [_find_notebook(name, root) for name in named]


def _find_notebook(name: str, root: Path) -> Path:
    given, own = Path(name), root / "notebooks" / f"{name}.ipynb"
    if given.suffix == ".ipynb" and given.is_file():
        return given.resolve()
    if own.is_file():
        return own
    known = ", ".join(path.stem for path in find_notebooks((), root))
    raise ParamsError(f"notebook {name!r}: there is none. Name a file, or one of: {known}.")


def find_params(named: Sequence[str], root: Path) -> list[Path]:
    """Return the parameters files that are named, or all of the project."""
    return [Path(name).resolve() for name in named] if named else sorted((root / "params").glob("*.yaml"))


def from_root(folder: str, root: Path) -> str:
    """Return a folder as parameters name it: from the project's root where it lies in it."""
    absolute = Path(folder).resolve()
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else str(absolute)


def select(
    languages: Sequence[str], audience: str | None, scope: tuple[str | None, str | None], dataset: str | None
) -> Selection:
    """Return the selection; `scope` is a sector and an organisation, where `all` waits for the dataset."""
    sector, organisation = scope
    chosen = Selection(
        audience=audience,
        sector=sector,
        dataset=dataset,
        organisations=[organisation] if organisation is not None else None,
    )
    return Selection(**{**chosen.__dict__, "languages": languages}) if languages else chosen


def plan(notebooks: Iterable[Path], params_files: Iterable[Path], selection: Selection, root: Path) -> list[Job]:
    """Return the jobs, `all` organisations spelled out. Raises ParamsError where nothing is left to render."""
    jobs = plan_jobs(notebooks, params_files, selection)
    if list(selection.organisations or ()) == [ALL_ORGANISATIONS] and jobs:
        known = grassroots_ids(root / jobs[0].params.dataset)
        jobs = plan_jobs(notebooks, params_files, Selection(**{**selection.__dict__, "organisations": known}))
    if not jobs:
        raise ParamsError(
            "nothing to render: no notebook has such a page. Its metadata says for whom (nhiemky.audiences), and "
            "whether of a sector or an organisation (nhiemky.scope): `published` has one page, without --sector and "
            "--organisation."
        )
    return jobs


def all_pages(root: Path, audience: str, dataset: str) -> tuple[list[str], list[Job]]:
    """Return the reports of the project in time order, and the jobs of all its pages, to lead readers between them.

    A file that cannot be used, and is not part of the run, has no pages.
    """
    params_files = find_params((), root)
    try:
        jobs = plan_jobs(find_notebooks((), root), params_files, Selection(audience=audience, dataset=dataset))
    except ParamsError:
        jobs = []
    return order_reports(params_files, dataset), jobs


def grassroots_ids(folder: Path) -> list[str]:
    """Return the ids of all grassroots organisations of a dataset."""
    from analysis.tables.dataset import open_dataset

    register = open_dataset(folder).table("organisations")
    return sorted(set(register.loc[register["kind"].isin(GRASSROOTS_KINDS), "org_id"]))


def require_cleared(jobs: Iterable[Job], root: Path) -> None:
    """Raise NhiemkyError where a public page would show a dataset that nobody cleared."""
    for dataset in sorted({job.params.dataset for job in jobs if job.params.audience == "public"}):
        path = root / dataset / INFO_FILE
        if not read_info(path).may_be_published:
            raise NhiemkyError(
                f"{dataset}: nobody has cleared this dataset for public pages. Use --audience internal; or, once "
                f"it is cleared, set in {dataset}/{INFO_FILE}: publishable: true, cleared_by: a name, "
                "cleared_on: a date."
            )


def require_sound_datasets(jobs: Sequence[Job], root: Path) -> int:
    """Return the number of warnings about all datasets of the jobs.

    Raises DataError with every rule that a dataset breaks, ParamsError where a job names an unknown organisation.
    A dataset that was found sound before, and has not changed, is not read again.
    """
    names = sorted({job.params.dataset for job in jobs})
    warnings = sum(count_warnings(root / name) for name in names)
    for name in names:
        _require_known(root / name, [job for job in jobs if job.params.dataset == name])
    return warnings


def require_sound_record(root: Path) -> None:
    """Raise DataError with every problem of what was issued: each report would fail over it, one by one."""
    from analysis.tables.issued import ISSUED_FILE, read_issued

    read_issued(root / ISSUED_FILE)


def _require_known(folder: Path, jobs: Sequence[Job]) -> None:
    asked = {job.params.organisation for job in jobs} - {""}
    if not asked:
        return
    unknown = sorted(asked - set(sound_dataset(folder).dataset.table("organisations")["org_id"]))
    if unknown:
        raise ParamsError(
            f"organisation: {', '.join(unknown)} not in organisations of {folder}. Name an org_id of that table."
        )
