"""Every table of a dataset: its columns with meaning and unit, its key, and what a value may be.

Written once, with pandera; the loader, the checks, the codebook and the Excel templates all read it from here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandera.pandas as pa

from analysis.params import SECTOR_GROUPS
from analysis.tables import codes, published_codes

PEOPLE = "people"
ORGANISATIONS = "organisations"
DATE = "date (YYYY-MM-DD)"
PARTIAL_DATE = "date (YYYY-MM-DD, YYYY-MM or YYYY)"
CODE = "code"
TEXT = "text"
NUMBER = "number"
YEAR = "year"

ADDRESS_PATTERN = r"https?://\S+"
_PARTIAL_DATE_PATTERN = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"


def is_partial_date(text: str) -> bool:
    """Tell whether a text is a day, month or year of the calendar: 2022-09-30, 2022-09 or 2022, but not 2022-09-31."""
    if re.fullmatch(_PARTIAL_DATE_PATTERN, text) is None:
        return False
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Table:
    """A table of a dataset: `one_row_per` in words, the columns of its key, whether a dataset must have it."""

    name: str
    one_row_per: str
    key: tuple[str, ...]
    schema: pa.DataFrameSchema
    is_required: bool = False

    @property
    def columns(self) -> dict[str, pa.Column]:
        return self.schema.columns


def unit_of(column: pa.Column) -> str:
    return str(column.metadata["unit"])


def is_count(column: pa.Column) -> bool:
    return unit_of(column) in (PEOPLE, ORGANISATIONS)


def allowed_values(column: pa.Column) -> tuple[str, ...]:
    """Return the codes a column may hold, or nothing where any text will do."""
    return tuple(column.metadata["allowed"])


def _column(  # noqa: PLR0913 — what a column can say
    unit: str,
    description: str,
    *,
    nullable: bool,
    dtype: str = "str",
    allowed: Sequence[str] = (),
    check: pa.Check | None = None,
) -> pa.Column:
    checks = [pa.Check.isin(list(allowed), error="allowed")] if allowed else []
    if check is not None:
        checks.append(check)
    return pa.Column(
        dtype, checks, nullable=nullable, description=description, metadata={"unit": unit, "allowed": tuple(allowed)}
    )


def _code(description: str, allowed: Sequence[str], *, nullable: bool = False) -> pa.Column:
    return _column(CODE, description, nullable=nullable, allowed=allowed)


def _id(description: str, *, nullable: bool = False) -> pa.Column:
    return _column(CODE, description, nullable=nullable)


def _text(description: str, *, nullable: bool = False) -> pa.Column:
    return _column(TEXT, description, nullable=nullable)


def _date(description: str, *, nullable: bool = False) -> pa.Column:
    return _column(DATE, description, nullable=nullable, dtype="datetime64[us]")


def _partial_date(description: str, *, nullable: bool = True) -> pa.Column:
    return _column(
        PARTIAL_DATE,
        description,
        nullable=nullable,
        check=pa.Check(is_partial_date, element_wise=True, error="partial_date"),
    )


def _address(description: str) -> pa.Column:
    return _column(
        TEXT,
        description,
        nullable=True,
        # A link is followed from public pages: nothing but the web.
        check=pa.Check.str_matches(f"^{ADDRESS_PATTERN}$", error="address"),
    )


def _count(description: str, unit: str = PEOPLE, *, nullable: bool = False) -> pa.Column:
    check = pa.Check.ge(0, error="not_negative")
    return _column(unit, description, nullable=nullable, dtype="Int64", check=check)


def _number(description: str, *, nullable: bool = False) -> pa.Column:
    return _column(NUMBER, description, nullable=nullable, dtype="Float64", check=pa.Check.ge(0, error="not_negative"))


def _year(description: str, *, nullable: bool = False) -> pa.Column:
    return _column(
        YEAR, description, nullable=nullable, dtype="Int64", check=pa.Check.in_range(1930, 2100, error="year")
    )


ORG_ID = "Identifier of the organisation; it survives renaming, upgrading and moving"
PERIOD_END = "Last day of the row's month, quarter or half-year (the last row of a term: its end)"
CATEGORIES = tuple(dict.fromkeys([category for values in codes.PARTITIONS.values() for category in values] + ["yes"]))
DIMENSIONS = tuple(dict.fromkeys([*codes.PARTITIONS, *codes.OVERLAPS]))


def _table(
    name: str, one_row_per: str, key: Sequence[str], columns: dict[str, pa.Column], *, is_required: bool = False
) -> Table:
    return Table(name, one_row_per, tuple(key), pa.DataFrameSchema(columns, strict=True, coerce=True), is_required)


TABLES = {
    table.name: table
    for table in (
        _table(
            "organisations",
            "organisation and validity interval",
            ["org_id", "valid_from"],
            {
                "org_id": _id(ORG_ID),
                "name": _text("Name as readers know it"),
                "kind": _code(
                    "Kind of organisation; grassroots are party_committee and cell", codes.ORGANISATION_KINDS
                ),
                "sector": _code("Sector type, leaf code of form 5", tuple(codes.SECTORS), nullable=True),
                "parent_id": _id("Organisation directly above; empty for the topmost", nullable=True),
                "valid_from": _date("First day on which the row holds"),
                "valid_to": _date("Last day on which the row holds; empty while it still does", nullable=True),
                "replaced_by": _id("Organisation that took over when this one ended", nullable=True),
            },
            is_required=True,
        ),
        _table(
            "events",
            "lifecycle event",
            ["date", "event", "org_id"],
            {
                "date": _date("Day of the event: the first day of the new state, or of the absence"),
                "event": _code("What happened", codes.EVENTS),
                "org_id": _id(ORG_ID),
                "related_org_id": _id("The other organisation of a split, merger or transfer", nullable=True),
            },
        ),
        _table(
            "targets",
            "target as assigned",
            ["level", "scope", "year", "org_id", "measure", "assigned_on"],
            {
                "level": _code("Who set or received it", codes.TARGET_LEVELS),
                "scope": _code("The whole term or one year", codes.TARGET_SCOPES),
                "year": _year("Year of a yearly target", nullable=True),
                "org_id": _id("Organisation it was assigned to; empty for the whole Khối", nullable=True),
                "measure": _code("What is aimed at", codes.TARGET_MEASURES),
                "target_type": _code("How it is judged", codes.TARGET_TYPES),
                "target": _number("The target: people, or percent for a rate"),
                "target_high": _number("Upper end where the target is a range", nullable=True),
                "assigned_on": _date("Day of assignment; the latest on or before the data date holds"),
            },
        ),
        _table(
            "membership",
            "grassroots organisation and row period; no row: not reported",
            ["org_id", "period_end"],
            {
                "org_id": _id(ORG_ID),
                "period_end": _date(PERIOD_END),
                "opening_n": _count("Members at the end of the row before"),
                "admitted_n": _count("Admitted, re-admissions included"),
                "readmitted_n": _count("Of admitted: admitted again"),
                "transferred_in_n": _count("Transferred in from outside the Khối"),
                "transferred_in_other_province_n": _count("Of transferred in: from another province"),
                "restored_n": _count("Membership restored; not an admission"),
                "died_n": _count("Died"),
                "expelled_n": _count("Expelled; official members only"),
                "removed_n": _count("Name removed from the list; not a disciplinary form"),
                "removed_probationary_n": _count("Of removed: probationary members"),
                "resigned_n": _count("Left the Party at their own request"),
                "transferred_out_n": _count("Transferred out of the Khối"),
                "transferred_out_other_province_n": _count("Of transferred out: to another province"),
                "internal_in_n": _count("Moved in from another organisation of the Khối"),
                "internal_out_n": _count("Moved out to another organisation of the Khối"),
                "closing_n": _count("Members on the list at period_end, exempt members included"),
                "official_n": _count("Of closing: official members"),
                "probationary_n": _count("Of closing: probationary members"),
                "exempt_n": _count("Of closing: exempt from Party work and activities"),
                "non_members_left": _code("Whether there are still non-members to admit", ("yes", "no"), nullable=True),
            },
            is_required=True,
        ),
        _table(
            "composition",
            "organisation, date and category; no row: 0",
            ["org_id", "period_end", "dimension", "category"],
            {
                "org_id": _id(ORG_ID),
                "period_end": _date("Day of the count"),
                "dimension": _code("What the members are divided by", DIMENSIONS),
                "category": _code("Category of the dimension; yes for an overlapping line", CATEGORIES),
                "members_n": _count("Members of that category on that day"),
            },
        ),
        _table(
            "admissions",
            "organisation, row period, dimension and category; no row: 0",
            ["org_id", "period_end", "dimension", "category"],
            {
                "org_id": _id(ORG_ID),
                "period_end": _date(PERIOD_END),
                "dimension": _code("Partitions sum to the total, overlapping lines never do", DIMENSIONS),
                "category": _code("Category of the dimension; yes for an overlapping line", CATEGORIES),
                "admitted_n": _count("Admitted of that category"),
            },
        ),
        _table(
            "probation",
            "organisation, cohort, outcome and when",
            [
                "org_id",
                "admitted_period_end",
                "outcome",
                "outcome_period_end",
            ],
            {
                "org_id": _id(ORG_ID),
                "admitted_period_end": _date("Row period in which the cohort was admitted"),
                "outcome": _code("What became of them", codes.PROBATION_OUTCOMES),
                "outcome_period_end": _date("Row period in which it happened"),
                "people_n": _count("People of the cohort with that outcome then"),
            },
        ),
        _table(
            "classification",
            "organisation, year, subject, status, reason; no row: 0",
            [
                "org_id",
                "reporting_year",
                "subject",
                "org_kind",
                "status",
                "reason",
                "stage",
            ],
            {
                "org_id": _id("Grassroots organisation; lower bodies are counted under theirs"),
                "reporting_year": _year("Year that was judged, not the year of the decision"),
                "decided_on": _date("Day of the decision; empty for a proposal", nullable=True),
                "subject": _code("Who is graded", codes.SUBJECTS),
                "org_kind": _code(
                    "Kind of the graded organisation; empty for members",
                    ("party_committee", "cell", "section_committee", "subordinate_cell"),
                    nullable=True,
                ),
                "status": _code("Level, or a reported total, or a memo line", codes.STATUSES),
                "reason": _code("Why; empty for the total of the status", codes.REASONS, nullable=True),
                "stage": _code("Only decided grades are published", codes.STAGES),
                "count_n": _column(
                    "people or organisations",
                    "Members or organisations with that status",
                    nullable=False,
                    dtype="Int64",
                    check=pa.Check.ge(0, error="not_negative"),
                ),
            },
        ),
    )
}

FIGURES = _table(
    "figures",
    "printed figure",
    ["figure_id"],
    {
        "figure_id": _id("Identifier, made once when the figure is added and never changed or given again"),
        "body": _text("Body that the figure is about, as printed"),
        "province": _text("Province as it was called then", nullable=True),
        "level": _code("Level of the body", codes.PUBLISHED_LEVELS),
        "measure": _code("What was counted", tuple(published_codes.MEASURES)),
        "value": _number("The value; with value_high the lower end of a range"),
        "value_high": _number("Upper end of a range", nullable=True),
        "value_bound": _code("How exact the printed value is", codes.VALUE_BOUNDS),
        "value_basis": _code("Printed, or derived from printed values", codes.VALUE_BASES),
        "value_as_printed": _text("Characters as printed; empty for a derived value", nullable=True),
        "printed_language": _code("Language whose number form was printed", codes.PRINTED_LANGUAGES, nullable=True),
        "unit": _code("Unit of the value", codes.UNITS),
        "is_cumulative": _code("Whether a level share includes the levels above", ("true", "false"), nullable=True),
        "period_kind": _code("Kind of period", codes.PUBLISHED_PERIOD_KINDS),
        "period_start": _partial_date("First day of the period"),
        "period_end": _partial_date("Last day of the period", nullable=False),
        "date_basis": _code("How the date was established", codes.DATE_BASES),
        "url": _address("Address of the source, http:// or https://"),
        "publisher": _text("Who published it", nullable=True),
        "published_on": _partial_date("Day of publication"),
        "confidence": _code("How sure the reading is", codes.CONFIDENCES),
        "note": _text("Remark of whoever recorded it", nullable=True),
    },
)

ISSUED = _table(
    "issued",
    "headline figure and edition in which it was issued for the first time or with another value",
    ["dataset", "period", "sector", "measure", "edition"],
    {
        "edition": _count("Which edition it was, counted from 1 over all that was issued", "edition"),
        "issued_on": _date("Day of publication, where whoever issued it gave one", nullable=True),
        "dataset": _text("Folder of the dataset, from the project's root"),
        "period": _text("Period of the figure, as in params/; of a grade its year"),
        "sector": _code("Sector group; empty for the whole Khối", SECTOR_GROUPS, nullable=True),
        "measure": _code("What was counted", codes.ISSUED_MEASURES),
        "count_n": _count("The figure; of a share its numerator", "people or organisations"),
        "of_n": _count("Denominator of a share: members rated", nullable=True),
        "data_date": _date("How far the data reached; empty for a grade", nullable=True),
    },
)
# Tables that belong to no dataset.
LEDGERS = {table.name: table for table in (FIGURES, ISSUED)}
