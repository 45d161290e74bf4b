"""The code lists of the tables, in the order in which readers meet them."""

from __future__ import annotations

ORGANISATION_KINDS = (
    "country",
    "province",
    "bloc",
    "party_committee",
    "cell",
    "section_committee",
    "subordinate_cell",
    "outside",
)
# TCCSĐ: only these two are grassroots Party organisations; lower bodies are never added to them (rule C.7).
GRASSROOTS_KINDS = ("party_committee", "cell")

# Leaf codes of form 5 (rule C.11), each with the group that charts use.
SECTORS = {
    "1": "other",
    "2": "other",
    "3": "other",
    "4": "party_mass",
    "5": "state_agency",
    "6a": "service_unit",
    "6b": "service_unit",
    "7": "other",
    "8": "other",
    "9a1": "state_capital",
    "9a2": "state_capital",
    "9a3": "state_capital",
    "9b1": "non_state",
    "9b2": "non_state",
    "9b3": "non_state",
    "9b4": "non_state",
    "9b5": "non_state",
    "9c": "non_state",
    "10": "other",
    "11": "other",
}

EVENTS = (
    "founded",
    "split",
    "merged",
    "dissolved",
    "transferred_in",
    "transferred_out",
    "upgraded",
    "downgraded",
    "renamed",
    "reclassified",
)

TARGET_LEVELS = ("national", "province", "bloc", "organisation")
TARGET_SCOPES = ("term", "year")
TARGET_MEASURES = ("admitted", "admission_rate", "member_good_or_better", "organisation_good_or_better")
TARGET_TYPES = ("cumulative_count", "annual_count", "annual_rate", "rate_at_end")

PARTITIONS = {
    "sex": ("female", "male"),
    "age": ("18-30", "31-35", "36-40", "41-45", "46-50", "51-55", "56-60", "over_60"),
    "occupation": (
        "state_cadre",
        "party_mass_cadre",
        "commune_cadre",
        "public_employee",
        "enterprise_leader",
        "enterprise_indirect",
        "enterprise_worker",
        "student",
        "other",
    ),
    "education": ("lower_secondary", "upper_secondary"),
    "professional_level": ("none", "technical_elementary", "intermediate", "college", "university", "master", "doctor"),
}
# Overlapping lines of form 2 (rule B.19): one category "yes" each, never stacked, never summed.
OVERLAPS = ("female", "ethnic_minority", "religion", "youth_union", "readmitted")

LEVELS = ("excellent", "good", "completed", "not_completed")
STATUSES = (*LEVELS, "exempt", "not_graded", "present", "rated", "disciplined", "commended")
REASONS = (
    "degradation",
    "tasks_below_half",
    "civil_servant",
    "disciplined",
    "under_6_months",
    "suspended",
    "new_body",
    "other",
)
SUBJECTS = ("member", "organisation")
STAGES = ("proposed", "decided")
PROBATION_OUTCOMES = ("official", "removed", "other")
PROBATION_MONTHS = 12

PUBLISHED_LEVELS = ("national", "province", "bloc", "district", "other")
VALUE_BOUNDS = ("exact", "at_least", "at_most", "about", "range")
VALUE_BASES = ("printed", "derived")
PRINTED_LANGUAGES = ("vi", "en", "other")
UNITS = ("people", "organisations", "percent")
PUBLISHED_PERIOD_KINDS = (
    "stock",
    "month",
    "q1",
    "h1",
    "9m",
    "year",
    "term_to_date",
    "annual_target",
    "term_target",
)
DATE_BASES = ("printed", "derived_from_text", "derived_from_publication")
CONFIDENCES = ("high", "medium", "low")

# Headline figures that are recorded when they are issued (decision 0007); `graded` is a share, the others are counts.
ISSUED_MEASURES = ("admitted", "members", "organisations", "graded")
