"""Pages: the data of a view as HTML, by the templates of this folder; no HTTP and no graph.

Every text a page shows is given in both languages where it stands: ``say("日本語", "English")``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import dxgraph
from dxgraph import snippets
from dxgraph.addresses import LANGUAGES, Site
from dxgraph.errors import MissingExtra
from dxgraph.pages import answer, matrix_words, words
from dxgraph.pages.values import Values

try:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
except ImportError as error:
    raise MissingExtra("web", "Jinja2") from error

#: Path, Japanese and English name of what the menu leads to.
MENU = (
    ("/queries", "質問", "Questions"),
    ("/compare", "比較表", "Compare"),
    ("/schedule", "工程表", "Schedules"),
    ("/lineage", "系譜", "Lineage"),
    ("/coverage", "重点事項", "Coverage"),
    ("/indicators", "指標", "Indicators"),
    ("/departments", "部署と技術", "Departments"),
    ("/sparql", "SPARQL", "SPARQL"),
    ("/catalog", "データ", "Data"),
    ("/manual", "手引き", "Manual"),
)
_FOLDER = Path(__file__).parent
#: Styles, scripts and pictures, to be served as they are.
STATIC = _FOLDER / "static"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(words.FILTERS | matrix_words.FILTERS | answer.FILTERS)
    environment.globals.update(version=dxgraph.__version__, languages=LANGUAGES, menu=MENU)
    environment.globals.update(snippets=snippets)
    return environment


def render(template: str, site: Site, path: str, view: Any, **more: Any) -> str:
    """The page at a path of a site, showing a view.

    ``path`` is that of the Japanese page; names beyond ``view`` are the template's own.
    """

    def say(ja: str, en: str) -> str:
        return en if site.language == "en" else ja

    other = next(language for language in LANGUAGES if language != site.language)
    names = {
        "site": site,
        "path": path,
        "view": view,
        "say": say,
        "lang": site.language,
        "show": Values(site),
    }
    return _environment().get_template(template).render(**names, other=other, **more)
