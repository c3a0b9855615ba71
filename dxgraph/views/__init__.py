"""Views: what a page shows, read from a graph as plain data that JSON can say.

A view knows SPARQL and the ontology, and no HTML; its queries are the ``.rq`` files beside it.
Texts that have both languages are ``{"ja": …, "en": …}``, things ``{"iri": …, "ja": …, "en": …}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dxgraph.session import Graph
from dxgraph.views import dataset, ontology, overview, things
from dxgraph.views.things import describe as describe

View = Callable[[Graph, Mapping[str, str]], Any]

#: Name -> what makes the data of a page from the values in its address.
VIEWS: dict[str, View] = {
    "dataset": dataset.view,
    "dataset-examples": dataset.examples,
    "dataset-plans": dataset.plans,
    "sitemap": dataset.pages,
    "ontology": ontology.view,
    "overview": overview.view,
    "thing": things.view,
    "vocabulary": ontology.vocabulary,
}


def look(graph: Graph, name: str, values: Mapping[str, str]) -> Any:
    """The data of a view; raises UnknownThing or a QueryError for values that name nothing."""
    return VIEWS[name](graph, values)
