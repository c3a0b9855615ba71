"""``/compare`` and ``/coverage`` as OpenAPI says them."""

from __future__ import annotations

from collections.abc import Sequence

from dxgraph.views import columns, compare, compare_table, coverage
from dxgraph.web import negotiation
from dxgraph.web.openapi import paths
from dxgraph.web.openapi.paths import Object, query, ref

_TOWN = "団体コードか名前。繰り返せる / code or name; may be repeated"
_PREFECTURE = "town がないとき、この県の最初の市町村 / where no town is given, the first of it"
_YEARS = "図とページの年度の書き方 / how pages and drawings write years"
_EMPTY = {"allowEmptyValue": True}


def addresses() -> Object:
    """The addresses, each with and without the format as its ending."""
    matrix = "町を並べる比較表 / towns side by side, phases by fiscal year"
    heat = "取組事項に応える施策の数 / measures that answer each priority item"
    it = coverage.RESTATED
    text = f"{it.label['ja']} / {it.label['en']}"
    restated = query(it.name, text, {"type": "boolean", "default": False}, **_EMPTY)
    covered = [*_towns(), restated]
    return {
        **_both("compare", matrix, _compared(), compare_table.COLUMNS),
        **_both("coverage", heat, covered, coverage.COLUMNS),
    }


def _compared() -> list[Object]:
    about = "何を比べるか。/compare/technologies とも書ける / what is compared"
    rows: Object = {"enum": [*compare.ROWS], "default": compare.ROWS[0]}
    first: Object = {"type": "integer", "minimum": 0, "maximum": compare.MOST - 1, "default": 0}
    kinds = {name: ref("schemas", it.type) for name, it in compare.PARAMETERS.items()}
    kinds["certain"] = {"type": "boolean", "default": False}
    own = [
        query(name, f"{it.label['ja']} / {it.label['en']}", kinds[name], **_EMPTY)
        for name, it in compare.PARAMETERS.items()
    ]
    return [
        query("rows", about, rows),
        *_towns(),
        *own,
        query("years", _YEARS, {"enum": [*compare.YEARS]}),
        query("start", "ページと図の最初の行 / first row of a page or drawing", first),
    ]


def _towns() -> list[Object]:
    codes = [f"{number:02}" for number in range(1, 48)]
    town: Object = {"type": "array", "items": ref("schemas", "municipality")}
    return [
        query("town", _TOWN, {**town, "maxItems": columns.MOST}),
        query("prefecture", _PREFECTURE, {"enum": codes}),
    ]


def _both(name: str, summary: str, own: list[Object], cells: Sequence[str]) -> Object:
    told = {
        "tags": ["matrices"],
        "summary": summary,
        "parameters": [*own, ref("parameters", "timeout"), ref("parameters", "bom")],
        "responses": paths.answered(summary, _contents(cells), "404", "422"),
    }
    formats = {**negotiation.PAGE, **negotiation.DRAWING, **negotiation.TABLES}
    ending = {
        "name": "extension",
        "in": "path",
        "required": True,
        "description": "形式 / format",
        "schema": {"enum": [*formats]},
    }
    return {
        f"/{name}": {"parameters": [paths.form(formats)], "get": {"operationId": name, **told}},
        f"/{name}.{{extension}}": {
            "parameters": [ending],
            "get": {"operationId": f"{name}_as", **told},
        },
    }


def _contents(cells: Sequence[str]) -> Object:
    kinds = ["string", "integer", "boolean", "null"]
    row = {
        "type": "object",
        "required": [*cells],
        "properties": {name: {"type": kinds} for name in cells},
        "additionalProperties": False,
    }
    schemas: dict[str, Object] = {"json": {"type": "array", "items": row}}
    formats = {**negotiation.PAGE, **negotiation.DRAWING, **negotiation.TABLES}
    return {media: {"schema": schemas.get(name, {})} for name, media in formats.items()}
