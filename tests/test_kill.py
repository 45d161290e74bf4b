"""Killed at any moment, a run leaves no half page and no wrong record, and the next one does only what is missing.

Takes minutes: `make test-long`.
"""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from render_project import add_target_row, command, make_project, nhiemky, published, surroundings

from analysis.render.lanes import can_fork
from analysis.render.manifest import MANIFEST_FILE, read_manifest

pytestmark = [pytest.mark.long, pytest.mark.skipif(not can_fork(), reason="the warm engine needs fork")]

MOMENTS = 50
NOTEBOOKS, PARAMS = ("overview", "structure", "membership"), ("2022", "2023")
# In seconds; a process that has not seen by then that its batch is gone never will.
TIME_TO_END = 20


class Known(NamedTuple):
    """A project rendered in two versions of its data, and how long a whole run takes."""

    root: Path
    old: dict[str, bytes]
    new: dict[str, bytes]
    seconds: float


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """Render the old version, keep it, render the new one elsewhere: what any run may leave is one of the two."""
    root = make_project(tmp_path_factory.mktemp("known") / "project", NOTEBOOKS, PARAMS)
    nhiemky(root, "render", "--lang", "vi")
    changed = make_project(tmp_path_factory.mktemp("changed") / "project", NOTEBOOKS, PARAMS)
    add_target_row(changed)
    started = time.monotonic()
    nhiemky(changed, "render", "--lang", "vi")
    seconds = time.monotonic() - started
    return Known(root, published(root / "build/site"), published(changed / "build/site"), seconds)


def test_the_two_versions_differ(known: Known) -> None:
    different = {name for name in known.old if known.old[name] != known.new[name]}
    assert {"2022/overview.vi.html", "2023/overview.vi.html"} <= different
    assert known.old.keys() == known.new.keys()


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_killed_at_any_moment(known: Known, moment: int, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(known.root, root)
    add_target_row(root)
    out = root / "build" / "site"
    chance = random.Random(moment)
    # A run from nothing on every third occasion: then nothing may stand that is not of the new version.
    if moment % 3 == 0:
        shutil.rmtree(root / "build")
    allowed = [known.new] if moment % 3 == 0 else [known.old, known.new]

    run = subprocess.Popen(
        command("render", "--lang", "vi"),
        cwd=root,
        env=surroundings(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with contextlib.suppress(subprocess.TimeoutExpired):
        run.wait(chance.uniform(0, known.seconds))
    family = _family(run.pid)
    if moment % 2:
        run.kill()  # Nothing where it has ended already.
    else:
        _kill_all(family)
    run.wait()
    _, alive = psutil.wait_procs(family, timeout=TIME_TO_END)
    assert alive == []

    left = {name: content for name, content in published(out).items() if not _is_hidden(name)}
    assert [name for name, content in left.items() if not any(content == version[name] for version in allowed)] == []
    if (out / MANIFEST_FILE).exists():
        json.loads((out / MANIFEST_FILE).read_text(encoding="utf-8"))
    # What the record calls done is there, and of the new version.
    planned = nhiemky(root, "render", "--lang", "vi", "--plan").splitlines()[:-1]
    waiting = {line.split("  ")[1] for line in planned}
    pages = {name for name in known.new if name.endswith(".html")}
    done = pages - waiting
    assert [name for name in done if left.get(name) != known.new[name]] == []

    said = nhiemky(root, "render", "--lang", "vi")
    assert f"{len(waiting)} pages" in said
    assert published(out) == known.new
    manifest = read_manifest(out)
    assert manifest is not None
    assert {entry.page for entry in manifest.reports if not entry.has_failed} == pages


def test_the_moments_reach_into_the_rendering(known: Known) -> None:
    """Moments are drawn over the whole run; were they all before its first page, the test above would say nothing."""
    moments = [random.Random(moment).uniform(0, known.seconds) for moment in range(MOMENTS)]
    assert sum(seconds > known.seconds / 2 for seconds in moments) >= MOMENTS // 3


def _family(pid: int) -> list[psutil.Process]:
    """Return a process with all that it started."""
    with contextlib.suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        return [*parent.children(recursive=True), parent]
    return []


def _kill_all(processes: list[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def _is_hidden(name: str) -> bool:
    """Return whether a file is none that a reader is led to: the journal, or a part of a file to be."""
    return Path(name).name.startswith(".")
