"""``/search`` as data and ``/suggest``: things by their names, as JSON."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from dxgraph.addresses import Site
from dxgraph.errors import BadParameter
from dxgraph.labels import KINDS
from dxgraph.web import replies, site

blueprint = Blueprint("search", __name__)

#: Characters of a search that are read.
LONGEST = 200


@blueprint.get("/search.json")
def found() -> Response:
    """Hits, counts by kind, and the nearest labels where there is no hit."""
    asked = values()

    def body() -> dict[str, Any]:
        return _addressed(replies.seen("search", **asked))

    return replies.document(body, asked, site.here())


@blueprint.get("/suggest")
def suggested() -> Response:
    """The first things for what is typed so far; names in the language of the address."""
    place, text = site.here(), request.args.get("q", "")[:LONGEST]

    def body() -> str:
        seen = replies.seen("suggest", q=text)
        return json.dumps([_suggestion(each, place) for each in seen], ensure_ascii=False)

    return replies.made(body, "table", "json", text, place)


def values() -> dict[str, str]:
    """What the request looks for; raises BadParameter for a kind or page that is none."""
    kind = request.args.get("kind", "")
    if kind and kind not in KINDS:
        known = ", ".join(KINDS)
        raise BadParameter(
            f"kind: '{kind}' is no kind of thing; there are: {known}",
            f"kind: 「{kind}」という種類はありません。あるもの: {known}",
        )
    text, town = request.args.get("q", ""), request.args.get("town", "")
    return {"q": text[:LONGEST], "kind": kind, "town": town[:LONGEST], "page": replies.page()}


def _addressed(seen: dict[str, Any]) -> dict[str, Any]:
    """Hits with the addresses of their pages."""
    place = site.here()
    for hit in seen["hits"]:
        hit["url"] = place.origin + place.of(hit["iri"])
    return seen


def _suggestion(hit: dict[str, Any], place: Site) -> dict[str, Any]:
    """A hit in one language: name in pieces, another name, kind, where it stands, address.

    Several of one name and kind lead to a search for them.
    """
    language, alone = place.language, hit["alike"] == 1
    several = urlencode({"q": hit[language], "kind": hit["kind"]["name"]})
    above = [crumb[language] for crumb in hit["crumbs"]]
    return {
        "name": hit[language],
        "marked": hit["marked"][language],
        "also": hit["also"][language],
        "kind": hit["kind"][language],
        "within": " › ".join(above) if alone else "",
        "alike": hit["alike"],
        "url": place.of(hit["iri"]) if alone else f"{place.page('/search')}?{several}",
    }
