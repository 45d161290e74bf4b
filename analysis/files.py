"""Files that are written whole or not at all, and what tells whether their content has changed."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

# The hash of a file that is not there: what asked for it depends on its absence.
ABSENT = ""


def write_whole(path: Path, content: str | bytes) -> Path:
    """Write a file, text as UTF-8, so that no reader, and no interruption, ever sees half of it. Returns the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Two processes never share a name; a plain open keeps to the user's umask, which mkstemp would not.
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content.encode() if isinstance(content, str) else content)
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return path


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file as it was when this process first asked; ABSENT where there is no file."""
    return sha256(path) if path.is_file() else ABSENT
