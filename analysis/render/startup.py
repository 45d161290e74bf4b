"""What every process of a batch does before it imports anything heavy."""

from __future__ import annotations

import sys

# JupyterLab's dependencies bring rfc3987_syntax. jsonschema imports it for a format check that nothing here uses, which
# costs more than a second in every process. None in sys.modules makes jsonschema do without it.
SLOW_AND_UNUSED = "rfc3987_syntax"


def skip_slow_imports() -> None:
    """Keep a slow dependency of jsonschema out of this process. Call before altair, nbformat or papermill."""
    sys.modules.setdefault(SLOW_AND_UNUSED, None)  # type: ignore[arg-type]
