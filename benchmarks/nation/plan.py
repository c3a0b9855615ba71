"""A synthetic plan as a record: the fields before the pillars, and the pillars from ``body``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import TypeVar

from benchmarks.nation.body import Body
from benchmarks.nation.drawing import Drawing
from benchmarks.nation.habits import Country, Node, Pair, of_prefecture
from dxgraph.codes import Town
from dxgraph.fiscal_year import FiscalYear

_T = TypeVar("_T")
_LAW = "law/428AC1000000103"
_ARTICLE = f"{_LAW}/article/9/3"
_SYNTHETIC = {
    "note": "測定のための合成の記録で、実在の計画ではない。",
    "noteEn": "A synthetic record made for measuring; there is no such plan.",
}
#: Stands before every synthetic record.
HEADING = f"{_SYNTHETIC['note']}\n{_SYNTHETIC['noteEn']}"


def record(country: Country, town: Town) -> Node:
    """The record of a town's plan; the same for the same town and real records."""
    drawing = Drawing(country, town)
    drawing.line = 40 + drawing.chance.randint(0, 60)
    before = drawing.line
    body = Body(drawing)
    pillars = body.pillars()
    end = drawing.line
    above = _comprehensive(drawing)
    included = _included(drawing, above["id"])
    profile = drawing.profile("plan")
    node: Node = {
        "id": drawing.id,
        "type": "DXPlan",
        "title": f"{town.name}DX推進計画",
        "titleEn": f"{drawing.english} DX Promotion Plan",
        "line": 3,
        "issuedMonth": drawing.issued,
        "source": _source(drawing, end + 60),
        "adoptedBy": _municipality(drawing, list(body.units.values())),
        "period": _period(drawing),
        **_SYNTHETIC,
    }
    if profile["establishedUnder"]:
        node["establishedUnder"] = [_ARTICLE]
    if profile["supersedes"]:
        included.append(_earlier(drawing))
        node["supersedes"] = included[-1]["id"]
    node["positionedUnder"] = [above]
    own = [above, *included]
    lists = {
        "governance": _governance(drawing, end),
        "citations": _citations(drawing, own, bool(profile["establishedUnder"]), before),
        "included": included,
        "pastInitiatives": _past(drawing, before),
        "anomalies": _anomalies(drawing, end),
        "uncited": _uncited(drawing, before),
        "goals": _goals(drawing, end) if profile["goals"] else [],
    }
    node |= {key: value for key, value in lists.items() if value}
    return node | {"pillars": pillars}


def _source(drawing: Drawing, lines: int) -> Node:
    code = drawing.town.code
    return {
        "id": f"source/{code}-dx-{drawing.first}",
        "type": "SourceDocument",
        "title": f"{drawing.town.name}DX推進計画",
        "titleEn": f"{drawing.english} DX Promotion Plan",
        "issuedBy": f"municipality/{code}",
        "issuedMonth": drawing.issued,
        "sha256": hashlib.sha256(code.encode()).hexdigest(),
        "lines": lines,
    }


def _municipality(drawing: Drawing, units: list[Node]) -> Node:
    town = drawing.town
    node: Node = {
        "id": f"municipality/{town.code}",
        "type": "Municipality",
        "name": town.name,
        "nameEn": drawing.english,
        "reading": town.reading,
        "line": 9,
        "code": town.code,
        "code6": town.code6,
        "inPrefecture": f"prefecture/{town.code[:2]}",
    }
    return node | ({"units": units} if units else {})


def _period(drawing: Drawing) -> Node:
    first, last = FiscalYear(drawing.first), FiscalYear(drawing.last)
    return {
        "label": f"{first.ja}から{last.ja}まで",
        "from": first.start,
        "to": last.start,
        "line": 30,
    }


def _comprehensive(drawing: Drawing) -> Node:
    number = drawing.chance.randint(3, 8)
    return {
        "id": f"plan/{drawing.town.code}/comprehensive-{number}",
        "type": "ComprehensivePlan",
        "title": f"第{number}次{drawing.town.name}総合計画",
        "titleEn": f"Comprehensive Plan {number} of {drawing.english}",
        "line": 20,
        "adoptedBy": f"municipality/{drawing.town.code}",
    }


def _included(drawing: Drawing, above: str) -> list[Node]:
    """Further plans of the town that the plan names."""
    known = drawing.country.words["plans"]
    profiles = drawing.some("included")[: len(known)]
    name = (drawing.town.name, drawing.english)
    found = []
    for profile, (slug, *pair) in zip(
        profiles, drawing.chance.sample(known, len(profiles)), strict=True
    ):
        ja, en = drawing.named((pair[0], pair[1]), m=name)
        node = _plan(drawing, slug, ja, en)
        if profile["alternative"]:
            node["alternative"] = f"{pair[0].replace('«m»', '')}(概要版)"
        if profile["issuedMonth"]:
            node["issuedMonth"] = f"{drawing.first - drawing.chance.randint(1, 5)}-03"
        if profile["positionedUnder"]:
            node["positionedUnder"] = above
        found.append(node | drawing.remark(profile))
    return found


def _plan(drawing: Drawing, slug: str, ja: str, en: str) -> Node:
    return {
        "id": f"plan/{drawing.town.code}/{slug}",
        "type": "MunicipalPlan",
        "title": ja,
        "titleEn": en,
        "line": 22,
        "adoptedBy": f"municipality/{drawing.town.code}",
    }


