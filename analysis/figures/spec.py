"""A chart as a Vega-Lite specification that its schema allows."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import altair as alt

if TYPE_CHECKING:
    from jsonschema_rs import Draft7Validator

# Names of the schema's definitions, as references to them must be written to be addresses.
IN_ADDRESSES = str.maketrans({mark: f"%{ord(mark):02X}" for mark in '<>|[]{}" '})


def write_spec(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return the specification of a chart.

    Altair's own check takes longer than everything else that is done with a chart. The same schema is asked first by a
    quick validator; what that one refuses goes to Altair, whose message names the part that is wrong.
    Raises SchemaValidationError of altair.utils.schemapi.
    """
    spec: dict[str, Any] = chart.to_dict(validate=False)
    return spec if vega_lite_schema().is_valid(spec) else chart.to_dict()


@cache
def vega_lite_schema() -> Draft7Validator:
    """Return the schema that Altair brings, made ready once a process."""
    import jsonschema_rs
    from altair.vegalite.v6.schema.core import load_schema

    return jsonschema_rs.Draft7Validator(_with_addresses(load_schema()))


def _with_addresses(part: Any) -> Any:
    """Return a part of the schema with its references as addresses."""
    if isinstance(part, dict):
        return {
            key: value.translate(IN_ADDRESSES) if key == "$ref" and isinstance(value, str) else _with_addresses(value)
            for key, value in part.items()
        }
    return [_with_addresses(value) for value in part] if isinstance(part, list) else part
