"""The Flask application: HTTP translated into tasks, one blueprint a file."""

from __future__ import annotations

from pathlib import Path

from dxgraph.catalog import Catalog
from dxgraph.dumps.shelf import Shelf
from dxgraph.errors import MissingExtra
from dxgraph.pool.tasks import Engine, Here
from dxgraph.session import Graph
from dxgraph.settings import Settings
from dxgraph.workspace import Workspace, find

try:
    import brotli as brotli
    from flask import Flask
except ImportError as error:
    raise MissingExtra("web", error.name or "Flask") from error

from dxgraph.web import (
    dataset,
    downloads,
    drawings,
    explorer,
    graphs,
    headers,
    matrix,
    ontology,
    openapi,
    operations,
    problems,
    questions,
    search,
    sitemap,
    sparql,
    things,
    towns,
)
from dxgraph.web.cache import Cache
from dxgraph.web.site import Addressed

#: The site for people, its data, and what runs it.
_BLUEPRINTS = (
    *(explorer, search, towns, drawings, matrix, things),
    *(sparql, graphs, questions, dataset, downloads, ontology, sitemap),
    *(operations, openapi),
)
_LARGEST_BODY = 1_000_000


def create_app(
    engine: Engine | Graph,
    catalog: Catalog | None = None,
    settings: Settings | None = None,
    cached: Path | None = None,
    elsewhere: str = "",
    place: Workspace | None = None,
    *,
    static: bool = False,
) -> Flask:
    """The application over an engine, or over a graph in this process; it only reads.

    ``cached`` is the folder of answers that several processes share; ``elsewhere`` the address of
    the server that holds the graph, if another one does; ``place`` the workspace whose ontology and
    shapes are published, and whose built versions have dumps; ``static`` that pages are to be
    written to files, where nobody answers questions.
    """
    if isinstance(engine, Graph):
        catalog = catalog or engine.catalog
        built = engine.version
        engine = Here(engine, built.name) if built else Here(engine)
        versions = built.folder.parent if built else None
    else:
        versions = None if place is None or elsewhere else place.cache / "versions"
    catalog = catalog or Catalog(find().queries)
    place = place or Workspace(catalog.folder.parent, catalog.folder.parent / ".dxgraph")
    settings = settings or Settings()
    app = Flask("dxgraph", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = _LARGEST_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["settings"] = settings
    app.extensions["engine"] = engine
    app.extensions["catalog"] = catalog
    app.extensions["cache"] = Cache(settings.cache_bytes, cached)
    app.extensions["told"] = {}
    app.extensions["making"] = set()
    app.extensions["elsewhere"] = elsewhere
    app.extensions["static"] = static
    app.extensions["shelf"] = Shelf(versions, catalog.folder)
    app.extensions["place"] = place
    for module in _BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    problems.register(app)
    addressed = Addressed(app.wsgi_app, settings.public_url)
    app.wsgi_app = headers.Headed(addressed)  # type: ignore[method-assign]
    return app
