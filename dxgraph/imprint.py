"""The imprint of an answer: where it is from, under which licence, how it was asked and is again.

Workbooks bear it as their second sheet, in Japanese and English.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import dxgraph
from dxgraph.addresses import Site
from dxgraph.catalog import SavedQuery
from dxgraph.session import Graph
from dxgraph.snippets import command, permalink
from dxgraph.workbook import About

LICENCE = ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")
_SOURCE = (
    "dxgraph。各市町村が公表した計画から読み取った事実・名称・数値。sourceLine は原資料の行。\n"
    "dxgraph: facts, names and numbers read from the plans that municipalities publish; "
    "sourceLine is the line of the source."
)


def of_question(graph: Graph, name: str, values: Mapping[str, str], pages: str = "") -> About:
    """The imprint of the answer to a saved question; ``pages`` is the site's address, if any.

    >>> import dxgraph
    >>> about = of_question(dxgraph.open(), "measures", {"municipality": "朝日町"})
    >>> dict(about.facts)["コマンド / Command"]
    'dxgraph query measures municipality=朝日町'
    """
    query = graph.catalog[name]
    given = {key: value for key, value in values.items() if value not in (None, "")}
    facts = [
        ("質問 / Question", f"{query.question['ja']}\n{query.question['en']}"),
        ("名前 / Name", f"{name} ({query.title['ja']} / {query.title['en']})"),
        ("条件 / Parameters", "\n".join(f"{key}={value}" for key, value in given.items()) or "-"),
        *_origin(graph),
    ]
    if pages:
        facts.append(("この答え / This answer", permalink(pages, name, given)))
    facts.append(("コマンド / Command", command(name, given)))
    facts += _columns(query)
    facts.append(("SPARQL", sparql(graph, name, given)))
    return _about(graph, name, facts, pages)


def of_query(graph: Graph, text: str, pages: str = "") -> About:
    """The imprint of the answer to a query of one's own."""
    return _about(graph, "SPARQL", [*_origin(graph), ("SPARQL", text)], pages)


def _about(graph: Graph, title: str, facts: list[tuple[str, str]], pages: str) -> About:
    site = Site.at(pages)
    built = graph.stamp.built if graph.stamp else None
    return About(title, tuple(facts), built, (lambda iri: _shown(site, iri)) if pages else str)


def of_view(graph: Graph, name: str, values: Mapping[str, str], pages: str = "") -> About:
    """The imprint of the rows behind a page, whose address says how they were asked for.

    >>> import dxgraph
    >>> about = of_view(dxgraph.open(), "schedule", {"town": "24343|24324"}, "https://x.example")
    >>> dict(about.facts)["この答え / This answer"]
    'https://x.example/schedule?town=24343&town=24324'
    """
    given = [(key, part) for key, text in values.items() for part in text.split("|") if part]
    address = f"/{name}" + (f"?{urlencode(given)}" if given else "")
    facts = [
        ("ページ / Page", f"/{name}"),
        ("条件 / Parameters", "\n".join(f"{key}={value}" for key, value in given) or "-"),
        *_origin(graph),
    ]
    if pages:
        facts.append(("この答え / This answer", pages.rstrip("/") + address))
    site = Site.at(pages)
    built = graph.stamp.built if graph.stamp else None
    return About(name, tuple(facts), built, (lambda iri: _shown(site, iri)) if pages else str)


def _shown(site: Site, iri: str) -> str:
    address = site.of(iri)
    return site.origin + address if address.startswith("/") else address


def _origin(graph: Graph) -> list[tuple[str, str]]:
    """Source, licence, versions."""
    facts = [
        ("出典 / Source", _SOURCE),
        ("ライセンス / Licence", LICENCE[0]),
        ("ライセンスの文面 / Its text", LICENCE[1]),
        ("ソフトウェア / Software", f"dxgraph {dxgraph.__version__}"),
    ]
    if graph.stamp:
        facts.append(("グラフの版 / Version of the graph", graph.stamp.version))
        if graph.stamp.built:
            facts.append(("グラフの構築日 / Graph built on", f"{graph.stamp.built:%Y-%m-%d}"))
    return facts


def _columns(query: SavedQuery) -> list[tuple[str, str]]:
    return [(f"列 / Column: {column.name}", column.meaning) for column in query.columns]


def sparql(graph: Graph, name: str, values: Mapping[str, str]) -> str:
    """The bound query of a saved question, without its header."""
    lines = graph.bind(name, **values).splitlines()
    return "\n".join(line for line in lines if not line.startswith("#+")).strip() + "\n"
