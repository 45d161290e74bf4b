"""Run report notebooks with their defaults and store the outputs that nbval compares: `make notebooks`.

Outputs that may differ from run to run (charts, versions) are left out: nbval ignores them, and they are large.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

IGNORED = "nbval-ignore-output"


def store_outputs(path: Path) -> None:
    """Run one notebook in a fresh kernel and write it back with the outputs to compare."""
    notebook = nbformat.read(path, as_version=4)
    kept = dict(notebook.metadata)
    NotebookClient(
        notebook,
        timeout=120,
        record_timing=False,
        # What a cell prints arrives in pieces, cut by chance.
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    notebook.metadata = nbformat.from_dict(kept)
    for cell in notebook.cells:
        if IGNORED in cell.metadata.get("tags", []):
            cell.outputs = []
            cell.execution_count = None
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        store_outputs(Path(name))
