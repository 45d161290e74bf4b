"""Figures, one module a subject: measured rows in, a Figure out. `figures.admissions` loads its module when asked."""

from __future__ import annotations

from types import ModuleType

from analysis.ondemand import load_module


def __getattr__(name: str) -> ModuleType:
    return load_module(__name__, name)
