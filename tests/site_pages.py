"""A small edition for the tests of pages: real blocks, a real chart, jobs of three periods in two languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import altair as alt
import nbformat
import pandas as pd

from analysis.figures.block import Block, Definitions, Findings, KeyNumber, KeyNumbers, Masthead
from analysis.figures.figure import Figure
from analysis.figures.table import HIDDEN, Column, Table
from analysis.figures.theme import ACCENT
from analysis.params import ReportParams
from analysis.site.publish import publish_page

BODY = "Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh"
SECTORS = (
    "Cơ quan Đảng, đoàn thể",
    "Cơ quan Nhà nước",
    "Đơn vị sự nghiệp",
    "DN có vốn Nhà nước",
    "DN ngoài Nhà nước, HTX",
    "Loại hình khác",
)
ADMITTED = (212, 318, 173, 141, 62, 34)
TARGET = (300, 450, 300, 250, 120, 80)
HOSTILE = 'Chi bộ <script>alert("x")</script> & "Ưỡ ễ ậ ợ"'
SYNTHETIC = "Dữ liệu mô phỏng, không phải số liệu thật."
REPORTS = (("2023-q1", "2023-Q1"), ("2023-midterm", "term:2023-06-02"), ("2023-9m", "2023-9M"))


@dataclass(frozen=True)
class FakeJob:
    """A job of the shape that the batch hands over."""

    params: ReportParams
    name: str
    page: str


def make_job(
    report: str = "2023-midterm", period: str = "term:2023-06-02", name: str = "admissions", **changes: str
) -> FakeJob:
    asked = {
        "report": report,
        "period": period,
        "compare_with": "",
        "dataset": "data/sample",
        "audience": "public",
        "language": "vi",
        "sector": "",
        "organisation": "",
        **changes,
    }
    scope = asked["organisation"] or asked["sector"]
    page = f"{report}/{name}.{scope}.{asked['language']}.html" if scope else f"{report}/{name}.{asked['language']}.html"
    return FakeJob(ReportParams(**asked), name, page)


def make_jobs(**changes: str) -> list[FakeJob]:
    return [
        make_job(report, period, name, language=language, **changes)
        for report, period in REPORTS
        for name in ("overview", "admissions")
        for language in ("vi", "en")
    ]


def notebook_of(*blocks: Block, left_out: Sequence[Block] = ()) -> nbformat.NotebookNode:
    """Return an executed notebook whose cells put out these blocks, and some more that the page leaves out."""
    cells = [nbformat.v4.new_markdown_cell("# For the analyst"), nbformat.v4.new_code_cell("x = 1")]
    for block, tags in [*((block, []) for block in blocks), *((block, ["remove-cell"]) for block in left_out)]:
        output = nbformat.v4.new_output("execute_result", block._repr_mimebundle_(), execution_count=1)
        cells.append(nbformat.v4.new_code_cell("block", outputs=[output], metadata={"tags": tags}))
    return nbformat.v4.new_notebook(cells=cells)


def masthead(language: str = "vi", **changes: object) -> Masthead:
    is_vi = language == "vi"
    head = Masthead(
        language=language,
        body=BODY if is_vi else "Party Organisation of the Bloc of Agencies and Enterprises",
        title="Kết nạp đảng viên" if is_vi else "Admissions",
        period="Từ đầu nhiệm kỳ đến 02/06/2023" if is_vi else "From the start of the term to 2 June 2023",
        data_as_of="Số liệu đến 31/05/2023" if is_vi else "Data as of 31 May 2023",
        audience="Bản công khai" if is_vi else "Public edition",
        status="Dữ liệu mô phỏng, không phải số liệu thật" if is_vi else "Synthetic data, not real figures",
        is_synthetic=True,
        scope="",
        compared_with="So với: từ đầu nhiệm kỳ đến 02/06/2022"
        if is_vi
        else "Compared with: start of the term to 2 June 2022",
    )
    return replace(head, **changes)


def key_numbers(language: str = "vi") -> KeyNumbers:
    return KeyNumbers(
        language,
        (
            KeyNumber(
                "Đảng viên mới kết nạp", "940", "người", "62,67% của chỉ tiêu 1.500", "+312 so với cùng kỳ", 62.67
            ),
            KeyNumber("Đảng viên hoàn thành tốt trở lên", "96,2%", "", "106,89% của chỉ tiêu 90%", "+0,4 điểm", 106.89),
            KeyNumber("Tổ chức cơ sở đảng", "78", "tổ chức", "40 đảng bộ, 38 chi bộ", "+2 so với đầu nhiệm kỳ"),
            KeyNumber("Đảng viên", "5.549", "người", "", "+148 so với cùng kỳ"),
        ),
    )


def bar_chart(rows: pd.DataFrame) -> alt.LayerChart:
    base = alt.Chart(rows).encode(
        y=alt.Y("sector:N", sort=None, title=None),
        x=alt.X("admitted_n:Q", title=None, scale=alt.Scale(domain=[0, 480])),
    )
    bars = base.mark_bar(color=ACCENT)
    target = base.mark_tick(color="#b3440c", thickness=3, size=18).encode(x="target_n:Q")
    return bars + base.mark_text(align="left", dx=4).encode(text="admitted_n:Q") + target


def sector_figure(
    language: str = "vi", figure_id: str = "admissions-by-sector", names: Sequence[str] = SECTORS
) -> Figure:
    rows = pd.DataFrame({"sector": names, "admitted_n": ADMITTED, "target_n": TARGET})
    columns = (
        Column("sector", "Loại hình", "text"),
        Column("admitted_n", "Kết nạp (người)", "count"),
        Column("target_n", "Chỉ tiêu (người)", "count"),
        Column("attained_pct", "Đạt (%)", "pct"),
        Column("change_n", "So với cùng kỳ", "signed"),
    )
    cells = [
        (name, admitted, target, 100 * admitted / target, 12)
        for name, admitted, target in zip(names, ADMITTED, TARGET, strict=True)
    ]
    cells[-1] = (names[-1], HIDDEN, 80, HIDDEN, None)
    return Figure(
        language=language,
        figure_id=figure_id,
        heading="Kết nạp theo loại hình",
        finding="Chưa loại hình nào đạt chỉ tiêu; cơ quan Đảng, đoàn thể gần nhất với 70,67%",
        subtitle="Số đảng viên mới kết nạp (người) và chỉ tiêu cả nhiệm kỳ, theo loại hình, toàn Đảng bộ Khối, "
        "từ đầu nhiệm kỳ đến 02/06/2023",
        chart=bar_chart(rows),
        alt_text=f"Biểu đồ thanh ngang. {names[0]}: 212 trên 300. Số liệu ở bảng bên dưới.",
        source="Nguồn: báo cáo của các tổ chức cơ sở đảng, data/sample.",
        notes=(SYNTHETIC, "“ẩn”: số nhỏ được ẩn để không nhận ra cá nhân."),
        table=Table(columns, tuple(cells)),
    )


def monthly_figure(language: str = "vi") -> Figure:
    months = pd.date_range("2020-10-31", periods=32, freq="ME")
    rows = pd.DataFrame({"month": months, "admitted_n": [round(940 * (i + 1) / 32) for i in range(32)]})
    chart = (
        alt.Chart(rows)
        .mark_line()
        .encode(x=alt.X("month:T", title=None, axis=alt.Axis(format="%m/%Y")), y=alt.Y("admitted_n:Q", title=None))
        .properties(height=220)
    )
    columns = (Column("month", "Tháng", "date"), Column("admitted_n", "Lũy kế (người)", "count"))
    cells = tuple((row.month.date().isoformat(), int(row.admitted_n)) for row in rows.itertuples())
    return Figure(
        language=language,
        figure_id="admissions-running-total",
        heading="Kết nạp lũy kế",
        finding="Đến 31/05/2023 đã kết nạp 940 đảng viên",
        subtitle="Số đảng viên mới kết nạp, lũy kế từ đầu nhiệm kỳ (người)",
        chart=chart,
        alt_text="Biểu đồ đường đi lên từ 29 đến 940.",
        source="Nguồn: data/sample.",
        notes=(SYNTHETIC,),
        table=Table(columns, cells),
    )


def definitions(language: str = "vi") -> Definitions:
    return Definitions(
        language,
        "Giải thích, nguồn và cách tính" if language == "vi" else "Definitions and sources",
        (
            ("Kết nạp đảng viên", "Người được tổ chức lễ kết nạp trong kỳ, gồm cả kết nạp lại."),
            ("Chỉ tiêu", "Chỉ tiêu cả nhiệm kỳ do Đại hội giao: 1.500 đảng viên (giả định trong dữ liệu mô phỏng)."),
        ),
        {"Bộ dữ liệu": "data/sample · SHA-256 0123456789abcdef", "Phiên bản": "nhiemky 0.1.0, pandas 3.1.0"},
        {"data/sample/membership.csv": "0123456789abcdef"},
    )


def full_notebook(language: str = "vi", names: Sequence[str] = SECTORS) -> nbformat.NotebookNode:
    """Return a notebook with every kind of block."""
    findings = Findings(
        language,
        "what-changed",
        "Điểm chính",
        (
            "Từ đầu nhiệm kỳ đến 31/05/2023, toàn Đảng bộ Khối kết nạp 940 đảng viên, đạt 62,67% chỉ tiêu 1.500.",
            "Nhiều hơn cùng kỳ năm trước 312 người; tăng nhiều nhất ở cơ quan Nhà nước.",
        ),
    )
    return notebook_of(
        masthead(language),
        key_numbers(language),
        findings,
        sector_figure(language, names=names),
        monthly_figure(language),
        definitions(language),
        left_out=[Findings(language, "for-nbval", "Left out of the page", ("Left out sentence",))],
    )


def publish_edition(out: Path) -> list[Path]:
    """Write the pages of all jobs under `out` and return them."""
    jobs = make_jobs()
    return [publish_page(full_notebook(job.params.language), job, jobs, out)[0] for job in jobs]
