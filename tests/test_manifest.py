"""The record of a run: written whole, read back the same, and kept where a run did not touch a page."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.files import write_whole
from analysis.render.manifest import (
    JOURNAL_FILE,
    MANIFEST_FILE,
    ReportEntry,
    keep_untouched,
    new_manifest,
    note_entry,
    read_manifest,
    write_manifest,
)

ENTRY = ReportEntry(
    report="2023-Q1",
    notebook="admissions",
    lang="vi",
    audience="public",
    sector="",
    organisation="",
    status="rendered",
    seconds=0.25,
    key="ab",
    inputs={"params/2023-Q1.yaml": "cd"},
    page="2023-Q1/admissions.vi.html",
    files=("2023-Q1/admissions.vi.html", "2023-Q1/admissions.vi.by-year.csv"),
)
FAILED = replace(
    ENTRY,
    lang="en",
    status="failed",
    page="2023-Q1/admissions.en.html",
    error="error: cell 5, ValueError: no rows: none",
)


def test_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    manifest = new_manifest("2024-01-01T00:00:00Z", "2024-01-01T00:00:09Z", [ENTRY, FAILED])
    write_manifest(manifest, tmp_path)
    assert read_manifest(tmp_path) == manifest
    assert manifest.failed == (FAILED,)
    assert FAILED.error_kind == "error"


def test_manifest_has_the_keys_that_others_rely_on(tmp_path: Path) -> None:
    path = write_manifest(new_manifest("a", "b", [ENTRY]), tmp_path)
    content = json.loads(path.read_text(encoding="utf-8"))
    assert list(content) == ["version", "started", "finished", "reports"]
    assert list(content["reports"][0]) == [
        "report",
        "notebook",
        "lang",
        "audience",
        "sector",
        "organisation",
        "status",
        "seconds",
        "key",
        "inputs",
        "page",
        "error",
        "files",
        "parameters",
        "rendered_at",
    ]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"reports": [{"report": "x"}]}', '{"reports": []}'])
def test_record_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST_FILE).write_text(text, encoding="utf-8")
    assert read_manifest(tmp_path) is None


def test_pages_of_earlier_runs_are_kept_while_they_stand(tmp_path: Path) -> None:
    gone = replace(ENTRY, notebook="gone", page="2022/gone.vi.html", report="2022")
    kept = replace(ENTRY, report="2022", page="2022/admissions.vi.html", seconds=9.0)
    (tmp_path / "2022").mkdir()
    (tmp_path / kept.page).write_text("", encoding="utf-8")
    earlier = new_manifest("a", "b", [replace(ENTRY, seconds=7.0), gone, kept])
    assert keep_untouched(earlier, [FAILED, ENTRY], tmp_path, ["2022", "2023-Q1"]) == (
        replace(kept, status="reused"),
        ENTRY,
        FAILED,
    )


def test_report_that_failed_before_it_had_a_page_stays_in_the_record(tmp_path: Path) -> None:
    earlier = new_manifest("a", "b", [FAILED])
    (tmp_path / "2023-Q1").mkdir()
    (tmp_path / "2023-Q1/admissions.en.error.html").write_text("", encoding="utf-8")
    assert keep_untouched(earlier, [ENTRY], tmp_path, []) == (ENTRY, FAILED)


def test_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "page.html", "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "new \ud800")
    assert path.read_text(encoding="utf-8") == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["page.html"]


def test_a_run_that_was_killed_is_known_from_its_journal(tmp_path: Path) -> None:
    write_manifest(new_manifest("a", "b", [replace(ENTRY, key="old"), FAILED]), tmp_path)
    note_entry(ENTRY, tmp_path)
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert (manifest.started, manifest.reports) == ("a", (FAILED, ENTRY))


def test_a_journal_alone_is_enough(tmp_path: Path) -> None:
    note_entry(FAILED, tmp_path)
    note_entry(ENTRY, tmp_path)
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert manifest.reports == (FAILED, ENTRY)


@pytest.mark.parametrize("torn", ['{"report": "2023-', "5", "\0\0\0", '{"unknown": 1}', '"\u2028"'])
def test_a_line_that_was_not_written_to_its_end_spoils_no_other(tmp_path: Path, torn: str) -> None:
    note_entry(FAILED, tmp_path)
    with (tmp_path / JOURNAL_FILE).open("a", encoding="utf-8") as file:
        file.write("\n" + torn)
    note_entry(ENTRY, tmp_path)
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert manifest.reports == (FAILED, ENTRY)


def test_a_manifest_ends_the_journal(tmp_path: Path) -> None:
    note_entry(FAILED, tmp_path)
    write_manifest(new_manifest("a", "b", [ENTRY]), tmp_path)
    assert read_manifest(tmp_path) == new_manifest("a", "b", [ENTRY])
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]
