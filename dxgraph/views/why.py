"""Why the inferred statements of a thing hold: rules and premises, down to the lines.

Cost: that of ``logic.explain``, some milliseconds a statement, so that it is a page of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph.errors import UnknownPage
from dxgraph.logic.explain import Explainer, Proof
from dxgraph.logic.wording import Words
from dxgraph.namespaces import ID
from dxgraph.session import Graph
from dxgraph.store import EmbeddedStore
from dxgraph.views.asking import rows, shortened
from dxgraph.views.statements import Data, Kinds, put_names, value_of
from dxgraph.views.things import known

#: Statements of one property that are explained, and premises told of each.
MOST = 20
_STEPS = 40
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def view(graph: Graph, values: Mapping[str, str]) -> Data:
    """The inferred statements of ``iri`` by property, each with its proof.

    A proof is ``{"subject", "property", "value", "kind", "rule", "premises", "lines"}``; an
    asserted statement has no rule. Raises UnknownThing, or UnknownPage where nothing can be
    explained.
    """
    it = ox.NamedNode(values["iri"])
    said = known(graph, it)
    if not graph.explains:
        raise UnknownPage(
            "why a statement was inferred can be told only where the graph itself is served; "
            "this server asks another one",
            "推論の理由は、グラフそのものを持つサーバーだけが説明できます。"
            "このサーバーはほかのサーバーに尋ねています",
        )
    kinds = Kinds(graph)
    graphs: dict[tuple[ox.NamedNode, Any], list[str]] = {}
    for row in said:
        graphs.setdefault((row["property"], row["value"]), []).append(row["graph"].value)
    inferred = [key for key, found in graphs.items() if kinds.of(found) == "inferred"]
    teller = _Teller(graph, graph.explainer(), kinds)
    groups: dict[str, list[Data]] = {}
    for name, value in sorted(inferred, key=str):
        group = groups.setdefault(name.value, [])
        if len(group) < MOST:
            group.append(teller.tell(ox.Triple(it, name, value)))
    counts = {name: sum(key[0].value == name for key in inferred) for name in groups}
    data: Data = {
        "iri": it.value,
        "name": {"iri": it.value},
        "groups": [
            {
                "property": {"iri": name},
                "anchor": anchor(name),
                "count": counts[name],
                "facts": facts,
            }
            for name, facts in groups.items()
        ],
    }
    put_names(graph, data)
    return data


def anchor(name: str) -> str:
    """Where a page of explanations tells of a property.

    >>> anchor("https://w3id.org/dxgraph/ontology#supportsGoal")
    'supportsGoal'
    """
    return shortened(name).rpartition(":")[2]


class _Teller:
    """Tells proofs as data."""

    def __init__(self, graph: Graph, explainer: Explainer, kinds: Kinds) -> None:
        assert isinstance(graph.store, EmbeddedStore)
        self._graph = graph
        self._explainer = explainer
        self._kinds = kinds
        self._words = Words(graph.store.raw)
        self._lines: dict[str, list[Data]] = {}
        self._left = 0

    def tell(self, triple: ox.Triple) -> Data:
        """A statement and why it holds, as far as some steps."""
        self._left = _STEPS
        proof = self._explainer.why(triple)
        return self._told(proof) if proof else self._stated(triple, "inferred")

    def _told(self, proof: Proof) -> Data:
        self._left -= 1
        if not proof.rule:
            told = self._stated(proof.triple, self._kinds.of(proof.graphs))
            told["lines"] = self._lines_of(proof.triple.subject)
            return told
        told = self._stated(proof.triple, "inferred")
        told["rule"] = self._rule(proof.rule)
        told["premises"] = [self._told(each) for each in proof.premises if self._left > 0]
        return told

    def _stated(self, triple: ox.Triple, kind: str) -> Data:
        return {
            "subject": value_of(triple.subject),
            "property": {"iri": triple.predicate.value},
            "value": value_of(triple.object),
            "kind": kind,
            "rule": None,
            "premises": [],
            "lines": [],
        }

    def _rule(self, name: str) -> Data:
        """What a rule says: an axiom in words, or the comment that a rule file begins with."""
        if not name.endswith(".rq"):
            text = self._words.axiom(name)
            return {"ja": text.ja, "en": text.en, "file": None}
        comments = [
            line.lstrip("# ").strip()
            for line in self._graph.rule(name).splitlines()
            if line[:1] == "#"
        ]
        ja = "".join(line for line in comments if _JAPANESE.search(line))
        en = " ".join(line for line in comments if not _JAPANESE.search(line))
        return {"ja": ja, "en": en, "file": name}

    def _lines_of(self, subject: Any) -> list[Data]:
        """The lines that print what a thing is the subject of."""
        if not isinstance(subject, ox.NamedNode) or not subject.value.startswith(ID):
            return []
        if subject.value not in self._lines:
            self._lines[subject.value] = [
                {"line": int(row["line"].value), "source": {"iri": row["source"].value}}
                for row in rows(self._graph, "lines-of", it=subject)
            ]
        return self._lines[subject.value]
