"""A Vega-Lite specification as SVG, an SVG as a picture: without a network, the same wherever it is drawn."""

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


def draw_png(svg: str, scale: float) -> bytes:
    """Return a drawn chart as a picture of `scale` times its size: by the chart server where there is one, else here.

    The server knows only the fonts that the converter brings, so that a picture is the same wherever it is made.
    """
    address = os.environ.get(SERVER_VARIABLE)
    return _ask_server(address, (svg, scale)) if address else convert_picture(svg, scale)


def convert_picture(svg: str, scale: float) -> bytes:
    """Return an SVG document as PNG, converted in this process."""
    import vl_convert

    return vl_convert.svg_to_png(svg, scale=scale)


class ChartError(RuntimeError):
    """A chart could not be drawn, through no fault of the chart."""


# A figure is asked for its SVG twice, for the page and for JupyterLab.
@lru_cache(maxsize=16)
def _draw(text: str, address: str | None) -> str:
    spec = json.loads(text)
    return str(_ask_server(address, spec)) if address else convert(spec)


def _ask_server(address: str, request: dict[str, Any] | tuple[str, float]) -> Any:
    from multiprocessing.connection import Client

    try:
        with Client(address) as connection:
            connection.send(request)
            answer = connection.recv()
    except (EOFError, ConnectionError, FileNotFoundError):
        raise ChartError("the process that draws charts has ended; render the report again") from None
    if isinstance(answer, Exception):
        raise answer
    return answer
