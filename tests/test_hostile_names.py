"""Whole pages of a dataset whose names attack: what they say is shown, and nothing of it is done."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import docx
import pytest
import yaml
from render_project import make_project, nhiemky

from analysis.render.lanes import can_fork

pytestmark = pytest.mark.skipif(not can_fork(), reason="the warm engine needs fork")

ATTACKS = (
    '<script>alert("1")</script>',
    '"><img src=x onerror=alert(2)>',
    "]]></text></svg><script>alert(3)</script><!--",
    '=HYPERLINK("http://x","y")',
    "@SUM(1+1)*cmd|'/c calc'!A0",
    "-2+3",
    "+84 & \u2028\u2029 </style></title>",
    "{{ 7*7 }}{% raw %} {n:count} %s ' datum[1]",
    "javascript:alert(4)",
)
# The check of the printed figures lets web addresses through, and nothing else.
ADDRESS = "https://x.example/\"><script>alert(5)</script>'onclick='alert(6)"
TITLE = f"Bộ {ATTACKS[0]} {ATTACKS[1]}"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
MAY_RUN = re.compile(r"[./]*assets/[\w.-]+\.js")


class Tags(HTMLParser):
    """Collects the tags of a page with their attributes, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The public and the internal pages of a dataset in which every organisation and its own title attack."""
    root = make_project(tmp_path_factory.mktemp("project") / "p", ("structure", "admissions", "published"), ("2023",))
    folder = root / "data" / "sample"
    with (folder / "organisations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for place, row in enumerate(rows):
        row["name"] = f"{ATTACKS[place % len(ATTACKS)]} {row['org_id']}"
    with (folder / "organisations.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    described = yaml.safe_load((folder / "dataset.yaml").read_text(encoding="utf-8"))
    described |= {"title_vi": TITLE, "title_en": TITLE, "sources": list(ATTACKS)}
    (folder / "dataset.yaml").write_text(yaml.safe_dump(described, allow_unicode=True), encoding="utf-8")
    _attack_printed_figures(root)
    for audience in ("public", "internal"):
        nhiemky(root, "render", "--lang", "vi", "--audience", audience, "--docx")
    return {"public": root / "build" / "site", "internal": root / "build" / "internal"}


def _attack_printed_figures(root: Path) -> None:
    published = root / "data" / "published"
    published.mkdir()
    source = Path(__file__).parents[1] / "data" / "published" / "figures.csv"
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    bodies = sorted({row["body"] for row in rows})
    for row in rows:
        row["body"] = f"{ATTACKS[bodies.index(row['body']) % len(ATTACKS)]} {bodies.index(row['body'])}"
        row["publisher"], row["url"] = ATTACKS[1], ADDRESS
    with (published / "figures.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def files_of(editions: dict[str, Path], suffix: str) -> Iterator[Path]:
    for out in editions.values():
        yield from sorted(out.rglob(f"*{suffix}"))


def test_the_attacks_reach_pages_tables_and_documents(editions: dict[str, Path]) -> None:
    pages = "\n".join(Tags(page.read_text(encoding="utf-8")).words for page in files_of(editions, ".html"))
    assert TITLE in pages
    assert all(" ".join(attack.split()) in " ".join(pages.split()) for attack in ATTACKS)
    tables = "".join(path.read_text(encoding="utf-8-sig") for path in files_of(editions, ".csv"))
    assert any(attack in tables for attack in ATTACKS[3:6])
    assert len(list(files_of(editions, ".docx"))) == 6


def test_no_page_runs_or_fetches_what_a_name_asks_for(editions: dict[str, Path]) -> None:
    for page in files_of(editions, ".html"):
        tags = Tags(page.read_text(encoding="utf-8")).tags
        scripts = [attributes for tag, attributes in tags if tag == "script"]
        # A script is a file of the site, or data that no browser runs.
        foreign = [s for s in scripts if not MAY_RUN.fullmatch(s.get("src") or "")]
        assert [script for script in foreign if "json" not in (script.get("type") or "")] == []
        assert not {tag for tag, _ in tags} & {"img", "iframe", "object", "embed"}
        # The one form is the index's own search, which sends nothing.
        forms = [attributes for tag, attributes in tags if tag == "form"]
        assert [form for form in forms if form.get("class") != "find" or "action" in form] == []
        assert page.parent in editions.values() or not forms
        assert [name for _, attributes in tags for name in attributes if name.startswith("on")] == []
        addresses = [a.get(name) or "" for _, a in tags for name in ("href", "src", "action")]
        assert [address for address in addresses if address.lower().startswith(("javascript:", "http://x"))] == []


def test_every_drawing_is_whole_and_only_draws(editions: dict[str, Path]) -> None:
    drawings = [
        drawing
        for page in files_of(editions, ".html")
        for drawing in re.findall(r'<svg(?=[^>]*role="img").*?</svg>', page.read_text(encoding="utf-8"), re.S)
    ]
    assert len(drawings) > 20
    for drawing in drawings:
        tags = {element.tag.lower() for element in ElementTree.fromstring(drawing).iter()}
        assert not tags & {"script", "image", "foreignobject", "a", "use"}


def test_no_cell_of_a_table_is_a_formula(editions: dict[str, Path]) -> None:
    for path in files_of(editions, ".csv"):
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))):
            # A number may be negative; a text may not begin as a formula does.
            texts = [cell for cell in row if not re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell)]
            assert [cell for cell in texts if cell.startswith(FORMULA_SIGNS)] == [], path.name
    for path in files_of(editions, ".xlsx"):
        with zipfile.ZipFile(path) as book:
            sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
            assert not any("<f>" in sheet or "hyperlink" in sheet.lower() for sheet in sheets), path.name


def test_documents_open_and_have_no_fields_but_their_own(editions: dict[str, Path]) -> None:
    for path in files_of(editions, ".docx"):
        document = docx.Document(str(path))
        body = document.element.xml
        assert set(re.findall(r'w:instr=" (\w+)', body)) <= {"SEQ", "REF"}
        assert "w:instrText" not in body
        linked = {link.target_ref for link in document.part.rels.values() if link.is_external}
        assert linked <= {ADDRESS}


def test_the_manifest_is_read_again(editions: dict[str, Path]) -> None:
    for out in editions.values():
        reports = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["reports"]
        assert [entry["status"] for entry in reports] == ["rendered"] * 3


def test_nothing_internal_lies_in_the_public_folder(editions: dict[str, Path]) -> None:
    public = "".join(
        path.read_text(encoding="utf-8-sig")
        for path in files_of({"": editions["public"]}, "")
        if path.suffix in (".html", ".csv", ".json")
    )
    internal = "".join(path.read_text(encoding="utf-8-sig") for path in files_of({"": editions["internal"]}, ".csv"))
    # Every organisation's name ends in its id, which no public file may hold.
    assert re.search(r" TC\d{3}\b", internal)
    assert re.findall(r"\bTC\d{3}\b", public) == []
    root = editions["public"].parents[1]
    for audience, folder in (("internal", "site"), ("public", "internal")):
        said = nhiemky(root, "render", "structure", "--audience", audience, "--out", f"build/{folder}", status=2)
        assert "need a folder of their own" in said
