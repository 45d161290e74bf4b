"""A process that prints pages as PDF, one after another, with one browser.

Run as `python -m analysis.site.browser BROWSER`. It says "ready" or why it cannot print, then takes one request a line
(a list of page and PDF, as JSON) and answers each with one line: why it failed, empty where the PDF stands. It is apart
from the batch because a browser may hang or die; it ends when its standard input is closed.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.files import write_whole

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

READY = "ready"
# The first that writes page numbers and the foot of a page as its style sheet asks (margin boxes of @page).
OLDEST_VERSION = 131
_MOMENT = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}")


def serve(program: str) -> None:
    """Print what standard input asks for, until it is closed."""
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=program)
        except Error as error:
            _say(f"{program} does not start: {_first_line(error)}")
            return
        _say(_refusal(browser, program) or READY)
        # Without scripts a page is what it is on paper: its tables are unfolded, its charts are drawings.
        context = browser.new_context(java_script_enabled=False, offline=True)
        for line in sys.stdin:
            page, pdf = map(Path, json.loads(line))
            try:
                write_whole(pdf, print_page(context, page))
                _say("")
            except (Error, OSError) as error:
                _say(_first_line(error))


def print_page(context: BrowserContext, page: Path) -> bytes:
    """Return a page as PDF: tagged, with its title, its language and an outline, without the time of its making."""
    tab = context.new_page()
    try:
        tab.goto(page.as_uri())
        printed = tab.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
    finally:
        tab.close()
    return without_moment(printed)


def without_moment(pdf: bytes) -> bytes:
    """Return a PDF that does not say when it was made; a moment as long takes its place, so that nothing moves."""
    return _MOMENT.sub(rb"\g<1>20200101000000", pdf)


def _refusal(browser: Browser, program: str) -> str:
    if int(browser.version.partition(".")[0]) >= OLDEST_VERSION:
        return ""
    return f"{program} is version {browser.version}; page numbers need {OLDEST_VERSION} or newer."


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _say(text: str) -> None:
    # One line, whatever stands in a message.
    print(json.dumps(text), flush=True)  # noqa: T201 — the answer to whoever started this process


if __name__ == "__main__":
    serve(sys.argv[1])
