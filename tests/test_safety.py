"""What a run leaves behind when the disk is full, and when another run writes to the same folder."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from render_project import command, make_project, nhiemky, published, surroundings

from analysis.files import write_whole
from analysis.render.lanes import can_fork
from analysis.render.manifest import note_entry, read_manifest

pytestmark = pytest.mark.skipif(not can_fork(), reason="the warm engine needs fork")

REPORTS = ["2023/overview.vi.html", "2023/structure.vi.html"]
# Runs in a name space of its own, where a small file system can be mounted and filled. Prints what was seen.
FULL_DISK = """
import json, os, subprocess, sys
from pathlib import Path
from render_project import add_target_row, command, published, surroundings
root = Path(sys.argv[1])
out = root / "build" / "site"
out.mkdir(parents=True)
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(out)], check=True)

def render():
    asked = command("render", "--lang", "vi")
    done = subprocess.run(asked, cwd=root, env=surroundings(), capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr

first, _ = render()
before = published(out)
add_target_row(root)
filler = out / "filler"
with filler.open("wb", buffering=0) as file:
    try:
        while True:
            file.write(bytes(4096))
    except OSError:
        pass
full, said = render()
filler_n = filler.stat().st_size
filler.unlink()
kept = published(out) == before
manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
last, said_last = render()
print(json.dumps({
    "first": first, "full": full, "said": said, "kept": kept, "entries": len(manifest["reports"]), "last": last,
    "said_last": said_last, "changed": sorted(name for name, content in published(out).items()
                                              if content != before.get(name) and name.endswith(".html")),
}))
"""


def can_mount() -> bool:
    unshare = shutil.which("unshare")
    return unshare is not None and subprocess.run([unshare, "-rm", "true"], check=False).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="a small disk cannot be mounted here (unshare)")
def test_a_full_disk_costs_no_page_that_stood(tmp_path: Path) -> None:
    root = make_project(tmp_path / "project", ("overview", "structure"), ("2023",))
    script = tmp_path / "full_disk.py"
    script.write_text(FULL_DISK, encoding="utf-8")
    environment = surroundings() | {"PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, str(script), str(root)],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    seen = json.loads(done.stdout)
    assert (seen["first"], seen["full"], seen["last"]) == (0, 1, 0)
    assert "No space left on device" in seen["said"]
    assert "Traceback" not in seen["said"]
    assert seen["kept"]
    assert seen["entries"] == len(REPORTS)
    # With room again, the next run makes what the full disk had kept it from, and nothing else.
    assert "1 pages, 1 unchanged" in seen["said_last"]
    assert seen["changed"] == [REPORTS[0]]


def test_a_file_that_cannot_be_written_whole_is_not_written(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    page = write_whole(tmp_path / "page.html", "old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            write_whole(page, "new" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("page.html", "old")]


def test_two_runs_at_once_follow_each_other_and_lose_no_page(tmp_path: Path) -> None:
    root = make_project(tmp_path / "project", ("overview", "structure", "membership"), ("2023",))
    wanted = [("overview", "structure"), ("structure", "membership")]
    runs = [
        subprocess.Popen(
            command("render", *names, "--lang", "vi", "--log", f"log-{number}.jsonl"),
            cwd=root,
            env=surroundings(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for number, names in enumerate(wanted)
    ]
    said = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    assert sum("Another run writes to" in text for text in said) == 1
    made = [
        json.loads(line)["page"]
        for number in (0, 1)
        for line in (root / f"log-{number}.jsonl").read_text(encoding="utf-8").splitlines()
        if json.loads(line)["event"] == "report"
    ]
    out = root / "build" / "site"
    pages = {f"2023/{name}.vi.html" for name in ("overview", "structure", "membership")}
    assert set(made) == pages
    manifest = read_manifest(out)
    assert manifest is not None
    assert {entry.page for entry in manifest.reports} == pages
    index = (out / "index.html").read_text(encoding="utf-8")
    assert all(page in index for page in pages)
    # Each run led to the pages that it knew; a whole run adds what is missing, and no other cause is left.
    waiting = nhiemky(root, "render", "--lang", "vi", "--plan").splitlines()[:-1]
    assert {line.split("  ")[2] for line in waiting} <= {"(links)"}
    assert not [name for name in published(out) if ".part" in name or name.endswith("jsonl")]


def test_a_run_that_was_killed_before_its_index_is_completed(tmp_path: Path) -> None:
    root = make_project(tmp_path / "project", ("overview", "structure"), ("2023",))
    nhiemky(root, "render", "structure", "--lang", "vi")
    out = root / "build" / "site"
    before = (out / "index.html").read_bytes()
    nhiemky(root, "render", "--lang", "vi")
    # As a run leaves things that is killed after its last page: pages and journal, the index and manifest of before.
    manifest = read_manifest(out)
    assert manifest is not None
    for entry in manifest.reports:
        note_entry(entry, out)
    (out / "manifest.json").unlink()
    (out / "index.html").write_bytes(before)
    assert "0 pages, 2 unchanged" in nhiemky(root, "render", "--lang", "vi")
    assert "2023/overview.vi.html" in (out / "index.html").read_text(encoding="utf-8")
    assert not (out / ".manifest.jsonl").exists()


def test_what_a_killed_run_had_begun_to_write_is_taken_away(tmp_path: Path) -> None:
    root = make_project(tmp_path / "project", ("structure",), ("2023",))
    part = root / "build" / "site" / "2023" / ".structure.vi.html.123.part"
    part.parent.mkdir(parents=True)
    part.write_text("half", encoding="utf-8")
    nhiemky(root, "render", "--lang", "vi")
    assert not part.exists()
    assert os.listdir(root / "build" / "locks")
