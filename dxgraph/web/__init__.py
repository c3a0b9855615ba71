"""The Flask application: HTTP translated into calls, one blueprint a file."""

from __future__ import annotations

from dxgraph.errors import MissingExtra
from dxgraph.session import Graph

try:
    from flask import Flask
except ImportError as error:
    raise MissingExtra("web", "Flask") from error

from dxgraph.web import problems, questions, sparql


def create_app(graph: Graph) -> Flask:
    """The application over one graph; every request only reads it."""
    app = Flask("dxgraph")
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["dxgraph"] = graph
    app.register_blueprint(sparql.blueprint)
    app.register_blueprint(questions.blueprint)
    problems.register(app)
    return app


def serve(graph: Graph, host: str, port: int) -> None:
    """Serve until interrupted; threaded, since Oxigraph answers outside Python's lock."""
    from werkzeug.serving import run_simple

    run_simple(host, port, create_app(graph), threaded=True)
