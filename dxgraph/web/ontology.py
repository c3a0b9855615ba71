"""``/ontology`` and ``/shapes``: what the terms mean, as pages for people and as RDF."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, redirect, request
from werkzeug.wrappers import Response as Redirection

import dxgraph
from dxgraph import modules, turtle
from dxgraph.answers import TRIPLES
from dxgraph.catalog import Catalog
from dxgraph.errors import UnknownPage
from dxgraph.metadata import PREFIXES, void
from dxgraph.namespaces import BASE, DXO, GRAPH
from dxgraph.pool.tasks import Task
from dxgraph.web import negotiation, replies, site
from dxgraph.web.things import EXTENSIONS
from dxgraph.workspace import Workspace

blueprint = Blueprint("ontology", __name__)

_ENDINGS = "any(html, ttl, nt, jsonld, rdf):extension"


@blueprint.get("/ontology", strict_slashes=False)
@blueprint.get(f"/ontology.<{_ENDINGS}>")
def ontology(extension: str | None = None) -> Response:
    """The whole ontology: a page about its terms, or its triples."""
    form = _form(extension)
    if form != "html":
        formats = {"triples": form}
        return replies.answer(Task("graph", GRAPH + "ontology", replies.timeout(), formats))
    catalog = cast(Catalog, current_app.extensions["catalog"])
    titles = {query.name: dict(query.title) for query in catalog}
    return site.shown("ontology.html", _view, titles, questions=titles)


@blueprint.get("/ontology/<path:name>")
def part(name: str) -> Response | Redirection:
    """A module, the current version of the whole or of a module, or the page of a vocabulary."""
    stem, dot, extension = name.rpartition(".")
    if dot and extension in EXTENSIONS:
        name = stem
    else:
        extension = ""
    name = name.removeprefix(dxgraph.__version__).strip("/")
    if not name:
        return ontology(extension or None)
    folder, _, scheme = name.partition("/")
    if folder == "vocabulary" and scheme and extension in ("", "html"):
        return site.page("vocabulary.html", "vocabulary", {"name": scheme}, name=scheme)
    path = modules.ontology(_place()).get(name)
    if path is None:
        raise _unknown()
    form = _form(extension or None)
    if form == "html":
        return redirect(f"{site.here().page('/ontology')}#module-{name}", 303)
    return _file(form, path)


@blueprint.get("/shapes")
@blueprint.get(f"/shapes.<{_ENDINGS}>")
def shapes(extension: str | None = None) -> Response:
    """All shapes: a page by class, or their triples."""
    form = _form(extension)
    if form == "html":
        return site.shown("shapes.html", _shapes)
    return _file(form, *modules.shapes(_place()).values())


@blueprint.get("/shapes/<name>")
def shapes_of(name: str) -> Response | Redirection:
    """The shapes of one file."""
    stem, dot, extension = name.rpartition(".")
    if not (dot and extension in EXTENSIONS):
        stem, extension = name, ""
    path = modules.shapes(_place()).get(stem)
    if path is None:
        raise _unknown()
    form = _form(extension or None)
    if form == "html":
        return redirect(site.here().page("/shapes"), 303)
    return _file(form, path)


def _place() -> Workspace:
    return cast(Workspace, current_app.extensions["place"])


def _form(extension: str | None) -> str:
    asked = EXTENSIONS[extension] if extension else request.args.get("format")
    return negotiation.choose(negotiation.DOCUMENTS, asked)


def _file(form: str, *paths: Path) -> Response:
    """Turtle files together in a format."""

    def make() -> bytes:
        triples = (triple for path in paths for triple in turtle.named(_place(), path))
        return ox.serialize(triples, format=TRIPLES[form], prefixes=PREFIXES) or b""

    said = [(path, path.stat().st_mtime_ns) for path in paths]
    return replies.made(make, "triples", form, form, said)


def _view() -> dict[str, Any]:
    """The view of the ontology, with the modules and shapes of the files and counts of use."""
    seen, counted = replies.known("ontology"), replies.known("dataset")
    defined, asked = _read()
    counts = {each["class"]: each["entities"] for each in counted["classes"]}
    counts |= {each["property"]: each["triples"] for each in counted["properties"]}
    terms = {
        each["local"]: {
            **each,
            "module": defined.get(each["local"], ""),
            "count": counts.get(each["iri"], 0),
            "constraints": len(asked.get(each["iri"], ())),
        }
        for each in seen["terms"]
    }
    return {**seen, "terms": terms, "tree": _tree(terms), "names": _names()}


def _shapes() -> dict[str, Any]:
    """What is asked of the things of each class."""
    names, (_, asked) = _names(), _read()
    for target, rules in asked.items():
        for iri in (target, *(iri for each in rules for iri in (each.path, *each.values))):
            names.setdefault(iri, _called({"iri": iri, "ja": iri, "en": iri}))
    shapes, anchored = [], {iri.rpartition("#")[2] for iri in asked}
    for iri, rules in asked.items():
        new = {each.name for each in rules} - anchored
        anchored |= new
        each = {"iri": iri, "local": iri.rpartition("#")[2], "anchors": new}
        shapes.append({**each, "rules": [asdict(rule) for rule in rules]})
    return {"shapes": shapes, "names": names}


def _names() -> dict[str, dict[str, str]]:
    """What the terms of the ontology and of the dataset are called."""
    seen, counted = replies.known("ontology"), replies.known("dataset")
    own = {each["iri"]: each for each in seen["terms"]}
    return {
        iri: _called({key: each[key] for key in ("iri", "ja", "en")})
        for iri, each in {**counted["names"], **seen["names"], **own}.items()
    }


def _read() -> tuple[dict[str, str], dict[str, list[modules.Constraint]]]:
    """Which module defines each term, and what shapes ask, read once a version of the graph."""
    told = current_app.extensions["told"]
    key = replies.engine().version, "modules"
    if key not in told:
        told[key] = modules.terms(_place()), modules.constraints(_place())
    return cast(tuple[dict[str, str], dict[str, list[modules.Constraint]]], told[key])


def _called(name: dict[str, str]) -> dict[str, str]:
    """A name; a term of others without a label is called by its prefix."""
    short = void.shortened(name["iri"])
    unnamed = name["ja"] in (name["iri"], name["iri"].removeprefix(BASE), short)
    return {"iri": name["iri"], "ja": short, "en": short} if unnamed else name


def _tree(terms: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The classes by what they are kinds of."""
    classes = {local: each for local, each in terms.items() if each["kind"] == "class"}

    def below(local: str) -> list[dict[str, Any]]:
        iri = DXO + local
        return [
            {"local": each, "below": below(each)}
            for each in classes
            if iri in classes[each]["parents"] and each != local
        ]

    tops = (
        local
        for local, each in classes.items()
        if not any(parent.removeprefix(DXO) in classes for parent in each["parents"])
    )
    return [{"local": local, "below": below(local)} for local in tops]


def _unknown() -> UnknownPage:
    return UnknownPage(
        "there is no such module, version or vocabulary; /ontology lists them",
        "その部分、版、語彙はありません。/ontology に一覧があります",
    )
