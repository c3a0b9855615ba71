"""``/health``: whether the server lives and is ready, and its graph; ``/metrics``: what it did."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST

import dxgraph
from dxgraph.errors import LimitExceeded
from dxgraph.web import metrics, replies

blueprint = Blueprint("operations", __name__)


@blueprint.get("/health")
@blueprint.get("/health/<any(live, ready):probe>")
def health(probe: str = "ready") -> Response:
    """``/health/live`` is 200 while this process answers; the others, when a graph is served."""
    try:
        version: str | None = replies.engine().version
    except LimitExceeded:
        version = None
    ready = version is not None
    body = {"live": True, "ready": ready, "version": version, "dxgraph": dxgraph.__version__}
    response = jsonify(body)
    response.status_code = 200 if ready or probe == "live" else 503
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/metrics")
def measured() -> Response:
    """Counts and times of all processes, in Prometheus's text format."""
    response = Response(metrics.exposed(replies.engine()), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response
