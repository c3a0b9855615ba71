"""``/sparql``: the SPARQL 1.1 Protocol, query side, read-only."""

from __future__ import annotations

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from dxgraph import answers
from dxgraph.session import Graph
from dxgraph.web import negotiation

blueprint = Blueprint("sparql", __name__)


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """Answer a query sent by GET, by form or as the body of a POST."""
    graph: Graph = current_app.extensions["dxgraph"]
    answer = graph.answer(
        _query(),
        default_graphs=request.values.getlist("default-graph-uri"),
        named_graphs=request.values.getlist("named-graph-uri"),
    )
    triples = isinstance(answer, ox.QueryTriples)
    formats = negotiation.TRIPLES if triples else negotiation.SOLUTIONS
    name = negotiation.choose(formats, request.values.get("format"))
    response = Response(answers.write(answer, name), mimetype=formats[name])
    response.headers["Vary"] = "Accept"
    return response


def _query() -> str:
    """The one query of a request; Werkzeug has decoded forms and URLs, once."""
    if request.method == "POST" and request.mimetype == "application/sparql-query":
        try:
            return request.get_data().decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadRequest("The body is not UTF-8 text.") from error
    if request.method == "POST" and request.mimetype != "application/x-www-form-urlencoded":
        raise UnsupportedMediaType(
            "Send application/sparql-query or application/x-www-form-urlencoded."
        )
    source = request.form if request.method == "POST" else request.args
    if "update" in source:
        raise BadRequest("This endpoint is read-only; it takes no update.")
    queries = source.getlist("query")
    if len(queries) != 1:
        raise BadRequest("Send exactly one query parameter.")
    return queries[0]
