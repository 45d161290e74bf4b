"""A record of a run for other programs: one JSON object a line, written as things happen.

Input: events of a batch. Output: lines at the end of a file. Events: begin, report, end; times are UTC.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from analysis.render.lanes import Outcome
from analysis.render.plan import Job


class EventLog:
    """Adds events to a file, which may hold earlier runs; to nothing where there is no file."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._file: TextIO | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            # A line at a time, so that whoever follows the file, or reads it after a crash, sees whole events.
            self._file = path.open("a", encoding="utf-8", buffering=1)

    def write(self, event: str, **fields: Any) -> None:
        """Add one event. A log that cannot be written is given up, and said so, but stops no report."""
        if self._file is None:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        try:
            self._file.write(json.dumps({"time": now, "event": event, **fields}, ensure_ascii=False) + "\n")
        except OSError as error:
            self._file = None
            sys.stderr.write(f"{self._path}: the log ends here ({error.strerror}).\n")

    def report(self, job: Job, outcome: Outcome) -> None:
        """Add how one report ended; of a failure all that is known."""
        fields: dict[str, Any] = {"status": "rendered"}
        if (failure := outcome.failure) is not None:
            fields = {
                "status": "failed",
                "kind": failure.kind,
                "cell": failure.cell,
                "error": failure.error_name,
                "message": failure.message,
                "parameters": dict(failure.parameters),
            }
        self.write(
            "report",
            audience=job.params.audience,
            page=job.page,
            notebook=job.name,
            seconds=round(outcome.seconds, 3),
            **fields,
        )


NO_LOG = EventLog()
