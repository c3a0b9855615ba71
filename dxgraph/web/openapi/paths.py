"""The addresses of the server that no saved question makes, as OpenAPI says them, and its parts.

Texts have a Japanese and an English half, parted by " / ", because OpenAPI has one text a place.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dxgraph.settings import Settings
from dxgraph.web import negotiation, replies

Object = dict[str, Any]

_PROBLEM = "application/problem+json"
_TEXT: Object = {"type": "string"}
_NULL: Object = {"type": "null"}
_COUNT: Object = {"type": "integer", "minimum": 0, "maximum": 10_000_000}
#: Status -> when it is sent.
PROBLEMS = {
    "400": "読めない要求またはクエリ / a request or query that cannot be read",
    "403": "読み取り専用の外に出るクエリ / a query that would write, or leave the dataset",
    "404": "ここには何もない / nothing is here",
    "406": "送れる形式がない / no format fits what is accepted",
    "410": "取り下げた識別子。代わりは replacedBy に / a withdrawn identifier; replacedBy has what "
    "to use instead",
    "413": "要求または答えが大きすぎる / a request or an answer that is too large",
    "415": "読めない種類の本文 / a body of a kind that is not read",
    "422": "合わない条件。近い名前があれば nearest に / a parameter that does not fit; "
    "nearest holds the closest labels",
    "503": "期限や記憶域を超えた、または混雑 / over the deadline or the memory, or no worker free",
}
_HEADERS = {
    "ETag": "版と要求で決まる印 / a tag made from graph version and request",
    "Link": 'rel="next" は続きの場所 / rel="next" is where the answer goes on',
    "X-Result-Cut": "続きがあるとき rows と next-offset / rows and next-offset where more follows",
    "X-Graph-Version": "答えたグラフの版 / the version of the graph that answered",
    "X-Request-Id": "要求の番号 / the id of the request, as in the log",
    "Retry-After": "何秒後に送り直すか / seconds to wait before asking again",
}


def ref(kind: str, name: str) -> Object:
    """A reference to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def query(name: str, description: str, schema: Object, **more: Any) -> Object:
    """A parameter of the query string."""
    return {"name": name, "in": "query", "description": description, "schema": schema, **more}


def paging() -> list[Object]:
    """What every answer can be asked with: its part and its time."""
    return [ref("parameters", name) for name in ("limit", "offset", "timeout")]


def form(formats: dict[str, str]) -> Object:
    """The parameter that names the format, where no ending does."""
    return query("format", "形式。Accept より優先 / format; wins over Accept", {"enum": [*formats]})


def headers() -> Object:
    """The headers of an answer."""
    return {name: ref("headers", name) for name in _HEADERS if name != "Retry-After"}


def otherwise(*problems: str) -> Object:
    """Responses where an answer is not sent: 304, and the problems that may be."""
    return {code: ref("responses", code) for code in ("304", "406", "413", "503", *problems)}


def answered(description: str, content: Object, *problems: str) -> Object:
    """Responses of an address that answers."""
    answer = {"description": description, "headers": headers(), "content": content}
    return {"200": answer, **otherwise(*problems)}


def components(settings: Settings) -> Object:
    """Parts that several addresses share."""
    most = {**_COUNT, "default": settings.rows} if settings.rows else _COUNT
    least = replies.shortest(settings.deadline)
    seconds = {"type": "number", "minimum": least, "default": settings.deadline}
    parameters = {
        "limit": query("limit", "行数の上限 / rows at most", most),
        "offset": query("offset", "飛ばす行数 / rows to skip", {**_COUNT, "default": 0}),
        "bom": query(
            "bom",
            "1 なら CSV と TSV の先頭に Excel 用の印 / 1 marks CSV and TSV as UTF-8 for Excel",
            {"enum": [0, 1], "default": 0},
        ),
        "timeout": query(
            "timeout",
            f"期限の秒数。{settings.deadline:g} 秒まで / seconds the query may run; "
            f"{settings.deadline:g} at most, more is taken as that",
            seconds,
        ),
    }
    responses: Object = {"304": {"description": "控えのとおり / the client's copy holds"}}
    for code, description in PROBLEMS.items():
        content = {_PROBLEM: {"schema": ref("schemas", "problem")}}
        responses[code] = {"description": description, "content": content}
    responses["503"]["headers"] = {"Retry-After": ref("headers", "Retry-After")}
    texts = {name: {"description": text, "schema": _TEXT} for name, text in _HEADERS.items()}
    return {
        "parameters": parameters,
        "responses": responses,
        "headers": texts,
        "schemas": {"problem": _problem(), "health": _health()},
    }


