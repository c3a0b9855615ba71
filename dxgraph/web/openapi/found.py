"""What is found by name and the list of towns, as OpenAPI says them."""

from __future__ import annotations

from dxgraph.labels import KINDS
from dxgraph.views.municipalities import COLUMNS, SORTS
from dxgraph.web import negotiation, replies, search
from dxgraph.web.openapi.paths import Object, answered, paging, query, ref

_TEXT: Object = {"type": "string"}


def addresses() -> Object:
    """``/search.json``, ``/suggest`` and ``/towns`` in each format."""
    return {
        "/search.json": {"get": _search()},
        "/suggest": {"get": _suggest()},
        "/towns.{extension}": {"parameters": [_extension()], "get": _towns()},
    }


def _search() -> Object:
    page = {"type": "integer", "minimum": 1, "maximum": replies.LAST_PAGE, "default": 1}
    town = "市町村または都道府県の名前かコード / a town or prefecture, by name or code"
    hits: Object = {"type": "array", "items": _thing("iri", "ja", "en", "kind", "crumbs", "url")}
    schema = _object({"total": {"type": "integer"}, "hits": hits, "kinds": {"type": "array"}})
    return {
        "operationId": "search",
        "tags": ["search"],
        "summary": "名前で探す / things by their names",
        "parameters": [
            query(
                "q",
                f"{search.LONGEST} 字までのことば / words, {search.LONGEST} characters at most",
                _TEXT,
            ),
            query("kind", "種類 / kind of thing", {"enum": ["", *KINDS]}),
            query("town", town, _TEXT),
            query("page", "ページ / page", page),
        ],
        "responses": answered(
            "見つかったもの / what was found", {"application/json": {"schema": schema}}, "422"
        ),
    }


def _suggest() -> Object:
    schema = {"type": "array", "items": _thing("name", "kind", "url")}
    return {
        "operationId": "suggest",
        "tags": ["search"],
        "summary": "入力の途中で出す候補 / suggestions while typing",
        "parameters": [query("q", "入力の途中 / what is typed so far", _TEXT)],
        "responses": answered("候補 / suggestions", {"application/json": {"schema": schema}}),
    }


def _towns() -> Object:
    row = _object({name: {} for name in COLUMNS})
    schemas: Object = {"json": {"type": "array", "items": row}}
    sorts = [sign + name for name in SORTS for sign in ("", "-")]
    return {
        "operationId": "towns",
        "tags": ["search"],
        "summary": "計画のある市町村 / the towns with a plan",
        "parameters": [
            query("prefecture", "都道府県の名前かコード / prefecture, by name or code", _TEXT),
            query(
                "sort", "並べる列。- で逆順 / column to sort by, - turns it", {"enum": ["", *sorts]}
            ),
            *paging(),
            ref("parameters", "bom"),
        ],
        "responses": answered(
            "市町村 / towns",
            {
                media: {"schema": schemas.get(name, {})}
                for name, media in negotiation.TABLES.items()
            },
            "422",
        ),
    }


def _extension() -> Object:
    return {
        "name": "extension",
        "in": "path",
        "required": True,
        "description": "形式 / format",
        "schema": {"enum": [*negotiation.TABLES]},
    }


def _thing(*names: str) -> Object:
    return _object({name: {} for name in names})


def _object(properties: Object) -> Object:
    return {"type": "object", "required": [*properties], "properties": properties}
