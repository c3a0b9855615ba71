"""A graph to read, and the one in this process: SPARQL in, Oxigraph's results out.

The default graph is the union of all named graphs unless a query says otherwise. Opening is a
snapshot: it keeps answering when a newer version is built, or even when its folder is deleted.
Opening takes some 10 ms however large the graph; nothing is read before it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from dxgraph import guard
from dxgraph.errors import ForbiddenQuery, MalformedQuery, WorkspaceError
from dxgraph.namespaces import BASE, PREFIXES

_ADMITTED = 256
_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_PLACE = re.compile(r"error at (\d+):(\d+): ")

Result = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class Store(Protocol):
    """A graph to ask, wherever it is: EmbeddedStore here, ``remote.RemoteStore`` elsewhere."""

    @property
    def inline(self) -> bool:
        """Whether queries of views are bound by terms in place rather than by VALUES."""

    @property
    def graphs(self) -> tuple[str, ...]:
        """IRIs of the named graphs, sorted."""

    def ask(
        self,
        text: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        *,
        like: str = "",
    ) -> Result:
        """Run a guarded query; the graphs given narrow the dataset, as in the Protocol.

        ``like`` is a text that differs from the query in RDF terms only, or has more: where it is
        admitted, so is the query. To look at every token of a long one takes as long as to answer.
        """


class EmbeddedStore:
    """A graph in this process. Queries are guarded: read-only, closed, bounded in nesting.

    In an open world a request may choose a graph that does not exist, which is then empty, as the
    Protocol's own tests do; nothing is fetched in either world.
    """

    inline = False

    def __init__(self, store: ox.Store, *, open_world: bool = False) -> None:
        self.raw = store
        self._open_world = open_world
        self._admit = lru_cache(_ADMITTED)(self._admit_once)

    @classmethod
    def open(cls, folder: Path) -> EmbeddedStore:
        """The store of a built version; raises WorkspaceError when it cannot be read."""
        try:
            return cls(ox.Store.read_only(str(folder)))
        except OSError as error:
            raise WorkspaceError(
                f"the built graph cannot be opened ({error}); run: dxgraph build --force",
                f"構築済みのグラフを開けません({error})。dxgraph build --force を実行してください",
                path=folder,
            ) from error

    @cached_property
    def graphs(self) -> tuple[str, ...]:
        """IRIs of the named graphs, sorted."""
        return tuple(sorted(str(name.value) for name in self.raw.named_graphs()))

    def ask(
        self,
        text: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        *,
        like: str = "",
    ) -> Result:
        """Run a query of anyone's; the graphs given narrow the dataset, as in the Protocol.

        Raises ForbiddenQuery or MalformedQuery with the position.
        """
        chooses = self._admit(like or text)
        asked = (*default_graphs, *named_graphs)
        web = [name for name in asked if self._open_world and _WEB.fullmatch(name)]
        refuse_foreign(asked, (*self.graphs, *web))
        narrowed = bool(default_graphs or named_graphs)
        try:
            return self.raw.query(
                text,
                base_iri=BASE,
                prefixes=PREFIXES,
                use_default_graph_as_union=not (narrowed or chooses),
                default_graph=[ox.NamedNode(name) for name in default_graphs] if narrowed else None,
                named_graphs=[ox.NamedNode(name) for name in named_graphs] if narrowed else None,
            )
        except SyntaxError as error:
            raise malformed(error) from error

    def _admit_once(self, text: str) -> bool:
        """Whether a query that may run chooses its graphs itself."""
        return guard.names_dataset(guard.admit(text, self.graphs, PREFIXES))


def refuse_foreign(asked: Sequence[str], graphs: Sequence[str]) -> None:
    """Raise ForbiddenQuery for a graph a request narrows the dataset to that is not in it."""
    for name in asked:
        if name not in graphs:
            raise ForbiddenQuery(
                f"{name} is no graph of this dataset",
                f"{name} は、このデータセットのグラフではありません",
            )


def malformed(error: SyntaxError) -> MalformedQuery:
    """The diagnosis of a syntax error; Oxigraph tells the place within its message."""
    message = str(error.msg)
    place = _PLACE.match(message)
    said = message[place.end() :] if place else message
    return MalformedQuery(
        f"not a SPARQL query: {said}",
        f"SPARQL クエリとして読めません: {said}",
        path="query",
        line=int(place[1]) if place else None,
        column=int(place[2]) if place else None,
    )
