"""Processes that turn chart specifications into SVG, and SVG into pictures, one for each lane of a batch.

V8, which does it, must not be in a process that forks, and its start costs half a second: so it lives apart from the
reports, as long as the batch. A report finds its server through the environment (analysis.figures.svg).
Run as `python -m analysis.render.charts ADDRESS`; the server ends when its standard input is closed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from functools import lru_cache
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from analysis.figures.svg import SERVER_VARIABLE, convert, convert_picture

READY = b"ready\n"
WAITING_CLIENTS = 16
# The first conversion starts V8. Doing it before a report asks costs nobody any time.
FIRST_SPEC = {"data": {"values": [{"n": 1}]}, "mark": "bar", "encoding": {"x": {"field": "n", "type": "quantitative"}}}


class ChartServer:
    """A chart server as the batch sees it."""

    def __init__(self, folder: Path, number: int) -> None:
        self.address = str(folder / f"charts-{number}")
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        Path(self.address).unlink(missing_ok=True)
        # A server never asks another one; and Ctrl-C is for the batch, which ends its servers itself.
        environment = {key: value for key, value in os.environ.items() if key != SERVER_VARIABLE}
        environment["FONTCONFIG_FILE"] = str(bundled_fonts_only(Path(self.address).parent))
        return subprocess.Popen(
            [sys.executable, "-m", "analysis.render.charts", self.address],
            env=environment,
            start_new_session=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def wait_until_ready(self) -> None:
        """Return once the server listens. A server that has died since is started again."""
        if self._process.poll() is not None:
            self._process = self._start()
        output = self._process.stdout
        if output is not None and not output.closed:
            output.readline()
            output.close()

    def restart(self) -> None:
        """Replace the process: a chart that never ends would keep every later report waiting."""
        self.close()
        self._process = self._start()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()


def bundled_fonts_only(folder: Path) -> Path:
    """Return a fontconfig file that names no font of the machine, so that the converter measures with those it brings.

    It opens a font file of the machine anew for every text that it measures, which takes half of its time; and what a
    machine has installed should not change a page.
    """
    empty, config = folder / "no-fonts", folder / "fonts.conf"
    empty.mkdir(exist_ok=True)
    config.write_text(
        f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>{escape(str(empty))}</dir>'
        "</fontconfig>",
        encoding="utf-8",
    )
    return config


@lru_cache(maxsize=512)
def _draw(text: str) -> str | Exception:
    try:
        return convert(json.loads(text))
    # A process boundary: whatever is wrong with a chart belongs to the report that asked.
    except Exception as error:  # noqa: BLE001
        return error


def _picture(svg: str, scale: float) -> bytes | Exception:
    try:
        return convert_picture(svg, scale)
    except Exception as error:  # noqa: BLE001 - as above
        return error


def _answer(connection: Connection) -> None:
    request: dict[str, Any] | tuple[str, float] = connection.recv()
    answer = _draw(json.dumps(request)) if isinstance(request, dict) else _picture(*request)
    connection.send(answer)


def serve(address: str) -> None:
    """Answer one request a connection, until the process ends."""
    with Listener(address, backlog=WAITING_CLIENTS) as listener:
        sys.stdout.buffer.write(READY)
        sys.stdout.buffer.flush()
        _draw(json.dumps(FIRST_SPEC))
        while True:
            try:
                with listener.accept() as connection:
                    _answer(connection)
            except (EOFError, OSError):
                continue  # The report that asked was ended before it had its answer.


def _end_with_parent(folder: Path) -> None:
    sys.stdin.buffer.read()
    # The batch ends its servers itself. If it was killed instead, nobody else takes its temporary folder away.
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, args=[Path(sys.argv[1]).parent], daemon=True).start()
    serve(sys.argv[1])
