"""The data dictionary of the printed figures as a table, from the schema: it travels with the file."""

from __future__ import annotations

import pandas as pd

from analysis.tables.schema import FIGURES, allowed_values, unit_of

# The schema describes its columns in English, for whoever works on it; the file also goes to Vietnamese readers.
MEANINGS_VI = {
    "figure_id": "Mã cố định của con số",
    "body": "Đảng bộ mà con số nói đến, như đã in",
    "province": "Tỉnh, theo tên khi đó",
    "level": "Cấp của đảng bộ",
    "measure": "Đếm cái gì",
    "value": "Giá trị; nếu có value_high thì là đầu dưới của khoảng",
    "value_high": "Đầu trên của khoảng",
    "value_bound": "Mức chính xác của giá trị đã in",
    "value_basis": "Đã in, hay suy ra từ số đã in",
    "value_as_printed": "Đúng các ký tự đã in; để trống nếu suy ra",
    "printed_language": "Ngôn ngữ của cách viết số",
    "unit": "Đơn vị của giá trị",
    "is_cumulative": "Mức xếp loại có gồm các mức cao hơn không",
    "period_kind": "Loại kỳ",
    "period_start": "Ngày đầu kỳ",
    "period_end": "Ngày cuối kỳ",
    "date_basis": "Ngày được xác định từ đâu",
    "url": "Địa chỉ nguồn",
    "publisher": "Nơi công bố",
    "published_on": "Ngày công bố",
    "confidence": "Độ chắc chắn khi đọc nguồn",
    "note": "Ghi chú của người ghi",
}


def figures_dictionary() -> pd.DataFrame:
    """Return one row per column of figures.csv, in the order of the file.

    Columns: column, meaning_vi, meaning_en, unit, allowed (codes with "; " between them; empty: any text will do),
    may_be_empty (yes or no), is_key (yes or no).
    """
    columns = FIGURES.columns
    return pd.DataFrame(
        {
            "column": list(columns),
            "meaning_vi": [MEANINGS_VI[name] for name in columns],
            "meaning_en": [str(column.description) for column in columns.values()],
            "unit": [unit_of(column) for column in columns.values()],
            "allowed": ["; ".join(allowed_values(column)) for column in columns.values()],
            "may_be_empty": ["yes" if column.nullable else "no" for column in columns.values()],
            "is_key": ["yes" if name in FIGURES.key else "no" for name in columns],
        }
    )
