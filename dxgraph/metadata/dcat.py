"""The dataset in DCAT 3 as DCAT-AP wants it: a catalogue, the whole, the plans, files, services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from dxgraph.dumps import BUNDLE, File
from dxgraph.metadata import (
    ABOUT,
    CATALOG_PAGE,
    DATASET,
    DCAT,
    FOAF,
    LICENCE,
    PUBLISHER,
    RIGHTS,
    SPDX,
    TITLE,
    Description,
    Fact,
    Published,
    facts,
    typed,
)
from dxgraph.metadata.files import CONTENTS, TYPES, ending, packing
from dxgraph.namespaces import DCTERMS, ID, ONTOLOGY, SKOS

CATALOG = CATALOG_PAGE + "#catalog"
SERIES = CATALOG_PAGE + "#plans"
SERVICE = CATALOG_PAGE + "#sparql"
_EU = "http://publications.europa.eu/resource/authority/"
_ATTRIBUTION = "http://purl.org/adms/licencetype/Attribution"
_MEDIA = "http://www.iana.org/assignments/media-types/"
#: Property -> the class of its values that others describe.
_RANGES = {
    ox.NamedNode(name): each
    for name, each in {
        DCAT + "compressFormat": DCTERMS + "MediaType",
        DCAT + "landingPage": FOAF + "Document",
        DCAT + "mediaType": DCTERMS + "MediaType",
        DCAT + "packageFormat": DCTERMS + "MediaType",
        DCTERMS + "accessRights": DCTERMS + "RightsStatement",
        DCTERMS + "accrualPeriodicity": DCTERMS + "Frequency",
        DCTERMS + "conformsTo": DCTERMS + "Standard",
        DCTERMS + "format": DCTERMS + "MediaTypeOrExtent",
        DCTERMS + "language": DCTERMS + "LinguisticSystem",
        DCTERMS + "spatial": DCTERMS + "Location",
        FOAF + "homepage": FOAF + "Document",
        FOAF + "page": FOAF + "Document",
        SPDX + "algorithm": SPDX + "ChecksumAlgorithm",
    }.items()
}
_PART = {
    "ja": "計画に印刷された記述と編集者の読みを、名前付きグラフごとに。",
    "en": "What the plan prints and the editors' reading of it, by named graph.",
}
_THEMES = {
    "GOVE": {"ja": "政府・公共部門", "en": "Government and public sector"},
    "TECH": {"ja": "科学技術", "en": "Science and technology"},
}
_KEYWORDS = {
    "ja": ("自治体DX", "DX推進計画", "官民データ活用推進計画", "市町村", "リンクトデータ"),
    "en": ("digital transformation", "municipal plans", "Japan", "knowledge graph", "linked data"),
}


def describe(
    seen: Mapping[str, Any], plans: Sequence[Mapping[str, Any]], published: Published
) -> Description:
    """The catalogue, from the views ``dataset`` and ``dataset-plans``."""
    told = Description()
    dates = _dates(seen["header"])
    told.say(PUBLISHER, FOAF + "Agent", foaf_name=ox.Literal("The dxgraph maintainers"))
    told.say(
        LICENCE,
        DCTERMS + "LicenseDocument",
        dcterms_title=_both("CC BY 4.0"),
        dcterms_type=_ATTRIBUTION,
    )
    told.say(
        _ATTRIBUTION,
        SKOS + "Concept",
        skos_prefLabel={"ja": "表示を求める", "en": "Attribution"},
    )
    told.say(
        f"{_EU}data-theme",
        SKOS + "ConceptScheme",
        dcterms_title={"ja": "EU のデータの主題", "en": "Data themes of the EU"},
    )
    for name, label in _THEMES.items():
        told.say(f"{_EU}data-theme/{name}", SKOS + "Concept", skos_prefLabel=label)
    told.say(
        CATALOG,
        DCAT + "Catalog",
        dcterms_title={"ja": "dxgraph のデータカタログ", "en": "Catalogue of dxgraph"},
        dcterms_description={
            "ja": "自治体DX計画の知識グラフと、計画ごとの部分、問い合わせの窓口。",
            "en": "The knowledge graph of municipal DX plans, its parts by plan, and its services.",
        },
        dcterms_spatial=f"{_EU}country/JPN",
        foaf_homepage=published.at("/"),
        dcat_themeTaxonomy=f"{_EU}data-theme",
        dcat_dataset=[DATASET, SERIES],
        dcat_service=SERVICE,
        **_shared(),
        **dates,
    )
    _whole(told, seen, published, dates)
    _service(told, published)
    _plans(told, plans, published, dates)
    _ranges(told)
    return told


def _ranges(told: Description) -> None:
    """Type the values that belong to lists of others, as DCAT-AP's shapes look for it."""
    used = {
        (each.predicate, each.object): None for each in told.triples if each.predicate in _RANGES
    }
    for predicate, value in used:
        if isinstance(value, ox.NamedNode):
            told.say(value.value, _RANGES[predicate])


