"""The API's page of the manual, from its own description."""

from __future__ import annotations

from typing import Any

from firebreak.ops.base.page import policy_of
from firebreak.web.api.operations import REQUESTS_A_MINUTE
from firebreak.web.api.urls import api

_HEAD = f"""# The API

Generated from the API's description (`GET /api/v1/openapi.json`). How to use it:
[deliver by the API](../how-to/deliver-by-api.md).

Every request bears a token: `Authorization: Bearer fb_…`. A token has scopes and an end, and {REQUESTS_A_MINUTE:,}
requests a minute. Errors are `application/problem+json` (RFC 9457) with `code`, `value` (the class of what was found,
never the value), `rule` and `remedy`, in Chinese unless `Accept-Language` begins with `en`. Fields that are not
described here are refused.
"""


def api_page() -> str:
    """Every operation with its scope, its parameters and its answers; every shape with its fields."""
    schema = api.get_openapi_schema()
    policies = {one.view_func.__name__: policy_of(one.view_func) for _, router in api._routers
                for view in router.path_operations.values() for one in view.operations}  # fmt: skip
    parts = [_HEAD]
    for path, methods in sorted(schema["paths"].items()):
        for method, told in methods.items():
            policy = policies[told["summary"].lower().replace(" ", "_")]
            assert policy is not None  # the router took none without
            parts.append(_operation(method.upper(), path, told, policy.scope))
    parts.append("## Shapes\n")
    parts += [_shape(name, shape) for name, shape in sorted(schema["components"]["schemas"].items())]
    return "\n".join(parts)


def _operation(method: str, path: str, told: dict[str, Any], scope: str) -> str:
    lines = [f"## {method} {path}", "", " ".join(told["description"].split()), "", f"Scope `{scope}`.", ""]
    parameters = told.get("parameters", [])
    if parameters:
        lines += ["| parameter | in | kind | needed |", "|---|---|---|---|"]
        lines += [f"| `{one['name']}` | {one['in']} | {_kind(one['schema'])} | {'yes' if one['required'] else ''} |"
                  for one in parameters]  # fmt: skip
        lines.append("")
    body = told.get("requestBody", {}).get("content", {})
    if body:
        lines += [f"Body: {', '.join(f'`{kind}`' for kind in body)}.", ""]
    good = [
        f"{status} {_kind(_schema_of(answer))}" for status, answer in told["responses"].items() if int(status) < 400
    ]
    return "\n".join([*lines, f"Answer: {', '.join(good)}.", ""])


def _schema_of(answer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(iter(answer["content"].values()))["schema"]
    return found


def _shape(name: str, shape: dict[str, Any]) -> str:
    lines = [f"### {name}", "", " ".join(shape.get("description", "").split()), "", "| field | kind |", "|---|---|"]
    lines += [f"| `{field}` | {_kind(kind)} |" for field, kind in shape["properties"].items()]
    return "\n".join([*lines, ""])


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    return str(schema.get("format") or schema.get("type") or "any")
