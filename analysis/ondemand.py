"""Modules of a package that are imported when they are first named: a notebook names many, a command few."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType


def load_module(package: str, name: str) -> ModuleType:
    """Return a module of a package. Raises AttributeError where it has none of that name, as a package does."""
    try:
        return import_module(f"{package}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{package}.{name}":
            raise
        raise AttributeError(f"{package} has no module {name!r}") from None
