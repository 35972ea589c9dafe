"""The OpenAPI document of the REST API, made from the table that also makes its addresses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.desk.keys import SCOPES
from bot.storage.port import ApiKeyRow

VERSION = "1.0.0"
Handler = Callable[[web.Request, ApiKeyRow], Awaitable[web.StreamResponse]]
STRING: dict[str, Any] = {"type": "string"}
TIME: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
NUMBER: dict[str, Any] = {"type": ["integer", "null"]}


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing a system may ask for."""

    method: str
    path: str
    scope: str
    summary: str
    handler: Handler
    query: dict[str, str] = field(default_factory=dict)
    """Parameters of the address, each with what it means."""
    body: dict[str, Any] | None = None
    """The schema of the request's JSON."""
    schema: str = ""
    """The name of the schema of the answer."""


CASE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": STRING,
        "channel": STRING,
        "reason": STRING,
        "group": STRING,
        "tags": {"type": "array", "items": STRING},
        "opened_at": TIME,
        "claimed_at": TIME,
        "first_answer_at": TIME,
        "closed_at": TIME,
        "agent": STRING,
        "waiting_for": STRING,
        "due_at": TIME,
        "resolution": STRING,
        "rating": NUMBER,
        "rating_words": STRING,
    },
}
LINE: dict[str, Any] = {
    "type": "object",
    "properties": {"seq": {"type": "integer"}, "who": STRING, "name": STRING, "text": STRING, "at": TIME},
}
SCHEMAS: dict[str, Any] = {
    "Error": {"type": "object", "properties": {"error": STRING}, "required": ["error"]},
    "Case": CASE,
    "Cases": {
        "type": "object",
        "properties": {
            "cases": {"type": "array", "items": {"$ref": "#/components/schemas/Case"}},
            "next": {"type": ["string", "null"], "description": "下一页的 since;没有更多时为 null"},
        },
    },
    "Transcript": {
        "type": "object",
        "properties": {
            "case": {"$ref": "#/components/schemas/Case"},
            "lines": {"type": "array", "items": LINE},
        },
    },
    "Figures": {"type": "object", "description": "与统计页相同的数字,时长以秒计"},
    "Items": {"type": "object", "properties": {"items": {"type": "array", "items": {"type": "object"}}}},
    "Answers": {"type": "object", "properties": {"entries": {"type": "array", "items": {"type": "object"}}}},
    "Estimate": {"type": "object", "description": "与 yibao estimate --json 相同,另有给参保人看的文字"},
    "Done": {"type": "object", "properties": {"done": {"type": "boolean"}}},
}


def document(operations: tuple[Operation, ...], office: str) -> dict[str, Any]:
    """The whole document (OpenAPI 3.1, spec.openapis.org/oas/v3.1.0)."""
    paths: dict[str, Any] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation)
    key = {"type": "http", "scheme": "bearer", "description": "yibao api-keys add 生成的密钥"}
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{office} 医保小助手接口", "version": VERSION},
        "paths": paths,
        "components": {"securitySchemes": {"key": key}, "schemas": SCHEMAS},
        "security": [{"key": []}],
    }


def _described(operation: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "summary": operation.summary,
        "description": f"权限:{operation.scope}({SCOPES[operation.scope]})",
        "security": [{"key": [operation.scope]}],
        "parameters": _parameters(operation),
        "responses": {
            "200": {"description": "好", "content": _content(operation.schema)},
            **{code: {"description": why, "content": _content("Error")} for code, why in REFUSALS.items()},
        },
    }
    if operation.body is not None:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": operation.body}}}
    return told


REFUSALS = {
    "400": "请求不对,error 里说明怎样改",
    "401": "没有密钥、密钥不对或已吊销",
    "403": "密钥没有这项权限",
    "410": "没有这个会话,或已结束",
    "429": "太快了,请稍后再试",
}


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "query", "required": False, "description": about, "schema": STRING}
        for name, about in operation.query.items()
    ]
    if "{case}" in operation.path:
        found.append({"name": "case", "in": "path", "required": True, "description": "会话编号", "schema": STRING})
    return found


def _content(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
