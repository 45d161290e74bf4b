"""What a result depends on besides the code: the machine, and the versions of what is compared."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

from analysis.render.lanes import core_count

VERSIONED = ("pandas", "altair", "papermill", "nbconvert", "vl-convert-python")


def describe_machine() -> dict[str, str]:
    """Return labels and values: cores, CPU, versions, and how busy the machine is before anything is measured."""
    return {
        "cores": str(core_count()),
        "cpu": _cpu_model(),
        "load average": " ".join(f"{load:.2f}" for load in os.getloadavg()),
        "python": platform.python_version(),
        **{name: version(name) for name in VERSIONED},
    }


def _cpu_model() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
