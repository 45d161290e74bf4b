"""Datasets that were checked before and found sound: nobody waits twice for the same check of the same content.

Kept in build/checks.json by a hash of the dataset's files and of the code that checks them; remove it to check anew.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from analysis.files import sha256, write_whole
from analysis.project import project_root

VERDICTS_FILE = "build/checks.json"


def known_warnings(folder: Path) -> int | None:
    """Return how many warnings a sound dataset had when it was checked; None where this content never was."""
    return _read().get(content_hash(folder))


def remember(folder: Path, warnings: int) -> None:
    """Record that a dataset is sound, with the number of its warnings."""
    write_whole(project_root() / VERDICTS_FILE, json.dumps({**_read(), content_hash(folder): warnings}, indent=1))


@cache
def content_hash(folder: Path) -> str:
    """Return one hash over the files of a dataset and over the code of this package that reads and checks them."""
    code = Path(__file__).resolve().parent
    digest = hashlib.sha256()
    for path in (*sorted(folder.iterdir()), *sorted(code.rglob("*.py"))):
        if path.is_file():
            digest.update(f"{path.name}\0{sha256(path)}\n".encode())
    return digest.hexdigest()


def _read() -> dict[str, int]:
    try:
        content = json.loads((project_root() / VERDICTS_FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        # No record, or one that cannot be read: everything is checked, which is always right.
        return {}
    return content if isinstance(content, dict) else {}
