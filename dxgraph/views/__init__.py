"""Views: what a page shows, read from a graph as plain data that JSON can say.

A view knows SPARQL and the ontology, and no HTML; its queries are the ``.rq`` files beside it.
Texts that have both languages are ``{"ja": …, "en": …}``, things ``{"iri": …, "ja": …, "en": …}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dxgraph.session import Graph
from dxgraph.tables import Table
from dxgraph.views import (
    choices,
    compare,
    compare_table,
    coverage,
    dataset,
    departments,
    editor,
    indicators,
    lineage,
    mentions,
    municipalities,
    ontology,
    overview,
    questions,
    schedule,
    search,
    sections,
    things,
    towns,
    why,
)
from dxgraph.views.things import describe as describe
from dxgraph.views.things import subjects as subjects

View = Callable[[Graph, Mapping[str, str]], Any]

#: Name -> what makes the data of a page from the values in its address.
VIEWS: dict[str, View] = {
    "choices": choices.view,
    "compare": compare.view,
    "coverage": coverage.view,
    "dataset": dataset.view,
    "dataset-examples": dataset.examples,
    "dataset-plans": dataset.plans,
    "departments": departments.view,
    "editor": editor.view,
    "form": questions.form,
    "indicators": indicators.view,
    "lineage": lineage.view,
    "ontology": ontology.view,
    "overview": overview.view,
    "question": questions.view,
    "schedule": schedule.view,
    "search": search.view,
    "sitemap": dataset.pages,
    "suggest": search.suggest,
    "terms": editor.terms,
    "thing": things.view,
    "thing-part": things.part,
    "towns": municipalities.view,
    "vocabulary": ontology.vocabulary,
    "why": why.view,
}
#: Name -> what makes the same data as rows, for the views that have them.
TABLES: dict[str, Callable[[Graph, Mapping[str, str]], Table]] = {
    "compare": compare_table.table,
    "coverage": coverage.table,
    "departments": departments.table,
    "indicators": indicators.table,
    "lineage": lineage.table,
    "schedule": schedule.table,
    "towns": municipalities.table,
}


def look(graph: Graph, name: str, values: Mapping[str, str]) -> Any:
    """The data of a view; raises UnknownThing or a QueryError for values that name nothing."""
    return VIEWS[name](graph, values)


def table(graph: Graph, name: str, values: Mapping[str, str]) -> Table:
    """The rows of a view; raises as ``look`` does."""
    return TABLES[name](graph, values)


def warm(graph: Graph) -> None:
    """Read what views keep of a graph, before processes are forked that would each read it."""
    overview.view(graph, {})
    graph.once(towns.plans_by_town)
    if graph.kept:
        graph.once(dataset.described)
        graph.once(sections.shared)
        graph.once(mentions.hubs)
