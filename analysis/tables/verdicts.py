"""Datasets that were checked before and found sound: nobody waits twice for the same check of the same content.

Kept in build/checks.json by a hash of the dataset's files and of the code that checks them; remove it to check anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analysis.files import sha256, write_whole
from analysis.project import project_root

if TYPE_CHECKING:  # pandas takes a second to import, which a run with nothing to do should not wait for.
    from analysis.tables.dataset import Dataset

VERDICTS_FILE = "build/checks.json"


class SoundDataset(NamedTuple):
    """A dataset that breaks no rule which forbids its use, and the number of warnings about it."""

    dataset: Dataset
    warnings_n: int


@cache
def sound_dataset(folder: Path) -> SoundDataset:
    """Return the dataset of a folder, checked now or before. Raises DataError with every rule that it breaks."""
    from analysis.tables.check import require_sound
    from analysis.tables.dataset import open_dataset

    dataset = open_dataset(folder)
    known = known_warnings(folder)
    if known is None:
        known = sum(problem.severity == "warning" for problem in require_sound(dataset))
        _remember(folder, known)
    return SoundDataset(dataset, known)


def count_warnings(folder: Path) -> int:
    """Return the number of warnings about a dataset, which is read only if its content was never found sound.

    Raises DataError with every rule that it breaks.
    """
    known = known_warnings(folder) if folder.is_dir() else None
    return sound_dataset(folder).warnings_n if known is None else known


def known_warnings(folder: Path) -> int | None:
    """Return how many warnings a sound dataset had when it was checked; None where this content never was."""
    return _read().get(content_hash(folder))


@cache
def content_hash(folder: Path) -> str:
    """Return one hash over the files of a dataset and over the code of this package that reads and checks them."""
    code = Path(__file__).resolve().parent
    digest = hashlib.sha256()
    for path in (*sorted(folder.iterdir()), *sorted(code.rglob("*.py"))):
        if path.is_file():
            digest.update(f"{path.name}\0{sha256(path)}\n".encode())
    return digest.hexdigest()


def _remember(folder: Path, warnings: int) -> None:
    content = json.dumps({**_read(), content_hash(folder): warnings}, indent=1)
    # A record that cannot be kept (a full disk, a project that may not be written) costs another check, no more.
    with contextlib.suppress(OSError):
        write_whole(project_root() / VERDICTS_FILE, content)


def _read() -> dict[str, int]:
    try:
        content = json.loads((project_root() / VERDICTS_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # No record, or one that cannot be read: everything is checked, which is always right.
        return {}
    return content if isinstance(content, dict) else {}
