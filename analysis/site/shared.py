"""The files that all pages of a folder share: style sheets, scripts, and Vega, which draws live charts."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from analysis.files import write_whole
from analysis.site.links import ASSETS, VEGA
from analysis.site.vega import vega_script


def write_assets(out: Path) -> None:
    """Write the shared files of a folder of pages, each whole or not at all."""
    for asset in files("analysis").joinpath("site", ASSETS).iterdir():
        write_whole(out / ASSETS / asset.name, asset.read_bytes())
    write_whole(out / ASSETS / VEGA, vega_script())
