"""Each rule of the checks, shown to fail on one planted fault; the dataset without faults passes."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import DataError, Problem
from analysis.tables.check import CHECKS, check_dataset, require_sound
from analysis.tables.dataset import Dataset, open_dataset
from analysis.tables.schema import TABLES

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
INFO = """\
title_vi: Bộ dữ liệu thử
title_en: Test dataset
kind: internal
granularity: month
term_start: 2020-11-15
term_end: 2021-02-14
"""
FLOWS = [
    "opening_n",
    "admitted_n",
    "readmitted_n",
    "transferred_in_n",
    "internal_in_n",
    "internal_out_n",
    "closing_n",
    "official_n",
    "probationary_n",
    "exempt_n",
]
# Lines 2–5: A, a đảng bộ · 6–9: B · 10–12: C, founded on 10 December · 13–15: D, merged into B on 11 January.
MEMBERSHIP = [
    ("A", "2020-11-30", 40, 0, 0, 0, 0, 0, 40, 40, 0, 1),
    ("A", "2020-12-31", 40, 2, 1, 0, 0, 0, 42, 40, 2, 1),
    ("A", "2021-01-31", 42, 0, 0, 0, 0, 0, 42, 40, 2, 1),
    ("A", "2021-02-14", 42, 0, 0, 0, 0, 0, 42, 40, 2, 1),
    ("B", "2020-11-30", 10, 0, 0, 0, 0, 0, 10, 10, 0, 0),
    ("B", "2020-12-31", 10, 0, 0, 0, 0, 0, 10, 10, 0, 0),
    ("B", "2021-01-31", 10, 0, 0, 0, 5, 0, 15, 15, 0, 0),
    ("B", "2021-02-14", 15, 0, 0, 0, 0, 0, 15, 15, 0, 0),
    ("C", "2020-12-31", 0, 0, 0, 6, 0, 0, 6, 6, 0, 0),
    ("C", "2021-01-31", 6, 0, 0, 0, 0, 0, 6, 6, 0, 0),
    ("C", "2021-02-14", 6, 0, 0, 0, 0, 0, 6, 6, 0, 0),
    ("D", "2020-11-30", 5, 0, 0, 0, 0, 0, 5, 5, 0, 0),
    ("D", "2020-12-31", 5, 0, 0, 0, 0, 0, 5, 5, 0, 0),
    ("D", "2021-01-31", 5, 0, 0, 0, 0, 5, 0, 0, 0, 0),
]
GRADES = [
    ("A", "member", None, "excellent", None, 5),
    ("A", "member", None, "good", None, 30),
    ("A", "member", None, "completed", None, 3),
    ("A", "member", None, "not_completed", None, 1),
    ("A", "member", None, "exempt", None, 1),
    ("A", "member", None, "not_graded", None, 2),
    ("A", "member", None, "not_graded", "under_6_months", 2),
    ("A", "member", None, "present", None, 42),
    ("A", "member", None, "rated", None, 39),
    ("A", "member", None, "disciplined", None, 1),
    ("A", "member", None, "commended", None, 2),
    ("A", "organisation", "party_committee", "good", None, 1),
    ("B", "organisation", "cell", "completed", None, 1),
]


def frames_without_fault() -> dict[str, pd.DataFrame]:
    """Return the tables of a small sound dataset; line numbers are index + 2."""
    membership = (
        pd.DataFrame(MEMBERSHIP, columns=["org_id", "period_end", *FLOWS])
        .reindex(columns=list(TABLES["membership"].columns), fill_value=0)
        .assign(non_members_left="yes")
    )
    grades = pd.DataFrame(GRADES, columns=["org_id", "subject", "org_kind", "status", "reason", "count_n"])
    days = {"valid_from": "2020-11-15", "valid_to": None, "replaced_by": None}
    return {
        "organisations": pd.DataFrame(
            [
                {"org_id": "KHOI", "name": "Khối", "kind": "bloc", "sector": None, "parent_id": None, **days},
                {
                    "org_id": "A",
                    "name": "Đảng bộ A",
                    "kind": "party_committee",
                    "sector": "5",
                    "parent_id": "KHOI",
                    **days,
                },
                {
                    "org_id": "A-1",
                    "name": "Chi bộ A-1",
                    "kind": "subordinate_cell",
                    "sector": "5",
                    "parent_id": "A",
                    **days,
                },
                {"org_id": "B", "name": "Chi bộ B", "kind": "cell", "sector": "9b1", "parent_id": "KHOI", **days},
                {
                    "org_id": "C",
                    "name": "Chi bộ C",
                    "kind": "cell",
                    "sector": "5",
                    "parent_id": "KHOI",
                    **days,
                    "valid_from": "2020-12-10",
                },
                {
                    "org_id": "D",
                    "name": "Chi bộ D",
                    "kind": "cell",
                    "sector": "9b1",
                    "parent_id": "KHOI",
                    **days,
                    "valid_to": "2021-01-10",
                    "replaced_by": "B",
                },
            ]
        ),
        "events": pd.DataFrame(
            [
                {"date": "2020-12-10", "event": "founded", "org_id": "C", "related_org_id": None},
                {"date": "2021-01-11", "event": "merged", "org_id": "D", "related_org_id": "B"},
            ]
        ),
        "targets": pd.DataFrame(
            [
                {
                    "level": level,
                    "scope": "term",
                    "year": None,
                    "org_id": org_id,
                    "measure": "admitted",
                    "target_type": "cumulative_count",
                    "target": target,
                    "target_high": None,
                    "assigned_on": "2020-11-15",
                }
                for level, org_id, target in (("bloc", None, 10), ("organisation", "A", 6), ("organisation", "B", 4))
            ]
        ),
        "membership": membership,
        "composition": pd.DataFrame(
            [
                ("A", "2020-12-31", "sex", "female", 20),
                ("A", "2020-12-31", "sex", "male", 22),
                ("A", "2020-12-31", "youth_union", "yes", 10),
            ],
            columns=list(TABLES["composition"].columns),
        ),
        "admissions": pd.DataFrame(
            [
                ("A", "2020-12-31", "sex", "female", 1),
                ("A", "2020-12-31", "sex", "male", 1),
                ("A", "2020-12-31", "age", "18-30", 2),
                ("A", "2020-12-31", "female", "yes", 1),
                ("A", "2020-12-31", "readmitted", "yes", 1),
            ],
            columns=list(TABLES["admissions"].columns),
        ),
        "probation": pd.DataFrame(
            [
                ("A", "2020-01-31", "official", "2021-01-31", 1),
            ],
            columns=list(TABLES["probation"].columns),
        ),
        "classification": grades.assign(reporting_year=2020, decided_on="2020-12-20", stage="decided"),
    }


def write_dataset(root: Path, frames: dict[str, pd.DataFrame], info: str = INFO) -> Path:
    root.mkdir(exist_ok=True)
    (root / "dataset.yaml").write_text(info, encoding="utf-8")
    for name, frame in frames.items():
        frame[list(TABLES[name].columns)].to_csv(root / f"{name}.csv", index=False)
    return root


@dataclass(frozen=True)
class Edit:
    """A change of one line: its cells, or None to remove it; line 0 adds a copy of line `like` with these cells."""

    table: str
    line: int
    cells: dict[str, object] | None
    like: int = 2

    def apply(self, frames: dict[str, pd.DataFrame]) -> None:
        frame = frames[self.table].astype(object)
        if self.cells is None:
            frame = frame.drop(index=self.line - 2)
        else:
            row = len(frame) if self.line == 0 else self.line - 2
            frame.loc[row] = {**frame.loc[(self.like if self.line == 0 else self.line) - 2], **self.cells}
        frames[self.table] = frame.reset_index(drop=True)


@dataclass(frozen=True)
class Fault:
    """What is planted, and the problem that must come of it."""

    edits: tuple[Edit, ...]
    rule: str
    table: str
    rows: tuple[int, ...]
    vi: str
    en: str
    severity: str = "error"
    info: str = INFO


FAULTS = {
    "an_unknown_organisation_in_membership": Fault(
        (Edit("membership", 5, {"org_id": "Z"}),),
        "reference",
        "membership",
        (5,),
        "không có tổ chức này trong danh sách: Z",
        "no such organisation in the register: Z",
    ),
    "an_unknown_other_organisation_in_events": Fault(
        (Edit("events", 3, {"related_org_id": "Z"}),),
        "reference",
        "events",
        (3,),
        "cột related_org_id, dòng 3",
        "column related_org_id, lines 3",
    ),
    "an_unknown_organisation_in_targets": Fault(
        (Edit("targets", 4, {"org_id": "Z"}),), "reference", "targets", (4,), "không có tổ chức này", "Z"
    ),
    "an_unknown_parent": Fault(
        (Edit("organisations", 5, {"parent_id": "Z"}),),
        "reference",
        "organisations",
        (5,),
        "cột parent_id",
        "column parent_id",
    ),
    "an_unknown_successor": Fault(
        (Edit("organisations", 7, {"replaced_by": "Z"}),),
        "reference",
        "organisations",
        (7,),
        "cột replaced_by",
        "column replaced_by",
    ),
    "a_parent_that_has_ended": Fault(
        (Edit("organisations", 3, {"valid_to": "2021-01-20"}),),
        "reference",
        "organisations",
        (4,),
        "không tồn tại suốt thời gian đó: A-1 (A)",
        "not there for all of that time: A-1 (A)",
    ),
    "a_cycle": Fault(
        (Edit("organisations", 3, {"parent_id": "A-1"}),),
        "reference",
        "organisations",
        (3, 4),
        "theo vòng tròn: A",
        "stand above one another in a circle: A",
    ),
    "two_roots": Fault(
        (Edit("organisations", 5, {"parent_id": None}),),
        "reference",
        "organisations",
        (2, 5),
        "hơn một tổ chức cao nhất",
        "more than one topmost organisation at the same time: KHOI, B",
    ),
    "overlapping_intervals": Fault(
        (Edit("organisations", 0, {"valid_from": "2021-01-01"}, like=5),),
        "reference",
        "organisations",
        (8,),
        "khi khoảng trước chưa kết thúc: B 2021-01-01",
        "before the one before it has ended: B 2021-01-01",
    ),
    "valid_to_before_valid_from": Fault(
        (Edit("organisations", 5, {"valid_to": "2020-11-01"}),),
        "reference",
        "organisations",
        (5,),
        "valid_to trước valid_from: B",
        "valid_to comes before valid_from: B 2020-11-15 2020-11-01",
    ),
    "members_after_the_organisation_ended": Fault(
        (Edit("membership", 0, {"period_end": "2021-02-14", "opening_n": 0, "internal_out_n": 0}, like=15),),
        "reference",
        "membership",
        (16,),
        "danh sách không có các tổ chức này: D 2021-02-14",
        "does not have these organisations at that time: D 2021-02-14",
    ),
    "grades_before_the_organisation_was_there": Fault(
        (
            Edit("organisations", 6, {"valid_from": "2021-01-10"}),
            Edit("classification", 0, {"org_id": "C", "org_kind": "cell"}, like=14),
        ),
        "reference",
        "classification",
        (15,),
        "C 2020",
        "C 2020",
    ),
    "an_event_after_the_organisation_ended": Fault(
        (Edit("events", 0, {"event": "renamed", "date": "2021-01-12"}, like=3),),
        "reference",
        "events",
        (4,),
        "D 2021-01-12",
        "D 2021-01-12",
    ),
    "a_row_date_inside_a_month": Fault(
        (Edit("membership", 4, {"period_end": "2021-01-30"}),),
        "period",
        "membership",
        (4,),
        "2021-01-30 không phải ngày cuối tháng",
        "2021-01-30 is not the last day of a month. Allowed",
    ),
    "a_month_in_a_dataset_of_quarters": Fault(
        (),
        "period",
        "membership",
        (2, 4, 6, 8, 11, 13, 15),
        "không phải ngày cuối quý",
        "is not the last day of a quarter",
        info=INFO.replace("month", "quarter"),
    ),
    "a_quarter_in_a_dataset_of_half_years": Fault(
        (Edit("probation", 2, {"admitted_period_end": "2020-03-31", "outcome_period_end": "2020-12-31"}),),
        "period",
        "probation",
        (2,),
        "không phải ngày cuối nửa năm",
        "is not the last day of a half-year",
        info=INFO.replace("month", "half"),
    ),
    "a_cohort_inside_a_month": Fault(
        (Edit("probation", 2, {"admitted_period_end": "2020-01-30"}),),
        "period",
        "probation",
        (2,),
        "cột admitted_period_end",
        "column admitted_period_end",
    ),
    "a_row_before_the_congress": Fault(
        (Edit("membership", 2, {"period_end": "2020-10-31"}),),
        "K27",
        "membership",
        (2,),
        "nằm ngoài nhiệm kỳ: A 2020-10-31. Được phép: từ 15/11/2020 đến 14/02/2021",
        "outside the term: A 2020-10-31. Allowed: 15 November 2020 to 14 February 2021",
    ),
    "a_row_after_the_end": Fault(
        (Edit("composition", 4, {"period_end": "2021-02-28"}),),
        "K27",
        "composition",
        (4,),
        "A 2021-02-28",
        "A 2021-02-28",
    ),
    "an_event_after_the_end": Fault(
        (Edit("events", 0, {"event": "renamed", "date": "2021-02-15", "org_id": "B"}),),
        "K27",
        "events",
        (4,),
        "B 2021-02-15",
        "B 2021-02-15",
    ),
    "an_organisation_that_starts_after_the_end": Fault(
        (Edit("organisations", 0, {"org_id": "E", "valid_from": "2021-03-01"}, like=5),),
        "K27",
        "organisations",
        (8,),
        "cột valid_from",
        "column valid_from",
    ),
    "a_target_after_the_end": Fault(
        (Edit("targets", 2, {"assigned_on": "2021-03-01"}),), "K27", "targets", (2,), "— 2021-03-01", "— 2021-03-01"
    ),
    "a_lower_cell_below_a_cell": Fault(
        (Edit("organisations", 4, {"parent_id": "B"}),),
        "K03",
        "organisations",
        (4,),
        "loại tổ chức cấp trên trực tiếp không đúng: A-1",
        "A-1 (subordinate_cell < B: cell). Allowed",
    ),
    "members_of_a_lower_cell": Fault(
        (Edit("membership", 0, {"org_id": "A-1"}, like=6),),
        "K03",
        "membership",
        (16,),
        "không phải tổ chức cơ sở đảng: A-1",
        "not a grassroots organisation: A-1",
    ),
    "a_founding_without_event": Fault(
        (Edit("events", 2, None),),
        "K28",
        "organisations",
        (6,),
        "C 2020-12-10 (appears)",
        "without an event of that day: C 2020-12-10 (appears)",
        "warning",
    ),
    "an_end_without_event": Fault(
        (Edit("events", 3, None),),
        "K28",
        "organisations",
        (7,),
        "D 2021-01-11 (ends)",
        "D 2021-01-11 (ends)",
        "warning",
    ),
    "an_event_without_change_in_the_register": Fault(
        (Edit("events", 0, {"event": "founded", "org_id": "B"}),),
        "K28",
        "events",
        (4,),
        "B 2020-12-10 (founded)",
        "do not show in the register on that day: B 2020-12-10 (founded)",
        "warning",
    ),
    "flows_that_do_not_explain_the_stock": Fault(
        (Edit("membership", 3, {"died_n": 1}),),
        "K06",
        "membership",
        (3,),
        "không bằng opening_n cộng tăng trừ giảm: A 2020-12-31 (42 ≠ 41)",
        "is not opening_n plus increases less decreases: A 2020-12-31 (42 ≠ 41)",
    ),
    "a_row_that_does_not_open_where_the_last_one_closed": Fault(
        (Edit("membership", 5, {"opening_n": 41, "admitted_n": 1}),),
        "K06",
        "membership",
        (5,),
        "opening_n không bằng closing_n của dòng trước: A 2021-02-14 (41 ≠ 42)",
        "opening_n is not closing_n of the row before: A 2021-02-14 (41 ≠ 42)",
    ),
    "a_new_organisation_that_opens_with_members": Fault(
        (Edit("membership", 10, {"opening_n": 6, "transferred_in_n": 0}),),
        "K06",
        "membership",
        (10,),
        "đầu kỳ đã có đảng viên: C 2020-12-31 (6)",
        "opens with members: C 2020-12-31 (6)",
    ),
    "an_ended_organisation_that_keeps_members": Fault(
        (Edit("membership", 15, {"internal_out_n": 4, "closing_n": 1, "official_n": 1}),),
        "K06",
        "membership",
        (15,),
        "cuối kỳ vẫn còn đảng viên: D 2021-01-31 (1)",
        "keeps members: D 2021-01-31 (1)",
    ),
    "internal_moves_that_do_not_cancel": Fault(
        (Edit("membership", 8, {"internal_in_n": 4, "transferred_in_n": 1}),),
        "K06",
        "membership",
        (8, 15),
        "không triệt tiêu (đến ≠ đi): 2021-01-31 (4 ≠ 5)",
        "do not cancel (in ≠ out): 2021-01-31 (4 ≠ 5)",
    ),
    "members_neither_official_nor_probationary": Fault(
        (Edit("membership", 9, {"official_n": 14}),),
        "K18",
        "membership",
        (9,),
        "official_n + probationary_n không bằng closing_n",
        "B 2021-02-14 (14 ≠ 15)",
    ),
    "more_exempt_than_members": Fault(
        (Edit("membership", 9, {"exempt_n": 16}),),
        "K18",
        "membership",
        (9,),
        "exempt_n lớn hơn closing_n",
        "exempt_n is above closing_n",
    ),
    "more_readmitted_than_admitted": Fault(
        (Edit("membership", 3, {"readmitted_n": 3}),),
        "K08",
        "membership",
        (3,),
        "readmitted_n lớn hơn admitted_n",
        "readmitted_n is above admitted_n, of which it is a part: A",
    ),
    "more_probationary_removed_than_removed": Fault(
        (Edit("membership", 3, {"removed_probationary_n": 1}),),
        "K09",
        "membership",
        (3,),
        "removed_probationary_n lớn hơn removed_n",
        "A 2020-12-31 (1 > 0)",
    ),
    "more_from_other_provinces_than_transferred_in": Fault(
        (Edit("membership", 10, {"transferred_in_other_province_n": 7}),),
        "K07",
        "membership",
        (10,),
        "transferred_in_other_province_n lớn hơn",
        "C 2020-12-31 (7 > 6)",
    ),
    "more_to_other_provinces_than_transferred_out": Fault(
        (Edit("membership", 10, {"transferred_out_other_province_n": 1}),),
        "K07",
        "membership",
        (10,),
        "transferred_out_other_province_n lớn hơn",
        "C 2020-12-31 (1 > 0)",
    ),
    "a_party_committee_of_29_members": Fault(
        (Edit("membership", 5, {"transferred_out_n": 13, "closing_n": 29, "official_n": 27}),),
        "K04",
        "membership",
        (5,),
        "đảng bộ cơ sở dưới 30 đảng viên cần có văn bản đồng ý: A",
        "fewer than 30 members needs written consent: A",
        "warning",
    ),
    "a_cell_of_30_members": Fault(
        (Edit("membership", 9, {"transferred_in_n": 15, "closing_n": 30, "official_n": 30}),),
        "K04",
        "membership",
        (9,),
        "chi bộ cơ sở từ 30 đảng viên trở lên",
        "30 members or more needs written consent: B",
        "warning",
    ),
    "two_official_members": Fault(
        (Edit("membership", 12, {"official_n": 2, "probationary_n": 4}),),
        "K05",
        "membership",
        (12,),
        "dưới ba đảng viên chính thức: C 2021-02-14 (2)",
        "fewer than three official members: C 2021-02-14 (2)",
        "warning",
    ),
    "admissions_without_membership_row": Fault(
        (Edit("admissions", 0, {"org_id": "C", "period_end": "2020-11-30"}),),
        "K07",
        "admissions",
        (7,),
        "membership không có dòng: C 2020-11-30",
        "where membership has no row: C 2020-11-30",
    ),
    "admissions_that_differ_from_the_headline": Fault(
        (Edit("membership", 3, {"admitted_n": 3, "closing_n": 43, "probationary_n": 3}),),
        "K07",
        "membership",
        (3,),
        "admitted_n khác tổng theo loại",
        "A 2020-12-31 (2 ≠ 3)",
    ),
    "a_headline_without_categories": Fault(
        (Edit("membership", 9, {"admitted_n": 1, "closing_n": 16, "official_n": 16}),),
        "K07",
        "membership",
        (9,),
        "B 2021-02-14 (0 ≠ 1)",
        "differs from the sum of its categories in admissions",
    ),
    "readmissions_that_differ_from_the_headline": Fault(
        (Edit("admissions", 6, {"admitted_n": 2}),),
        "K07",
        "membership",
        (3,),
        "readmitted_n khác dòng readmitted",
        "A 2020-12-31 (2 ≠ 1)",
    ),
    "partitions_that_disagree": Fault(
        (Edit("admissions", 4, {"admitted_n": 1}),),
        "K18",
        "admissions",
        (2, 3, 4),
        "có tổng khác nhau: A 2020-12-31 (age 1, sex 2)",
        "have different sums: A 2020-12-31 (age 1, sex 2)",
    ),
    "an_overlapping_line_above_all_admissions": Fault(
        (Edit("admissions", 5, {"admitted_n": 3}),),
        "K18",
        "admissions",
        (5,),
        "dòng trong đó lớn hơn tổng số: A 2020-12-31 female (3 > 2)",
        "above the total: A 2020-12-31 female (3 > 2)",
    ),
    "an_overlapping_line_above_all_members": Fault(
        (Edit("composition", 4, {"members_n": 43}),),
        "K18",
        "composition",
        (4,),
        "youth_union (43 > 42)",
        "youth_union (43 > 42)",
    ),
    "a_composition_that_differs_from_the_list": Fault(
        (Edit("composition", 3, {"members_n": 23}),),
        "K29",
        "composition",
        (2, 3),
        "khác closing_n của ngày đó",
        "A 2020-12-31 (sex 43 ≠ 42)",
        "warning",
    ),
    "an_outcome_before_the_admission": Fault(
        (
            Edit(
                "probation",
                2,
                {"outcome": "removed", "admitted_period_end": "2021-01-31", "outcome_period_end": "2020-12-31"},
            ),
        ),
        "K25",
        "probation",
        (2,),
        "kết quả dự bị có trước khi kết nạp",
        "before the admission (admitted > outcome): A (2021-01-31 > 2020-12-31)",
    ),
    "an_official_member_before_twelve_months": Fault(
        (Edit("probation", 2, {"admitted_period_end": "2020-02-29"}),),
        "K25",
        "probation",
        (2,),
        "khi chưa hết 12 tháng dự bị",
        "A (2020-02-29 → 2021-01-31)",
        "warning",
    ),
    "more_outcomes_than_admissions": Fault(
        (
            Edit("probation", 0, {"admitted_period_end": "2020-12-31", "outcome": "other", "people_n": 3}),
            Edit("probation", 0, {"org_id": "B", "admitted_period_end": "2021-01-31", "outcome": "removed"}),
        ),
        "K25",
        "probation",
        (3, 4),
        "số kết quả dự bị nhiều hơn số kết nạp của kỳ đó",
        "2020-12-31 (3 > 2), 2021-01-31 (1 > 0)",
        "warning",
    ),
    "rated_that_is_not_the_sum_of_levels": Fault(
        (Edit("classification", 10, {"count_n": 40}),),
        "K11",
        "classification",
        (2, 3, 4, 5, 6, 7, 9, 10, 11, 12),
        "rated không bằng tổng bốn mức: A 2020 member (40 ≠ 39)",
        "rated is not the sum of the four levels: A 2020 member (40 ≠ 39)",
    ),
    "present_that_is_not_the_sum_of_its_parts": Fault(
        (Edit("classification", 9, {"count_n": 43}),),
        "K11",
        "classification",
        (2, 3, 4, 5, 6, 7, 9, 10, 11, 12),
        "present không bằng exempt + not_graded + rated",
        "A 2020 member (43 ≠ 42)",
    ),
    "reasons_that_do_not_sum_to_the_total": Fault(
        (Edit("classification", 8, {"count_n": 1}),),
        "K11",
        "classification",
        (7, 8),
        "các lý do không cộng thành tổng số",
        "A 2020 not_graded (1 ≠ 2)",
    ),
    "an_organisation_graded_twice": Fault(
        (Edit("classification", 0, {"status": "good"}, like=14),),
        "K11",
        "classification",
        (14, 15),
        "được tính hơn một lần trong năm: B 2020",
        "counted more than once in a year: B 2020 organisation (2)",
    ),
    "grades_of_the_year_that_was_cut_short": Fault(
        (Edit("classification", 14, {"reporting_year": 2021}),),
        "K16",
        "classification",
        (14,),
        "năm xếp loại cuối cùng là 2020",
        "the last graded year is 2020",
    ),
    "more_disciplined_than_not_completed": Fault(
        (Edit("classification", 11, {"count_n": 2}),),
        "K17",
        "classification",
        (11,),
        "disciplined lớn hơn not_completed: A 2020 (2 > 1)",
        "disciplined is above not_completed: A 2020 (2 > 1)",
        "warning",
    ),
    "more_commended_than_excellent": Fault(
        (Edit("classification", 12, {"count_n": 6}),),
        "K17",
        "classification",
        (12,),
        "commended lớn hơn excellent",
        "commended is above excellent: A 2020 (6 > 5)",
        "warning",
    ),
    "excellent_members_above_the_cap": Fault(
        (Edit("classification", 2, {"count_n": 7}), Edit("classification", 4, {"count_n": 1})),
        "K13",
        "classification",
        (2,),
        "quá 20% đảng viên hoàn thành xuất sắc",
        "A 2020 (7 / 30)",
        "warning",
    ),
    "excellent_members_where_nobody_is_good": Fault(
        (Edit("classification", 3, None), Edit("classification", 3, {"count_n": 33})),
        "K13",
        "classification",
        (2,),
        "mức trần không xác định",
        "the cap is undefined",
        "warning",
    ),
    "excellent_organisations_above_the_cap": Fault(
        (Edit("classification", 0, {"org_id": "C", "org_kind": "cell", "status": "excellent"}, like=14),),
        "K14",
        "classification",
        (15,),
        "quá 20% tổ chức hoàn thành xuất sắc",
        "state_agency 2020 (1 / 1)",
        "warning",
    ),
    "excellent_organisations_where_none_is_good": Fault(
        (Edit("classification", 14, {"status": "excellent"}),),
        "K14",
        "classification",
        (14,),
        "không tổ chức nào hoàn thành tốt",
        "non_state 2020 (1 / 0)",
        "warning",
    ),
    "targets_that_sum_to_less_than_the_headline": Fault(
        (Edit("targets", 4, {"target": 3}),),
        "K24",
        "targets",
        (3, 4),
        "thấp hơn chỉ tiêu của toàn Khối",
        "sum to less than that of the whole Khối (assigned ≠ headline): term — admitted (9 ≠ 10)",
        "warning",
    ),
    "targets_that_sum_to_more_than_the_headline": Fault(
        (Edit("targets", 4, {"target": 5}),),
        "K24",
        "targets",
        (3, 4),
        "Có thể là chủ ý",
        "This may be intended",
        "note",
    ),
}


def problems_of(root: Path) -> list[Problem]:
    return check_dataset(open_dataset(root))


def plant(root: Path, edits: tuple[Edit, ...], info: str = INFO) -> Path:
    frames = frames_without_fault()
    for edit in edits:
        edit.apply(frames)
    return write_dataset(root, frames, info)


def test_the_dataset_without_fault_has_no_problem(tmp_path: Path) -> None:
    assert problems_of(write_dataset(tmp_path, frames_without_fault())) == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_planted_fault_is_found(fault: Fault, tmp_path: Path) -> None:
    problems = problems_of(plant(tmp_path, fault.edits, fault.info))
    found = [p for p in problems if (p.rule, p.table) == (fault.rule, fault.table) and fault.en in p.message_en]
    assert [p.rows for p in found] == [fault.rows], [p.as_dict() for p in problems]
    assert fault.vi in found[0].message_vi
    assert found[0].severity == fault.severity


def test_every_rule_is_shown_to_fail() -> None:
    """A rule that no fault reaches would be a rule that nobody has seen working."""
    shown = {(fault.rule, fault.table) for fault in FAULTS.values()}
    for rule in (
        "K03",
        "K04",
        "K05",
        "K06",
        "K07",
        "K08",
        "K09",
        "K11",
        "K13",
        "K14",
        "K16",
        "K17",
        "K18",
        "K24",
        "K27",
        "K28",
        "K25",
        "K29",
        "reference",
        "period",
    ):
        assert rule in {code for code, _ in shown}
    assert len(CHECKS) == len(set(CHECKS))


def test_a_required_table_without_rows_is_an_error(tmp_path: Path) -> None:
    frames = frames_without_fault()
    frames["membership"] = frames["membership"].iloc[:0]
    found = [p for p in problems_of(write_dataset(tmp_path, frames)) if p.rule == "empty"]
    assert [(p.table, p.rows) for p in found] == [("membership", (1,))]
    assert "chỉ có dòng tiêu đề" in found[0].message_vi
    assert "a heading and no rows" in found[0].message_en


def test_only_required_tables_are_enough(tmp_path: Path) -> None:
    frames = {name: frame for name, frame in frames_without_fault().items() if TABLES[name].is_required}
    assert problems_of(write_dataset(tmp_path, frames)) == []


def test_all_problems_come_in_one_error(tmp_path: Path) -> None:
    root = plant(tmp_path, (Edit("membership", 3, {"died_n": 1}), Edit("events", 3, {"related_org_id": "Z"})))
    (root / "targets.csv").write_bytes(b"level\xff\n")
    with pytest.raises(DataError) as raised:
        require_sound(open_dataset(root))
    assert {(p.rule, p.table) for p in raised.value.problems} == {
        ("encoding", "targets"),
        ("reference", "events"),
        ("K06", "membership"),
    }
    for piece in ("targets.csv, line 1", "Z", "A 2020-12-31 (42 ≠ 41)"):
        assert piece in str(raised.value)
    assert raised.value.exit_status == 3


def test_warnings_and_notes_do_not_refuse_the_dataset(tmp_path: Path) -> None:
    root = plant(tmp_path, (Edit("targets", 4, {"target": 5}), Edit("classification", 11, {"count_n": 2})))
    assert {p.rule: p.severity for p in require_sound(open_dataset(root))} == {"K24": "note", "K17": "warning"}


def test_at_most_five_keys_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    edits = tuple(Edit("membership", line, {"exempt_n": 99}) for line in range(2, 10))
    found = next(p for p in problems_of(plant(tmp_path, edits)) if p.rule == "K18")
    assert found.rows == tuple(range(2, 10))
    assert "lines 2, 3, 4, 5, 6 and 3 more" in found.message_en
    assert "dòng 2, 3, 4, 5, 6 và 3 mục nữa" in found.message_vi


def test_printed_counts_that_do_not_add_up_are_shown_and_kept(tmp_path: Path) -> None:
    root = plant(tmp_path, (Edit("membership", 3, {"died_n": 1}),), INFO.replace("internal", "published"))
    assert [p.severity for p in require_sound(open_dataset(root))] == ["warning"]


def test_nothing_is_known_of_a_row_after_one_that_was_not_reported(tmp_path: Path) -> None:
    edits = (Edit("membership", 4, None), Edit("membership", 4, {"opening_n": 45, "closing_n": 45, "official_n": 43}))
    assert problems_of(plant(tmp_path, edits)) == []


@pytest.mark.parametrize(("reading", "is_breach"), [("good", True), ("good_or_better", False), ("rated", False)])
def test_the_cap_is_read_as_the_dataset_says(reading: str, is_breach: bool, tmp_path: Path) -> None:
    """7 excellent and 30 good: 35 > 30, but 35 ≤ 37 (good or better) and 35 ≤ 39 (rated)."""
    edits = (Edit("classification", 2, {"count_n": 7}), Edit("classification", 4, {"count_n": 1}))
    root = plant(tmp_path, edits, INFO + f"settings: {{cap_denominator: {reading}}}\n")
    assert ("K13" in {p.rule for p in problems_of(root)}) is is_breach


def test_the_cap_is_kept_where_five_times_excellent_is_the_base(tmp_path: Path) -> None:
    edits = (Edit("classification", 2, {"count_n": 6}), Edit("classification", 4, {"count_n": 2}))
    assert problems_of(plant(tmp_path, edits)) == []


def test_proposed_grades_are_not_held_to_the_cap(tmp_path: Path) -> None:
    edits = (Edit("classification", 14, {"status": "excellent", "stage": "proposed", "decided_on": None}),)
    assert problems_of(plant(tmp_path, edits)) == []


def test_a_body_may_end_with_the_khoi(tmp_path: Path) -> None:
    edits = (
        Edit("organisations", 5, {"valid_to": "2021-02-14"}),
        Edit("events", 0, {"event": "transferred_out", "date": "2021-02-15", "org_id": "B", "related_org_id": None}),
    )
    assert problems_of(plant(tmp_path, edits)) == []


def test_an_outcome_may_stand_under_the_organisation_that_has_the_member_now(tmp_path: Path) -> None:
    """Two of A's were admitted in December; one was removed in A, the other in B, where the member had moved."""
    line = {"admitted_period_end": "2020-12-31", "outcome": "removed"}
    edits = (Edit("probation", 0, line), Edit("probation", 0, line | {"org_id": "B"}))
    assert problems_of(plant(tmp_path, edits)) == []


