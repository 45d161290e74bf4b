"""The one asset that draws all live charts: Vega, Vega-Lite and vega-embed in one script, of vl-convert's own copy.

Its bytes depend on vl-convert's version alone. Making it takes V8 and 1.5 s, so it is made by a process of its own
(a process that may fork must never start V8), once for a project, and kept beside the pages that were built.
Run as `python -m analysis.site.vega`, this prints the script.
"""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from importlib.metadata import version

from analysis.errors import NhiemkyError
from analysis.files import write_whole
from analysis.project import project_root
from analysis.site.links import VEGA

CACHE = "build/cache"
CONVERTER = "vl-convert-python"
# What the page's own script uses; the bundle's hundreds of other names stay inside the function around it.
SNIPPET = "window.vegaEmbed = vegaEmbed;"


class AssetError(NhiemkyError):
    """The script of the live charts could not be made."""

    exit_status = 1


def vega_script() -> bytes:
    """Return the script: the one that was kept, or a new one. Raises AssetError where it cannot be made."""
    made_of = sha256(f"{version(CONVERTER)} {SNIPPET}".encode()).hexdigest()[:12]
    kept = project_root() / CACHE / f"vega-{made_of}.js"
    if not kept.is_file():
        write_whole(kept, _make())
    return kept.read_bytes()


def _make() -> bytes:
    command = [sys.executable, "-m", "analysis.site.vega"]
    done = subprocess.run(command, check=False, capture_output=True)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        raise AssetError(f"{VEGA}, which draws live charts, could not be made: {reason[0]}. Reinstall {CONVERTER}.")
    return done.stdout


def bundle() -> str:
    """Return the script, bundled in this process."""
    import vl_convert

    return f'"use strict";(() => {{{vl_convert.javascript_bundle(SNIPPET)}}})();\n'


if __name__ == "__main__":
    sys.stdout.buffer.write(bundle().encode())
