"""Writing the synthetic dataset into a folder: complete, or not at all.

Input: a folder, a seed and a scale. Output: dataset.yaml and every table, as CSV or Parquet.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import yaml

from analysis.errors import NhiemkyError
from analysis.tables.info import INFO_FILE, Settings, read_info
from analysis.tables.read import SUFFIXES
from analysis.tables.sample import bodies as bodies_
from analysis.tables.sample import facts
from analysis.tables.sample.breakdowns import admissions_frame, composition_frame
from analysis.tables.sample.classification import classification_frame
from analysis.tables.sample.draw import Draw
from analysis.tables.sample.flows import make_plan
from analysis.tables.sample.membership import membership_frame, probation_frame, simulate
from analysis.tables.sample.organisations import events_frame, organisations_frame
from analysis.tables.sample.targets import targets_frame
from analysis.tables.schema import TABLES, Table

FILE_FORMATS = ("csv", "parquet")
# One stream of draws a table.
BODIES, FLOWS, MEMBERSHIP, ADMISSIONS, COMPOSITION, TARGETS, CLASSIFICATION = range(7)

# Both languages show where the numbers come from.
FITTED = {
    "vi": "Hiệu chỉnh theo các con số, và chỉ các con số, của một bài báo ngày 02/06/2023: kết nạp 940 trên chỉ tiêu "
    "1.500 (suy ra), 78 tổ chức cơ sở đảng (40 và 38), 5.549 đảng viên, 2 chi bộ cơ sở thành lập mới.",
    "en": "Calibrated to the figures, and to nothing else, of a press article of 2 June 2023: 940 admitted of a target "
    "of 1,500 (derived), 78 grassroots organisations (40 and 38), 5,549 members, 2 cells founded.",
}
NOT_FITTED = {
    "vi": "Không hiệu chỉnh theo số liệu đã công bố nào.",
    "en": "Not calibrated to any published figure.",
}


def write_sample(out: Path, random_seed: int = 2020, scale: int = 1, file_format: str = "csv") -> None:
    """Write the synthetic dataset into `out`, in place of an earlier one; the same bytes for the same arguments.

    scale 1 reproduces the article's figures; scale k is k such Khối side by side, which reproduces nothing.
    Raises NhiemkyError where an argument cannot be used, or `out` holds anything but a synthetic dataset.
    """
    _check_arguments(random_seed, scale, file_format)
    target = out.resolve()
    _check_folder(target)
    frames = make_sample(random_seed, scale)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as work:
        new = Path(work) / "new"
        new.mkdir()
        (new / INFO_FILE).write_text(_info_text(random_seed, scale), encoding="utf-8", newline="\n")
        for name, frame in frames.items():
            _write_table(new / f"{name}.{file_format}", frame)
        if target.exists():
            target.rename(Path(work) / "old")
        new.rename(target)


def make_sample(random_seed: int, scale: int) -> dict[str, pd.DataFrame]:
    """Return every table of the synthetic dataset, typed and sorted as in the schema."""
    bodies = bodies_.make_bodies(scale, Draw(random_seed, BODIES))
    plan = make_plan(scale, Draw(random_seed, FLOWS))
    draw = Draw(random_seed, MEMBERSHIP)
    openings = bodies_.make_openings(bodies, plan.members_at_congress(scale), draw)
    ledger = simulate(bodies, openings, plan, draw)
    membership = _typed(membership_frame(ledger), TABLES["membership"])
    organisations = _typed(organisations_frame(bodies, openings), TABLES["organisations"])
    probation = _typed(probation_frame(ledger), TABLES["probation"])
    events = _typed(events_frame(bodies, openings), TABLES["events"])
    graded = {"membership": membership, "organisations": organisations, "events": events, "probation": probation}
    others = {
        "targets": targets_frame(bodies, membership, Draw(random_seed, TARGETS)),
        "composition": composition_frame(ledger, membership, Draw(random_seed, COMPOSITION)),
        "admissions": admissions_frame(ledger, Draw(random_seed, ADMISSIONS)),
        "classification": classification_frame(bodies, graded, Draw(random_seed, CLASSIFICATION)),
    }
    made = {name: _typed(frame, TABLES[name]) for name, frame in others.items()}
    made |= graded
    return {name: made[name] for name in TABLES}


def _typed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return a frame with the columns, types and order of its table, sorted by its key."""
    types = {name: str(column.dtype) for name, column in table.columns.items()}
    typed = frame[list(types)].astype(types)
    return typed.sort_values(list(table.key), na_position="first", kind="stable", ignore_index=True)


