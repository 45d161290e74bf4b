"""Which reports a run makes: every notebook with every parameters file, in both languages.

Input: notebooks and params/*.yaml. Output: jobs, all checked before any of them runs.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from analysis.errors import ParamsError
from analysis.params import KEYS, ReportParams, load_params, read_params
from analysis.periods import parse_period

LANGUAGES = ("vi", "en")
AUDIENCES = ("public", "internal")
# What a notebook's pages may be about: the whole, a sector or an organisation; or the whole alone.
SCOPES = ("any", "whole")

# An org_id comes from the user's own data and becomes part of a file name.
_SAFE_ID = re.compile(r"[\w][\w.-]*")


@dataclass(frozen=True)
class Job:
    """One report to make: a notebook and the parameters it runs with; `params_file` is where these stand."""

    notebook: Path
    params: ReportParams
    params_file: Path | None = None

    @property
    def name(self) -> str:
        return self.notebook.stem

    @property
    def page(self) -> str:
        """Return the page's path inside the output folder: 2023-q1/admissions[.scope].vi.html."""
        return f"{self.params.report}/{self._stem}.html"

    @property
    def executed(self) -> str:
        """Return the executed notebook's path inside build/executed: public/2023-q1/admissions.vi.ipynb."""
        return f"{self.params.audience}/{self.params.report}/{self._stem}.ipynb"

    @property
    def _stem(self) -> str:
        scope = self.params.organisation or self.params.sector
        return ".".join(part for part in (self.name, scope, self.params.language) if part)


@dataclass(frozen=True)
class Declared:
    """What a notebook says of its pages in its metadata, under `nhiemky`: the audiences and the scope they may have."""

    audiences: tuple[str, ...]
    scope: str

    def allows(self, params: ReportParams) -> bool:
        """Tell whether the notebook has a page for these parameters."""
        is_part = bool(params.sector or params.organisation)
        return params.audience in self.audiences and not (is_part and self.scope == "whole")


@dataclass(frozen=True)
class Selection:
    """What the command line narrows or overrides; None leaves what each parameters file says."""

    languages: Sequence[str] = LANGUAGES
    audience: str | None = None
    sector: str | None = None
    organisations: Sequence[str] | None = None
    dataset: str | None = None


@dataclass
class _Problems:
    """Collects what is wrong, so that one run names everything at once."""

    messages: list[str] = field(default_factory=list)

    def collect(self, error: ParamsError) -> None:
        if str(error) not in self.messages:
            self.messages.append(str(error))

    def raise_any(self) -> None:
        if self.messages:
            raise ParamsError("\n".join(self.messages))


def plan_jobs(notebooks: Iterable[Path], params_files: Iterable[Path], selection: Selection) -> list[Job]:
    """Return the jobs of a run, in time order, then by notebook and language.

    Raises ParamsError that names every problem of every notebook and file.
    """
    problems = _Problems()
    declared = dict(_read_notebooks(notebooks, problems))
    params = list(_read_files(params_files, selection, problems))
    problems.raise_any()
    ordered = sorted(params, key=lambda item: _time_order(item[1]))
    return [
        Job(notebook, chosen, path)
        for path, given in ordered
        for notebook, own in declared.items()
        for chosen in _variants(path, given, selection)
        if own.allows(chosen)
    ]


def order_reports(params_files: Iterable[Path], dataset: str | None) -> list[str]:
    """Return the names of the reports in time order; files that cannot be used are left out."""
    found = []
    for path in params_files:
        try:
            params = load_params(path)
            found.append(params.model_copy(update={"dataset": dataset}) if dataset else params)
        except ParamsError:
            continue
    return [params.report for params in sorted(found, key=_time_order)]


def check_notebook_accepts(notebook: Path) -> Declared:
    """Return what a notebook declares of its pages: both audiences and any scope where it says nothing.

    Raises ParamsError unless it has exactly one cell tagged `parameters`, which sets exactly the keys of a report.
    """
    content = _load_notebook(notebook)
    tagged = [cell for cell in content["cells"] if "parameters" in cell.get("metadata", {}).get("tags", [])]
    if len(tagged) != 1:
        raise ParamsError(f"{notebook}: {len(tagged)} cells are tagged `parameters`. Tag exactly one.")
    _require_keys(notebook, _assigned_names(notebook, "".join(tagged[0].get("source", ""))))
    metadata = content.get("metadata", {}).get("nhiemky", {})
    declared, scope = metadata.get("audiences", AUDIENCES), metadata.get("scope", SCOPES[0])
    if not isinstance(declared, list | tuple) or not declared or set(declared) - set(AUDIENCES):
        raise ParamsError(
            f"{notebook}: metadata nhiemky.audiences is {declared!r}. Allowed: a list of {', '.join(AUDIENCES)}."
        )
    if scope not in SCOPES:
        raise ParamsError(f"{notebook}: metadata nhiemky.scope is {scope!r}. Allowed: {', '.join(SCOPES)}.")
    return Declared(tuple(declared), scope)


