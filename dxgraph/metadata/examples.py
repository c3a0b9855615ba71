"""The saved questions as examples of SPARQL: SHACL's executables, as SIB's editors read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyoxigraph as ox

from dxgraph.catalog import SavedQuery
from dxgraph.metadata import Description, Published, typed
from dxgraph.namespaces import BASE, PREFIXES, SH

PAGE = BASE + ".well-known/sparql-examples"


def describe(
    queries: Sequence[SavedQuery], texts: Mapping[str, str], published: Published
) -> Description:
    """Each question with its SPARQL in ``texts``, bound to the values of its example."""
    told = Description()
    prefixes = PAGE + "#prefixes"
    for name, space in PREFIXES.items():
        it = f"{prefixes}-{name}"
        told.say(prefixes, sh_declare=it)
        told.say(
            it,
            SH + "PrefixDeclaration",
            sh_prefix=ox.Literal(name),
            sh_namespace=typed(space, "anyURI"),
        )
    for query in queries:
        told.say(
            f"{PAGE}/{query.name}",
            SH + "SPARQLExecutable",
            SH + "SPARQLSelectExecutable",
            rdfs_label=query.title,
            rdfs_comment=query.question,
            sh_prefixes=prefixes,
            sh_select=ox.Literal(texts[query.name]),
            schema_target=published.at("/sparql"),
            schema_keywords=[ox.Literal(tag) for tag in query.tags],
            rdfs_seeAlso=published.at(f"/queries/{query.name}"),
        )
    return told
