"""Pages opened in a real Chromium, from a folder, with everything noted that went wrong."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
# What an A4 sheet has room for within its margins, in pixels; a chart, 215 mm high, below its title.
SHEET, TALLEST = 672, 813


def open_page(
    browser: Browser, site: Path, path: str, *, width: int = 1440, scripts: bool = True, scheme: str = "light"
) -> tuple[Page, list[str]]:
    """Open a page and return it with everything that went wrong: console messages and requests outside the folder."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
        color_scheme=scheme,
        # A page that still glides to its place would move what a test points at.
        reduced_motion="reduce",
        accept_downloads=True,
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    faults: list[str] = []
    inside = (site.as_uri() + "/", "data:")
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("requestfailed", lambda request: None if _was_left(request) else faults.append(f"failed: {request.url}"))
    page.on("request", lambda request: None if request.url.startswith(inside) else faults.append(request.url))
    page.goto(f"{site.as_uri()}/{path}")
    return page, faults


def _was_left(request: Request) -> bool:
    """Return whether a request ended because the reader went to another page."""
    return "ERR_ABORTED" in (request.failure or "")
