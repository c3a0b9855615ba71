"""Kinds of things that are found by their labels, in the order in which hits are shown.

A thing is of the first kind one of whose classes it has. Kinds from ``adoption`` on are details:
entries of tables and the like, shown after all whole things.
"""

from __future__ import annotations

from dataclasses import dataclass

from dxgraph.namespaces import DXO, OWL, SKOS

_GOAL = "http://metadata.un.org/sdg/ontology#Goal"


@dataclass(frozen=True)
class Kind:
    """A kind with its names, in English of one and of several, and the IRIs of its classes."""

    name: str
    ja: str
    en: str
    several: str
    classes: tuple[str, ...]
    detail: bool = False


def _kind(name: str, ja: str, en: str, several: str, *classes: str) -> Kind:
    iris = tuple(each if ":" in each else DXO + each for each in classes)
    return Kind(name, ja, en, several, iris, detail=name in _DETAILS)


_DETAILS = ("adoption", "entry", "report", "citation", "reading")
_SCHEMES = tuple(SKOS + name for name in ("Concept", "ConceptScheme", "Collection"))
_TERMS = tuple(OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty"))
_KINDS = (
    _kind("municipality", "市町村", "Town", "Towns", "Municipality"),
    _kind("prefecture", "都道府県", "Prefecture", "Prefectures", "Prefecture"),
    _kind("technology", "技術", "Technology", "Technologies", "Technology"),
    _kind("item", "重点取組事項", "Priority item", "Priority items", "PriorityItem"),
    _kind("plan", "市町村の計画", "Municipal plan", "Municipal plans", "MunicipalPlan"),
    _kind("pillar", "柱", "Pillar", "Pillars", "Pillar"),
    _kind("measure", "施策", "Measure", "Measures", "Measure"),
    _kind("department", "部署", "Department", "Departments", "Department"),
    _kind("activity", "取組", "Activity", "Activities", "Activity"),
    _kind("indicator", "指標", "Indicator", "Indicators", "Indicator", "NationalIndicator"),
    _kind("law", "法令", "Law", "Laws", "Law", "LawArticle"),
    _kind(
        "upper-plan", "国・県の計画", "Plan above", "Plans above", "NationalPlan", "PrefecturalPlan"
    ),
    _kind("instrument", "指針・事業など", "Document", "Documents", "Instrument", "SourceDocument"),
    _kind("goal", "SDGsの目標", "SDG goal", "SDG goals", _GOAL),
    _kind("organisation", "組織・役職", "Body", "Bodies", "GovernanceBody", "Post", "NationalBody"),
    _kind("past", "これまでの取組", "Past initiative", "Past initiatives", "PastInitiative"),
    _kind("year", "年度", "Fiscal year", "Fiscal years", "FiscalYear"),
    _kind("concept", "語彙", "Concept", "Concepts", *_SCHEMES),
    _kind("term", "オントロジー", "Ontology term", "Ontology terms", *_TERMS),
    _kind("adoption", "技術の採用", "Adoption", "Adoptions", "TechnologyAdoption"),
    _kind("entry", "予定の欄", "Schedule entry", "Schedule entries", "ScheduleEntry"),
    _kind("report", "報告の欄", "Reporting entry", "Reporting entries", "ReportingEntry"),
    _kind("citation", "引用", "Citation", "Citations", "Citation"),
    _kind("reading", "SDGsとの対応", "Reading of a goal", "Readings of goals", "GoalReading"),
)
#: Name -> kind, in order.
KINDS = {kind.name: kind for kind in _KINDS}
#: Where a kind stands in the order.
ORDER = {name: number for number, name in enumerate(KINDS)}
#: How many kinds are whole things.
WHOLE = sum(not kind.detail for kind in _KINDS)
