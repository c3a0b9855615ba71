"""A workspace of few things, to publish: a town, its plan and two technologies."""

from __future__ import annotations

import shutil
from pathlib import Path

from dxgraph.workspace import Workspace

FOLDERS = ("ontology", "data", "queries", "shapes")
_VOCABULARIES = ("phases.ttl", "kinds.ttl")
_TOWN = """\
"@context": ../context.jsonld
id: plan/24343/dx-2023
type: DXPlan
title: 朝日町デジタル戦略推進計画
titleEn: Asahi Town Digital Strategy Promotion Plan
adoptedBy:
  id: municipality/24343
  type: Municipality
  name: 朝日町
  nameEn: Asahi Town
  reading: あさひちょう
  code: "24343"
"""
_TECHNOLOGIES = """\
@prefix dxo: <https://w3id.org/dxgraph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix technology: <https://w3id.org/dxgraph/id/technology/> .

technology:ai-ocr a dxo:Technology ;
    skos:prefLabel "AI-OCR"@ja , "AI-OCR"@en .

technology:system a dxo:Technology ;
    skos:prefLabel "システムの導入"@ja , "New systems"@en .
"""


def few(root: Path, folder: Path) -> Workspace:
    """That workspace in a folder, with the ontology and the queries of a checkout."""
    for name in FOLDERS:
        shutil.copytree(root / name, folder / name)
    vocabularies = folder / "ontology" / "vocabularies"
    for path in vocabularies.iterdir():
        if path.name not in _VOCABULARIES:
            path.unlink()
    (vocabularies / "technologies.ttl").write_text(_TECHNOLOGIES, encoding="utf-8")
    for path in (folder / "data").rglob("*.yaml"):
        path.unlink()
    (folder / "data" / "municipalities" / "24343-asahi.yaml").write_text(_TOWN, encoding="utf-8")
    return Workspace(folder, folder / ".dxgraph")
