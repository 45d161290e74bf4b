"""A page as one file, to be sent: style, scripts, charts, tables and pictures stand inside it.

Input: the same notebook as the page. Output: one HTML5 page that asks for nothing and leads to no other page; its
policy lets run the three scripts whose hashes it names, and no other.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from analysis.site.links import ASSETS, Job
from analysis.site.page import Form, build_page
from analysis.site.vector import PageError
from analysis.site.vega import vega_script

if TYPE_CHECKING:
    import nbformat

SCRIPTS = ("page.js", "charts.js")
TYPES = {
    ".csv": "text/csv;charset=utf-8",
    ".svg": "image/svg+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def build_standalone(notebook: nbformat.NotebookNode, job: Job, contents: Mapping[str, bytes]) -> str:
    """Return the page of a job with `contents` inside, the files that stand beside the page, by name."""

    def address(name: str) -> str:
        return f"data:{TYPES[PurePosixPath(name).suffix]};base64,{b64encode(contents[name]).decode()}"

    return build_page(notebook, job, [job], Form("standalone.html.j2", _parts(), address)).html


def _parts() -> dict[str, Any]:
    """Return what else the template needs: style and scripts as text, and the policy that names the scripts."""
    scripts = [_inline(_asset(name), name) for name in SCRIPTS]
    vega = _inline(vega_script().decode(), "vega.js")
    return {"style": Markup(_asset("style.css")), "scripts": scripts, "vega": vega, "policy": _policy([*scripts, vega])}


def _asset(name: str) -> str:
    return files("analysis").joinpath("site", ASSETS, name).read_text(encoding="utf-8")


def _inline(text: str, name: str) -> Markup:
    """Return a script as it may stand in a page. Raises PageError where the text would end its own element."""
    if "</script" in text.lower() or "<!--" in text or "\r" in text:
        raise PageError(f"{name}: cannot stand inside a page, because a part of it would be read as markup.")
    return Markup(text)


def _policy(scripts: list[Markup]) -> str:
    hashes = " ".join(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts)
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {hashes}; "
        "base-uri 'none'; form-action 'none'"
    )