def _read_notebooks(notebooks: Iterable[Path], problems: _Problems) -> Iterator[tuple[Path, Declared]]:
    for notebook in notebooks:
        try:
            yield notebook, check_notebook_accepts(notebook)
        except ParamsError as error:
            problems.collect(error)


def _read_files(
    paths: Iterable[Path], selection: Selection, problems: _Problems
) -> Iterator[tuple[Path, ReportParams]]:
    owners: dict[str, Path] = {}
    for path in paths:
        try:
            params = load_params(path)
            _require_own_name(path, params.report, owners)
            for chosen in _variants(path, params, selection):
                _require_file_name(path, chosen.organisation)
            yield path, params
        except ParamsError as error:
            problems.collect(error)


def _require_own_name(path: Path, report: str, owners: dict[str, Path]) -> None:
    if report in owners:
        raise ParamsError(f"{path}: report: {report!r} is also the report of {owners[report]}. Give each its own.")
    owners[report] = path
    if report != path.stem:
        raise ParamsError(f"{path}: report: {report!r} differs from the file's name. Allowed: {path.stem!r}.")


def _require_file_name(path: Path, organisation: str) -> None:
    if organisation and not _SAFE_ID.fullmatch(organisation):
        raise ParamsError(
            f"{path}: organisation: {organisation!r} cannot name a file. Allowed: letters, digits, `.`, `_` and `-`."
        )


def _variants(path: Path, params: ReportParams, selection: Selection) -> Iterator[ReportParams]:
    """Return the parameters of one file as the selection asks for them, one per organisation and language."""
    fixed = {
        key: value
        for key, value in (
            ("audience", selection.audience),
            ("sector", selection.sector),
            ("dataset", selection.dataset),
        )
        if value is not None
    }
    organisations = [params.organisation] if selection.organisations is None else selection.organisations
    for organisation in organisations:
        for language in sorted(set(selection.languages), key=LANGUAGES.index):
            values = {**params.model_dump(), **fixed, "organisation": organisation, "language": language}
            yield read_params(values, f"{path} with the command line's options")


def _time_order(params: ReportParams) -> tuple[date, int, str]:
    """Return what reports are sorted by: the end of the period, the shorter one first."""
    term = _term_of(params.dataset)
    period = parse_period(params.period, term)
    return period.end, (period.end - period.start).days, params.report


@cache
def _term_of(dataset: str) -> Any:
    # Deferred: reading a dataset needs pandas, which `--help` and a wrong parameter should not wait for.
    from analysis.project import project_root
    from analysis.tables.info import INFO_FILE, read_info

    return read_info(project_root() / dataset / INFO_FILE).term


def _load_notebook(notebook: Path) -> Mapping[str, Any]:
    """Return a notebook as plain JSON; nbformat would validate it, which costs more than all the rest of the plan."""
    try:
        content = json.loads(notebook.read_text(encoding="utf-8"))
    except OSError as error:
        raise ParamsError(f"{notebook}: cannot be read ({error.strerror}). Name a notebook of notebooks/.") from None
    except ValueError:
        raise ParamsError(f"{notebook}: is not a notebook (no JSON in UTF-8).") from None
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise ParamsError(f"{notebook}: is not a notebook (no cells).")
    return content


def _assigned_names(notebook: Path, source: str) -> list[str]:
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise ParamsError(f"{notebook}: the parameters cell is not Python: line {error.lineno}, {error.msg}.") from None
    targets: list[ast.expr] = []
    for statement in body:
        if isinstance(statement, ast.Assign):
            targets += statement.targets
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets.append(statement.target)
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _require_keys(notebook: Path, names: Sequence[str]) -> None:
    lines = [f"  {key}: missing in the parameters cell. Add it with a default." for key in KEYS if key not in names]
    lines += [
        f"  {name}: unknown key in the parameters cell. Allowed keys: {', '.join(KEYS)}."
        for name in names
        if name not in KEYS
    ]
    if lines:
        raise ParamsError("\n".join([f"{notebook}: does not accept the parameters of a report", *lines]))
