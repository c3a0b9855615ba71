"""A graph in another SPARQL 1.1 server, asked through SPARQLWrapper; results as Oxigraph's own.

Every query passes the same guard as in this process and is parsed here first, so that errors are
the same and the server only sees what is sound. What answers differ in among engines is levelled:
prefixes are declared, the default graph is the union of the named ones, booleans are ``true`` and
``false``, and an answer the server cut is an error. See ``docs/engines.md``.
"""

from __future__ import annotations

import ast
import json
import re
import time
import urllib.error
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import pyoxigraph as ox

from dxgraph import guard
from dxgraph.endpoints import Address, explained, message, no_endpoint, read, refused
from dxgraph.errors import CutAnswer, MissingExtra, RemoteError
from dxgraph.namespaces import DXO, GRAPH, ONTOLOGY, OWL, PREFIXES, XSD
from dxgraph.store import Result, malformed, refuse_foreign

_SOLUTIONS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
}
_TRIPLES = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_LOADED = f"ASK {{ <{ONTOLOGY}> a <{OWL}Ontology> }}"
_THERE = f"ASK {{ GRAPH ?any {{ <{ONTOLOGY}> a <{OWL}Ontology> }} }}"
_GRAPHS = f"""SELECT DISTINCT ?graph WHERE {{
  GRAPH ?any {{ ?graph <{DXO}statementKind> ?kind }}
  FILTER (STRSTARTS(STR(?graph), "{GRAPH}"))
}}"""
#: Oxigraph's own word for a default graph that is the union; other servers take no notice of it.
_UNION = ("union-default-graph", "")
#: Seconds for which what was found out about a server is believed.
_KNOWN = 10.0

Extra = tuple[tuple[str, str], ...]


class RemoteStore:
    """A graph in another server. Nothing is asked of it before the first query.

    ``union`` makes the default graph the union of ours; without it the server's own is asked, for
    queries that name their graphs and must also see a graph that is half loaded.
    """

    inline = True

    def __init__(self, address: str, seconds: float = 60.0, *, union: bool = True) -> None:
        self.address = Address.parse(address)
        self.seconds = seconds
        self.union = union
        self._graphs: tuple[str, ...] = ()
        self._extra: Extra | None = None
        self._known_until = 0.0

    @property
    def graphs(self) -> tuple[str, ...]:
        """IRIs of our named graphs there, sorted; other people's graphs are left out."""
        self._renew()
        if not self._graphs:
            found = self._ask(_GRAPHS, ())
            assert isinstance(found, ox.QuerySolutions)
            self._graphs = tuple(sorted(str(row["graph"].value) for row in found))
        return self._graphs

    def _renew(self) -> None:
        """Forget what was found out some time ago: the server may have been filled or replaced."""
        if time.monotonic() > self._known_until:
            self._graphs, self._extra = (), None
            self._known_until = time.monotonic() + _KNOWN

    def _dataset(self) -> Extra:
        """What to send so that the default graph is the union of all, the lightest that works."""
        self._renew()
        if self._extra is None:
            self._extra = self._found_out()
        return self._extra

    def _found_out(self) -> Extra:
        for extra in ((), (_UNION,)):
            if not self.union or self._ask(_LOADED, extra):
                return extra
        if not self._ask(_THERE, ()):
            self._known_until = 0.0
            return ()
        given = [("default-graph-uri", name) for name in self.graphs]
        return (*given, *(("named-graph-uri", name) for name in self.graphs))

    def ask(
        self,
        text: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        *,
        like: str = "",
    ) -> Result:
        """Run a query of anyone's; the graphs given narrow the dataset, as in the Protocol.

        Raises ForbiddenQuery or MalformedQuery before anything is sent, RemoteError after.
        """
        chosen = guard.names_dataset(like or text)
        graphs = self.graphs if chosen or default_graphs or named_graphs else ()
        guard.admit(like or text, graphs, PREFIXES)
        refuse_foreign((*default_graphs, *named_graphs), graphs)
        narrowed = [("default-graph-uri", name) for name in default_graphs]
        narrowed += [("named-graph-uri", name) for name in named_graphs]
        _form(text)
        return self._ask(text, narrowed or (() if chosen else self._dataset()))

    def _ask(self, text: str, extra: Sequence[tuple[str, str]]) -> Result:
        try:
            return self._asked(text, extra)
        except RemoteError:
            self._known_until = 0.0
            raise

    def _asked(self, text: str, extra: Sequence[tuple[str, str]]) -> Result:
        form = _form(text)
        formats = _TRIPLES if form is ox.QueryTriples else _SOLUTIONS
        media, body = self._send(text, extra, ", ".join(formats))
        try:
            if media not in formats:
                raise ValueError(media)
            answer = (
                _triples(body, _TRIPLES[media])
                if formats is _TRIPLES
                else _solutions(body, _SOLUTIONS[media])
            )
        except (SyntaxError, ValueError) as error:
            raise self._unreadable(media, body) from error
        if not isinstance(answer, form):
            raise self._unreadable(media, body)
        return answer

    def _unreadable(self, media: str, body: bytes) -> RemoteError:
        said = f"{media or '-'}: {message(body[:1000]) or '-'}"
        return no_endpoint(
            self.address.url, f"no result of SPARQL ({said})", f" SPARQL の結果でないもの({said})"
        )

    def _send(self, text: str, extra: Sequence[tuple[str, str]], accept: str) -> tuple[str, bytes]:
        """The media type and bytes of an answer; raises RemoteError."""
        library = require()
        wrapper = library.SPARQLWrapper(self.address.url)
        wrapper.setMethod("POST")
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", accept)
        wrapper.timeout = self.seconds
        if self.address.user is not None:
            wrapper.setCredentials(self.address.user, self.address.password or "")
        for name, value in extra:
            wrapper.addParameter(name, value)
        prologue = " ".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items())
        wrapper.queryString = f"{prologue}\n{text}"
        wrapper.queryType = "SELECT"
        url = self.address.url
        with explained(url, self.seconds):
            try:
                response: Any = wrapper.query().response
            except library.SPARQLExceptions.SPARQLWrapperException as error:
                raise refused(url, _status(error), _body(error)) from error
            with response:
                self._refuse_cut(response.headers)
                media = response.headers.get_content_type()
                return media, read(response, url, self.seconds)

    def _refuse_cut(self, headers: Any) -> None:
        """Virtuoso tells in headers that it kept rows back, or gave up in the middle."""
        most = headers.get("X-SPARQL-MaxRows") or headers.get("X-SQL-State")
        if most:
            raise CutAnswer(
                f"{self.address.url} cut the answer ({most}); ask for less, page with LIMIT and "
                "OFFSET, or raise the server's limit (Virtuoso: ResultSetMaxRows)",
                f"{self.address.url} が答えを途中で切りました({most})。問いを狭めるか、"
                "LIMIT と OFFSET で分けるか、"
                "サーバーの上限を上げてください(Virtuoso では ResultSetMaxRows)",
            )


