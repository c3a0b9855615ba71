"""Run the W3C's tests of the SPARQL 1.1 Protocol, query side, against a running endpoint.

    python -m benchmarks.protocol_suite data FOLDER > suite.nq
    dxgraph serve --data suite.nq &
    python -m benchmarks.protocol_suite run FOLDER http://127.0.0.1:8080/sparql

FOLDER is ``sparql/sparql11/protocol`` of the W3C's rdf-tests. Exit code 1 when a test fails. Tests
whose every request is an update that must succeed are left out: the endpoint is read-only.
"""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import rdflib
from rdflib.collection import Collection

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
TYPES = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": (
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ),
    "RDF": ("text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"),
}


def manifest(folder: Path) -> rdflib.Graph:
    """The suite's own description of its tests."""
    return rdflib.Graph().parse(folder / "manifest.ttl")


def data(folder: Path) -> str:
    """The graphs the tests are asked over, as N-Quads."""
    graph, quads = manifest(folder), set()
    for node in graph.objects(None, UT.graphData):
        name = graph.value(node, rdflib.RDFS.label)
        path = folder / str(graph.value(node, UT.graph)).rpartition("/")[2]
        for s, p, o in rdflib.Graph().parse(path, format="nt"):
            quads.add(f"{s.n3()} {p.n3()} {o.n3()} <{name}> .\n")
    return "".join(sorted(quads))


def tests(graph: rdflib.Graph) -> Iterator[tuple[str, list[rdflib.term.Node]]]:
    """Name and requests of every test that a read-only endpoint can pass."""
    for entries in graph.objects(None, MF.entries):
        for test in Collection(graph, entries):
            local = str(test).rpartition("#")[2]
            if local.startswith("update"):
                continue
            action = graph.value(test, MF.action)
            requests = graph.value(action, HT.requests)
            assert requests is not None
            yield local, list(Collection(graph, requests))


def failure(graph: rdflib.Graph, request: rdflib.term.Node, endpoint: str) -> str:
    """What is wrong with the answer to one request; empty when nothing is."""
    path = str(graph.value(request, HT.absolutePath)).partition("?")
    body = graph.value(request, HT.body)
    data = None
    if body is not None:
        encoding = str(graph.value(body, CNT.characterEncoding))
        data = str(graph.value(body, CNT.chars)).encode(encoding)
    sent = urllib.request.Request(
        endpoint + path[1] + path[2], data, method=str(graph.value(request, HT.methodName))
    )
    listed = graph.value(request, HT.headers)
    for header in Collection(graph, listed) if listed is not None else ():
        name = str(graph.value(header, HT.fieldName))
        sent.add_header(name, str(graph.value(header, HT.fieldValue)))
    if data is not None and not sent.has_header("Content-type"):
        sent.add_header("Content-type", "")
    try:
        with urllib.request.urlopen(sent) as reply:
            status, kind, answer = reply.status, reply.headers.get_content_type(), reply.read()
    except urllib.error.HTTPError as error:
        status, kind, answer = error.code, error.headers.get_content_type(), error.read()
    return judge(graph, graph.value(request, HT.resp), status, kind, answer)


def judge(
    graph: rdflib.Graph, expected: rdflib.term.Node | None, status: int, kind: str, answer: bytes
) -> str:
    """What the expectation says against an answer."""
    wanted = {str(node)[-3] for node in graph.objects(expected, MF.expectedStatus)}
    if str(status)[0] not in wanted:
        return f"status {status}, expected {'xx or '.join(sorted(wanted))}xx"
    form = graph.value(expected, MF.expectedFormat)
    if form is not None and kind not in TYPES[str(form)]:
        return f"media type {kind}, expected {form}"
    truth = graph.value(expected, MF.expectedBoolean)
    if truth is not None and (b"true" in answer) != (str(truth) == "true"):
        return f"answered {answer!r}, expected {truth}"
    return ""


def main() -> int:
    """Print the data or the result of every test."""
    command, folder = sys.argv[1], Path(sys.argv[2])
    if command == "data":
        print(data(folder), end="")
        return 0
    graph, failed, count = manifest(folder), 0, 0
    for name, requests in tests(graph):
        wrong = [text for each in requests if (text := failure(graph, each, sys.argv[3]))]
        print(f"{'FAIL' if wrong else 'pass'} {name} {'; '.join(wrong)}".rstrip())
        failed += bool(wrong)
        count += 1
    print(f"{count - failed} of {count} pass")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