def test_a_lower_cell_may_hang_below_a_section_committee(tmp_path: Path) -> None:
    edits = (
        Edit("organisations", 0, {"org_id": "A-B1", "kind": "section_committee"}, like=4),
        Edit("organisations", 4, {"parent_id": "A-B1"}),
    )
    assert problems_of(plant(tmp_path, edits)) == []


def test_checking_does_not_make_a_report_depend_on_every_table(tmp_path: Path) -> None:
    dataset = open_dataset(write_dataset(tmp_path, frames_without_fault()))
    check_dataset(dataset)
    assert dataset.asked == set()


def test_a_dataset_of_common_size_is_checked_at_once(tmp_path: Path) -> None:
    """Some 4,300 rows of membership and 28,000 of admissions take under a second; here is room for slow machines."""
    frames = _with_more_admissions(open_dataset(SAMPLE))
    root = write_dataset(tmp_path, frames, (SAMPLE / "dataset.yaml").read_text(encoding="utf-8"))
    started = time.process_time()
    problems = check_dataset(open_dataset(root))
    assert time.process_time() - started < 4
    assert [p for p in problems if p.severity == "error"] == []


def _with_more_admissions(dataset: Dataset) -> dict[str, pd.DataFrame]:
    """Return the tables of a dataset, with rows of 0 admissions for every organisation and row period."""
    frames = {name: dataset.table(name) for name in TABLES}
    rows = frames["membership"][["org_id", "period_end"]]
    zeros = [
        rows.assign(dimension="occupation", category=category, admitted_n=0)
        for category in ("student", "other", "state_cadre", "public_employee", "enterprise_worker")
    ]
    padded = pd.concat([frames["admissions"], *zeros])
    key = list(TABLES["admissions"].key)
    return frames | {"admissions": padded.drop_duplicates(key)}


def test_the_shipped_dataset_is_sound() -> None:
    require_sound(open_dataset(SAMPLE))


def test_a_fault_in_parquet_has_the_same_line(tmp_path: Path) -> None:
    root = plant(tmp_path / "csv", (Edit("membership", 3, {"died_n": 1}),))
    other = tmp_path / "parquet"
    shutil.copytree(root, other)
    (other / "membership.csv").unlink()
    open_dataset(root).table("membership").to_parquet(other / "membership.parquet")
    assert problems_of(root) == problems_of(other)
