"""Files that are written whole or not at all, and what tells whether their content has changed."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

# The hash of a file that is not there: what asked for it depends on its absence.
ABSENT = ""
PART_SUFFIX = ".part"
# The report once more, beside its page: made where it is asked for, gone when the page is made without it.
STANDALONE = ".standalone.html"
DOCUMENT_SUFFIXES = (".docx", ".pdf", STANDALONE)


def write_whole(path: Path, content: str | bytes) -> Path:
    """Write a file, text as UTF-8, so that no reader, and no interruption, ever sees half of it. Returns the path.

    When it returns, the file is on the disk: what is written after it may rely on it, even where the power fails.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Two processes never share a name; a plain open keeps to the user's umask, which mkstemp would not.
    part = path.with_name(f".{path.name}.{os.getpid()}{PART_SUFFIX}")
    try:
        with part.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return path


def beside(page: str, suffix: str) -> str:
    """Return the path of a file that stands beside a page under the same name."""
    return page.removesuffix(".html") + suffix


def add_line(path: Path, line: str) -> None:
    """Add a line to the end of a file, on the disk when this returns.

    It begins with its line break: what an interrupted call left of a line spoils no later one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(f"\n{line}".encode())
        file.flush()
        os.fsync(file.fileno())


def remove_parts(folder: Path) -> None:
    """Take away what a process that was killed had begun to write. Only where no other process writes now."""
    for part in folder.rglob(f".*{PART_SUFFIX}"):
        part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    # The new name stands in the folder, which Windows neither can nor need be asked to write.
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file as it was when this process first asked; ABSENT where there is no file."""
    return sha256(path) if path.is_file() else ABSENT
