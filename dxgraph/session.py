"""The graph as Python sees it: open it, ask saved questions, ask in SPARQL, ask why.

>>> import dxgraph
>>> graph = dxgraph.open()
>>> answer = graph.query("towns-by-technology", technology="AI-OCR", by=2024)
>>> [row["municipality"] for row in answer]
['23208', '24461', '24324', '24343']
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pyoxigraph as ox

from dxgraph import assemble, build, labels, parameters, reason, workspace
from dxgraph.catalog import Catalog
from dxgraph.errors import NotLoaded
from dxgraph.increment.census import Census
from dxgraph.logic.explain import Explainer
from dxgraph.store import EmbeddedStore, Result, Store
from dxgraph.tables import Table

_KEPT_BINDINGS = 1024

Made = TypeVar("Made")


class Graph:
    """A graph to ask: ``query`` for saved questions, ``sparql`` for your own.

    ``version`` is the built one it was opened from, if any. ``index`` is where the index of its
    labels is kept: in the version's folder, or else as long as the object lasts. ``rules`` is the
    folder of the rule files that made its inferred statements. ``made`` is what ``once`` has kept
    of the same graph in another process.
    """

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        version: build.Version | None = None,
        *,
        index: Path | None = None,
        rules: Path | None = None,
        made: Mapping[Callable[[Graph], Any], Any] | None = None,
    ) -> None:
        self.store = store
        self.catalog = catalog
        self.version = version
        self._index = index or (version.folder / labels.FILE if version else None)
        self._rules = rules
        self.made = dict(made or {})
        self._bound = lru_cache(_KEPT_BINDINGS)(self._bind)

    @cached_property
    def stamp(self) -> build.Stamp | None:
        """Name and date of the built version, for what is made of it."""
        return self.version.stamp if self.version else None

    @cached_property
    def census(self) -> Census | None:
        """What was counted of the built version, if it is one."""
        return self.version.census if self.version else None

    def query(self, name: str, /, **values: object) -> Table:
        """The answer to a saved question; parameters are labels, codes or IRIs.

        Raises UnknownQuery, UnknownValue (with the nearest labels) or another QueryError.
        """
        self._must_be_loaded()
        answer = self.store.ask(self.bind(name, **values), like=self.catalog[name].text)
        assert isinstance(answer, ox.QuerySolutions)
        return Table.of(answer)

    def _must_be_loaded(self) -> None:
        if not self.store.graphs:
            raise NotLoaded(
                "the server holds no graph of dxgraph; fill it first: dxgraph load URL",
                "サーバーに dxgraph のグラフがありません。先に dxgraph load URL で入れてください",
            )

    def bind(self, name: str, /, **values: object) -> str:
        """The SPARQL a saved question becomes with these parameters."""
        given = tuple(sorted((k, str(v)) for k, v in values.items() if v not in (None, "")))
        return self._bound(self.catalog[name].text, name, given)

    def _bind(self, text: str, name: str, given: tuple[tuple[str, str], ...]) -> str:
        """Bind once; ``text`` is part of what is remembered, because files change."""
        saved = self.catalog[name]
        terms = parameters.resolve(self.store, saved, dict(given))
        return saved.bind(terms)

    @property
    def kept(self) -> bool:
        """Whether ``once`` keeps what is made: not of a graph elsewhere, which may change."""
        return isinstance(self.store, EmbeddedStore)

    def once(self, make: Callable[[Graph], Made]) -> Made:
        """What ``make`` reads of the whole graph, kept unless the graph is elsewhere."""
        if not self.kept:
            return make(self)
        if make not in self.made:
            self.made[make] = make(self)
        made: Made = self.made[make]
        return made

    @cached_property
    def labels(self) -> labels.Index | None:
        """What finds things by their names, made at first use; none of a graph elsewhere."""
        if not isinstance(self.store, EmbeddedStore):
            return None
        if self._index is not None:
            return labels.index(self.store.raw, self._index)
        self._folder = TemporaryDirectory(prefix="dxgraph-")
        return labels.index(self.store.raw, Path(self._folder.name) / labels.FILE)

    def sparql(self, text: str) -> Table | bool | list[ox.Triple]:
        """A Table for SELECT, a bool for ASK, triples for CONSTRUCT and DESCRIBE.

        Raises ForbiddenQuery for Update, SERVICE and foreign graphs, MalformedQuery for the rest.
        """
        answer = self.answer(text)
        if isinstance(answer, ox.QuerySolutions):
            return Table.of(answer)
        return bool(answer) if isinstance(answer, ox.QueryBoolean) else list(answer)

    def answer(
        self,
        text: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        *,
        like: str = "",
    ) -> Result:
        """Oxigraph's own result, to be serialised without a Python object a row.

        What ``like`` is, ``Store.ask`` says.
        """
        return self.store.ask(text, default_graphs, named_graphs, like=like)

    def warm(self) -> int:
        """Read what every process forked from this one would read for itself: how much it is."""
        found = (self.store.graphs, self.labels, *(saved.by_name for saved in self.catalog))
        return len(found) + (len(self._explainer.rules) if self.explains else 0)

    @property
    def explains(self) -> bool:
        """Whether ``explainer`` can tell why statements were inferred: not of a remote graph."""
        return isinstance(self.store, EmbeddedStore) and self._rules is not None

    def explainer(self) -> Explainer:
        """What proves inferred statements, with nothing remembered; needs ``explains``."""
        return self._explainer.fresh()

    @cached_property
    def _explainer(self) -> Explainer:
        assert isinstance(self.store, EmbeddedStore)
        assert self._rules is not None
        raw = self.store.raw
        return Explainer(raw, [*reason.Axioms(raw).rules(), *reason.rule_files(self._rules)])

    def rule(self, name: str) -> str:
        """The text of a rule that ``explainer`` names; needs ``explains``."""
        return self._explainer.rules[name].construct

    def triples(self, name: str | None = None) -> ox.QueryTriples:
        """All triples of a named graph or, without a name, of the default graph."""
        chosen = [] if name is None else [name]
        answer = self.answer("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", chosen)
        assert isinstance(answer, ox.QueryTriples)
        return answer


def open(
    folder: str | Path | None = None,
    progress: assemble.Progress = lambda step: None,
) -> Graph:
    """The graph of a workspace, built first when no version of its inputs exists.

    Without a folder: the current one when it has ``data/`` and ``ontology/``, else the packaged.
    """
    place = workspace.find(folder)
    version = build.up_to_date(place) or build.build(place, progress)
    catalog, rules = Catalog(place.queries), place.ontology / "rules"
    return Graph(EmbeddedStore.open(version.store), catalog, version, rules=rules)


def connect(address: str, folder: str | Path | None = None, *, seconds: float = 60.0) -> Graph:
    """The graph another SPARQL server holds, as ``dxgraph load`` fills it; the same object as open.

    ``address`` is that of its query endpoint, ``http://localhost:7878/query``. The saved questions
    are those of the workspace. Nothing is sent before the first question.
    """
    from dxgraph.remote import RemoteStore

    return Graph(RemoteStore(address, seconds), Catalog(workspace.find(folder).queries))