def _shared() -> dict[str, object]:
    return {
        "dcterms_publisher": PUBLISHER,
        "dcterms_license": LICENCE,
        "dcterms_language": [f"{_EU}language/JPN", f"{_EU}language/ENG"],
    }


def _both(text: str) -> dict[str, str]:
    return {"ja": text, "en": text}


def _dates(header: Mapping[str, Any]) -> dict[str, object]:
    return {
        f"dcterms_{name}": typed(header[name], "date")
        for name in ("issued", "modified")
        if name in header
    }


def _open(published: Published) -> dict[str, object]:
    """What the whole and each plan's part share."""
    return {
        **{key: value for key, value in _shared().items() if key != "dcterms_license"},
        "dcterms_accessRights": f"{_EU}access-right/PUBLIC",
        "dcterms_accrualPeriodicity": f"{_EU}frequency/IRREG",
        "dcterms_conformsTo": ONTOLOGY,
        "dcterms_spatial": f"{_EU}country/JPN",
        "dcat_version": ox.Literal(published.number),
        "dcat_theme": [f"{_EU}data-theme/{name}" for name in _THEMES],
    }


def _whole(
    told: Description,
    seen: Mapping[str, Any],
    published: Published,
    dates: Mapping[str, object],
) -> None:
    keywords = [{tag: word} for tag, words in _KEYWORDS.items() for word in words]
    rights = CATALOG_PAGE + "#rights"
    told.say(rights, DCTERMS + "RightsStatement", rdfs_label=RIGHTS)
    told.say(
        DATASET,
        DCAT + "Dataset",
        dcterms_title=TITLE,
        dcterms_description=ABOUT,
        dcterms_identifier=ox.Literal(DATASET),
        dcterms_rights=rights,
        dcterms_temporal=_period(told, CATALOG_PAGE + "#period", seen["header"]),
        dcat_keyword=keywords,
        dcat_landingPage=published.at("/catalog"),
        foaf_page=published.at("/.well-known/void"),
        **_open(published),
        **dates,
    )
    for each in published.whole():
        _distribution(told, DATASET, each, published, _form(each.name, dates))
    online = CATALOG_PAGE + "#online"
    told.say(DATASET, dcat_distribution=online)
    told.say(
        online,
        DCAT + "Distribution",
        dcterms_title={"ja": "SPARQL エンドポイント", "en": "SPARQL endpoint"},
        dcterms_description={"ja": "尋ねた部分だけを返す。", "en": "Gives the part asked for."},
        dcat_accessURL=published.at("/sparql"),
        dcat_accessService=SERVICE,
        dcterms_license=LICENCE,
    )


def _period(told: Description, it: str, years: Mapping[str, Any]) -> str | None:
    """Describe the time from the first to the last day of some years; None where none is known."""
    if "from" not in years or "to" not in years:
        return None
    told.say(
        it,
        DCTERMS + "PeriodOfTime",
        dcat_startDate=typed(years["from"], "date"),
        dcat_endDate=typed(years["to"], "date"),
    )
    return it


def _form(name: str, dates: Mapping[str, object]) -> list[Fact]:
    """What is said of a file by its name's ending, and by whether it is the whole or a part."""
    media, kind, spoken = TYPES[ending(name)]
    pack, zipped = packing(name), name == BUNDLE
    gzip = bool(pack) and not zipped
    said = facts(
        DCAT + "Distribution",
        dcterms_title={
            "ja": f"{spoken}{'(gzip)' if gzip else ''}",
            "en": f"{spoken}{' (gzip)' if gzip else ''}",
        },
        dcterms_description=_PART if "/" in name else CONTENTS[ending(name)],
        dcat_mediaType=_MEDIA + media,
        dcterms_format=f"{_EU}file-type/{kind}",
        dcterms_license=LICENCE,
        dcterms_language=[f"{_EU}language/JPN", f"{_EU}language/ENG"],
        **dates,
    )
    if pack:
        how = "dcat_packageFormat" if zipped else "dcat_compressFormat"
        said += facts(**{how: _MEDIA + pack})
    return said


