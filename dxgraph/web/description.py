"""The SPARQL 1.1 Service Description of this endpoint."""

from __future__ import annotations

import pyoxigraph as ox
from flask import Response, request

from dxgraph.answers import SOLUTIONS, TRIPLES
from dxgraph.namespaces import TYPE, VOID
from dxgraph.web import negotiation, replies

_SD = "http://www.w3.org/ns/sparql-service-description#"
_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SD + name)


def reply(form: str) -> Response:
    """The description in a format of TRIPLES, with the endpoint as the client addressed it."""
    body = ox.serialize(
        triples(replies.public_url() + "/sparql", replies.graph_list()),
        format=TRIPLES[form],
        prefixes={"sd": _SD, "void": VOID},
    )
    response = Response(body, mimetype=negotiation.TRIPLES[form])
    response.headers["Vary"] = "Accept, Host"
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(replies.etag(request.base_url, form, replies.engine().version))
    response.make_conditional(request)
    return response


def triples(endpoint: str, graphs: list[dict[str, object]]) -> list[ox.Triple]:
    """What the service is, without blank nodes: service, dataset, default graph, named graphs."""
    service, dataset = ox.NamedNode(endpoint + "#service"), ox.NamedNode(endpoint + "#dataset")
    default = ox.NamedNode(endpoint + "#default")
    said: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]] = [
        (service, TYPE, _sd("Service")),
        (service, _sd("endpoint"), ox.NamedNode(endpoint)),
        (service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        (service, _sd("feature"), _sd("UnionDefaultGraph")),
        (service, _sd("defaultDataset"), dataset),
        (dataset, TYPE, _sd("Dataset")),
        (dataset, _sd("defaultGraph"), default),
        (default, TYPE, _sd("Graph")),
    ]
    forms = [form.iri for form in SOLUTIONS.values()] + [form.iri for form in TRIPLES.values()]
    said += [(service, _sd("resultFormat"), ox.NamedNode(form)) for form in forms]
    for number, graph in enumerate(graphs, start=1):
        named = ox.NamedNode(f"{endpoint}#named-{number}")
        content = ox.NamedNode(f"{endpoint}#graph-{number}")
        size = ox.Literal(str(graph["triples"]), datatype=_INTEGER)
        said += [
            (dataset, _sd("namedGraph"), named),
            (named, TYPE, _sd("NamedGraph")),
            (named, _sd("name"), ox.NamedNode(str(graph["iri"]))),
            (named, _sd("graph"), content),
            (content, TYPE, _sd("Graph")),
            (content, ox.NamedNode(VOID + "triples"), size),
        ]
    return [ox.Triple(*each) for each in said]
