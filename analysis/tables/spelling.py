"""One spelling for the names that sources write in several ways (rule E.12), so that one body is one body."""

from __future__ import annotations

import re
import unicodedata

_TONES = "\u0300\u0301\u0303\u0309\u0323"
# Older spelling sets the tone of a syllable that ends in oa, oe or uy on its last letter; in quý and quà the u is no
# vowel of the syllable. Letters are taken apart (NFD), so that the tone is a sign of its own.
_TONE_ON_LAST = re.compile(rf"(?<!q)([ou])([aey])([{_TONES}])(?![\w{_TONES}])", re.IGNORECASE)
_DIPHTHONGS = ("oa", "oe", "uy")


def one_spelling(name: str) -> str:
    """Return a name composed (NFC), with Đ for Ð (U+00D0), tones where they are set today (ủy, hòa), single blanks."""
    apart = unicodedata.normalize("NFD", name.replace("Ð", "Đ").replace("ð", "đ"))
    return unicodedata.normalize("NFC", " ".join(_TONE_ON_LAST.sub(_tone_first, apart).split()))


def _tone_first(syllable: re.Match[str]) -> str:
    first, last, tone = syllable.groups()
    return first + tone + last if (first + last).lower() in _DIPHTHONGS else syllable[0]
