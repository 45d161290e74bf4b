"""A Jupyter kernel inside this process: the same shell and messages as a real one, without sockets or threads for them.

nbclient talks to it through DirectClient, so that outputs, updates, errors and metadata are made by the same code as
under papermill.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from functools import cache
from queue import Empty
from types import SimpleNamespace
from typing import Any

from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session
from nbclient.exceptions import DeadKernelError
from traitlets.config import Config

Message = dict[str, Any]

# Stand for the sockets of a real kernel; the session only asks which of the two it is given.
SHELL, IOPUB = object(), object()
STREAM_FDS = {"stdout": 1, "stderr": 2}
# pandas.core.config_init: how many columns of a table are shown in a notebook.
MAX_COLUMNS = 20

# Nobody can attach a debugger to this kernel; None makes ipykernel do without one, as where debugpy is not installed.
sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]
import ipykernel.debugger  # noqa: E402, F401

if sys.modules["debugpy"] is None:
    del sys.modules["debugpy"]


class DirectSession(Session):
    """A session that keeps messages where a real one sends them over a socket."""

    def __init__(self) -> None:
        super().__init__(key=b"")
        self.owner = os.getpid()
        self.replies: deque[Message] = deque()
        self.published: deque[Message] = deque()

    def send(  # type: ignore[override]
        self,
        stream: object,
        msg_or_type: Message | str,
        content: Message | None = None,
        parent: Message | None = None,
        **options: Any,
    ) -> Message:
        header, metadata = options.get("header"), options.get("metadata")
        message = (
            msg_or_type
            if isinstance(msg_or_type, dict)
            else self.msg(msg_or_type, content=content, parent=parent, header=header, metadata=metadata)
        )
        if os.getpid() != self.owner:
            return self._pass_on(message)
        # Through JSON and back, as over a socket: what a cell shows must not change when it changes the object later.
        message = {
            **message,
            "content": self.unpack(self.pack(message["content"])),
            "buffers": options.get("buffers") or [],
        }
        (self.replies if stream is SHELL else self.published).append(message)
        return message

    def _pass_on(self, message: Message) -> Message:
        """Print what a process that the notebook started has printed: the kernel reads its own standard output."""
        if message["msg_type"] == "stream":
            os.write(STREAM_FDS[message["content"]["name"]], message["content"]["text"].encode())
        return message


class DirectThread(IOPubThread):
    """Stands for the thread that publishes: does at once what it is asked to do later."""

    def __init__(self) -> None:
        # The parent's constructor opens sockets; none of them is needed.
        self.thread = None  # type: ignore[assignment]
        # A real kernel also sends what was printed five times a second; here it waits for the next output or the
        # end of the cell, so that one stretch of prints is one output whatever the machine's speed.
        self.io_loop = SimpleNamespace(call_later=lambda *_: None)  # type: ignore[assignment]

    def schedule(self, f: Callable[[], None]) -> None:
        f()

    def __del__(self) -> None:
        pass


class DirectKernel(IPythonKernel):
    """An IPython kernel whose requests arrive one after the other, by a call."""

    # A real kernel waits half a millisecond after each cell for its output to be sent; here it has been.
    _execute_sleep = 0

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """No request waits behind a failed one: nbclient sends the next only when it wants it run."""


class DirectChannel:
    """One channel of the client: messages that are already there."""

    def __init__(self, messages: deque[Message]) -> None:
        self._messages = messages

    def get_msg(self, timeout: float | None = None) -> Message:
        if not self._messages:
            raise Empty
        return self._messages.popleft()


class DirectClient:
    """The kernel as nbclient sees it."""

    allow_stdin = False

    def __init__(self, kernel: Any, session: DirectSession) -> None:
        self.kernel = kernel  # Any: by its types, every part of a kernel may be None.
        self.session = session
        self.shell_channel = DirectChannel(session.replies)
        self.iopub_channel = DirectChannel(session.published)

    async def execute(self, code: str, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Run a cell to its end and return the id of its request; its messages then wait in the channels."""
        if self.kernel.shell.exit_now:
            raise DeadKernelError("Kernel died")  # The cell before called exit().
        # What a background thread printed between cells belongs to the cell before, which is closed: as with a kernel.
        self.session.published.clear()
        request = self.session.msg(
            "execute_request",
            {
                "code": code,
                "silent": False,
                "store_history": store_history,
                "user_expressions": {},
                "allow_stdin": False,
                "stop_on_error": stop_on_error,
            },
        )
        self.kernel.set_parent([], request, "shell")
        self.kernel._publish_status("busy", "shell")
        # What an interrupted `await` calls, and exit(), which must not stop this loop: it is nbclient's, too.
        add_callback = asyncio.get_running_loop().call_soon_threadsafe
        self.kernel.io_loop = SimpleNamespace(add_callback=add_callback, call_later=lambda *_: None, stop=None)
        # Between these two a cell that interrupts itself finds the handler it finds in a real kernel.
        self.kernel.pre_handler_hook()
        await self.kernel.execute_request(SHELL, [], request)
        self.kernel.post_handler_hook()
        sys.stdout.flush()
        sys.stderr.flush()
        self.kernel._publish_status("idle", "shell")
        return str(request["header"]["msg_id"])

    def is_alive(self) -> bool:
        return True


def make_silent_log() -> logging.Logger:
    """Return a log that nobody reads: a notebook that turns on logging must not find ours in its output."""
    log = logging.Logger("nhiemky")
    log.addHandler(logging.NullHandler())
    return log


@cache
def hold_kernel() -> IPythonKernel:
    """Return the kernel of this process, which has not started: it may still be inherited by a fork.

    A process can have one: IPython's shell is a singleton.
    """
    main = sys.modules["__main__"]
    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    thread = DirectThread()
    kernel = DirectKernel.instance(
        config=config,
        session=DirectSession(),
        log=make_silent_log(),
        iopub_socket=IOPUB,
        iopub_thread=thread,
        shell_channel_thread=SimpleNamespace(parent_thread=threading.current_thread()),
        user_ns=None,
    )
    sys.modules["__main__"] = main
    return kernel


def start_kernel() -> DirectClient:
    """Return a client of this process's kernel; `__main__`, standard output and error are the kernel's from here on."""
    kernel: Any = hold_kernel()
    kernel.session.owner = os.getpid()
    sys.modules["__main__"] = kernel.shell.user_module
    sys.stdout = OutStream(kernel.session, kernel.iopub_thread, "stdout")
    sys.stderr = OutStream(kernel.session, kernel.iopub_thread, "stderr")
    _act_as_launcher()
    return DirectClient(kernel, kernel.session)


def _act_as_launcher() -> None:
    """Do what `python -m ipykernel_launcher` does before the first cell, and undo what a batch does."""
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    IPKernelApp.init_pdb(None)  # type: ignore[arg-type]
    # Modules beside the notebook's working folder can be imported.
    IPKernelApp.init_path(SimpleNamespace(ignore_cwd=False))  # type: ignore[arg-type]
    # A real kernel has debugpy, where a breakpoint() that was left behind does nothing.
    sys.breakpointhook = lambda *_, **__: None
    # pandas chooses this when it is imported, by whether it is in a kernel; the process that forks was none.
    if "pandas" in sys.modules:
        sys.modules["pandas"].set_option("display.max_columns", MAX_COLUMNS)
    # The batch's way to start processes would not know what the notebook has defined; back to the system's own.
    multiprocessing.set_start_method(None, force=True)