def require() -> ModuleType:
    """The library that speaks to servers; raises MissingExtra where it is not installed."""
    try:
        import SPARQLWrapper
    except ImportError as error:
        raise MissingExtra("remote", "SPARQLWrapper") from error
    return SPARQLWrapper


def _form(text: str) -> type[Result]:
    """What a query answers with; parsed by Oxigraph, on nothing. Raises MalformedQuery."""
    try:
        return type(ox.Store().query(text, prefixes=PREFIXES))
    except SyntaxError as error:
        raise malformed(error) from error


def _solutions(body: bytes, form: ox.QueryResultsFormat) -> ox.QuerySolutions | ox.QueryBoolean:
    """Rows or a truth value; raises SyntaxError for a document that breaks off, at once."""
    whole = ox.parse_query_results(body, form).serialize(format=ox.QueryResultsFormat.JSON) or b""
    if b"#boolean" in whole:
        whole = json.dumps(json.loads(whole, object_hook=_plain)).encode()
    return ox.parse_query_results(whole, ox.QueryResultsFormat.JSON)


def _plain(term: dict[str, Any]) -> dict[str, Any]:
    """A term of a JSON result with booleans in their canonical form; Virtuoso writes 1 and 0."""
    if term.get("datatype") == XSD + "boolean":
        term["value"] = {"1": "true", "0": "false"}.get(term["value"], term["value"])
    return term


def _triples(body: bytes, form: ox.RdfFormat) -> ox.QueryTriples:
    store = ox.Store()
    store.load(body, form)
    found = store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    assert isinstance(found, ox.QueryTriples)
    return found


def _status(error: Exception) -> int:
    cause = error.__context__
    return cause.code if isinstance(cause, urllib.error.HTTPError) else 500


def _body(error: Exception) -> bytes:
    """The server's words, which SPARQLWrapper keeps within its own message only."""
    kept = re.search(r"Response:\n(b['\"].*)", str(error), re.DOTALL)
    return ast.literal_eval(kept[1]) if kept else b""