def _distribution(
    told: Description, dataset: str, file: File, published: Published, form: list[Fact]
) -> None:
    it = f"{CATALOG_PAGE}#{file.name.replace('/', '-')}"
    address = published.at(f"/dump/{file.name}")
    checksum = it + ".sha256"
    told.say(dataset, dcat_distribution=it)
    told.add(it, form)
    told.say(
        it,
        dcat_accessURL=address,
        dcat_downloadURL=address,
        dcat_byteSize=typed(file.bytes, "nonNegativeInteger"),
        spdx_checksum=checksum,
    )
    told.say(
        checksum,
        SPDX + "Checksum",
        spdx_algorithm=SPDX + "checksumAlgorithm_sha256",
        spdx_checksumValue=typed(file.sha256, "hexBinary"),
    )


def _service(told: Description, published: Published) -> None:
    told.say(
        SERVICE,
        DCAT + "DataService",
        dcterms_title={
            "ja": "dxgraph の SPARQL エンドポイント",
            "en": "SPARQL endpoint of dxgraph",
        },
        dcterms_description={
            "ja": "SPARQL 1.1 Protocol。読み取りのみ。",
            "en": "The SPARQL 1.1 Protocol, read-only.",
        },
        dcterms_conformsTo="https://www.w3.org/TR/sparql11-protocol/",
        dcat_endpointURL=published.at("/sparql"),
        dcat_endpointDescription=[published.at("/sparql"), published.at("/openapi.json")],
        dcat_servesDataset=DATASET,
        dcat_keyword=[{"en": "SPARQL"}, {"ja": "リンクトデータ", "en": "linked data"}],
        dcat_theme=[f"{_EU}data-theme/{name}" for name in _THEMES],
        dcterms_publisher=PUBLISHER,
        dcterms_license=LICENCE,
    )


def _plans(
    told: Description,
    plans: Sequence[Mapping[str, Any]],
    published: Published,
    dates: Mapping[str, object],
) -> None:
    """A series with one dataset a municipality: what its plan prints, and what we read into it."""
    told.say(
        SERIES,
        DCAT + "DatasetSeries",
        DCAT + "Dataset",
        dcterms_title={"ja": "市町村ごとの計画", "en": "Plans by municipality"},
        dcterms_description={
            "ja": "各市町村の計画の記載と、編集者の読み。推論は全体のダンプにある。",
            "en": "What each municipality's plan prints, and the editors' reading of it. Inferred "
            "statements are in the dumps of the whole.",
        },
        dcterms_publisher=PUBLISHER,
        dcterms_accrualPeriodicity=f"{_EU}frequency/IRREG",
        **dates,
    )
    of_all = facts(
        DCAT + "Dataset",
        dcterms_isPartOf=DATASET,
        dcat_inSeries=SERIES,
        **_open(published),
        **dates,
    )
    form, files = _form("plan/00000.trig.gz", dates), published.named
    for each in plans:
        it = f"{CATALOG_PAGE}#plan-{each['code']}"
        period = _period(told, f"{it}-period", each)
        told.say(CATALOG, dcat_dataset=it)
        told.add(it, of_all)
        told.say(
            it,
            dcterms_title={tag: each["plan"][tag] for tag in ("ja", "en")},
            dcterms_description={
                "ja": f"{each['town']['ja']}の{each['plan']['ja']}から読み取った記述。",
                "en": f"Statements read from the {each['plan']['en']} of {each['town']['en']}.",
            },
            prov_wasDerivedFrom=each["source"]["iri"] if "source" in each else None,
            dcat_keyword={tag: each["town"][tag] for tag in ("ja", "en")},
            dcterms_subject=[each["plan"]["iri"], f"{ID}municipality/{each['code']}"],
            dcterms_identifier=ox.Literal(it),
            dcterms_temporal=period,
        )
        file = files.get(f"plan/{each['code']}.trig.gz")
        if file is not None:
            _distribution(told, it, file, published, form)
