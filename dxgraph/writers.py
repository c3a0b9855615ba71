"""Two ways to put triples into another server: Graph Store Protocol and SPARQL Update.

Where a server takes them is found from the address of its query endpoint, by the layouts of the
servers people run, and proved by sending one triple that belongs there anyway.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from dxgraph.endpoints import Address, explained, read, refused
from dxgraph.errors import RemoteError, ServerRefused

_TRIPLES = "application/n-triples"
_UPDATE = "application/sparql-update"


class Writer(Protocol):
    """Where triples go in; every call raises RemoteError when the server does not take it."""

    @property
    def address(self) -> Address:
        """The endpoint that is written to."""

    def clear(self, graph: str) -> None:
        """Empty a graph, whether it exists or not."""

    def add(self, graph: str, triples: bytes) -> None:
        """Put N-Triples into a graph beside what it holds."""


@dataclass(frozen=True)
class GraphStore:
    """The SPARQL 1.1 Graph Store HTTP Protocol."""

    address: Address
    seconds: float

    def _at(self, graph: str) -> str:
        return f"{self.address.url}?graph={quote(graph, safe='')}"

    def clear(self, graph: str) -> None:
        """DELETE; a graph that is not there is as good as empty."""
        try:
            _send(self.address, "DELETE", self._at(graph), b"", None, self.seconds)
        except ServerRefused as error:
            if error.status != 404:
                raise

    def add(self, graph: str, triples: bytes) -> None:
        """POST, which merges."""
        _send(self.address, "POST", self._at(graph), triples, _TRIPLES, self.seconds)


@dataclass(frozen=True)
class Update:
    """SPARQL 1.1 Update, sent directly."""

    address: Address
    seconds: float

    def clear(self, graph: str) -> None:
        """DROP SILENT."""
        self._run(f"DROP SILENT GRAPH <{graph}>".encode())

    def add(self, graph: str, triples: bytes) -> None:
        """INSERT DATA: N-Triples are valid within it as they are."""
        self._run(b"INSERT DATA { GRAPH <%b> {\n%b} }" % (graph.encode(), triples))

    def _run(self, text: bytes) -> None:
        _send(self.address, "POST", self.address.url, text, _UPDATE, self.seconds)


#: Ways to write, by the names ``dxgraph load --by`` takes.
WAYS: dict[str, Callable[[Address, float], Writer]] = {"graph-store": GraphStore, "update": Update}

#: How a query endpoint ends, and the way and the ending of an endpoint beside it that may write.
_LAYOUTS = (
    ("/query", "graph-store", "/store"),  # Oxigraph
    ("/query", "update", "/update"),  # Oxigraph, Fuseki
    ("/query", "graph-store", "/data"),  # Fuseki
    ("/sparql", "graph-store", "/sparql-graph-crud-auth"),  # Virtuoso, with a password
    ("/sparql", "graph-store", "/sparql-graph-crud"),  # Virtuoso
    ("/sparql", "update", "/update"),  # Fuseki and others
    ("/sparql", "graph-store", "/data"),  # Fuseki
    ("", "update", ""),  # Virtuoso and others
    ("", "update", "/statements"),  # RDF4J, GraphDB
)


def candidates(
    address: Address, way: str | None = None, to: Address | None = None, seconds: float = 60.0
) -> Iterator[Writer]:
    """Writers worth trying for the server that is asked at an address, likeliest first.

    ``way`` keeps those of one way; ``to`` is an endpoint that is known, so none is guessed.

    >>> [w.address.url for w in candidates(Address("http://localhost:7878/query"), "update")][0]
    'http://localhost:7878/update'
    """
    ways = WAYS if way is None else {way: WAYS[way]}
    if to is not None:
        yield from (make(to, seconds) for make in ways.values())
        return
    for old, name, new in _LAYOUTS:
        beside = address.ending(old, new)
        if beside is not None and name in ways:
            yield ways[name](beside, seconds)


def _send(
    address: Address, method: str, url: str, body: bytes, media: str | None, seconds: float
) -> None:
    """One request; the name and the password of the address go out when the server asks."""
    keys = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    if address.user is not None:
        keys.add_password(None, url, address.user, address.password or "")
    opener = urllib.request.build_opener(
        urllib.request.HTTPBasicAuthHandler(keys), urllib.request.HTTPDigestAuthHandler(keys)
    )
    request = urllib.request.Request(url, data=body or None, method=method)
    if media:
        request.add_header("Content-Type", media)
    with explained(address.url, seconds):
        try:
            with opener.open(request, timeout=seconds) as response:
                read(response, address.url, seconds)
        except ValueError as error:
            raise refused(address.url, 401, str(error).encode()) from error


def told(errors: list[RemoteError], language: str) -> str:
    """What several servers said, one after the other."""
    return "; ".join(error.in_language(language) for error in errors)
