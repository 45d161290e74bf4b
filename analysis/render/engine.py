"""Two ways to run one notebook with parameters, with the same result.

cold: papermill with a fresh kernel. warm: the cells in this process, which already holds what they import.
Input: a notebook and its parameters. Output: the executed notebook, with its outputs and papermill's metadata.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook, prepare_notebook_metadata, remove_error_markers
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from analysis.render.failure import Failure
from analysis.render.kernel import make_silent_log, start_kernel

ENGINES = ("warm", "cold")
INJECTED = "injected-parameters"

# Called with each cell's position in the notebook, from 1, before the cell runs.
CellWatcher = Callable[[int], None]


class DirectNotebookClient(PapermillNotebookClient):
    """papermill's client, with the kernel in this process instead of a new one."""

    def execute(self, **kwargs: Any) -> nbformat.NotebookNode:
        self.reset_execution_trackers()
        self.kc = start_kernel()
        self.papermill_execute_cells()
        self.nb.metadata["language_info"] = self.kc.kernel.language_info
        self.set_widgets_metadata()
        return self.nb


class DirectEngine(Engine):
    """A papermill engine that runs the cells in this process. One notebook a process: nothing is undone afterwards.

    Only for a process that has nothing else to do; papermill's own is served by analysis.render.plugin.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: NotebookExecutionManager, kernel_name: str, **kwargs: Any) -> Any:
        options = {"kernel_name": kernel_name, "log": make_silent_log(), "on_cell_start": kwargs["on_cell_start"]}
        return DirectNotebookClient(nb_man, **options).execute()


@cache
def load_source(notebook: Path) -> nbformat.NotebookNode:
    """Return a notebook as papermill loads it. It is executed in place, which is safe: one report a process."""
    return load_notebook_node(str(notebook))


def execute_warm(notebook: Path, parameters: Mapping[str, str], watch: CellWatcher) -> nbformat.NotebookNode:
    """Return the notebook executed in this process, up to the first cell that raised."""
    # What papermill.execute_notebook does, without writing the notebook and without inferring the parameters' types
    # once more: the plan has compared them already.
    node = load_source(notebook)
    hook = _cell_hook(node, watch)
    node = parameterize_notebook(node, dict(parameters))
    node = remove_error_markers(prepare_notebook_metadata(node, str(notebook), None))
    name = DirectEngine.nb_kernel_name(node)
    return DirectEngine.execute_notebook(node, name, progress_bar=False, on_cell_start=hook)


def execute_cold(notebook: Path, parameters: Mapping[str, str], watch: CellWatcher) -> nbformat.NotebookNode:
    """Return the notebook executed by papermill in a fresh kernel, up to the first cell that raised."""
    hook = _cell_hook(nbformat.read(notebook, as_version=4), watch)
    with tempfile.TemporaryDirectory(prefix="nhiemky-") as folder:
        output = Path(folder) / notebook.name
        # An error in a cell stands in the notebook that papermill wrote; find_failure reads it from there.
        with contextlib.suppress(PapermillExecutionError):
            execute_notebook(
                notebook,
                output,
                dict(parameters),
                progress_bar=False,
                request_save_on_cell_execute=False,
                on_cell_start=hook,
            )
        node = remove_error_markers(nbformat.read(output, as_version=4))
    node.metadata.papermill["output_path"] = None
    return node


EXECUTE = {"warm": execute_warm, "cold": execute_cold}


def find_failure(node: nbformat.NotebookNode, parameters: Mapping[str, str]) -> Failure | None:
    """Return why an executed notebook stopped, None where it ran to its end; a cell that exits has not let it."""
    for index, cell in enumerate(node.cells):
        if not cell.metadata.get("papermill", {}).get("exception"):
            continue
        errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
        name, message = (errors[-1].ename, errors[-1].evalue) if errors else ("CellExecutionError", "")
        injected = sum(INJECTED in before.metadata.get("tags", []) for before in node.cells[:index])
        return Failure("error", index + 1 - injected, name, message, dict(parameters))
    return None


def _cell_hook(source: nbformat.NotebookNode, watch: CellWatcher) -> Callable[..., None]:
    """Return what nbclient calls before each cell; papermill puts one more cell behind the parameters."""
    tagged = [index for index, cell in enumerate(source.cells) if "parameters" in cell.metadata.get("tags", [])]
    first = tagged[0] if tagged else -1
    return lambda cell, cell_index: watch(cell_index + 1 if cell_index <= first else max(cell_index, 1))
