"""What is installed: conda's names against pyproject, a lock with hashes and no address, nothing of one machine."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterable

import pytest
import yaml
from frames import ROOT

# Where conda-forge has another name than pip.
CONDA_NAMES = {"duckdb": "python-duckdb", "playwright": "playwright-python"}
# Not on conda-forge; environment.yml says what is missing without it.
NOT_ON_CONDA = {"axe-playwright-python"}
# conda's own needs, which pyproject states elsewhere or does not need to.
CONDA_ONLY = {"python", "pip"}
NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(.*)")
# Spelt in parts, so that this file does not hold what it forbids.
REGISTRIES = (
    "py" + "pi.org",
    "python" + "hosted",
    "ana" + "conda.org",
    "prefix" + ".dev",
    "npm" + "js.",
    "jf" + "rog",
    "arti" + "factory",
    "gemf" + "ury",
    "index" + "-url",
    "trusted" + "-host",
)
# The one command that writes the lock says which options keep addresses out of it.
MAY_NAME_OPTIONS = {"Makefile": ("--no-emit-index" + "-url",)}
MACHINE_PATH = re.compile(r"(?<![\w.:/~$}])/(?:home|root|work|Users|mnt|opt|srv)/\w|(?i:\b[a-z]:\\users\\)")


def split(requirement: str) -> tuple[str, str]:
    """Return the name and the bounds of a requirement, without markers and blanks."""
    name, bounds = NAME.fullmatch(requirement.split(";", maxsplit=1)[0].strip()).groups()
    return name.lower(), bounds.replace(" ", "")


def pyproject() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def required() -> dict[str, str]:
    """Return every dependency of pyproject, extras too, with its bounds."""
    project = pyproject()
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return dict(split(line) for line in [*project["dependencies"], *extras])


def on_conda() -> dict[str, str]:
    content = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    return dict(split(line) for line in content["dependencies"])


def locked() -> list[tuple[str, list[str]]]:
    """Return every entry of the lock: its first line, and its hashes."""
    entries: list[tuple[str, list[str]]] = []
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        text = line.strip().removesuffix("\\").strip()
        if text.startswith("--hash="):
            entries[-1][1].append(text.removeprefix("--hash="))
        elif text and not text.startswith("#"):
            entries.append((text, []))
    return entries


def tracked() -> list[str]:
    """Return the text files that git tracks."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [name for name in listed.split("\0") if name and not name.endswith((".png", ".jpg", ".parquet", ".xlsx"))]


def lines_with(pattern: re.Pattern[str], names: Iterable[str]) -> list[str]:
    found = []
    for name in names:
        path = ROOT / name
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for allowed in MAY_NAME_OPTIONS.get(name, ()):
            text = text.replace(allowed, "")
        found += [f"{name}:{number}" for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]
    return found


def test_conda_has_the_same_packages_under_its_own_names():
    assert set(on_conda()) - CONDA_ONLY == {CONDA_NAMES.get(name, name) for name in required().keys() - NOT_ON_CONDA}


def test_conda_has_the_same_bounds():
    conda = on_conda()
    shared = {name: bounds for name, bounds in required().items() if name not in NOT_ON_CONDA}
    assert {name: conda[CONDA_NAMES.get(name, name)] for name in shared} == shared


def test_conda_asks_for_the_same_python():
    assert on_conda()["python"] == pyproject()["requires-python"]


def test_conda_takes_packages_from_one_channel():
    content = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert content["channels"] == ["conda-forge", "nodefaults"]
    assert all(isinstance(line, str) for line in content["dependencies"])


def test_every_runtime_dependency_is_bounded_on_both_sides():
    open_ended = [line for line in pyproject()["dependencies"] if not re.search(r">=[\d.]+,<[\d.]+$", line)]
    assert open_ended == []


def test_the_named_dependencies_are_there():
    assert {"jupyterlab", "pandas", "altair", "papermill", "nbval"} <= set(required())


def test_the_lock_pins_every_entry_with_hashes():
    entries = locked()
    assert len(entries) > 100
    unpinned = [line for line, _ in entries if not re.match(r"[A-Za-z0-9._-]+==[^ ;]+", line)]
    assert unpinned == []
    loose = [
        line
        for line, hashes in entries
        if not hashes or not all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in hashes)
    ]
    assert loose == []


def test_the_lock_holds_every_package_that_pyproject_names():
    names = {re.split(r"==", line)[0].lower().replace("_", "-") for line, _ in locked()}
    assert set(required()) - names == set()


def test_the_lock_names_no_address_and_no_option():
    content = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "http:" not in content
    assert "https:" not in content
    assert "file:" not in content
    assert "git+" not in content
    assert [line for line, _ in locked() if line.startswith("-") or "@" in line] == []


def test_the_search_reads_the_tracked_files():
    names = tracked()
    assert len(names) > 80
    assert {"pyproject.toml", "requirements.lock", "Makefile", "environment.yml"} <= set(names)


def test_no_tracked_file_names_a_registry():
    pattern = re.compile("|".join(re.escape(host) for host in REGISTRIES), re.IGNORECASE)
    assert lines_with(pattern, tracked()) == []


def test_no_tracked_file_names_a_path_of_one_machine():
    assert lines_with(MACHINE_PATH, tracked()) == []


@pytest.mark.parametrize(
    "line", ["root = '/ho" + "me/ann/project'", "see /wo" + "rk/main", "C:\\Us" + "ers\\ann", "(/Us" + "ers/ann/x)"]
)
def test_a_path_of_one_machine_is_found(line):
    assert MACHINE_PATH.search(line)


@pytest.mark.parametrize("line", ["tests/work/x", "https://x.example/home/a", "~/work/x", "$HOME/work/x", "./home/a"])
def test_other_paths_are_left_alone(line):
    assert not MACHINE_PATH.search(line)


def test_a_requirement_is_split_into_name_and_bounds():
    assert split("Pandas >=3.0, <4 ; python_version > '3'") == ("pandas", ">=3.0,<4")
    assert split("pip") == ("pip", "")
