"""A Vega-Lite specification as SVG, without a network and with the same result wherever it is drawn."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import Any

# A batch keeps the converter in a process of its own, because V8 never belongs in a process that forks
# and its start costs half a second. The variable holds that process's address.
SERVER_VARIABLE = "NHIEMKY_CHART_SERVER"


def draw_svg(spec: dict[str, Any]) -> str:
    """Return the chart as an SVG document: by the batch's chart server where there is one, else here."""
    return _draw(json.dumps(spec), os.environ.get(SERVER_VARIABLE))


def convert(spec: dict[str, Any]) -> str:
    """Return the chart as SVG, converted in this process."""
    import vl_convert

    return vl_convert.vegalite_to_svg(json.dumps(spec))


class ChartError(RuntimeError):
    """A chart could not be drawn, through no fault of the chart."""


# A figure is asked for its SVG twice, for the page and for JupyterLab.
@lru_cache(maxsize=16)
def _draw(text: str, address: str | None) -> str:
    spec = json.loads(text)
    return _ask_server(address, spec) if address else convert(spec)


def _ask_server(address: str, spec: dict[str, Any]) -> str:
    from multiprocessing.connection import Client

    try:
        with Client(address) as connection:
            connection.send(spec)
            answer = connection.recv()
    except (EOFError, ConnectionError, FileNotFoundError):
        raise ChartError("the process that draws charts has ended; render the report again") from None
    if isinstance(answer, Exception):
        raise answer
    return str(answer)
