"""Pages of things: sections made for a class, evidence of each statement, parts, explanations."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from dxgraph import assemble, pages, views
from dxgraph.addresses import Site
from dxgraph.catalog import Catalog
from dxgraph.namespaces import ID, TYPE, dxo
from dxgraph.session import Graph
from dxgraph.settings import Settings
from dxgraph.store import EmbeddedStore
from dxgraph.views import mentions, sections
from dxgraph.views.statements import Kinds
from dxgraph.web import create_app
from dxgraph.workspace import Workspace

MEASURE = "plan/24324/dx-2023/measure/3-4"
ADOPTION = "adoption/24324/ai-ocr"
HTML = {"Accept": "text/html"}
#: One thing of each class with a page of its own, and a section that the class is about.
EXAMPLES = {
    "municipality/24343": "adoptions",
    "prefecture/24": "towns-of-prefecture",
    "plan/24343/dx-2023": "measures",
    "plan/24/digital-strategy-2020": "rests-on-it",
    "plan/national/data-basic-plan": "towns-resting-on-it",
    "plan/24343/dx-2023/pillar/2": "measures",
    MEASURE: "activities",
    f"{MEASURE}/activity/2": "entries",
    f"{MEASURE}/activity/2/2023": "follows",
    "department/24343/zeimu": "measures",
    "plan/24324/dx-2023/governance/2": "governance",
    "technology/ai-ocr": "towns-by-technology",
    "item/ai-rpa": "answered-by",
    "law/428AC1000000103": "rests-on-it",
    "law/428AC1000000103/article/9/3": "towns-resting-on-it",
    "guideline/cloud-by-default": "cited-by",
    "sdg/9": "goal-rules",
    "fiscal-year/2024": "starts-in-year",
    "plan/43367/dx-2022/measure/1-2-3/indicator/2": "values",
    ADOPTION: "evidence",
    "source/24324-dx-2023": "lines",
    "scheme/technology": "members",
    "phase/introduction": "years-of-phase",
    "plan/24343/dx-2023/anomaly/10": "beside",
    "plan/23208/dx-2024/citation/39": "beside",
}


@pytest.fixture
def client(graph: Graph) -> FlaskClient:
    return create_app(graph).test_client()


def seen(graph: Graph, name: str) -> Any:
    iri = f"http://metadata.un.org/{name}" if name.startswith("sdg/") else ID + name
    return views.look(graph, "thing", {"iri": iri})


def section(graph: Graph, name: str, wanted: str) -> Any:
    return next(each for each in seen(graph, name)["sections"] if each["name"] == wanted)


@pytest.mark.parametrize(("name", "wanted"), EXAMPLES.items())
def test_a_thing_has_the_sections_of_its_class(graph: Graph, name: str, wanted: str) -> None:
    assert wanted in {each["name"] for each in seen(graph, name)["sections"]}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_page_shows_names_and_no_bare_iri(client: FlaskClient, name: str) -> None:
    page = client.get(f"/doc/{name}", headers=HTML).text
    shown = re.sub(r'<p class="iri">.*?</p>|<script.*?</script>|<[^>]*>', " ", page, flags=re.S)
    assert "w3id.org" not in shown
    assert not re.search(r"\b(dxo|skos|rdf|rdfs|id):\w", shown)
    assert not re.search(r"\b(uncertain|printed|inferred|editorial)\b", shown)


def test_every_section_belongs_to_a_page(graph: Graph) -> None:
    used = {name for names in sections.profiles().values() for name in names}
    assert used == set(sections.every())


def test_a_measure_shows_its_activities_by_year_with_their_phases(graph: Graph) -> None:
    shown = section(graph, MEASURE, "activities")
    row = next(row for row in shown["rows"] if row["it"]["ja"] == "AI-OCR")
    phases = {
        year: [phase["ja"] for entry in entries for phase in entry["phases"]]
        for year, entries in row["years"].items()
    }
    assert phases == {"2022": ["検討"], "2023": ["導入"], "2024": ["運用"]}
    assert [line["line"] for line in row["lines"]] == [370]


def test_a_printed_statement_leads_to_its_line(client: FlaskClient) -> None:
    page = client.get(f"/doc/{MEASURE}", headers=HTML).text
    department = page.partition("担当課</a></th><td>")[2].partition("</tr>")[0]
    assert 'href="/doc/source/24324-dx-2023#L365"' in page
    assert "#L365" in department or "#L365" in page.partition("担当課")[2]
    assert '<tr id="L365">' in client.get("/doc/source/24324-dx-2023", headers=HTML).text


def test_a_source_document_tells_what_each_line_says(graph: Graph) -> None:
    lines = section(graph, "source/24324-dx-2023", "lines")["rows"]
    said = {row["it"]["ja"] for row in lines if row["line"] == 370}
    assert {"AI-OCR", "検討", "導入", "運用"} == said


def test_an_uncertain_reading_is_hatched_and_says_why(client: FlaskClient, graph: Graph) -> None:
    (iri, *_) = [
        quad.subject.value
        for quad in graph.store.raw.quads_for_pattern(None, dxo("certain"), None, None)
        if quad.object.value == "false" and "/plan/" in quad.subject.value
    ]
    page = client.get(iri.replace(ID, "/doc/"), headers=HTML).text
    box = page.partition('<p class="uncertain')[2].partition("</p>")[0]
    assert "疑い" in box
    assert "<small" in box


def test_the_kinds_of_statement_are_told_apart(graph: Graph) -> None:
    kinds = {each["property"]["ja"]: each["kind"] for each in seen(graph, MEASURE)["statements"]}
    assert kinds["担当課"] == "printed"
    assert kinds["名指しする技術"] == "editorial"
    assert kinds["施策の属する計画"] == "inferred"


def test_names_come_before_all_else_that_is_said(graph: Graph) -> None:
    said = [each["property"]["ja"] for each in seen(graph, MEASURE)["statements"]]
    assert said[:3] == ["名称", "名称", "種類"]
    assert said.index("番号") < said.index("担当課") < said.index("原資料の行")


def test_a_thing_without_a_name_is_called_after_its_kind_and_line(graph: Graph) -> None:
    assert seen(graph, "plan/24343/dx-2023/anomaly/10")["name"]["ja"].endswith("(320行)")


def test_a_cell_is_titled_after_its_activity_and_its_year(client: FlaskClient) -> None:
    page = client.get(f"/doc/{MEASURE}/activity/2/2023", headers=HTML).text
    assert "<h1>AI-OCR 令和5年度 (2023) 導入</h1>" in page


def test_a_list_goes_on_at_an_address_of_its_own(client: FlaskClient) -> None:
    first = client.get("/doc/fiscal-year/2024.json").get_json()
    (entries,) = [m for m in first["mentions"] if m["property"]["iri"].endswith("#fiscalYear")]
    assert (len(entries["subjects"]), entries["next"]) == (50, 50)
    address = "/doc/fiscal-year/2024.json?of=dxo:fiscalYear&offset=50"
    rest = client.get(address).get_json()["mention"]
    assert rest["count"] == entries["count"]
    known = {subject["iri"] for subject in entries["subjects"]}
    assert not known & {subject["iri"] for subject in rest["subjects"]}
    page = client.get("/doc/fiscal-year/2024", headers=HTML).text
    assert "?of=dxo%3AfiscalYear&amp;offset=50" in page


@pytest.mark.parametrize(
    "part", ["of=dxo:fiscalYear&offset=9000", "of=dxo:hasMeasure", "of=<x>", "section=lines"]
)
def test_a_part_that_is_not_there_is_404(client: FlaskClient, part: str) -> None:
    assert client.get(f"/doc/fiscal-year/2024?{part}", headers=HTML).status_code == 404


def test_what_points_at_a_thing_is_counted_wherever_it_is_said(graph: Graph) -> None:
    store, year = ox.Store(), ox.NamedNode(ID + "fiscal-year/2024")
    places = [ox.NamedNode(f"https://w3id.org/dxgraph/graph/plan/{n}") for n in (24343, 24324)]
    store.add(ox.Quad(year, TYPE, dxo("FiscalYear"), places[0]))
    for number in range(2500):
        entry = ox.NamedNode(f"{ID}plan/24343/dx-2023/entry/{number}")
        store.add(ox.Quad(entry, dxo("fiscalYear"), year, places[number % 2]))
    many = Graph(EmbeddedStore(store), graph.catalog)
    (mention,) = views.look(many, "thing", {"iri": year.value})["mentions"]
    assert (mention["count"], len(mention["subjects"])) == (2500, 50)


def test_rows_of_a_section_are_counted_to_a_thousand_and_no_further(graph: Graph) -> None:
    store, law = ox.Store(), ox.NamedNode(ID + "law/428AC1000000103")
    place = ox.NamedNode("https://w3id.org/dxgraph/graph/plan/24343")
    store.add(ox.Quad(law, TYPE, dxo("Law"), place))
    for number in range(1200):
        citation = ox.NamedNode(f"{ID}plan/24343/dx-2023/citation/{number}")
        store.add(ox.Quad(citation, dxo("citedInstrument"), law, place))
    many = Graph(EmbeddedStore(store), graph.catalog)
    assert section(many, "law/428AC1000000103", "cited-by")["count"] == 1001
    page = create_app(many).test_client().get("/doc/law/428AC1000000103", headers=HTML).text
    assert "1,000 以上" in page


@pytest.mark.parametrize("name", ["fiscal-year/2024", "phase/introduction"])
def test_what_is_read_once_for_all_things_is_what_is_read_for_one(
    graph: Graph, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = seen(graph, name)
    monkeypatch.setattr(Graph, "kept", False)
    for part in ("sections", "mentions"):
        assert seen(graph, name)[part] == kept[part]


def test_every_count_that_is_kept_is_that_of_a_scan(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, kinds = mentions.hubs(graph), Kinds(graph)
    assert len(kept) > 300
    monkeypatch.setattr(Graph, "kept", False)
    for iri, counts in kept.items():
        found = mentions.every(graph, kinds, ox.NamedNode(iri))
        assert {m["property"]["iri"]: (m["count"], m["kind"]) for m in found} == counts


def test_an_inferred_statement_tells_its_rule_and_its_premises(graph: Graph) -> None:
    told = views.look(graph, "why", {"iri": ID + ADOPTION})["groups"]
    group = next(
        group
        for group in told
        if any(each["anchor"] == "firstYear" for each in group["conclusions"])
    )
    assert group["rule"]["file"] == "40-technology-adoption.rq"
    assert "年度" in group["rule"]["ja"]
    year = next(p for p in group["premises"] if p["property"]["iri"] == dxo("fiscalYear").value)
    assert (year["kind"], [line["line"] for line in year["lines"]]) == ("printed", [370])


def test_an_axiom_is_told_in_words(graph: Graph) -> None:
    told = views.look(graph, "why", {"iri": f"{ID}{MEASURE}/activity/2"})["groups"]
    assert any("互いに逆" in group["rule"]["ja"] for group in told)
    assert any("inverses" in group["rule"]["en"] for group in told)


def test_a_page_leads_to_the_reason_of_an_inferred_statement(client: FlaskClient) -> None:
    page = client.get(f"/doc/{ADOPTION}", headers=HTML).text
    assert f'href="/why/{ADOPTION}#firstYear"' in page
    assert 'id="firstYear"' in client.get(f"/why/{ADOPTION}").text


def test_without_rules_nothing_promises_an_explanation(graph: Graph) -> None:
    elsewhere = create_app(Graph(graph.store, graph.catalog)).test_client()
    assert "/why/" not in elsewhere.get(f"/doc/{ADOPTION}", headers=HTML).text
    answer = elsewhere.get(f"/why/{ADOPTION}", headers=HTML)
    assert answer.status_code == 404
    assert "推論の理由" in answer.text


def test_a_page_of_a_static_copy_has_no_address_that_needs_a_server(graph: Graph) -> None:
    view = seen(graph, "fiscal-year/2024")
    name = "fiscal-year/2024"
    page = pages.render("thing.html", Site(static=True), f"/doc/{name}", view, name=name)
    assert not re.findall(r'href="[^"]*\?[^"]*"', page)


def test_a_site_in_a_folder_links_within_that_folder(graph: Graph) -> None:
    settings = Settings(public_url="https://x.example/dx/")
    client = create_app(graph, settings=settings).test_client()
    for path in (f"/dx/doc/{MEASURE}", f"/dx/why/{ADOPTION}", "/dx/doc/source/24324-dx-2023"):
        page = client.get(path, headers=HTML).text
        ours = re.findall(r'(?:href|src)="(/[^"]*)"', page)
        assert ours
        assert [address for address in ours if not address.startswith("/dx/")] == []


@pytest.fixture
def withdrawn(copy: Workspace, root: Path) -> FlaskClient:
    """A server of a graph in which a measure was taken back."""
    path = copy.data / "editorial" / "withdrawn.yaml"
    entry = (
        "included:\n"
        "  - id: plan/24324/dx-2023/measure/9-9\n"
        "    type: WithdrawnThing\n"
        "    note: 施策 3-4 の重複\n"
        "    noteEn: A duplicate of measure 3-4\n"
        f"    replacedBy: {MEASURE}\n"
    )
    path.write_text(path.read_text(encoding="utf-8").replace("included: []\n", entry), "utf-8")
    store = assemble.assemble(copy)
    return create_app(Graph(EmbeddedStore(store), Catalog(root / "queries"))).test_client()


def test_a_withdrawn_identifier_is_gone_with_help(withdrawn: FlaskClient) -> None:
    path = "/doc/plan/24324/dx-2023/measure/9-9"
    assert withdrawn.get(path.replace("/doc/", "/id/")).status_code == 303
    page = withdrawn.get(path, headers=HTML)
    assert page.status_code == 410
    assert "施策 3-4 の重複" in page.text
    assert f'<a href="/doc/{MEASURE}">AI・RPAの利用促進</a>' in page.text
    assert "A duplicate of measure 3-4" in withdrawn.get("/en" + path, headers=HTML).text
    for form in ("text/turtle", "application/json"):
        data = withdrawn.get(path, headers={"Accept": form})
        assert (data.status_code, data.mimetype) == (410, "application/problem+json")
        assert data.get_json()["replacedBy"] == [ID + MEASURE]


def test_nothing_has_been_withdrawn_yet(graph: Graph) -> None:
    assert graph.sparql("ASK { ?it a dxo:WithdrawnThing }") is False


def test_a_mistyped_identifier_is_answered_with_the_nearest(client: FlaskClient) -> None:
    town = client.get("/doc/municipality/24344")
    assert town.status_code == 404
    assert ID + "municipality/24343" in town.get_json()["nearest"]
    page = client.get("/doc/plan/24324/dx-2023/measure/3-44", headers=HTML).text
    assert f'<a href="/doc/{MEASURE}">AI・RPAの利用促進</a>' in page


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/ld+json"])
def test_what_a_client_keeps_still_tells_where_the_document_is(
    client: FlaskClient, accept: str
) -> None:
    path, asked = f"/doc/{MEASURE}", {"Accept": accept}
    first = client.get(path, headers=asked)
    again = client.get(path, headers=asked)
    kept = client.get(path, headers={**asked, "If-None-Match": first.headers["ETag"]})
    head = client.head(path, headers=asked)
    assert (again.status_code, kept.status_code, head.status_code) == (200, 304, 200)
    assert (kept.data, head.data) == (b"", b"")
    for name in ("Link", "Vary", "ETag", "Cache-Control"):
        told = first.headers.getlist(name)
        assert told
        for other in (again, kept, head):
            assert other.headers.getlist(name) == told
    assert "Accept" in first.headers["Vary"]


def test_links_of_a_document_name_its_other_forms(client: FlaskClient) -> None:
    links = client.get(f"/doc/{MEASURE}.ttl").headers.getlist("Link")
    assert f'</doc/{MEASURE}>; rel="canonical"' in [
        link.replace("http://localhost", "") for link in links
    ]
    assert f'<{ID}{MEASURE}>; rel="describes"' in links
    forms = {link.rpartition('type="')[2].rstrip('"') for link in links if "alternate" in link}
    assert {"text/turtle", "application/ld+json", "application/n-triples"} <= forms


def test_the_data_of_a_page_is_what_the_page_shows(client: FlaskClient, graph: Graph) -> None:
    answer = client.get(f"/doc/{MEASURE}.json")
    assert answer.mimetype == "application/json"
    assert answer.get_json() == json.loads(json.dumps(seen(graph, MEASURE)))
