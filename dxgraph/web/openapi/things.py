"""The addresses of things, as OpenAPI says them."""

from __future__ import annotations

from dxgraph.web import negotiation, things
from dxgraph.web.openapi.paths import Object, answered, form, query, ref

#: OpenAPI has no parameter with slashes: they are sent as ``%2F`` or plain.
_NAME: Object = {
    "name": "name",
    "in": "path",
    "required": True,
    "description": "IRI のうち /id/ より後 / what follows /id/ in the IRI",
    "schema": {"type": "string", "pattern": f"^{things.NAME}$", "maxLength": 200},
    "example": "municipality/24343",
}
_DATA: Object = {"application/json": {"schema": {"type": "object"}}}


def addresses() -> Object:
    """``/id/…``, ``/doc/…`` and ``/why/…``."""
    return {
        "/id/{name}": {"parameters": [_NAME], "get": _identified()},
        "/doc/{name}": {"parameters": [_NAME], "get": _told()},
        "/doc/{name}.{extension}": {
            "parameters": [_NAME, _extension()],
            "get": {**_told("_as"), "parameters": _parts()},
        },
        "/why/{name}": {"parameters": [_NAME], "get": _explained("", {"text/html": {}})},
        "/why/{name}.json": {"parameters": [_NAME], "get": _explained("_json", _DATA)},
    }


def _identified() -> Object:
    return {
        "operationId": "thing",
        "tags": ["things"],
        "summary": "ものの IRI。文書へ 303 / the IRI of a thing; 303 to its document",
        "responses": {
            "303": {"description": "文書へ / see the document"},
            "404": ref("responses", "404"),
        },
    }


def _told(also: str = "") -> Object:
    content: Object = {media: {} for media in negotiation.DOCUMENTS.values()} | _DATA
    return {
        "operationId": f"document{also}",
        "tags": ["things"],
        "summary": "ものについて知られていること / what is known of a thing",
        "parameters": [*_parts(), form(negotiation.DOCUMENTS)],
        "responses": answered("文書 / the document", content, "404", "410", "422"),
    }


def _parts() -> list[Object]:
    text: Object = {"type": "string"}
    ja, en = "(HTML と JSON)", ", in HTML and JSON"
    return [
        query("of", f"この性質でこれを指すもの{ja} / what has it as this property{en}", text),
        query("section", f"ページの節{ja} / a section of the page{en}", text),
        ref("parameters", "offset"),
    ]


def _extension() -> Object:
    return {
        "name": "extension",
        "in": "path",
        "required": True,
        "description": "形式。json はページの内容 / the format; json is what the page shows",
        "schema": {"enum": [*things.EXTENSIONS]},
    }


def _explained(also: str, content: Object) -> Object:
    summary = "推論された記述の規則と前提 / rule and premises of what is inferred"
    return {
        "operationId": f"why{also}",
        "tags": ["things"],
        "summary": summary,
        "responses": answered(summary, content, "404", "410"),
    }
