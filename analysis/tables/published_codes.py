"""The code list of printed measures, and which of them are parts, bases and running totals of which.

A new measure is added here, once: the schema, the codebook, the checks and `nhiemky published add` read it from here.
"""

from __future__ import annotations

_PEOPLE = ("people",)
_ORGANISATIONS = ("organisations",)
_PERCENT = ("percent",)

# Each measure with the units in which it is printed.
MEASURES = {
    "admissions": _PEOPLE,
    "admissions_target": _PEOPLE,
    "admissions_pct_of_target": _PERCENT,
    "admissions_avg_per_year": _PEOPLE,
    "admissions_nonstate": _PEOPLE,
    "admissions_female": _PEOPLE,
    "admissions_ethnic_minority": _PEOPLE,
    "admissions_religion": _PEOPLE,
    "admissions_youth_union": _PEOPLE,
    "admissions_readmitted": _PEOPLE,
    "officialised": _PEOPLE,
    "members_total": _PEOPLE,
    "members_official": _PEOPLE,
    "members_probationary": _PEOPLE,
    "members_exempt": _PEOPLE,
    "members_female": _PEOPLE,
    "members_rated": _PEOPLE,
    "transferred_in": _PEOPLE,
    "transferred_out": _PEOPLE,
    "restored": _PEOPLE,
    "died": _PEOPLE,
    "expelled": _PEOPLE,
    "removed": _PEOPLE,
    "resigned": _PEOPLE,
    "disciplined": _PEOPLE,
    "orgs_total": _ORGANISATIONS,
    "party_committees": _ORGANISATIONS,
    "cells": _ORGANISATIONS,
    "section_committees": _ORGANISATIONS,
    "subordinate_cells": _ORGANISATIONS,
    "new_orgs": _ORGANISATIONS,
    "new_orgs_nonstate": _ORGANISATIONS,
    "orgs_rated": _ORGANISATIONS,
    "org_class_excellent": _ORGANISATIONS + _PERCENT,
    "org_class_good": _ORGANISATIONS + _PERCENT,
    "org_class_good_or_better": _ORGANISATIONS + _PERCENT,
    "org_class_completed": _ORGANISATIONS + _PERCENT,
    "org_class_not_completed": _ORGANISATIONS + _PERCENT,
    "member_class_excellent": _PEOPLE + _PERCENT,
    "member_class_good": _PEOPLE + _PERCENT,
    "member_class_good_or_better": _PEOPLE + _PERCENT,
    "member_class_completed": _PEOPLE + _PERCENT,
    "member_class_not_completed": _PEOPLE + _PERCENT,
}

# A total with the parts that make it up and leave nothing out. Of two ways to divide it, the one that is printed holds.
# Cells under a grassroots committee are no grassroots organisations and never among the parts (rule C.7).
SUMS = {
    "orgs_total": (("party_committees", "cells"),),
    "members_total": (("members_official", "members_probationary"),),
    "orgs_rated": (
        ("org_class_good_or_better", "org_class_completed", "org_class_not_completed"),
        ("org_class_excellent", "org_class_good", "org_class_completed", "org_class_not_completed"),
    ),
    "members_rated": (
        ("member_class_good_or_better", "member_class_completed", "member_class_not_completed"),
        ("member_class_excellent", "member_class_good", "member_class_completed", "member_class_not_completed"),
    ),
    "org_class_good_or_better": (("org_class_excellent", "org_class_good"),),
    "member_class_good_or_better": (("member_class_excellent", "member_class_good"),),
}
# A total with lines that lie within it, each by itself: they overlap or leave something out, and are never summed.
WITHIN = {
    "admissions": (
        "admissions_nonstate",
        "admissions_female",
        "admissions_ethnic_minority",
        "admissions_religion",
        "admissions_youth_union",
        "admissions_readmitted",
    ),
    "members_total": ("members_exempt", "members_female"),
    "new_orgs": ("new_orgs_nonstate",),
}

# The count that a percentage is about; of every other percentage it is the same measure, counted.
COUNT_OF = {"admissions_pct_of_target": "admissions"}
# What a percentage is a share of. The base of the excellent is not here: three are in use (rule A.12).
BASE_OF = {
    "admissions_pct_of_target": "admissions_target",
    "org_class_good": "orgs_rated",
    "org_class_good_or_better": "orgs_rated",
    "org_class_completed": "orgs_rated",
    "org_class_not_completed": "orgs_rated",
    "member_class_good": "members_rated",
    "member_class_good_or_better": "members_rated",
    "member_class_completed": "members_rated",
    "member_class_not_completed": "members_rated",
}

# Counted from 1 January or from the Congress on: a later figure of the same year or term is never smaller (rule E.2).
CUMULATIVE = (
    "admissions",
    "admissions_pct_of_target",
    *WITHIN["admissions"],
    "officialised",
    "transferred_in",
    "transferred_out",
    "restored",
    "died",
    "expelled",
    "removed",
    "resigned",
    "disciplined",
    "new_orgs",
    "new_orgs_nonstate",
)
