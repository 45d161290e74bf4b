"""Figures, one module a subject: measured rows in, a Figure out. `figures.admissions` loads its module when asked."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType


def __getattr__(name: str) -> ModuleType:
    """Return a module of the package: a notebook names many, and the command needs only those without Altair."""
    try:
        return import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{__name__}.{name}":
            raise
        raise AttributeError(f"{__name__} has no module {name!r}") from None
