"""The data behind the drawings, as OpenAPI says it: rows, and pictures where there are any."""

from __future__ import annotations

from typing import Any

from dxgraph.views import departments, indicators, lineage, schedule
from dxgraph.web import negotiation
from dxgraph.web.openapi import paths
from dxgraph.web.openapi.paths import Object, query, ref

_TEXT: Object = {"type": "string"}
_YEARS = query("years", "図の年度の書き方 / fiscal years in a picture", {"enum": ["era", "ad"]})


def addresses() -> Object:
    """``/schedule``, ``/lineage``, ``/indicators`` and ``/departments`` with an ending."""
    return {
        "/schedule.{extension}": _item(
            "schedule",
            "工程表 / schedules of plans",
            schedule.COLUMNS,
            [
                _towns(schedule.MOST),
                query("pillar", "柱、plan/… から / a pillar, from plan/… on", _TEXT),
                query("technology", "技術 / technology", ref("schemas", "technology")),
                query("phase", "段階 / phase", ref("schemas", "phase")),
            ],
        ),
        "/lineage.{extension}": _item(
            "lineage",
            "法律から計画までの系譜 / from the law to a plan",
            lineage.COLUMNS,
            [_towns(1), query("plan", "計画。町より優先 / wins over town", ref("schemas", "plan"))],
        ),
        "/indicators.{extension}": _item(
            "indicators",
            "指標 / indicators of plans",
            indicators.COLUMNS,
            [
                _towns(indicators.MOST),
                query("group", "比較できる組の名 / id of a group", _TEXT),
            ],
            drawn=False,
        ),
        "/departments.{extension}": _item(
            "departments",
            "部署と技術 / departments by technology",
            departments.COLUMNS,
            [
                _towns(departments.MOST),
                query("level", "大きな区分か各技術か / kinds or each", {"enum": ["top", "all"]}),
                query("restated", "再掲を数えるか / count again", {"enum": ["with", "without"]}),
                query("columns", "図の列をすべて / all in a picture", {"enum": ["all"]}),
            ],
        ),
    }


def _towns(most: int) -> Object:
    items = {"type": "array", "items": ref("schemas", "municipality"), "maxItems": most}
    return query("town", f"市町村、{most} まで / towns, {most} at most", items)


def _item(
    name: str,
    summary: str,
    columns: tuple[str, ...],
    parameters: list[Object],
    *,
    drawn: bool = True,
) -> Object:
    forms = {**negotiation.TABLES, **(negotiation.DRAWING if drawn else {})}
    ending: Object = {
        "name": "extension",
        "in": "path",
        "required": True,
        "description": "形式 / format",
        "schema": {"enum": [*forms]},
    }
    content = {media: _content(form, columns) for form, media in forms.items()}
    return {
        "parameters": [ending],
        "get": {
            "operationId": f"{name}_drawn",
            "tags": ["drawings"],
            "summary": summary,
            "description": f"ページは /{name}、一つの町なら /{name}/{{code}} / "
            f"the page is at /{name}, of one town at /{name}/{{code}}",
            "parameters": [*parameters, *([_YEARS] if drawn else []), *paths.paging()],
            "responses": paths.answered(summary, content, "404", "422"),
        },
    }


def _content(form: str, columns: tuple[str, ...]) -> Object:
    if form == "json":
        cell: dict[str, Any] = {"type": ["string", "number", "boolean", "null"]}
        row = {"type": "object", "required": [*columns], "properties": dict.fromkeys(columns, cell)}
        return {"schema": {"type": "array", "items": row}}
    return {"schema": {"description": ", ".join(columns)}} if form != "svg" else {}
