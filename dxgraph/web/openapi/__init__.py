"""``/openapi.json``: the server as OpenAPI 3.1, made from its questions, limits and labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Blueprint, Response, current_app

import dxgraph
from dxgraph.catalog import Catalog, Parameter, SavedQuery
from dxgraph.settings import Settings
from dxgraph.web import gallery, negotiation, replies
from dxgraph.web.openapi import dataset, drawings, found, matrix, paths, things
from dxgraph.web.openapi.paths import Object, ref

_TAGS = ("queries", "things", "matrices", "drawings", "search", "sparql", "dataset", "operations")

blueprint = Blueprint("openapi", __name__)

_VERSION = "3.1.0"
#: Types of parameters that need no label of the graph.
SCALARS: dict[str, Object] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
}
_ALSO = (
    "ほかの書き方(別名、コード、IRI、全角や大文字小文字の違い)も受け付ける / "
    "other ways to write it (other names, codes, IRIs, width, case) are taken as well"
)


@blueprint.get("/openapi.json")
def described() -> Response:
    """The document; it changes with the graph, the questions and the settings."""
    catalog: Catalog = current_app.extensions["catalog"]
    queries, settings = list(catalog), replies.settings()
    return replies.document(
        lambda: document(queries, settings, replies.choices()),
        [query.text for query in queries],
        settings,
    )


def document(
    queries: Iterable[SavedQuery], settings: Settings, choices: Mapping[str, list[str]]
) -> Object:
    """The server as OpenAPI says it; ``choices`` are the values each type of parameter takes."""
    parts = paths.components(settings)
    parts["schemas"] |= {kind: _choice(values) for kind, values in choices.items()}
    addresses = paths.fixed() | paths.chosen(gallery.CHOSEN)
    addresses |= found.addresses() | matrix.addresses() | dataset.fixed()
    addresses |= things.addresses()
    addresses |= drawings.addresses()
    addresses |= {"/queries": {"get": _list("")}, "/queries.json": {"get": _list("_json")}}
    for query in queries:
        addresses |= _paths(query, choices)
        parts["responses"][query.name] = {
            "description": _both(query.question),
            "headers": paths.headers(),
            "content": _contents(query),
        }
    return {
        "openapi": _VERSION,
        "info": {
            "title": "dxgraph",
            "summary": "市町村の DX 推進計画の知識グラフ / "
            "a knowledge graph of Japanese municipal DX plans",
            "version": dxgraph.__version__,
            "license": {"name": "MIT (code), CC BY 4.0 (data)", "identifier": "MIT AND CC-BY-4.0"},
        },
        "servers": [{"url": settings.public_url.rstrip("/") or "/"}],
        "tags": [{"name": name} for name in _TAGS],
        "paths": addresses,
        "components": parts,
    }


def _choice(values: list[str]) -> Object:
    """A text out of the graph's labels; any text where the graph has none."""
    listed: Object = {"enum": values} if values else {}
    return {"type": "string", "description": _ALSO, **listed}


def _list(ending: str) -> Object:
    text: Object = {"type": "string"}
    named = {"type": "object", "required": ["name"], "properties": {"name": text}}
    item = {
        "type": "object",
        "required": ["name", "title", "question", "parameters", "columns"],
        "properties": {
            "name": text,
            "parameters": {"type": "array", "items": named},
            "columns": {"type": "array", "items": named},
        },
    }
    content = {"application/json": {"schema": {"type": "array", "items": item}}}
    summary = "保存済みの質問の一覧 / the saved questions"
    return {
        "operationId": f"queries{ending}",
        "tags": ["queries"],
        "summary": summary,
        "responses": {
            "200": {"description": summary, "content": content},
            "304": ref("responses", "304"),
            "503": ref("responses", "503"),
        },
    }


def _paths(query: SavedQuery, choices: Mapping[str, list[str]]) -> Object:
    """A question under its name, and with the format as an ending."""
    own = [_parameter(parameter, query, choices) for parameter in query.parameters]
    told = {
        "tags": ["queries"],
        "summary": _both(query.title),
        "description": _described(query),
        "parameters": [*own, *paths.paging(), paths.ref("parameters", "bom")],
        "responses": {"200": ref("responses", query.name), **paths.otherwise("404", "422")},
    }
    ending = {
        "name": "extension",
        "in": "path",
        "required": True,
        "description": "形式 / format",
        "schema": {"enum": [*negotiation.TABLES]},
    }
    named = {"parameters": [paths.form(negotiation.TABLES)]}
    name = query.name.replace("-", "_")
    return {
        f"/queries/{query.name}": {**named, "get": {"operationId": name, **told}},
        f"/queries/{query.name}.{{extension}}": {
            "parameters": [ending],
            "get": {"operationId": f"{name}_as", **told},
        },
    }


def _both(texts: Mapping[str, str]) -> str:
    return f"{texts['ja']} / {texts['en']}"


def _described(query: SavedQuery) -> str:
    told = [query.question["ja"], query.summary["ja"], query.question["en"], query.summary["en"]]
    if query.one_of:
        listed = ", ".join(query.one_of)
        told.append(f"どれか一つが必要 / exactly one is needed: {listed}")
    return "\n\n".join(told)


def _parameter(parameter: Parameter, query: SavedQuery, choices: Mapping[str, list[str]]) -> Object:
    schema = dict(SCALARS.get(parameter.type, ref("schemas", parameter.type)))
    if parameter.default is not None:
        truth = parameter.default == "true"
        schema["default"] = truth if parameter.type == "boolean" else parameter.default
    if parameter.required and parameter.type == "text":
        schema["minLength"] = 1
    more: Object = {"required": True} if parameter.required else {"allowEmptyValue": True}
    example = query.example.get(parameter.name)
    if example is not None and example in choices.get(parameter.type, [example]):
        more["example"] = example
    return paths.query(parameter.name, _both(parameter.label), schema, **more)


def _contents(query: SavedQuery) -> Object:
    """Each format with its schema: rows as objects, or a text that begins with the columns."""
    cells = {
        column.name: {
            "type": ["string", "number", "boolean", "null"],
            "description": column.meaning,
        }
        for column in query.columns
    }
    row = {
        "type": "object",
        "required": [*cells],
        "properties": cells,
        "additionalProperties": False,
    }
    heads = {"csv": ",", "tsv": "\t", "md": " | "}
    schemas: dict[str, Object] = {
        "json": {"type": "array", "items": row},
        "xlsx": {"description": f"シート一枚 / one sheet: {', '.join(cells)}"},
    }
    for name, mark in heads.items():
        schemas[name] = {
            "type": "string",
            "description": f"最初の行 / the first line: {mark.join(cells)}",
        }
    return {media: {"schema": schemas[name]} for name, media in negotiation.TABLES.items()}
