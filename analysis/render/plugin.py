"""papermill's engine `nhiemky`: a real kernel, forked from papermill's process instead of started anew.

Works without a batch: `papermill --engine nhiemky notebook.ipynb out.ipynb -f params.yaml`. Everything but the start of
the kernel is papermill's own: saving, progress, log, errors, exit status. Where forking is not safe, the kernel is
started as ever, and papermill's log says so.
"""

# papermill imports this module while it is itself being imported, wherever the project is installed: nothing heavy is
# imported here, and nothing of papermill's before it is used.
from __future__ import annotations

import asyncio
import atexit
import logging
import os
import random
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

PROVISIONER = "nhiemky"
LAUNCHER = ["-m", "ipykernel_launcher"]


class ForkEngine:
    """papermill's own engine, which has its kernels forked."""

    @staticmethod
    def execute_notebook(nb: Any, kernel_name: str, **options: Any) -> Any:
        from papermill.engines import NBClientEngine

        return NBClientEngine.execute_notebook(nb, kernel_name, kernel_manager_class=ForkManager, **options)

    @staticmethod
    def nb_kernel_name(nb: Any, name: str | None = None) -> str:
        from papermill.utils import nb_kernel_name

        return str(nb_kernel_name(nb, name))

    @staticmethod
    def nb_language(nb: Any, language: str | None = None) -> str:
        from papermill.utils import nb_language

        return str(nb_language(nb, language))


class ForkManager(AsyncKernelManager):
    """A kernel manager that asks for a forked kernel, whatever the kernel's specification says."""

    @property
    def kernel_spec(self) -> KernelSpec | None:
        spec = super().kernel_spec
        if spec is not None:
            spec.metadata["kernel_provisioner"] = {"provisioner_name": PROVISIONER}
        return spec


class ForkProvisioner(LocalProvisioner):
    """Forks a kernel from this process where that is safe, and otherwise starts one as Jupyter does."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        reason = why_not_fork(cmd)
        if reason:
            logging.getLogger("papermill").warning("The kernel is started anew, which is slower: %s.", reason)
            return await super().launch_kernel(cmd, **kwargs)
        process = ForkedProcess(cmd[3:], dict(kwargs["env"]), kwargs.get("cwd"))
        # It leads a session of its own: its process group is its process.
        self.process, self.pid, self.pgid = process, process.pid, process.pid  # type: ignore[assignment]
        return self.connection_info


def why_not_fork(command: list[str]) -> str:
    """Return why a kernel with this command cannot be forked from this process, "" where it can."""
    if not hasattr(os, "fork"):
        return "this system cannot fork"
    if sys.platform == "darwin":
        return "macOS ends forked processes that use its libraries"
    if command[1:3] != LAUNCHER:
        return "it is no Python kernel"
    if threading.current_thread() is not threading.main_thread():
        return "papermill does not run in the main thread"
    if "ipykernel.kernelapp" in sys.modules:
        return "papermill runs inside a kernel"
    return ""


class ForkedProcess:
    """The process of a forked kernel, with those methods of Popen that a provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, arguments: list[str], environment: dict[str, str], folder: str | None) -> None:
        self._status: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            _run_kernel(arguments, environment, folder)

    def poll(self) -> int | None:
        """Return how the process ended, None while it runs."""
        return self._status if self._status is not None else self._ask(os.WNOHANG)

    def wait(self) -> int | None:
        """Return how the process ended, once it has."""
        return self._status if self._status is not None else self._ask(0)

    def _ask(self, options: int) -> int | None:
        pid, status = os.waitpid(self.pid, options)
        if pid:
            self._status = os.waitstatus_to_exitcode(status)
        return self._status

    def send_signal(self, number: int) -> None:
        """Signal the process; it is there: a provisioner asks `poll` first."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    terminate = kill


def _run_kernel(arguments: list[str], environment: dict[str, str], folder: str | None) -> None:
    """Be a kernel from here on, in a process that was forked from papermill's, and never return."""
    status = 1
    try:
        _forget_papermill(arguments, environment, folder)
        from ipykernel.kernelapp import launch_new_instance

        launch_new_instance(argv=arguments)
        status = 0
    except Exception:  # noqa: BLE001 - a process boundary: papermill only sees that the kernel has died
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()
        os._exit(status)


def _forget_papermill(arguments: list[str], environment: dict[str, str], folder: str | None) -> None:
    """Make this process like one that was started for a kernel: session, input, environment, folder, log, chance."""
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.environ.clear()
    # Tells the kernel that somebody minds it, and to end when that process is gone.
    os.environ.update(environment, JPY_PARENT_PID=str(os.getppid()))
    os.chdir(folder or os.curdir)
    # A script's folder is not on the path of a kernel; the kernel itself adds its working folder.
    scripts = str(Path(sys.argv[0]).resolve().parent)
    sys.path[:] = [place for place in sys.path if place != scripts]
    sys.argv = ["ipykernel_launcher.py", *arguments]
    atexit._clear()
    logging.root.handlers.clear()
    logging.root.setLevel(logging.WARNING)
    # papermill is inside its own event loop, which is not this process's.
    asyncio.set_event_loop(asyncio.new_event_loop())
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
