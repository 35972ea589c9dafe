"""The JSON Schema of scheme files, for editors: made from the rule kinds, so it never says anything else.

Print it with `python -m estimator schema`; it is kept beside the schemes as `scheme.schema.json`.
"""

import json
from typing import Any

from estimator.kinds import load_kinds
from estimator.loader import SHIPPED

FILE = SHIPPED / "scheme.schema.json"


def scheme_schema() -> dict[str, Any]:
    """The schema as JSON data."""
    rules, defs = [], {}
    for name, model in sorted(load_kinds().items()):
        one = model.model_json_schema(mode="validation", ref_template="#/$defs/{model}")
        defs.update(one.pop("$defs", {}))
        one["properties"]["kind"] = {"const": name}
        one["properties"]["cite"] = {"anyOf": [{"$ref": "#/$defs/Citation"}, one["properties"]["cite"]]}
        defs[f"rule_{name}"] = one
        rules.append({"$ref": f"#/$defs/rule_{name}"})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "医保小助手 scheme",
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "title", "rules"],
        "properties": {
            "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$"},
            "title": {"type": "string"},
            "region": {"type": "string"},
            "since": {"type": "string", "format": "date"},
            "rules": {"type": "array", "items": {"oneOf": rules}},
        },
        "$defs": defs,
    }


def schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(scheme_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
