"""The addresses of descriptions and downloads, as OpenAPI says them."""

from __future__ import annotations

from typing import Any

from dxgraph.dumps import BUNDLE, STEM, SUMS, rdf
from dxgraph.web import negotiation
from dxgraph.web.dataset import DOCUMENTS
from dxgraph.web.openapi import paths
from dxgraph.web.openapi.paths import Object, ref

_WHOLE = [f"{STEM}.{form}{packed}" for form in rdf.FORMATS for packed in ("", ".gz")]


def fixed() -> Object:
    """Every address of a description or a download."""
    return {
        "/.well-known/void": _document("void", "データセットの記述 / the dataset in VoID"),
        "/catalog": _document("catalog", "データの目録 / the dataset in DCAT 3"),
        "/.well-known/sparql-examples": _examples(
            "examples", "SPARQL の例 / examples of SPARQL, in SHACL"
        ),
        "/ontology": _document("ontology", "オントロジー / the ontology", negotiation.DOCUMENTS),
        "/shapes": _document("shapes", "制約 / the shapes", negotiation.DOCUMENTS),
        "/dump/": _page("downloads", "ダウンロードの一覧 / the list of downloads"),
        "/dump/{file}": _file(),
        "/robots.txt": _text("robots", "text/plain", "巡回の規則 / rules for crawlers"),
        "/sitemap.xml": _text("sitemap", "application/xml", "サイトマップ / the map of the site"),
    }


def _get(name: str, summary: str, parameters: list[Object], content: Object, *more: str) -> Object:
    responses = paths.answered(summary, content, *more)
    told = {"operationId": name, "tags": ["dataset"], "summary": summary}
    return {"get": {**told, "parameters": parameters, "responses": responses}}


def _document(name: str, summary: str, formats: dict[str, str] = DOCUMENTS) -> Object:
    content: Object = {media: {} for media in formats.values()}
    return _get(name, summary, [paths.form(formats)], content)


def _examples(name: str, summary: str) -> Object:
    told = _document(name, summary)
    response = {"description": "HTML は別のページへ / for HTML, see another page"}
    told["get"]["responses"]["303"] = response
    return told


def _page(name: str, summary: str) -> Object:
    content: Object = {media: {} for media in negotiation.PAGE.values()}
    return _get(name, summary, [ref("parameters", "offset")], content, "422")


def _file() -> Object:
    summary = "ファイル。Range で途中から / a file, or with Range a part of it"
    name: dict[str, Any] = {
        "name": "file",
        "in": "path",
        "required": True,
        "description": "全体のほかに plan/<団体コード>.trig.gz / beside the whole, by plan as "
        "plan/<code>.trig.gz",
        "schema": {"enum": [*_WHOLE, BUNDLE, SUMS]},
    }
    media = ("application/n-quads", "application/trig", "text/turtle", "application/ld+json")
    packed = ("application/gzip", "application/zip", "text/plain")
    content: Object = {each: {} for each in (*media, *packed)}
    told = _get("download", summary, [name], content, "404")
    told["get"]["responses"]["206"] = {"description": "その部分 / the part", "content": content}
    return told


def _text(name: str, media: str, summary: str) -> Object:
    return _get(name, summary, [], {media: {"schema": {"type": "string"}}})