def _earlier(drawing: Drawing) -> Node:
    year = drawing.first - 3
    ja, en = f"{drawing.town.name}情報化計画", f"{drawing.english} Informatisation Plan"
    return {**_plan(drawing, f"dx-{year}", ja, en), "issuedMonth": f"{year}-03"}


def _governance(drawing: Drawing, end: int) -> list[Node]:
    words = drawing.country.words
    names = {key: drawing.chance.sample(words[key], len(words[key])) for key in ("bodies", "posts")}
    found: list[Node] = []
    post = ""
    for profile, line in _placed(drawing, drawing.some("governance"), end + 1, end + 30):
        kind = drawing.weighted(drawing.country.usage.governance)
        waiting = names["posts" if kind == "Post" else "bodies"]
        if not waiting:
            continue
        ja, en, role = waiting.pop()
        node: Node = {"type": kind, "label": ja, "labelEn": en, "role": role, "line": line}
        if profile["chairedBy"] and post and kind != "Post":
            node["chairedBy"] = post
        found.append(node | drawing.remark(profile))
        post = f"{drawing.id}/governance/{len(found)}" if kind == "Post" else post
    return found


def _citations(drawing: Drawing, own: list[Node], under_law: bool, before: int) -> list[Node]:
    """Its own plans, the law, and what national and prefectural bodies issued."""
    usage, titles = drawing.country.usage, drawing.country.instruments
    labels = {node["id"]: node["title"] for node in own}
    if under_law:
        labels |= {_LAW: titles[_LAW][0], _ARTICLE: "第9条第3項"}
    near = [each for each in titles if of_prefecture(each) == drawing.town.code[:2]]
    count = drawing.between([habits.prefectural for habits in drawing.country.habits])
    chosen = drawing.chance.sample(near, min(count, len(near)))
    wanted = drawing.between([habits.count("citations") for habits in drawing.country.habits])
    common = {
        each: uses
        for each, uses in usage.instruments.items()
        if each in titles and each not in labels and not of_prefecture(each)
    }
    chosen += drawing.distinct(common, max(0, wanted - len(labels) - len(chosen)))
    labels |= {each: titles[each][0] for each in chosen}
    remarks = drawing.any_profiles("citations")
    return [
        {
            "instrument": each,
            "label": label,
            "line": line,
            **drawing.remark(drawing.chance.choice(remarks)),
        }
        for (each, label), line in _placed(drawing, labels.items(), 10, before)
    ]


def _placed(
    drawing: Drawing, things: Iterable[_T], first: int, last: int
) -> Iterator[tuple[_T, int]]:
    """Each thing with a line, in the order of lines."""
    every = list(things)
    return zip(every, drawing.lines(len(every), first, last), strict=True)


def _past(drawing: Drawing, before: int) -> list[Node]:
    found = []
    for profile, line in _placed(drawing, drawing.some("pastInitiatives"), 30, before):
        technologies = drawing.distinct(drawing.country.usage.past, profile["technologies"])
        ja, en = drawing.pair("pastInitiatives" if technologies else "plainPastInitiatives")
        if technologies:
            name = drawing.country.technologies[technologies[0]]
            ja, en = drawing.named((ja, en), t=name)
        year = drawing.first - drawing.chance.randint(1, 6)
        node: Node = {"year": year, "label": ja, "labelEn": en, "line": line}
        if technologies:
            node["technologies"] = technologies
        found.append(node | drawing.remark(profile))
    return found


def _anomalies(drawing: Drawing, end: int) -> list[Node]:
    found = []
    for _, line in _placed(drawing, drawing.some("anomalies"), 10, end):
        kind = drawing.weighted(drawing.country.usage.kinds)
        ja, en = drawing.chance.choice(drawing.country.words["anomalies"][kind])
        found.append({"line": line, "kind": kind, "note": ja, "noteEn": en})
    return found


def _uncited(drawing: Drawing, before: int) -> list[Node]:
    found: list[Node] = []
    for profile, line in _placed(drawing, drawing.some("uncited"), 10, before):
        if profile["label"]:
            word = drawing.chance.choice(drawing.country.words["words"])
            found.append({"label": word, **drawing.note("passages")})
        else:
            last = line + drawing.chance.randint(0, 10)
            found.append({"line": line, "lastLine": last, **drawing.note("passages")})
    return found


def _goals(drawing: Drawing, end: int) -> list[Node]:
    words = drawing.country.words["goals"]
    return [
        {"goal": goal, "label": ja, "labelEn": en, "line": line}
        for (goal, (ja, en)), line in _placed(drawing, words.items(), end + 31, end + 59)
    ]


def prefectural_record(country: Country, number: str, name: Pair) -> Node:
    """The instruments of a prefecture none of whose plans is recorded."""
    found = []
    for slug, kind, *pair in country.words["prefecturalPlans"]:
        ja, en = (text.replace("«m»", own) for text, own in zip(pair, name, strict=True))
        folder = "programme" if kind == "Programme" else "plan"
        node: Node = {"id": f"{folder}/{number}/{slug}", "type": kind, "title": ja, "titleEn": en}
        if kind != "Programme":
            node["adoptedBy"] = f"prefecture/{number}"
        found.append(node)
    found[0] |= {
        "period": {"label": "令和3年度から令和7年度まで", "from": 2021, "to": 2025},
        "establishedUnder": [f"{_LAW}/article/9/1"],
    }
    return {"included": found}
