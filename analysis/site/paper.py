"""Pages as PDF, by a browser of the machine: Chromium, Chrome or Edge.

Input: pages that stand. Output: a PDF beside each. The browsers live in processes of their own
(analysis.site.browser), which are ended when they hang and started again when they die.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from analysis.errors import NhiemkyError
from analysis.render.printing import Printed, Printer
from analysis.site.browser import READY

# Names on the path, then the places where Windows and macOS keep them.
PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
    "C:/Program Files/Microsoft/Edge/Application/msedge.exe",
)
CHOICE_VARIABLE = "NHIEMKY_BROWSER"
# Seconds. A page takes less than one, on a busy machine several.
TIME_LIMIT = 60.0


def find_browser() -> str:
    """Return the browser that prints. Raises NhiemkyError, saying what to install, where one cannot print here."""
    chosen = os.environ.get(CHOICE_VARIABLE)
    found = next(filter(None, map(shutil.which, [chosen] if chosen else PROGRAMS)), None)
    if found is None:
        where = f"{CHOICE_VARIABLE} names {chosen!r}, which is no program" if chosen else "this machine has none"
        raise NhiemkyError(
            f"--pdf prints with Chromium, Chrome or Edge: {where}. Install one (Debian: apt install chromium), "
            f"or name it in {CHOICE_VARIABLE}."
        )
    if find_spec("playwright") is None:
        raise NhiemkyError("--pdf needs the package playwright: pip install 'playwright>=1.50,<2'.")
    return found


def press_for(out: Path, browser: str) -> Printer:
    """Return what prints pages of a folder, as they look with the style sheet of now.

    The pages of a run are printed before its index, with which the shared files would be written: in a new folder
    there is no style sheet yet, in an old one that of an earlier version.
    """

    def print_styled(sheets: Sequence[tuple[Path, Path]], lanes: int) -> Generator[Printed]:
        from analysis.site.shared import write_assets

        write_assets(out)
        yield from press_of(browser)(sheets, lanes)

    return print_styled


def press_of(browser: str) -> Press:
    """Return what prints with a browser."""
    return Press((sys.executable, "-m", "analysis.site.browser", browser))


@dataclass(frozen=True)
class Press:
    """Prints pages, several at a time; what could not be printed says why.

    command: starts a process that prints, as analysis.site.browser does · time_limit: seconds that a page may take.
    """

    command: Sequence[str]
    time_limit: float = TIME_LIMIT

    def __call__(self, sheets: Sequence[tuple[Path, Path]], lanes: int) -> Generator[Printed]:
        """Yield what came of each (page, PDF), in the order in which they end. Closing ends every browser."""
        waiting: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        done: queue.SimpleQueue[Printed] = queue.SimpleQueue()
        for index in [*range(len(sheets)), *[None] * lanes]:
            waiting.put(index)
        browsers = [_Browser(self.command, self.time_limit) for _ in range(min(lanes, len(sheets)))]
        for browser in browsers:
            threading.Thread(target=_work, args=(browser, sheets, waiting, done), daemon=True).start()
        try:
            for _ in sheets:
                yield done.get()
        finally:
            for browser in browsers:
                browser.end()


def _work(
    browser: _Browser,
    sheets: Sequence[tuple[Path, Path]],
    waiting: queue.SimpleQueue[int | None],
    done: queue.SimpleQueue[Printed],
) -> None:
    while (index := waiting.get()) is not None:
        started = time.monotonic()
        error = browser.print(*sheets[index])
        done.put(Printed(index, time.monotonic() - started, error))


class _Browser:
    """A printing process as the batch sees it; one that has ended is started again for the next page."""

    def __init__(self, command: Sequence[str], time_limit: float) -> None:
        self._command = command
        self._time_limit = time_limit
        self._process: subprocess.Popen[str] | None = None
        self._is_over = False
        self._lock = threading.Lock()

    def print(self, page: Path, pdf: Path) -> str:
        """Return why a page could not be printed; empty where its PDF stands."""
        started = time.monotonic()
        timer = threading.Timer(self._time_limit, self._kill)
        timer.start()
        try:
            refusal = self._start()
            answer = refusal or self._ask([str(page), str(pdf)])
        finally:
            timer.cancel()
        if answer is not None:
            return answer
        self._kill()
        is_late = time.monotonic() - started >= self._time_limit
        return f"not done after {self._time_limit:g} seconds" if is_late else "the browser ended before it was done"

    def end(self) -> None:
        """End the process, and start none again."""
        self._is_over = True
        self._kill()

    def _start(self) -> str:
        """Start the process where there is none; return why it cannot print."""
        with self._lock:
            if self._is_over or (self._process is not None and self._process.poll() is None):
                return ""
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                # Ctrl-C is for the batch, which ends this process and the browser with it.
                start_new_session=True,
            )
        answer = self._hear()
        if answer in (READY, None):
            return ""
        self._kill()
        return answer

    def _ask(self, request: Sequence[str]) -> str | None:
        process = self._process
        if process is None or process.stdin is None:
            return None
        with contextlib.suppress(OSError, ValueError):
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            return self._hear()
        return None

    def _hear(self) -> str | None:
        """Return the next answer, None where the process has ended."""
        process = self._process
        if process is None or process.stdout is None:
            return None
        with contextlib.suppress(ValueError):
            return str(json.loads(process.stdout.readline()))
        return None

    def _kill(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        # The browser is of the process's own group.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
