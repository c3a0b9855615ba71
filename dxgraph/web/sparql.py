"""``/sparql``: the SPARQL 1.1 Protocol, query side, read-only, with its service description."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from dxgraph.errors import ForbiddenQuery, MalformedRequest, UnsupportedMedia
from dxgraph.pool.tasks import Task
from dxgraph.web import description, editor, negotiation, replies, site

blueprint = Blueprint("sparql", __name__)

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_UPDATING = ("update", "using-graph-uri", "using-named-graph-uri")
_UTF8 = ("utf-8", "utf8", "us-ascii")


@blueprint.route("/sparql", methods=["GET", "POST"], strict_slashes=False)
@blueprint.route("/sparql.<extension>", methods=["GET", "POST"])
def sparql(extension: str | None = None) -> Response:
    """Answer a query sent by GET, by form or as the body of a POST; describe the service else."""
    _refuse_bad_bytes(request.environ.get("QUERY_STRING", "").encode("latin-1"))
    if request.mimetype == _FORM:
        _refuse_bad_bytes(request.get_data())
    asked = extension or request.args.get("format") or request.form.get("format")
    if asked == "html" or (not asked and negotiation.prefers_page()):
        return editor.page(_query)
    if request.method in ("GET", "HEAD") and not (set(request.args) - {"format"}):
        return description.reply(negotiation.choose(negotiation.TRIPLES, asked))
    text = _query()
    dataset = request.values
    offset, limit = replies.part()
    task = Task(
        "query",
        text,
        timeout=replies.timeout(),
        formats=negotiation.for_each("solutions", "boolean", "triples", asked=asked),
        default_graphs=tuple(dataset.getlist("default-graph-uri")),
        named_graphs=tuple(dataset.getlist("named-graph-uri")),
        offset=offset,
        limit=limit,
        bom=replies.bom(),
        pages=site.address() if asked == "xlsx" else "",
    )
    return replies.answer(task)


@blueprint.get("/sparql/terms.json")
def terms() -> Response:
    """Prefixes, classes and properties that an editor completes."""
    return replies.document(lambda: replies.seen("terms"))


def _query() -> str:
    """The one query of a request; Werkzeug has decoded forms and URLs, once."""
    if request.method != "POST":
        return _one(request.args)
    if (charset := request.mimetype_params.get("charset", "utf-8").lower()) not in _UTF8:
        raise UnsupportedMedia(
            f"send UTF-8, not {charset}", f"UTF-8 で送ってください ({charset} は読めません)"
        )
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMedia(
            "send the body as it is, without Content-Encoding",
            "本文は Content-Encoding なしで送ってください",
        )
    if request.mimetype == _UPDATE:
        raise _read_only()
    if request.mimetype == _QUERY:
        if "query" in request.args:
            raise MalformedRequest(
                "send one query: in the body or in the URL, not both",
                "クエリは本文か URL のどちらか一方に書いてください",
            )
        return _text(request.get_data())
    if request.mimetype != _FORM:
        raise UnsupportedMedia(f"send {_QUERY} or {_FORM}", f"{_QUERY} か {_FORM} で送ってください")
    return _one(request.values)


def _one(source: MultiDict[str, str]) -> str:
    if any(name in source for name in _UPDATING):
        raise MalformedRequest(
            "this endpoint is read-only; it takes no update",
            "読み取り専用のため、更新は受け付けません",
        )
    queries = source.getlist("query")
    if len(queries) != 1:
        raise MalformedRequest(
            "send exactly one query parameter", "query はちょうど一つ送ってください"
        )
    return queries[0]


def _read_only() -> ForbiddenQuery:
    return ForbiddenQuery(
        "this endpoint is read-only; it takes no update",
        "読み取り専用のため、更新は受け付けません",
    )


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedRequest("not UTF-8 text", "UTF-8 の文字列ではありません") from error


def _refuse_bad_bytes(encoded: bytes) -> None:
    """Raise MalformedRequest where Werkzeug would put U+FFFD for bytes that are not UTF-8."""
    _text(unquote_to_bytes(encoded))
