"""Whether a dataset holds together: every rule over every table, all problems at once.

Input: a dataset. Output: problems with the code of their rule, in both languages.
"""

from __future__ import annotations

from analysis.errors import DataError, Problem
from analysis.tables.check import aims, breakdowns, dates, grades, members, probation, references, register
from analysis.tables.check.report import Check
from analysis.tables.dataset import Dataset
from analysis.tables.schema import TABLES

__all__ = ["CHECKS", "check_dataset", "require_sound"]

CHECKS: tuple[Check, ...] = (
    references.tables_have_rows,
    references.organisations_are_known,
    references.rows_lie_in_validity,
    dates.rows_end_a_period,
    dates.cohorts_end_a_period,
    dates.rows_lie_in_the_term,
    dates.nothing_follows_the_end,
    register.intervals_run_forward,
    register.intervals_do_not_overlap,
    register.parents_stand,
    register.one_root,
    register.no_cycle,
    register.lower_bodies_hang_below_a_committee,
    register.only_grassroots_are_counted,
    register.changes_have_events,
    register.events_have_changes,
    members.flows_explain_the_stock,
    members.rows_follow_one_another,
    members.newcomers_open_at_zero,
    members.ended_close_at_zero,
    members.internal_moves_cancel,
    members.official_and_probationary_are_all,
    members.parts_stay_within_the_whole,
    members.size_fits_the_kind,
    members.official_members_suffice,
    breakdowns.admissions_have_membership,
    breakdowns.admissions_equal_the_headline,
    breakdowns.readmissions_equal_the_headline,
    breakdowns.admission_partitions_agree,
    breakdowns.admission_overlaps_stay_within,
    breakdowns.composition_overlaps_stay_within,
    breakdowns.composition_equals_the_stock,
    probation.outcomes_follow_the_admission,
    probation.recognition_follows_twelve_months,
    probation.outcomes_stay_within_the_admissions,
    grades.rated_is_the_sum_of_levels,
    grades.present_is_all_cases,
    grades.reasons_sum_to_the_total,
    grades.grassroots_bodies_are_graded_once,
    grades.years_are_complete,
    grades.memos_fit_the_levels,
    grades.members_keep_the_cap,
    grades.organisations_keep_the_cap,
    aims.assigned_targets_reach_the_headline,
)


def check_dataset(dataset: Dataset) -> list[Problem]:
    """Return everything that is wrong with a dataset: what cannot be read first, then what every rule finds.

    The tables are read apart, so that a report does not come to depend on all of them by being checked.
    """
    apart = dataset.apart()
    unreadable = [problem for name in TABLES for problem in _reading_problems(apart, name)]
    return [*unreadable, *(problem for check in CHECKS for problem in check(apart))]


def require_sound(dataset: Dataset) -> tuple[Problem, ...]:
    """Return the warnings and notes about a dataset. Raises DataError with every problem that is an error."""
    problems = check_dataset(dataset)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise DataError(errors, str(dataset.root))
    return tuple(problems)


def _reading_problems(dataset: Dataset, name: str) -> tuple[Problem, ...]:
    try:
        dataset.table(name)
    except DataError as error:
        return error.problems
    return ()
