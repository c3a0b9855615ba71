"""What a server elsewhere may do wrong, and what a person is told then, in two languages."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import servers
from servers import Server

from dxgraph.endpoints import Address, message
from dxgraph.errors import (
    BadAddress,
    CutAnswer,
    MalformedQuery,
    NotAnEndpoint,
    RemoteError,
    ServerRefused,
    ServerTooSlow,
    ServerUnreachable,
)
from dxgraph.remote import RemoteStore
from dxgraph.session import connect
from dxgraph.tables import Table

SELECT = "SELECT ?s WHERE { ?s ?p ?o }"
JSON = "application/sparql-results+json"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "localhost:7878/query",
        "ftp://host/",
        "http://",
        "http://host:port/",
        "http://a b/",
        "x:y",
    ],
)
def test_what_is_no_address_is_refused_at_once(address: str) -> None:
    with pytest.raises(BadAddress, match="http://localhost:7878/query"):
        connect(address)


def test_a_name_and_a_password_are_kept_out_of_messages() -> None:
    address = f"http://reader:s%40cret@127.0.0.1:{servers.free_port()}/query"
    assert Address.parse(address).password == "s@cret"
    with pytest.raises(ServerUnreachable) as caught:
        connect(address).sparql(SELECT)
    assert "reader" not in str(caught.value)
    with pytest.raises(BadAddress) as bad:
        connect(address.replace("http:", "ftp:"))
    assert "cret" not in str(bad.value)


def test_an_address_of_ip_version_6_keeps_its_brackets() -> None:
    assert Address.parse("http://[::1]:7878/query").url == "http://[::1]:7878/query"


def wrong(status: int, media: str, body: bytes, **headers: str) -> AbstractContextManager[str]:
    return servers.answering(status, media, body, **headers)


@pytest.mark.parametrize(
    ("server", "error", "words"),
    [
        (wrong(404, "text/html", b"<h1>Not  here</h1><p>x"), ServerRefused, "404: Not here"),
        (wrong(400, "text/plain", "だめ\n\n長い".encode()), ServerRefused, "400: だめ$"),
        (wrong(401, "text/plain", b""), ServerRefused, "401: -"),
        (wrong(414, "text/plain", b"long"), ServerRefused, "414: long"),
        (wrong(500, "text/plain", b"Error SP031"), ServerRefused, "500: Error SP031"),
        (wrong(503, "text/plain", b"busy"), ServerRefused, "503: busy"),
        (wrong(200, "text/html", b"<title>Hi</title>"), NotAnEndpoint, "text/html"),
        (wrong(200, JSON, b'{"head": {"vars": ["s"]}, "results": {"bi'), NotAnEndpoint, "head"),
        (wrong(200, JSON, b'{"head": {}, "boolean": true}'), NotAnEndpoint, "boolean"),
        (wrong(200, JSON, b"\xff\xfe"), NotAnEndpoint, JSON.replace("+", r"\+")),
        (wrong(200, JSON, b"{}", X_SPARQL_MaxRows="10000"), CutAnswer, "10000"),
        (servers.saying(b"220 smtp.example.org\r\n"), NotAnEndpoint, "no HTTP"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_server_that_errs_is_said_to(
    server: AbstractContextManager[str], error: type[RemoteError], words: str
) -> None:
    with server as url, pytest.raises(error, match=words) as caught:
        RemoteStore(url)._ask(SELECT, ())
    assert url in caught.value.en
    assert url in caught.value.ja
    assert caught.value.en != caught.value.ja


def test_a_server_that_says_nothing_is_left_after_the_time_allowed() -> None:
    with servers.saying(b"") as url, pytest.raises(ServerTooSlow, match="within 1 seconds"):
        connect(url, seconds=1).sparql(SELECT)


def test_nothing_is_sent_for_a_query_that_is_none() -> None:
    store = RemoteStore(f"http://127.0.0.1:{servers.free_port()}/query")
    with pytest.raises(MalformedQuery) as caught:
        store.ask("SELECT ?s\nWHERE { ?s ?p }")
    assert (caught.value.line, caught.value.column) == (2, 16)


def test_results_in_xml_are_read_as_well() -> None:
    body = (
        b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
        b'<head><variable name="s"/></head><results><result><binding name="s">'
        b'<literal datatype="http://www.w3.org/2001/XMLSchema#boolean">1</literal>'
        b"</binding></result></results></sparql>"
    )
    with wrong(200, "application/sparql-results+xml; charset=utf-8", body) as url:
        answer = RemoteStore(url)._ask(SELECT, ())
        assert list(Table.of(answer)) == [{"s": True}]


def test_a_long_or_dirty_message_of_a_server_is_made_fit_to_show() -> None:
    assert message(b"<style>x</style>a\x1b[31m\tb\n\nc") == "a [31m b"
    assert len(message(b"x" * 10_000)) < 310


def test_a_server_may_hold_our_graph_as_its_default_union(tmp_path: Path, root: Path) -> None:
    with servers.oxigraph(tmp_path, "--union-default-graph") as server:
        assert isinstance(server, Server)
        fill(server)
        found = connect(server.url, root).sparql("SELECT ?o WHERE { ?s a ?o }")
    assert [row["o"] for row in found] == ["http://www.w3.org/2002/07/owl#Ontology"]


def fill(server: Server) -> None:
    """Put the one statement there that shows where our graph is."""
    from dxgraph.namespaces import GRAPH, ONTOLOGY, OWL
    from dxgraph.writers import GraphStore

    triple = f"<{ONTOLOGY}> a <{OWL}Ontology> .\n".replace(
        " a ", " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    )
    GraphStore(Address.parse(server.url.replace("/query", "/store")), 60).add(
        GRAPH + "ontology", triple.encode()
    )


def test_a_server_that_is_filled_later_is_seen_filled(tmp_path: Path, root: Path) -> None:
    with servers.oxigraph(tmp_path) as server:
        graph = connect(server.url, root)
        before = graph.sparql("SELECT ?o WHERE { ?s a ?o }")
        fill(server)
        after = graph.sparql("SELECT ?o WHERE { ?s a ?o }")
    assert isinstance(before, Table)
    assert isinstance(after, Table)
    assert (len(before), len(after)) == (0, 1)