def _write_table(path: Path, frame: pd.DataFrame) -> None:
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
        return
    # Whole numbers without ".0": a target is a count or a percentage.
    whole = {str(name): values.astype("Int64") for name, values in frame.select_dtypes("Float64").items()}
    frame.assign(**whole).to_csv(path, index=False, encoding="utf-8", lineterminator="\n", date_format="%Y-%m-%d")


def _info_text(random_seed: int, scale: int) -> str:
    """Return dataset.yaml: what the dataset is, and that nothing in it is real."""
    more_vi, more_en = (
        ("", "")
        if scale == 1
        else (f" – phóng {scale} lần, không hiệu chỉnh", f" – scaled {scale} times, uncalibrated")
    )
    info = {
        "title_vi": f"Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh (dữ liệu mô phỏng{more_vi})",
        "title_en": f"Party organisation of the provincial Agencies' and Enterprises' Bloc (synthetic data{more_en})",
        "kind": "synthetic",
        "granularity": "month",
        "term_start": facts.TERM_START,
        "term_end": facts.TERM_END,
        "assumed": ["term_start", "term_end"],
        "publishable": True,
        "sources": [_origin(random_seed, scale), FITTED if scale == 1 else NOT_FITTED],
        # Written out although they are the defaults: an assumption is a visible setting.
        "settings": Settings().model_dump(),
    }
    return yaml.safe_dump(info, allow_unicode=True, sort_keys=False, width=1000)


def _origin(random_seed: int, scale: int) -> dict[str, str]:
    command = f"nhiemky sample --random-seed {random_seed} --scale {scale}"
    return {
        "vi": f"Số liệu mô phỏng, do lệnh “{command}” tạo ra; không dòng nào nói về tổ chức hay người có thật.",
        "en": f"Synthetic, generated by “{command}”; no row is about a real organisation or person.",
    }


def _check_arguments(random_seed: int, scale: int, file_format: str) -> None:
    if random_seed < 0:
        raise NhiemkyError(f"random seed {random_seed} is negative. Give a whole number, 0 or more.")
    if scale < 1:
        raise NhiemkyError(f"scale {scale} is too small. Give a whole number, 1 or more.")
    if file_format not in FILE_FORMATS:
        raise NhiemkyError(f"format {file_format!r} is unknown. Allowed: {', '.join(FILE_FORMATS)}.")


def _check_folder(folder: Path) -> None:
    """Raise NhiemkyError where writing would remove anything but an earlier synthetic dataset."""
    if folder.exists() and not folder.is_dir():
        raise NhiemkyError(f"{folder} is a file. Name a folder.")
    present = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    if not present:
        return
    own = {INFO_FILE, *(f"{name}{suffix}" for name in TABLES for suffix in SUFFIXES)}
    foreign = [name for name in present if name not in own]
    if foreign or INFO_FILE not in present or not _is_synthetic(folder):
        what = f"holds {foreign[0]}" if foreign else "is not a synthetic dataset"
        raise NhiemkyError(
            f"{folder} {what}: nothing was written. Name an empty folder, or one that an earlier "
            "`nhiemky sample` wrote."
        )


def _is_synthetic(folder: Path) -> bool:
    try:
        return read_info(folder / INFO_FILE).is_synthetic
    except NhiemkyError:
        return False
