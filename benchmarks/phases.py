"""Where the time of one report goes: `python -m benchmarks.phases`, in shares of a profile over 20 fixed reports.

Each report runs as in a batch, forked from a process that holds what `nhiemky render` holds, under cProfile. A profile
slows small calls more than large ones: the shares are a map, not a measurement; `make bench` measures.
"""

from __future__ import annotations

import cProfile
import json
import os
import pstats
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from analysis.render.charts import ChartServer
from analysis.render.plan import Selection, plan_jobs
from analysis.render.startup import skip_slow_imports
from analysis.render.task import Batch, Publisher
from benchmarks.scene import fixed_scene

REPORTS_N = 20
# Where the time of a function is counted, by a part of its file's path; the first that fits.
PARTS = (
    ("analysis/figures", "figures: words, tables, charts as specifications"),
    ("analysis/site", "the page, its CSV and XLSX"),
    ("xlsxwriter", "the page, its CSV and XLSX"),
    ("jinja2", "the page, its CSV and XLSX"),
    ("analysis/", "measures, disclosure, the report"),
    ("altair", "altair, with the validation of its charts"),
    ("jsonschema", "altair, with the validation of its charts"),
    ("referencing", "altair, with the validation of its charts"),
    ("narwhals", "altair, with the validation of its charts"),
    ("pandas", "pandas, numpy, pyarrow"),
    ("numpy", "pandas, numpy, pyarrow"),
    ("pyarrow", "pandas, numpy, pyarrow"),
    ("IPython", "kernel, papermill, nbclient"),
    ("ipykernel", "kernel, papermill, nbclient"),
    ("jupyter", "kernel, papermill, nbclient"),
    ("nbclient", "kernel, papermill, nbclient"),
    ("nbformat", "kernel, papermill, nbclient"),
    ("papermill", "kernel, papermill, nbclient"),
    ("traitlets", "kernel, papermill, nbclient"),
    ("asyncio", "kernel, papermill, nbclient"),
)
# Time in these stands for another process: the server that draws, which the report waits for.
WAITING = ("method 'poll' of 'select.poll'", "posix.read")
DRAWING, REST = "waiting for the charts to be drawn", "the rest: Python's own library and built-in functions"


def part_of(file: str, function: str) -> str:
    """Return the part of the work that a function belongs to."""
    if any(name in function for name in WAITING):
        return DRAWING
    return next((part for path, part in PARTS if path in file), REST)


def profile_reports(root: Path) -> Counter[str]:
    """Return the seconds of each part, summed over the reports of a project."""
    skip_slow_imports()
    os.chdir(root)
    from analysis.render import preload
    from analysis.site.publish import prepare_pages, publish_error, publish_page, publish_site

    jobs = plan_jobs(
        sorted((root / "notebooks").glob("*.ipynb")), sorted((root / "params").glob("*.yaml")), Selection(["vi"])
    )
    batch = Batch(
        jobs=jobs,
        linked=jobs,
        publisher=Publisher(publish_page, publish_error, publish_site, prepare_pages),
        root=root,
        out=root / "build/site",
        executed=root / "build/executed",
        engine="warm",
        datasets=[root / "data/sample"],
    )
    preload.hold_batch(batch.save(root / "batch.pickle"))
    seconds: Counter[str] = Counter()
    server = ChartServer(root, 0)
    try:
        server.wait_until_ready()
        os.environ["NHIEMKY_CHART_SERVER"] = server.address
        for index in range(len(jobs)):
            seconds.update(_profile_in_a_fork(batch, index, root / "profile.json"))
    finally:
        server.close()
    return seconds


def _profile_in_a_fork(batch: Batch, index: int, result: Path) -> Mapping[str, float]:
    child = os.fork()
    if child == 0:
        from analysis.render.worker import make_report

        profile = cProfile.Profile()
        profile.runcall(make_report, batch, batch.jobs[index], lambda _: None)
        result.write_text(json.dumps(_sum_up(pstats.Stats(profile))), encoding="utf-8")
        os._exit(0)
    os.waitpid(child, 0)
    return dict(json.loads(result.read_text(encoding="utf-8")))


def _sum_up(stats: Any) -> dict[str, float]:
    """Return the seconds of each part; a built-in function counts for the part that called it."""
    seconds: Counter[str] = Counter()
    for (file, _, function), (_, _, own, _, callers) in stats.stats.items():
        if file != "~" or any(name in function for name in WAITING):
            seconds[part_of(file, function)] += own
            continue
        for (calling, _, caller), (_, _, its_own, _) in callers.items():
            seconds[part_of(calling, caller)] += its_own
    return dict(seconds)


@click.command()
def main() -> None:
    """Print the share of each part."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="nhiemky-phases-") as folder:
        root = Path(folder) / "project"
        fixed_scene(root, REPORTS_N)
        seconds = profile_reports(root)
        os.chdir(here)
    whole = sum(seconds.values())
    for part, taken in seconds.most_common():
        click.echo(f"{100 * taken / whole:5.1f} %  {1000 * taken / REPORTS_N:6.0f} ms a report  {part}")


if __name__ == "__main__":
    main()
