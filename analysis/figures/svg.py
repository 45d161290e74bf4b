"""A Vega-Lite specification as SVG, without a network and with the same result wherever it is drawn."""

from __future__ import annotations

import json
import os
from typing import Any

# A batch keeps the converter in a process of its own, because V8 never belongs in a process that forks
# and its start costs half a second. The variable holds that process's address.
SERVER_VARIABLE = "NHIEMKY_CHART_SERVER"


def draw_svg(spec: dict[str, Any]) -> str:
    """Return the chart as an SVG document: by the batch's chart server where there is one, else here."""
    address = os.environ.get(SERVER_VARIABLE)
    return _ask_server(address, spec) if address else convert(spec)


def convert(spec: dict[str, Any]) -> str:
    """Return the chart as SVG, converted in this process."""
    import vl_convert

    return vl_convert.vegalite_to_svg(json.dumps(spec))


def _ask_server(address: str, spec: dict[str, Any]) -> str:
    from multiprocessing.connection import Client

    with Client(address) as connection:
        connection.send(spec)
        answer = connection.recv()
    if isinstance(answer, Exception):
        raise answer
    return str(answer)
