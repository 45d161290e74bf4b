"""A project whose published figures were overtaken by a late return, for the tests of what its pages then say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
from render_project import make_project, nhiemky

from analysis.tables.codes import PARTITIONS

PARAMS = "2023-H1"
ORGANISATION, DAY, LATE_N = "TC013", "2023-06-30", 6


def add_late_admissions(root: Path) -> None:
    """Let an organisation report more people admitted than it first did, and all that follows from it."""
    folder = root / "data" / "sample"
    membership = pd.read_csv(folder / "membership.csv", dtype="str")
    own = membership["org_id"] == ORGANISATION
    _add(membership, own & (membership["period_end"] == DAY), "admitted_n")
    for column in ("closing_n", "probationary_n"):
        _add(membership, own & (membership["period_end"] >= DAY), column)
    _add(membership, own & (membership["period_end"] > DAY), "opening_n")
    membership.to_csv(folder / "membership.csv", index=False)
    admissions = pd.read_csv(folder / "admissions.csv", dtype="str")
    parts = admissions[(admissions["org_id"] == ORGANISATION) & (admissions["period_end"] == DAY)]
    first = parts[parts["dimension"].isin(PARTITIONS)].drop_duplicates("dimension").index
    _add(admissions, admissions.index.isin(first), "admitted_n")
    admissions.to_csv(folder / "admissions.csv", index=False)


def _add(frame: pd.DataFrame, rows: pd.Series, column: str) -> None:
    frame.loc[rows, column] = (frame.loc[rows, column].astype("int64") + LATE_N).astype("str")


def make_corrected_project(root: Path) -> None:
    """Publish, record, correct and publish again; `said-N.txt` holds what the command said at each step.

    site-1 to site-3 are the folder as it was published, after the late return, and once more by force after the second
    edition was recorded.
    """
    make_project(root, ["overview"], [PARAMS])
    said = [nhiemky(root, "render"), nhiemky(root, "issue", "--date", "2023-07-10"), nhiemky(root, "render", "--plan")]
    shutil.copytree(root / "build" / "site", root / "site-1")
    add_late_admissions(root)
    said.append(nhiemky(root, "render"))
    shutil.copytree(root / "build" / "site", root / "site-2")
    said += [nhiemky(root, "issue", "--date", "2023-10-12"), nhiemky(root, "render", "--plan")]
    said += [nhiemky(root, "render", "--lang", "vi", "--force"), nhiemky(root, "issue")]
    shutil.copytree(root / "build" / "site", root / "site-3")
    for place, text in enumerate(said, 1):
        (root / f"said-{place}.txt").write_text(text, encoding="utf-8")