def _problem() -> Object:
    return {
        "description": "RFC 9457",
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": _TEXT,
            "title": {**_TEXT, "description": "診断の名前 / the name of the diagnosis"},
            "status": {"type": "integer"},
            "detail": {**_TEXT, "description": "Accept-Language の言語で / in the language asked"},
            "line": {"type": "integer"},
            "column": {"type": "integer"},
            "parameter": {**_TEXT, "description": "合わない条件 / the parameter that does not fit"},
            "nearest": {"type": "array", "items": _TEXT},
            "replacedBy": {"type": "array", "items": _TEXT},
        },
    }


def _health() -> Object:
    return {
        "type": "object",
        "required": ["live", "ready", "version", "dxgraph"],
        "properties": {
            "live": {"type": "boolean"},
            "ready": {"type": "boolean"},
            "version": {"type": ["string", "null"]},
            "held": {
                "description": "記憶域にあるか / whether the graph is in memory",
                "type": "boolean",
            },
            "dxgraph": _TEXT,
        },
    }


def chosen(kinds: Iterable[str]) -> Object:
    """``/choices``: the values that types of parameters take."""
    summary = "条件に使える値 / the values a type of parameter takes"
    label = {"type": "object", "required": ["iri", "ja", "en"]}
    properties = {"value": _TEXT, "ja": _TEXT, "en": _TEXT, "iri": _TEXT}
    properties["of"] = {"description": "課や計画の市町村 / the town", "oneOf": [label, _NULL]}
    item = {"type": "object", "required": ["value", "ja", "en"], "properties": properties}
    kind = {"name": "kind", "in": "path", "required": True, "schema": {"enum": [*kinds]}}
    content = {"application/json": {"schema": {"type": "array", "items": item}}}
    held = query("q", "名、読み、コードの一部 / part of a name, a reading or a code", _TEXT)
    return {
        "/choices/{kind}.json": {
            "parameters": [kind],
            "get": {
                "operationId": "choices",
                "tags": ["queries"],
                "summary": summary,
                "parameters": [held],
                "responses": answered(summary, content, "404", "422"),
            },
        }
    }


def fixed() -> Object:
    """``/sparql``, ``/graphs``, ``/health``, ``/metrics`` and the document itself."""
    return {
        "/sparql": {"get": _asked_by_get(), "post": _asked_by_post()},
        "/sparql/terms.json": {"get": _terms()},
        "/graphs": {"get": _graphs()},
        "/health": {"get": _healthy("health")},
        "/health/{probe}": {
            "parameters": [
                {
                    "name": "probe",
                    "in": "path",
                    "required": True,
                    "description": "動いているか、答えられるか / alive, or able to answer",
                    "schema": {"enum": ["live", "ready"]},
                }
            ],
            "get": _healthy("health_probe", "404"),
        },
        "/metrics": {"get": _plain("metrics", "Prometheus 形式の計測値 / figures for Prometheus")},
        "/openapi.json": {"get": _described()},
    }


def _contents(*formats: dict[str, str]) -> Object:
    """Media types of answers that have a schema of their own standard."""
    return {media: {} for each in formats for media in each.values()}


def _dataset() -> list[Object]:
    graphs = {"type": "array", "items": {"type": "string", "format": "iri"}}
    return [
        query("default-graph-uri", "既定グラフ / graphs of the default graph", graphs),
        query("named-graph-uri", "名前付きグラフ / named graphs", graphs),
    ]


