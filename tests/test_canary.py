"""The closed gate: nothing a request names is ever fetched, read or reflected.

A canary listens on loopback while a real server is sent what might make it call there. Whatever
the answer is, the canary hears nothing, no file of this machine shows, and nothing is executed.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import pytest
from conftest import Listener
from serving import Server, start

from dxgraph import build
from dxgraph.workspace import Workspace

QUERY = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
SECRET = "canary-7c1f"


@dataclass
class Vector:
    """A request that would do harm somewhere; ``@`` in it stands for the canary's address."""

    name: str
    query: str = ""
    path: str = "/sparql"
    method: str = "POST"
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    statuses: tuple[int, ...] = (400, 403)


def get(name: str, path: str, statuses: tuple[int, ...], **headers: str) -> Vector:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return Vector(name, path=path, method="GET", headers=named, statuses=statuses)


READS = "SELECT * { ?s ?p ?o } LIMIT 1"
VECTORS = [
    Vector("SERVICE", "SELECT * { SERVICE <@> { ?s ?p ?o } }"),
    Vector("SERVICE SILENT", "SELECT * { SERVICE SILENT <@> { ?s ?p ?o } }"),
    Vector("nested SERVICE", "SELECT * { { { OPTIONAL { SERVICE <@> { ?s ?p ?o } } } } }"),
    Vector("SERVICE of a variable", "SELECT * { VALUES ?x { <@> } SERVICE ?x { ?s ?p ?o } }"),
    Vector("SERVICE of a bound term", 'SELECT * { BIND (IRI("@") AS ?x) SERVICE ?x { ?s ?p ?o } }'),
    Vector("SERVICE in a subquery", "SELECT * { { SELECT * { SERVICE <@> { ?s ?p ?o } } } }"),
    Vector("SERVICE in EXISTS", "ASK { FILTER EXISTS { SERVICE <@> { ?s ?p ?o } } }"),
    Vector("SERVICE in CONSTRUCT", "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <@> { ?s ?p ?o } }"),
    Vector("SERVICE in DESCRIBE", "DESCRIBE ?s WHERE { SERVICE <@> { ?s ?p ?o } }"),
    Vector("SERVICE in small letters", "SELECT * { service<@>{ ?s ?p ?o } }"),
    Vector("SERVICE behind a comment", "SELECT * {#\nSERVICE#\n<@>{ ?s ?p ?o } }"),
    Vector("SERVICE by prefix", "PREFIX c: <@> SELECT * { SERVICE c: { ?s ?p ?o } }"),
    Vector("FROM http", "SELECT * FROM <@> { ?s ?p ?o }"),
    Vector("FROM NAMED http", "SELECT * FROM NAMED <@> { GRAPH ?g { ?s ?p ?o } }"),
    Vector("FROM file", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"),
    Vector("FROM by prefix", "PREFIX c: <@> SELECT * FROM c:x { ?s ?p ?o }"),
    Vector("FROM relative to a base", "BASE <@> SELECT * FROM <x> { ?s ?p ?o }"),
    Vector("LOAD", "LOAD <@>"),
    Vector("LOAD SILENT INTO", "LOAD SILENT <@> INTO GRAPH <urn:g>"),
    Vector("LOAD after a query", "ASK {} ; LOAD <@>"),
    Vector("INSERT WHERE SERVICE", "INSERT { ?s ?p ?o } WHERE { SERVICE <@> { ?s ?p ?o } }"),
    Vector("a graph of the web", "SELECT * { GRAPH <@> { ?s ?p ?o } }", statuses=(200,)),
    Vector("DESCRIBE of the web", "DESCRIBE <@>", statuses=(200,)),
    Vector("a term of the web", "SELECT * { <@> ?p ?o }", statuses=(200,)),
    get("default-graph-uri", "/sparql?query=ASK%7B%7D&default-graph-uri=@", (403,)),
    get("named-graph-uri", "/sparql?query=ASK%7B%7D&named-graph-uri=@", (403,)),
    get(
        "default-graph-uri file",
        "/sparql?query=ASK%7B%7D&default-graph-uri=file:///etc/passwd",
        (403,),
    ),
    get("using-graph-uri", "/sparql?update=ASK%7B%7D&using-graph-uri=@", (400,)),
    get("graph of the web", "/graphs?graph=@", (404,)),
    get("graph file", "/graphs?graph=file:///etc/passwd", (404,)),
    Vector(
        "graph to be loaded",
        path="/graphs?graph=@",
        method="PUT",
        body="<@> <@> <@> .",
        headers={"Content-Type": "text/turtle"},
        statuses=(405,),
    ),
    Vector(
        "JSON-LD context in a body",
        path="/sparql",
        body='{"@context": "%", "query": "ASK {}"}',
        headers={"Content-Type": "application/ld+json"},
        statuses=(415,),
    ),
    Vector(
        "RDF/XML entity in a body",
        path="/sparql",
        body='<!DOCTYPE r [<!ENTITY e SYSTEM "@">]><r>&e;</r>',
        headers={"Content-Type": "application/rdf+xml"},
        statuses=(415,),
    ),
    Vector(
        "XML query with an entity",
        path="/sparql",
        body='<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><r>&e;</r>',
        headers={"Content-Type": "application/xml"},
        statuses=(415,),
    ),
    get(
        "a JSON-LD profile of the web",
        f"/sparql?query={quote('CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1')}",
        (200, 406),
        Accept='application/ld+json;profile="@"',
    ),
    get("a redirect wanted", "/sparql?query=ASK%7B%7D&redirect=@&url=@&callback=@", (200,)),
    get("an absolute request line", "@sparql?query=ASK%7B%7D", (200, 400, 404)),
    get("a path out of /id", "/id/..%2f..%2f..%2fetc/passwd", (404,)),
    get("a path out of /doc", "/doc/%2e%2e/%2e%2e/etc/passwd", (404,)),
    get("a path out of /dump", "/dump/....//....//etc/passwd", (404,)),
    get("a path out of /queries", "/queries/..%2f..%2fpyproject", (404,)),
    get("a question as a path", "/queries/%2Fetc%2Fpasswd.json", (404,)),
    get("a null byte in a path", "/queries/measures%00.csv", (404,)),
    get("a double slash", "//127.0.0.1/sparql", (404,)),
    get("a host that is another's", "/sparql", (200,), Host="evil.example", Accept="text/turtle"),
    get(
        "forwarded by another",
        "/sparql",
        (200,),
        X_Forwarded_Host="evil.example",
        Forwarded="host=evil.example",
    ),
    get(
        "a line break in a parameter",
        "/queries/measures.csv?municipality=a%0d%0aSet-Cookie:%20x=1",
        (422,),
    ),
    get("a line break in a format", "/sparql?query=ASK%7B%7D&format=a%0d%0aX-Evil:%201", (406,)),
    get("a line break in an offset", "/sparql?query=ASK%7B%7D&limit=1%0d%0aX-Evil:1", (422,)),
    get(
        "a script in a parameter",
        "/queries/towns-by-technology?technology=%3Cscript%3Ealert(1)%3C/script%3E",
        (422,),
    ),
    get("a script in a path", "/%3Cscript%3Ealert(1)%3C/script%3E", (404,)),
    get("a script in a query", f"/sparql?query={quote('<script>alert(1)</script>')}", (400,)),
    get(
        "a script in a label",
        "/sparql?" + urlencode({"query": 'SELECT ("<script>alert(1)</script>" AS ?x) {}'}),
        (200,),
    ),
    get(
        "a script for the log",
        "/sparql?query=ASK%7B%7D",
        (200,),
        X_Request_Id='x" onload="alert(1)',
    ),
]


@pytest.fixture(scope="module")
def server(
    place: Workspace, version: build.Version, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    server = start(place, tmp_path_factory.mktemp("log") / "log", workers=4, deadline=5.0)
    yield server
    server.stop()


@pytest.fixture(params=VECTORS, ids=lambda vector: vector.name)
def vector(request: pytest.FixtureRequest) -> Vector:
    chosen: Vector = request.param
    return chosen


def sent(server: Server, vector: Vector, canary: str) -> tuple[int, dict[str, str], bytes]:
    body = vector.body if vector.body is not None else vector.query
    headers = (
        {"Content-Type": QUERY, **vector.headers} if vector.method != "GET" else vector.headers
    )
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request(
        vector.method,
        vector.path.replace("@", canary),
        body.replace("@", canary).replace("%", canary).encode() if vector.method != "GET" else None,
        {name: value.replace("@", canary) for name, value in headers.items()},
    )
    response = connection.getresponse()
    found = response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
    connection.close()
    return found


def test_nothing_a_request_names_is_fetched_read_or_reflected(
    server: Server, listener: Listener, vector: Vector
) -> None:
    status, headers, body = sent(server, vector, listener.address)
    assert listener.requests == []
    assert status in vector.statuses
    assert b"root:" not in body
    assert "text/html" not in headers["content-type"]
    assert headers["x-content-type-options"] == "nosniff"
    assert not {"set-cookie", "x-evil", "location"} & set(headers)
    if status >= 400:
        assert headers["content-type"] == "application/problem+json"
        said = json.loads(body)
        assert said["status"] == status
        assert not {"Traceback", "/site-packages/", ".py"} & set(said["detail"].split())


def test_forwarded_hosts_are_not_believed(server: Server) -> None:
    reply = server.send("GET", "/sparql", X_Forwarded_Host="evil.example")
    assert b"evil.example" not in reply.body


def test_the_canary_hears_a_request_that_is_made(listener: Listener) -> None:
    connection = http.client.HTTPConnection(listener.address.split("/")[2])
    connection.request("GET", "/heard")
    connection.getresponse().read()
    assert listener.requests == ["/heard"]


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c: d\r\n\r\n",
        b"GET /" + b"a" * 600_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 600_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"GET /sparql HTTP/9.9\r\nHost: a\r\n\r\n",
    ],
    ids=["folded header", "long path", "long header", "TLS", "negative length", "version"],
)
def test_a_request_that_is_no_http_harms_nobody(server: Server, raw: bytes) -> None:
    address = ("127.0.0.1", server.port)
    with contextlib.suppress(OSError), socket.create_connection(address, timeout=10) as client:
        client.sendall(raw)
        client.shutdown(socket.SHUT_WR)
        client.recv(65536)
    assert server.ask("ASK {}").status == 200


def test_one_request_cannot_hide_another(server: Server) -> None:
    smuggled = (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n"
        b"Host: a\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        client.sendall(smuggled)
        client.shutdown(socket.SHUT_WR)
        data = b""
        while more := client.recv(65536):
            data += more
    assert data.count(b"HTTP/1.1") == 1
