"""Bad input: every problem of every file in one error, with table, column, line and what to do; nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DataError, Problem
from analysis.language import load_language
from analysis.tables.dataset import open_dataset
from analysis.tables.info import read_info
from analysis.tables.read import empty_table, read_table
from analysis.tables.schema import TABLES

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
HEADING = "date,event,org_id,related_org_id\n"
EVENTS = HEADING + "2021-04-15,founded,TC077,\n2022-07-11,merged,TC031,TC024\n"
INFO = """\
title_vi: Bộ dữ liệu thử
title_en: Test dataset
kind: internal
granularity: month
term_start: 2020-11-15
term_end: 2021-02-14
"""


def read_events(tmp_path: Path, content: str | bytes) -> pd.DataFrame:
    path = tmp_path / "events.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path, "events")


def problems_of(tmp_path: Path, content: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(DataError) as raised:
        read_events(tmp_path, content)
    assert raised.value.exit_status == 3
    return raised.value.problems


def only_problem(tmp_path: Path, content: str | bytes) -> Problem:
    problems = problems_of(tmp_path, content)
    assert len(problems) == 1, [problem.message_en for problem in problems]
    return problems[0]


def write_dataset(root: Path, **tables: str) -> Path:
    """Write a dataset of only headings, and of the tables that are given."""
    root.mkdir(exist_ok=True)
    (root / "dataset.yaml").write_text(INFO, encoding="utf-8")
    for name in ("organisations", "membership"):
        (root / f"{name}.csv").write_text(",".join(TABLES[name].columns) + "\n", encoding="utf-8")
    for name, content in tables.items():
        (root / f"{name}.csv").write_text(content, encoding="utf-8")
    return root


def opening_problems(root: Path) -> dict[tuple[str, str], Problem]:
    with pytest.raises(DataError) as raised:
        open_dataset(root)
    return {(problem.rule, problem.table): problem for problem in raised.value.problems}


# One table


def test_a_sound_table_is_read_in_the_types_of_the_schema(tmp_path: Path) -> None:
    events = read_events(tmp_path, EVENTS)
    assert events["date"].tolist() == [pd.Timestamp("2021-04-15"), pd.Timestamp("2022-07-11")]
    assert events["related_org_id"].isna().tolist() == [True, False]
    assert events.dtypes.astype("str").tolist() == ["datetime64[us]", "str", "str", "str"]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_is_missing_has_the_types_of_one_that_is_there(name: str, tmp_path: Path) -> None:
    read = read_table(SAMPLE / f"{name}.csv", name)
    assert empty_table(name).dtypes.to_dict() == read.dtypes.to_dict()


def test_an_undeclared_column(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, EVENTS.replace("\n", ",x\n").replace("related_org_id,x", "related_org_id,remark"))
    assert (problem.rule, problem.table) == ("unknown", "events")
    assert "undeclared columns: remark. Remove or rename them. Columns: date, event" in problem.message_en
    assert "cột không khai báo: remark" in problem.message_vi


def test_a_missing_column_does_not_hide_wrong_cells(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, "date,event,org_id\n2021-04-31,fonded,TC077\n")
    assert [(p.rule, p.rows) for p in problems] == [("missing", ()), ("type", (2,)), ("allowed", (2,))]
    assert "lacks columns: related_org_id" in problems[0].message_en
    assert "thiếu cột: related_org_id" in problems[0].message_vi


@pytest.mark.parametrize("cell", ["31/05/2023", "2023-5-31", "2023-02-30", "2023", "20230531", "2023-05-31 10:00"])
def test_a_cell_that_is_not_a_day(cell: str, tmp_path: Path) -> None:
    problem = only_problem(tmp_path, EVENTS.replace("2022-07-11", cell))
    assert (problem.rule, problem.rows) == ("type", (3,))
    assert f"column date, lines 3: “{cell}” is not a day. Write YEAR-MONTH-DAY" in problem.message_en
    assert "không phải ngày" in problem.message_vi


@pytest.mark.parametrize("cell", ["5.549", "5,549", "12.0", "1e3", "nhiều", "٣", "0x10", "9" * 30, "+5", "NA"])
def test_a_cell_that_is_not_a_whole_number(cell: str, tmp_path: Path) -> None:
    """5.549 is 5,549 people to a Vietnamese reader and five and a half to pandas: it is refused, not guessed."""
    path = tmp_path / "composition.csv"
    path.write_text(f'org_id,period_end,dimension,category,members_n\nA,2020-12-31,sex,male,"{cell}"\n', "utf-8")
    with pytest.raises(DataError) as raised:
        read_table(path, "composition")
    (problem,) = raised.value.problems
    assert (problem.rule, problem.rows) == ("type", (2,))
    assert f"column members_n, lines 2: “{cell}” is not a whole number" in problem.message_en
    assert "không phải số nguyên" in problem.message_vi


def test_a_count_below_0(tmp_path: Path) -> None:
    path = tmp_path / "composition.csv"
    path.write_text("org_id,period_end,dimension,category,members_n\nA,2020-12-31,sex,male,-5\n", "utf-8")
    with pytest.raises(DataError, match="“-5” is below 0"):
        read_table(path, "composition")


def test_a_year_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "targets.csv"
    row = "bloc,year,{},,admitted,annual_count,300,,2021-01-05\n"
    path.write_text(",".join(TABLES["targets"].columns) + "\n" + row.format("21") + row.format("MMXX"), "utf-8")
    with pytest.raises(DataError) as raised:
        read_table(path, "targets")
    assert [(p.rule, p.rows) for p in raised.value.problems] == [("type", (3,)), ("year", (2,))]
    assert all("is not a year from 1930 to 2100" in p.message_en for p in raised.value.problems)


def test_a_code_that_is_not_in_the_list(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, EVENTS.replace("merged", "Merged"))
    assert (problem.rule, problem.rows) == ("allowed", (3,))
    assert "“Merged” is not in the code list. Allowed: founded, split, merged" in problem.message_en
    assert "không có trong danh mục" in problem.message_vi


def test_an_empty_cell_where_a_value_is_needed(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, EVENTS.replace("TC031", ""))
    assert (problem.rule, problem.rows) == ("not_nullable", (3,))
    assert "column org_id, lines 3: empty cell" in problem.message_en
    assert "ô trống" in problem.message_vi


def test_text_that_pandas_takes_for_missing_is_text(tmp_path: Path) -> None:
    events = read_events(tmp_path, HEADING + "2021-04-15,founded,NA,null\n")
    assert events.loc[0, ["org_id", "related_org_id"]].tolist() == ["NA", "null"]


def test_a_repeated_key(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, EVENTS + "2021-04-15,founded,TC077,TC001\n")
    assert (problem.rule, problem.rows) == ("duplicate", (2, 4))
    assert "the key date + event + org_id is repeated: 2021-04-15 / founded / TC077" in problem.message_en
    assert "bị lặp" in problem.message_vi


def test_a_repeated_key_with_an_empty_part(tmp_path: Path) -> None:
    path = tmp_path / "targets.csv"
    row = "bloc,term,,,admitted,cumulative_count,1500,,2020-11-15\n"
    path.write_text(",".join(TABLES["targets"].columns) + "\n" + row + row, "utf-8")
    with pytest.raises(DataError, match="bloc / term / — / — / admitted / 2020-11-15"):
        read_table(path, "targets")


def test_keys_that_could_not_be_read_are_not_called_repeated(tmp_path: Path) -> None:
    content = HEADING + "x,founded,TC077,\ny,founded,TC077,\n"
    assert [p.rule for p in problems_of(tmp_path, content)] == ["type"]


@pytest.mark.parametrize("content", ["", "\n", "\n" + EVENTS, "\ufeff"])
def test_an_empty_file(content: str, tmp_path: Path) -> None:
    problem = only_problem(tmp_path, content)
    assert (problem.rule, problem.table) == ("empty", "events")
    assert "events.csv is empty. It needs at least its heading: date, event" in problem.message_en
    assert "events.csv rỗng" in problem.message_vi


def test_a_file_that_is_not_utf8_names_the_line_however_long_it_is(tmp_path: Path) -> None:
    lines = [f"2021-04-15,founded,TC{number},\n" for number in range(50_000)]
    content = (HEADING + "".join(lines)).encode() + "2021-04-15,founded,Đảng,\n".encode("utf-16")
    problem = only_problem(tmp_path, content)
    assert (problem.rule, problem.rows) == ("encoding", (50_002,))
    assert "events.csv, line 50002: not UTF-8. Save the file as UTF-8" in problem.message_en
    assert "không phải UTF-8" in problem.message_vi


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    content = "\ufeff" + EVENTS.replace("\n", "\r\n")
    pd.testing.assert_frame_equal(read_events(tmp_path, content), read_events(tmp_path, EVENTS))


@pytest.mark.parametrize(
    "line",
    ["2021-04-15,founded,TC1", "2021-04-15,founded,TC1,,", "2021-04-15;founded;TC1;", "  "],
    ids=["short", "long", "semicolons", "blanks"],
)
def test_a_line_with_too_few_or_too_many_cells_is_not_filled_or_cut(line: str, tmp_path: Path) -> None:
    for content, expected in ((HEADING + line + "\n", 2), (EVENTS + line, 4)):
        problem = only_problem(tmp_path, content)
        assert (problem.rule, problem.rows) == ("unreadable", (expected,))
        assert "not as many cells as the heading has (4)" in problem.message_en
        assert "số ô khác với dòng tiêu đề (4 ô)" in problem.message_vi


@pytest.mark.parametrize(("sign", "name"), [(";", ";"), ("\t", "tab")])
def test_cells_between_other_signs_than_commas_are_named_as_such(sign: str, name: str, tmp_path: Path) -> None:
    problem = only_problem(tmp_path, ("\ufeff" + EVENTS).replace(",", sign).replace("\n", "\r\n"))
    assert problem.rule == "unreadable"
    assert f"events.csv: cells stand between “{name}”, not between commas" in problem.message_en
    assert f"các ô cách nhau bằng “{name}”" in problem.message_vi


def test_an_open_quote(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, EVENTS + '2021-04-15,founded,"TC1,\n2021-04-16,founded,TC1,\n')
    assert (problem.rule, problem.rows) == ("unreadable", (4,))


def test_lines_are_counted_past_blank_lines_and_line_breaks_in_cells(tmp_path: Path) -> None:
    content = HEADING + '\n2021-04-15,founded,"TC\n77",\n\n2021-04-16,wrong,TC1,\n'
    problem = only_problem(tmp_path, content)
    assert problem.rows == (6,)


def test_all_wrong_cells_of_a_table_come_at_once(tmp_path: Path) -> None:
    content = HEADING + "2021-04-31,founded,TC1,\n2021-04-16,wrong,,\n2021-04-17,merged,TC2,\n2021-04-17,merged,TC2,\n"
    found = {problem.rule: problem.rows for problem in problems_of(tmp_path, content)}
    assert found == {"type": (2,), "allowed": (3,), "not_nullable": (3,), "duplicate": (4, 5)}


def test_more_than_five_values_are_counted_in_the_words_of_the_language(tmp_path: Path) -> None:
    content = HEADING + "".join(f"2021-04-15,wrong{number},TC{number},\n" for number in range(7))
    problem = only_problem(tmp_path, content)
    assert "lines 2, 3, 4, 5, 6 and 2 more" in problem.message_en
    assert "dòng 2, 3, 4, 5, 6 và 2 mục nữa" in problem.message_vi


def test_a_long_cell_is_cut_in_the_message(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, EVENTS.replace("merged", "x" * 5000))
    assert len(problem.message_en) < 400


# Control characters are a fault of their own; here one cell alone is wrong.
SIGNS = st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters='",\ufffe\uffff')
CELL = st.text(SIGNS, min_size=1, max_size=8).filter(str.strip)


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(CELL, min_size=1, max_size=6), wrong=st.integers(0, 5), blanks=st.integers(0, 2))
def test_the_line_of_a_wrong_cell_is_the_line_in_the_file(
    cells: list[str], wrong: int, blanks: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    wrong %= len(cells)
    written = [
        f"2021-04-15,{'wrong' if row == wrong else 'founded'},TC{row} {cell},{cell}" + "\n" * (1 + blanks)
        for row, cell in enumerate(cells)
    ]
    content = HEADING + "".join(written)
    problem = only_problem(tmp_path_factory.mktemp("lines"), content)
    assert [content.split("\n")[row - 1].split(",")[1] for row in problem.rows] == ["wrong"]


# Parquet


@pytest.mark.parametrize("name", TABLES)
def test_parquet_reads_the_same_as_csv(name: str, tmp_path: Path) -> None:
    from_csv = read_table(SAMPLE / f"{name}.csv", name)
    from_csv.to_parquet(tmp_path / f"{name}.parquet")
    pd.testing.assert_frame_equal(read_table(tmp_path / f"{name}.parquet", name), from_csv)


@pytest.mark.parametrize("name", TABLES)
def test_parquet_of_text_reads_the_same_as_csv(name: str, tmp_path: Path) -> None:
    pd.read_csv(SAMPLE / f"{name}.csv", dtype="str", keep_default_na=False).to_parquet(tmp_path / f"{name}.parquet")
    read = read_table(tmp_path / f"{name}.parquet", name)
    pd.testing.assert_frame_equal(read, read_table(SAMPLE / f"{name}.csv", name))


def test_parquet_with_calendar_days_and_floats_that_are_whole(tmp_path: Path) -> None:
    from_csv = read_table(SAMPLE / "targets.csv", "targets")
    other = from_csv.assign(year=from_csv["year"].astype("float64"), assigned_on=from_csv["assigned_on"].dt.date)
    other.to_parquet(tmp_path / "targets.parquet")
    pd.testing.assert_frame_equal(read_table(tmp_path / "targets.parquet", "targets"), from_csv)


@pytest.mark.parametrize(
    ("column", "change", "piece"),
    [
        ("members_n", lambda values: values.astype("float64") + 0.5, "is not a whole number"),
        ("members_n", lambda values: values > 0, "is not a whole number"),
        ("period_end", lambda values: values + pd.Timedelta(hours=10), "is not a day"),
        ("period_end", lambda values: values.dt.tz_localize("Asia/Ho_Chi_Minh"), "is not a day"),
        ("category", lambda values: values + "x", "is not in the code list"),
    ],
    ids=["halves", "yes_and_no", "hours", "time_zone", "codes"],
)
def test_parquet_with_wrong_cells(
    column: str, change: Callable[[pd.Series], pd.Series], piece: str, tmp_path: Path
) -> None:
    rows = read_table(SAMPLE / "composition.csv", "composition").head(3)
    rows.assign(**{column: change(rows[column])}).to_parquet(tmp_path / "composition.parquet")
    with pytest.raises(DataError) as raised:
        read_table(tmp_path / "composition.parquet", "composition")
    (problem,) = raised.value.problems
    assert problem.rows == (2, 3, 4)
    assert f"column {column}" in problem.message_en
    assert piece in problem.message_en


def test_a_file_that_is_not_parquet(tmp_path: Path) -> None:
    (tmp_path / "events.parquet").write_text(EVENTS, encoding="utf-8")
    with pytest.raises(DataError, match=r"events\.parquet cannot be read as Parquet"):
        read_table(tmp_path / "events.parquet", "events")


# The folder


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    problem = opening_problems(tmp_path / "nowhere")[("missing", "dataset")]
    assert "there is no folder" in problem.message_en
    assert "không có thư mục" in problem.message_vi


def test_a_missing_table(tmp_path: Path) -> None:
    root = write_dataset(tmp_path)
    (root / "membership.csv").unlink()
    problem = opening_problems(root)[("missing", "membership")]
    assert "the required table membership is missing. Add membership.csv or membership.parquet" in problem.message_en
    assert "thiếu bảng bắt buộc membership" in problem.message_vi


def test_a_missing_optional_table_is_an_empty_one(tmp_path: Path) -> None:
    dataset = open_dataset(write_dataset(tmp_path))
    assert not dataset.has("events")
    assert dataset.table("events").empty


def test_a_file_of_no_table(tmp_path: Path) -> None:
    root = write_dataset(tmp_path)
    (root / "memberships.csv").write_text("a\n1\n", encoding="utf-8")
    problem = opening_problems(root)[("unknown", "memberships")]
    assert "the file memberships.csv belongs to no table" in problem.message_en


def test_a_table_in_two_files_is_not_chosen_from(tmp_path: Path) -> None:
    root = write_dataset(tmp_path)
    empty_table("membership").to_parquet(root / "membership.parquet")
    problem = opening_problems(root)[("unknown", "membership")]
    assert "is there twice: membership.csv, membership.parquet. Keep one" in problem.message_en
    assert "có hai tệp" in problem.message_vi


def test_a_missing_dataset_yaml(tmp_path: Path) -> None:
    root = write_dataset(tmp_path)
    (root / "dataset.yaml").unlink()
    problem = opening_problems(root)[("missing", "dataset")]
    assert "dataset.yaml is missing" in problem.message_en
    assert "thiếu" in problem.message_vi


@pytest.mark.parametrize(
    ("written", "read", "piece"),
    [
        (
            "granularity: month",
            "granularity: week",
            "key granularity: 'week' cannot be used. Allowed: month, quarter, half",
        ),
        ("kind: internal", "kinds: internal", "key kinds: no such key (value 'internal'). Allowed: title_vi"),
        ("kind: internal", "kinds: internal", "key kind: missing"),
        ("term_end: 2021-02-14", "term_end: 14/02/2021", "key term_end: '14/02/2021' cannot be used"),
        ("term_end: 2021-02-14", "term_end: 2019-02-14", "term_end must come after term_start"),
        (
            "kind: internal",
            "kind: internal\nsettings: {cap: good}",
            "key settings.cap: no such key (value 'good'). Allowed: cap_",
        ),
        ("kind: internal", "kind: [internal", "dataset.yaml cannot be read"),
        (INFO, "", "dataset.yaml, key dataset.yaml"),
    ],
    ids=["not_allowed", "unknown", "missing", "not_a_day", "backwards", "unknown_setting", "not_yaml", "empty"],
)
def test_a_wrong_key_of_dataset_yaml(written: str, read: str, piece: str, tmp_path: Path) -> None:
    path = tmp_path / "dataset.yaml"
    path.write_text(INFO.replace(written, read), encoding="utf-8")
    with pytest.raises(DataError) as raised:
        read_info(path)
    assert piece in str(raised.value)
    assert raised.value.in_language("vi").count("dataset.yaml") >= 1


def test_a_dataset_yaml_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "dataset.yaml").write_bytes("title_vi: Đảng".encode("utf-16"))
    with pytest.raises(DataError, match=r"dataset\.yaml is not UTF-8 text"):
        read_info(tmp_path / "dataset.yaml")


def test_all_problems_of_a_folder_come_in_one_error(tmp_path: Path) -> None:
    root = write_dataset(tmp_path, events=HEADING + "2021-04-31,founded,TC1,\n", notes="x\n", targets="")
    (root / "membership.csv").unlink()
    (root / "dataset.yaml").write_text(INFO.replace("month", "week") + "colour: red\n", encoding="utf-8")
    with pytest.raises(DataError) as raised:
        open_dataset(root)
    assert [(p.rule, p.table, p.rows) for p in raised.value.problems] == [
        ("settings", "dataset", ()),
        ("settings", "dataset", ()),
        ("missing", "membership", ()),
        ("unknown", "notes", ()),
        ("type", "events", (2,)),
        ("empty", "targets", ()),
    ]
    assert raised.value.exit_status == 3
    for language in ("vi", "en"):
        assert len(raised.value.in_language(language).splitlines()) == 7


def test_a_table_that_cannot_be_read_says_so_each_time(tmp_path: Path) -> None:
    dataset = open_dataset(write_dataset(tmp_path, events=""))
    for _ in range(2):
        with pytest.raises(DataError):
            dataset.table("events")


def test_every_message_of_reading_stands_in_both_languages() -> None:
    vi, en = (load_language(code).texts["problem"] for code in ("vi", "en"))
    assert vi.keys() == en.keys()


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\x1f", "\x7f", "\x85", "\ufffe"])
def test_a_control_character_in_a_text_is_refused_and_shown_as_a_replacement(tmp_path: Path, sign: str) -> None:
    rows = EVENTS.replace("TC077", f"TC{sign}077")
    problem = only_problem(tmp_path, rows)
    assert (problem.rule, problem.rows) == ("type", (2,))
    assert "column org_id, lines 2: “TC" in problem.message_en
    assert "control characters" in problem.message_en
    assert sign not in problem.message_en


def test_marks_blanks_and_signs_of_other_scripts_are_no_control_characters(tmp_path: Path) -> None:
    frame = read_events(tmp_path, EVENTS.replace("TC077", "Ưỡ ễ ậ ợ \u2028 中 é"))
    assert frame["org_id"][0] == "Ưỡ ễ ậ ợ \u2028 中 é"
