"""The search over titles and findings: a script that the search box loads when it is used, one for each language.

Input: the pages of a manifest, the latest period first. Output: JavaScript, because a page opened from a folder may
load a script but not fetch a file. The same pages give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from analysis.site.links import link_to
from analysis.site.summary import Summary


def write_search(pages: Iterable[tuple[str, Summary]]) -> str:
    """Return the script: of each page its address and head, and its findings as pairs of anchor and text."""
    content = [
        [link_to(page, ""), summary.title, " · ".join(filter(None, (summary.period, summary.scope))), summary.entries]
        for page, summary in pages
    ]
    # One page a line, so that a person can compare two of them.
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in content)
    return f"globalThis.searchPages = [\n{lines}\n];\n"
