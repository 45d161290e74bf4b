"""A chart's specification: as Altair writes it, and refused where the schema refuses it."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest
from altair.utils.schemapi import SchemaValidationError

from analysis.figures.spec import write_spec

ROWS = pd.DataFrame({"sector": ["a", "b"], "admitted_n": [3, 5]})


def layered(**axis: object) -> alt.LayerChart:
    bars = alt.Chart(ROWS).mark_bar().encode(x=alt.X("admitted_n:Q", axis=axis), y="sector:N")
    return bars + alt.Chart(ROWS).mark_text().encode(x="admitted_n:Q", y="sector:N", text="admitted_n:Q")


def test_the_specification_is_altairs_own():
    assert write_spec(layered(title="people")) == layered(title="people").to_dict()


def test_a_property_that_vega_lite_does_not_know_is_named():
    with pytest.raises(SchemaValidationError, match="titel"):
        write_spec(layered(titel="people"))
    # Without the check it would pass unseen: Vega-Lite leaves out what it does not know.
    assert layered(titel="people").to_dict(validate=False)["layer"][0]["encoding"]["x"]["axis"] == {"titel": "people"}
