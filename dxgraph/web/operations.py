"""``/health``: whether the server lives and is ready, and its graph; ``/metrics``: what it did."""

from __future__ import annotations

import json

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST

import dxgraph
from dxgraph.errors import DxgraphError, NotLoaded
from dxgraph.namespaces import ONTOLOGY, OWL
from dxgraph.pool.tasks import Task
from dxgraph.web import metrics, problems, replies

_LOADED = f"ASK {{ <{ONTOLOGY}> a <{OWL}Ontology> }}"
_SECONDS = 2.0

blueprint = Blueprint("operations", __name__)


@blueprint.get("/health")
@blueprint.get("/health/<any(live, ready):probe>")
def health(probe: str = "ready") -> Response:
    """``/health/live`` is 200 while this process answers; the others, when a graph is served.

    ``held`` tells a graph in memory from one that is read from its files, as a large one is until
    it is loaded. A graph in another server is asked for each time, within two seconds.
    """
    body: dict[str, object] = {"live": True, "ready": False, "version": None}
    try:
        body["version"] = replies.engine().version
        if replies.elsewhere():
            body["store"] = replies.elsewhere()
            if probe != "live":
                _reach()
        else:
            body["held"] = replies.engine().held
        body["ready"] = True
    except DxgraphError as error:
        body["detail"] = problems.told(error)
    ready = body["ready"]
    response = jsonify({**body, "dxgraph": dxgraph.__version__})
    response.status_code = 200 if ready or probe == "live" else 503
    response.headers["Cache-Control"] = "no-store"
    return response


def _reach() -> None:
    """Raise RemoteError or LimitExceeded unless the other server answers and holds our graph."""
    task = Task("query", _LOADED, _SECONDS, {"boolean": "json"})
    with replies.engine().ask(task).body as body:
        if not json.load(body)["boolean"]:
            raise NotLoaded(
                "the server that holds the graph answers, but has no graph of dxgraph",
                "グラフを持つはずのサーバーは動いていますが、dxgraph のグラフがありません",
            )


@blueprint.get("/metrics")
def measured() -> Response:
    """Counts and times of all processes, in Prometheus's text format."""
    response = Response(metrics.exposed(replies.engine()), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response
