"""What the query editor starts with and completes: an example, prefixes, classes, properties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dxgraph import imprint
from dxgraph.namespaces import OWL, PREFIXES
from dxgraph.session import Graph
from dxgraph.views.asking import named, rows, text

_PREFIXED = re.compile(r"(?<![\w<:/#])([a-z]+):([A-Za-z][\w-]*)")


def view(graph: Graph, values: Mapping[str, str]) -> dict[str, str]:
    """``query``: that of the saved question ``example``, for its example values, or a first one."""
    name = values.get("example", "")
    if not name:
        return {"query": text("editor-first")}
    saved = graph.catalog[name]
    return {"query": f"# {saved.question['ja']} / {saved.question['en']}\n" + _bound(graph, name)}


def _bound(graph: Graph, name: str) -> str:
    return imprint.sparql(graph, name, dict(graph.catalog[name].example))


def terms(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """``prefixes``, and ``classes`` and ``properties`` as things.

    The properties are those of the ontology and those of other vocabularies that saved questions
    use.
    """
    found = rows(graph, "editor-terms")
    classes = {row["term"].value for row in found if row["kind"].value == f"{OWL}Class"}
    properties = {row["term"].value for row in found} - classes
    properties |= _used(graph) - classes
    names = named(graph, classes | properties)
    return {
        "prefixes": dict(PREFIXES),
        "classes": [names[iri] for iri in sorted(classes)],
        "properties": [names[iri] for iri in sorted(properties)],
    }


def _used(graph: Graph) -> set[str]:
    """Terms of the vocabularies we have prefixes for that saved questions name as properties."""
    return {
        PREFIXES[prefix] + local
        for saved in graph.catalog
        for prefix, local in _PREFIXED.findall(saved.text)
        if prefix in PREFIXES and local[0].islower() and prefix in ("rdfs", "skos", "dcterms")
    }
