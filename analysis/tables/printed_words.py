"""The words around printed numbers: what makes them a bound, a multiple or a count of something.

Written in lower case, composed (NFC) and with plain spaces, as `printed.clean` leaves a text.
"""

from __future__ import annotations

LANGUAGES = ("vi", "en")

# How a word before the number bounds it. "gần" is below what it names, "khoảng" on either side: both are `about`.
NEARLY = "nearly"
EXCESS = "excess"
BEFORE = {
    "vi": {
        "at_least": ("hơn", "trên", "ít nhất", "tối thiểu", "không dưới", "từ", "vượt mốc", "vượt mức"),
        "at_most": (
            *("dưới", "không quá", "không vượt quá", "tối đa", "nhiều nhất", "không trên"),
            *("chưa đến", "chưa tới", "chưa đầy", "không đến", "không tới"),
        ),
        "about": (
            *("khoảng", "xấp xỉ", "ước", "ước đạt", "ước khoảng", "chừng", "trên dưới", "bình quân", "trung bình"),
            *("bình quân mỗi năm", "bình quân hằng năm", "trung bình mỗi năm", "trung bình hằng năm"),
        ),
        NEARLY: ("gần", "gần bằng", "gần đạt", "suýt soát", "ngót", "ngót nghét"),
        EXCESS: ("vượt", "vượt chỉ tiêu", "vượt kế hoạch"),
        "exact": (
            *("", "đạt", "là", "có", "được", "bằng", "đúng", "tổng số", "kết nạp", "kết nạp được", "kết nạp mới"),
            *("chiếm", "tỷ lệ", "tỉ lệ", "đạt tỷ lệ", "đạt tỉ lệ", "chiếm tỷ lệ", "chiếm tỉ lệ"),
        ),
    },
    "en": {
        "at_least": ("over", "more than", "at least", "above", "no fewer than", "not less than"),
        "at_most": ("at most", "no more than", "not more than", "below", "under", "fewer than", "less than", "up to"),
        "about": ("about", "around", "approximately", "some", "roughly", "an average of", "on average"),
        NEARLY: ("nearly", "almost", "close to"),
        EXCESS: ("exceeding by", "exceeds by", "exceeded by", "exceeding the target by"),
        "exact": ("", "exactly", "a total of"),
    },
    # Machine translations keep a word of the language they came through.
    "other": {
        "at_least": ("plus de", "au moins", "超过"),
        "at_most": ("au plus", "moins de", "不超过"),
        "about": ("environ", "约", "大约"),
        NEARLY: ("près de", "近", "将近"),
        EXCESS: ("dépassant de",),
        "exact": (),
    },
}
# Signs, the same in every language.
SIGNS_BEFORE = {
    **dict.fromkeys((">", "≥", ">="), "at_least"),
    **dict.fromkeys(("<", "≤", "<="), "at_most"),
    **dict.fromkeys(("~", "≈"), "about"),
}
# The same after the number: "108.000+", "37,000 (over)", "90% trở lên".
AFTER = {
    "at_least": ("+", "(over)", "(more than)", "trở lên", "or more", "or higher"),
    "at_most": ("trở xuống", "or fewer", "or less"),
}
RANGE_STARTS = {"vi": ("từ",), "en": ("between", "from"), "other": ("de",)}
FRACTION_JOINTS = ("/", "of", "out of")
RANGE_JOINTS = {"vi": ("-", "đến", "tới"), "en": ("-", "to", "and"), "other": ("-", "à")}

MULTIPLIERS = {
    "vi": {"ngàn": 10**3, "nghìn": 10**3, "trăm": 10**2, "vạn": 10**4, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9},
    "en": {"thousand": 10**3, "million": 10**6, "billion": 10**9},
    "other": {"千": 10**3, "万": 10**4, "亿": 10**8, "mille": 10**3},
}
# A number with one of these after it is how long a period was, and counts nobody.
PERIOD_WORDS = ("tháng", "năm", "quý", "month", "year", "quarter")
PERCENT_WORDS = ("%", "phần trăm", "percent", "per cent")

UNIT_WORDS = {
    "people": (
        *("đồng chí", "đảng viên", "đảng viên mới", "đ/c", "đv", "người", "quần chúng", "quần chúng ưu tú"),
        *("đảng viên dự bị", "đảng viên chính thức"),
        *("đồng chí/năm", "đảng viên/năm", "người/năm"),
        *("members", "member", "party members", "new members", "new party members", "people"),
    ),
    "organisations": (
        *("tổ chức", "tổ chức đảng", "tổ chức cơ sở đảng", "tccsđ", "đảng bộ", "đảng bộ cơ sở", "chi bộ"),
        *("chi bộ cơ sở", "chi bộ trực thuộc", "đơn vị"),
        *("organisations", "organizations", "party organisations", "party organizations", "cells", "party cells"),
    ),
    "percent": (
        *("chỉ tiêu", "chỉ tiêu năm", "chỉ tiêu đại hội", "so với chỉ tiêu", "so với chỉ tiêu đại hội", "kế hoạch"),
        *("kế hoạch năm", "so với kế hoạch", "of the target", "of the plan"),
    ),
}

# The word that the writer uses for each bound; reading it gives the bound back.
WRITTEN = {
    "vi": {"exact": "", "at_least": "hơn", "at_most": "không quá", "about": "khoảng", NEARLY: "gần", EXCESS: "vượt"},
    "en": {
        "exact": "",
        "at_least": "more than",
        "at_most": "at most",
        "about": "about",
        NEARLY: "nearly",
        EXCESS: "exceeding by",
    },
}


def languages_read(language: str) -> tuple[str, ...]:
    """Return which word lists hold for a printed language: `other` may keep words of any."""
    return (*LANGUAGES, "other") if language == "other" else (language,)


def words_before(language: str) -> dict[str, str]:
    """Return the words and signs before a number, each with its bound."""
    listed = [BEFORE[code] for code in languages_read(language)]
    return SIGNS_BEFORE | {word: bound for bounds in listed for bound, words in bounds.items() for word in words}


def without_verb(before: str, language: str) -> str:
    """Return the words before a number without the verb that says nothing of its bound: "đạt gần" is "gần"."""
    neutral = [f"{word} " for code in languages_read(language) for word in BEFORE[code]["exact"] if word]
    # The longest first: of "đạt tỷ lệ trên" not "đạt" alone is the verb.
    longest_first = sorted(neutral, key=len, reverse=True)
    return next((before.removeprefix(verb) for verb in longest_first if before.startswith(verb)), before)


def multipliers(language: str) -> dict[str, int]:
    """Return the words for multiples, each with its factor."""
    return {word: factor for code in languages_read(language) for word, factor in MULTIPLIERS[code].items()}
