"""A dataset: the folder's dataset.yaml and its tables, each read when it is first asked for.

Input: a folder as described in data/README.md. Output: Dataset, whose `table` returns typed frames.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pandas as pd

from analysis.errors import DataError, Problem
from analysis.files import file_hash
from analysis.tables.info import INFO_FILE, DatasetInfo, dataset_problem, read_info
from analysis.tables.read import SUFFIXES, empty_table, find_table_file, read_table
from analysis.tables.schema import TABLES


@dataclass
class Dataset:
    """A dataset on disk. `asked` names the tables that were read: what a report depends on."""

    root: Path
    info: DatasetInfo
    asked: set[str] = field(default_factory=set)
    _frames: dict[str, pd.DataFrame | DataError] = field(default_factory=dict, repr=False)

    def has(self, name: str) -> bool:
        return find_table_file(self.root, name) is not None

    def table(self, name: str) -> pd.DataFrame:
        """Return a table with the columns and types of the schema; without rows where the dataset lacks it.

        Raises DataError with every problem of the file.
        """
        self.asked.add(name)
        if name not in self._frames:
            self._frames[name] = self._read(name)
        frame = self._frames[name]
        if isinstance(frame, DataError):
            raise frame
        return frame

    def apart(self) -> Dataset:
        """Return the same dataset with its own `asked`: what is read there does not count as asked for here."""
        return replace(self, asked=set())

    def _read(self, name: str) -> pd.DataFrame | DataError:
        path = find_table_file(self.root, name)
        # Hashed before it is read: should somebody change it in between, the record names content that is gone, and the
        # page is made again. The other way round it would stay wrong for good.
        file_hash(path or self.root / f"{name}.csv")
        try:
            return empty_table(name) if path is None else read_table(path, name)
        except DataError as error:
            return error

    def data_date(self, day: date) -> date | None:
        """Return the last row date on or before a day; None where the dataset begins later."""
        ends = self.table("membership")["period_end"]
        reached = ends[ends <= pd.Timestamp(day)]
        return None if reached.empty else reached.max().date()


def open_dataset(root: Path) -> Dataset:
    """Return the dataset in a folder; its tables are not read yet.

    Raises DataError where the folder, dataset.yaml or a required table is missing, dataset.yaml is wrong, or a file
    belongs to no table. Then the tables are read too, so that one error lists what is wrong in all of them.
    """
    if not root.is_dir():
        raise DataError([dataset_problem("missing", "dataset", "no_folder", path=root)], str(root))
    problems: list[Problem] = []
    file_hash(root / INFO_FILE)  # Before it is read, as with the tables.
    try:
        info = read_info(root / INFO_FILE)
    except DataError as error:
        problems.extend(error.problems)
    problems.extend(_wrong_files(root))
    if problems:
        raise DataError([*problems, *_unreadable_tables(root)], str(root))
    return Dataset(root, info)


def _wrong_files(root: Path) -> Iterator[Problem]:
    for name, table in TABLES.items():
        found = [f"{name}{suffix}" for suffix in SUFFIXES if (root / f"{name}{suffix}").is_file()]
        if table.is_required and not found:
            yield dataset_problem("missing", name, "no_table", table=name)
        if len(found) > 1:
            yield dataset_problem("unknown", name, "two_files", table=name, files=", ".join(found))
    for path in sorted(root.iterdir()):
        if path.suffix in SUFFIXES and path.stem not in TABLES:
            yield dataset_problem("unknown", path.stem, "unknown_table", file=path.name, allowed=", ".join(TABLES))


def _unreadable_tables(root: Path) -> Iterator[Problem]:
    for name in TABLES:
        path = find_table_file(root, name)
        try:
            if path is not None:
                read_table(path, name)
        except DataError as error:
            yield from error.problems
