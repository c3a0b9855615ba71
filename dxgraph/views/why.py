"""Why the inferred statements of a thing hold: rules and premises, down to the lines.

Cost: that of ``logic.explain``, some milliseconds a statement, so that it is a page of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph.errors import UnknownPage
from dxgraph.logic.explain import Proof
from dxgraph.logic.wording import Words
from dxgraph.namespaces import ID
from dxgraph.session import Graph
from dxgraph.store import EmbeddedStore
from dxgraph.views.asking import Row, about, shortened
from dxgraph.views.statements import Data, Kinds, put_names, value_of
from dxgraph.views.things import known

#: Statements of one property that are explained, and premises told at once.
MOST = 20
_STEPS = 40
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def view(graph: Graph, values: Mapping[str, str]) -> Data:
    """The inferred statements of ``iri``, those that follow together in one of ``groups``.

    A group has its ``conclusions`` (``{"property", "value", "anchor"}``), its ``rule`` and its
    ``premises``; a premise is ``{"subject", "property", "value", "kind", "lines"}`` with rule and
    premises of its own where it is inferred. ``cut`` tells how many statements of a property there
    are where not all are explained. Raises UnknownThing, or UnknownPage where nothing can be.
    """
    it = ox.NamedNode(values["iri"])
    said = known(graph, it)
    if not graph.explains:
        raise _untold()
    inferred = _inferred(graph, said)
    teller = _Teller(graph)
    groups: dict[tuple[Any, ...], Data] = {}
    counts: Counter[str] = Counter()
    for name, value in inferred:
        counts[name.value] += 1
        if counts[name.value] <= MOST:
            proof = teller.prove(ox.Triple(it, name, value))
            key = (
                (proof.rule, *(each.triple for each in proof.premises)) if proof else (name, value)
            )
            group = groups.get(key) or groups.setdefault(key, teller.group(proof))
            first = counts[name.value] == 1
            group["conclusions"].append(
                {
                    "property": {"iri": name.value},
                    "value": value_of(value),
                    "anchor": anchor(name.value) if first else None,
                }
            )
    cut = [{"property": {"iri": name}, "count": n} for name, n in counts.items() if n > MOST]
    subject = {"iri": it.value, "name": {"iri": it.value}}
    data: Data = {**subject, "groups": [*groups.values()], "cut": cut, "most": MOST}
    put_names(graph, data)
    return data


def _inferred(graph: Graph, said: list[Row]) -> list[tuple[ox.NamedNode, Any]]:
    """What no graph says but that of the inferred statements."""
    kinds = Kinds(graph)
    graphs: dict[tuple[ox.NamedNode, Any], list[str]] = {}
    for row in said:
        graphs.setdefault((row["property"], row["value"]), []).append(row["graph"].value)
    return sorted((key for key, found in graphs.items() if kinds.of(found) == "inferred"), key=str)


def _untold() -> UnknownPage:
    return UnknownPage(
        "why a statement was inferred can be told only where the graph itself is served; "
        "this server asks another one",
        "推論の理由は、グラフそのものを持つサーバーだけが説明できます。"
        "このサーバーはほかのサーバーに尋ねています",
    )


def anchor(name: str) -> str:
    """Where a page of explanations tells of a property.

    >>> anchor("https://w3id.org/dxgraph/ontology#supportsGoal")
    'supportsGoal'
    """
    return shortened(name).rpartition(":")[2]


class _Teller:
    """Tells proofs as data."""

    def __init__(self, graph: Graph) -> None:
        assert isinstance(graph.store, EmbeddedStore)
        self._graph = graph
        self._explainer = graph.explainer()
        self._kinds = Kinds(graph)
        self._words = Words(graph.store.raw)
        self._lines: dict[str, list[Data]] = {}
        self._left = 0

    def prove(self, triple: ox.Triple) -> Proof | None:
        """The smallest proof of a statement; None where today's rules yield none."""
        return self._explainer.why(triple)

    def group(self, proof: Proof | None) -> Data:
        """The rule and the premises of a proof, without its conclusion, as far as some steps."""
        self._left = _STEPS
        if proof is None:
            return {"conclusions": [], "rule": None, "premises": []}
        premises = [self._told(each) for each in proof.premises if self._left > 0]
        return {"conclusions": [], "rule": self._rule(proof.rule), "premises": premises}

    def _told(self, proof: Proof) -> Data:
        self._left -= 1
        if not proof.rule:
            told = self._stated(proof.triple, self._kinds.of(proof.graphs))
            if told["kind"] == "printed":
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
                for row in about(self._graph, "lines-of", it=subject)
            ]
        return self._lines[subject.value]
