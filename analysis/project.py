"""Where the project is: the folder that paths in parameters are resolved from."""

from __future__ import annotations

from pathlib import Path

# Where the pages of each audience go, from the root.
EDITIONS = {"public": "build/site", "internal": "build/internal"}


def project_root() -> Path:
    """Return the nearest folder at or above the current one that holds params/ and notebooks/, else the checkout."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "params").is_dir() and (folder / "notebooks").is_dir():
            return folder
    return Path(__file__).resolve().parents[1]