def _asked_by_get() -> Object:
    content = _contents(negotiation.SOLUTIONS, negotiation.TRIPLES)
    both = {**negotiation.SOLUTIONS, **negotiation.TRIPLES}
    text = "SPARQL 1.1 のクエリ。なければサービス記述 / a query; without, the service description"
    example = "ASK { ?plan a dxo:DXPlan }"
    return {
        "operationId": "sparql",
        "tags": ["sparql"],
        "summary": "SPARQL 1.1 Protocol",
        "parameters": [
            query("query", text, _TEXT, example=example),
            *_dataset(),
            form(both),
            *paging(),
            ref("parameters", "bom"),
        ],
        "responses": answered("答え / the answer", content, "400", "403", "404", "422"),
    }


def _asked_by_post() -> Object:
    form = {
        "type": "object",
        "required": ["query"],
        "properties": {"query": {**_TEXT, "examples": ["ASK { ?plan a dxo:DXPlan }"]}},
    }
    bodies = {
        "application/sparql-query": {"schema": _TEXT, "example": "ASK { ?plan a dxo:DXPlan }"},
        "application/x-www-form-urlencoded": {"schema": form},
    }
    by_get = _asked_by_get()
    problems = ("400", "403", "404", "415", "422")
    content = by_get["responses"]["200"]["content"]
    return {
        **by_get,
        "operationId": "sparql_post",
        "parameters": by_get["parameters"][1:],
        "requestBody": {"required": True, "content": bodies},
        "responses": answered("答え / the answer", content, *problems),
    }


def _terms() -> Object:
    summary = "接頭辞、クラス、プロパティ / prefixes, classes and properties, for completion"
    terms = {"type": "array", "items": {"type": "object", "required": ["iri", "ja", "en"]}}
    properties = {"prefixes": {"type": "object"}, "classes": terms, "properties": terms}
    told = {"type": "object", "required": [*properties], "properties": properties}
    content = {"application/json": {"schema": told}}
    return {
        "operationId": "terms",
        "tags": ["sparql"],
        "summary": summary,
        "responses": answered(summary, content),
    }


def _graphs() -> Object:
    listed = {"type": "object", "required": ["default", "graphs"]}
    content = {**_contents(negotiation.TRIPLES), "application/json": {"schema": listed}}
    named = query("graph", "グラフの IRI / IRI of a graph", {"type": "string", "format": "iri"})
    text = "既定グラフ。値は要らない / the default graph; takes no value"
    default = query("default", text, {"enum": [""]}, allowEmptyValue=True)
    return {
        "operationId": "graphs",
        "tags": ["sparql"],
        "summary": "グラフ、または一覧 / a graph, or the list (Graph Store Protocol)",
        "parameters": [named, default, form(negotiation.TRIPLES), *paging()],
        "responses": answered("グラフ / the graph", content, "400", "404", "422"),
    }


def _healthy(name: str, *problems: str) -> Object:
    content = {"application/json": {"schema": ref("schemas", "health")}}
    return {
        "operationId": name,
        "tags": ["operations"],
        "summary": "動いているか、答えられるか、どの版か / alive, ready, and which graph",
        "responses": {
            "200": {"description": "はい / yes", "content": content},
            "503": {"description": "まだ / not yet", "content": content},
            **{code: ref("responses", code) for code in problems},
        },
    }


def _plain(name: str, summary: str) -> Object:
    content = {"text/plain": {"schema": _TEXT}}
    return {
        "operationId": name,
        "tags": ["operations"],
        "summary": summary,
        "responses": {"200": {"description": summary, "content": content}},
    }


def _described() -> Object:
    summary = "この文書 / this document"
    content = {"application/json": {"schema": {"type": "object"}}}
    return {
        "operationId": "openapi",
        "tags": ["operations"],
        "summary": summary,
        "responses": {
            "200": {"description": summary, "content": content},
            "304": ref("responses", "304"),
            "503": ref("responses", "503"),
        },
    }
