"""Metrics: requests by route and status, their times and sizes, and the state of the pool.

Where ``PROMETHEUS_MULTIPROC_DIR`` names a folder, as ``dxgraph serve`` makes it, the counts of all
processes that speak HTTP are added up. The variable must be set before this module is imported.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from dxgraph.errors import LimitExceeded
from dxgraph.pool.client import Pool
from dxgraph.pool.tasks import Engine

_ROUTES = ("sparql", "graphs", "queries", "openapi", "health", "metrics")
_BUCKETS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)

_own = CollectorRegistry()
_REQUESTS = Counter(
    "dxgraph_requests", "Requests answered", ("route", "status", "cached"), registry=_own
)
_SECONDS = Histogram(
    "dxgraph_request_seconds",
    "Seconds from request to answer",
    ("route",),
    buckets=_BUCKETS,
    registry=_own,
)
_BYTES = Counter("dxgraph_response_bytes", "Bytes of bodies sent", ("route",), registry=_own)


def count(path: str, status: int, seconds: float, size: int, cached: bool) -> None:
    """Count one request; paths that are no route of ours count together."""
    first = path.split("/")[1].partition(".")[0]
    route = first if first in _ROUTES else "other"
    _REQUESTS.labels(route, str(status), str(cached).lower()).inc()
    _SECONDS.labels(route).observe(seconds)
    _BYTES.labels(route).inc(size)


def exposed(engine: Engine) -> bytes:
    """All metrics, in Prometheus's text format."""
    registry = CollectorRegistry()
    if isinstance(engine, Pool):
        registry.register(_PoolState(engine))
        collect: Callable[[CollectorRegistry], object] = MultiProcessCollector
        collect(registry)
        return generate_latest(registry)
    return generate_latest(_own)


class _PoolState(Collector):
    """What the board of the engine shows at this moment."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def collect(self) -> Iterator[Metric]:
        try:
            version, board = self._pool.version, self._pool.board()
        except LimitExceeded:
            yield GaugeMetricFamily("dxgraph_ready", "Whether a graph is served", value=0)
            return
        running = board.running()
        oldest = max((time.monotonic() - began for _, began, _ in running.values()), default=0.0)
        yield GaugeMetricFamily("dxgraph_ready", "Whether a graph is served", value=1)
        yield GaugeMetricFamily("dxgraph_workers", "Workers of the engine", value=board.slots)
        yield GaugeMetricFamily("dxgraph_workers_busy", "Workers that run a query", len(running))
        yield GaugeMetricFamily("dxgraph_query_oldest_seconds", "Age of the oldest query", oldest)
        yield CounterMetricFamily(
            "dxgraph_workers_ended", "Workers ended and replaced", value=board.losses()
        )
        graph = GaugeMetricFamily("dxgraph_graph", "The graph served", labels=("version",))
        graph.add_metric((version,), 1)
        yield graph
