"""The same input makes the same files, byte for byte, wherever, whenever and in whose surroundings they are made."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from render_project import command, make_project, published, surroundings

from analysis.render.lanes import can_fork


@pytest.mark.skipif(not can_fork(), reason="the warm engine needs fork")
def test_pages_tables_and_documents_do_not_depend_on_their_surroundings(tmp_path: Path) -> None:
    made = []
    for folder, zone, locale, seed in (
        ("a", "Asia/Ho_Chi_Minh", "C.UTF-8", "1"),
        ("another place/b", "America/Lima", "POSIX", "77"),
    ):
        root = make_project(tmp_path / folder, ("overview",), ("2023",))
        environment = {**surroundings(), "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed}
        asked = command("render", "--docx", "--jobs", "1" if folder == "a" else "2")
        done = subprocess.run(asked, cwd=root, env=environment, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        made.append(published(root / "build" / "site"))
    first, second = made
    assert {Path(name).suffix for name in first} >= {".html", ".csv", ".xlsx", ".docx"}
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
