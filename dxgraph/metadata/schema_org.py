"""The dataset for search engines: schema.org's Dataset, as JSON-LD in the page about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dxgraph.metadata import ABOUT, DATASET, LICENCE, SCHEMA, TITLE, Published
from dxgraph.metadata.files import TYPES, ending


def describe(seen: Mapping[str, Any], published: Published, language: str) -> str:
    """The JSON-LD, its texts in a language."""
    header = seen["header"]
    told: dict[str, Any] = {
        "@context": SCHEMA,
        "@id": DATASET,
        "@type": "Dataset",
        "name": TITLE[language],
        "description": ABOUT[language],
        "url": published.at("/catalog").value,
        "license": LICENCE,
        "isAccessibleForFree": True,
        "inLanguage": ["ja", "en"],
        "version": published.number,
        "creator": {"@type": "Organization", "name": "The dxgraph maintainers"},
        "spatialCoverage": {"@type": "Country", "name": "日本" if language == "ja" else "Japan"},
        "distribution": [
            {
                "@type": "DataDownload",
                "contentUrl": published.at(f"/dump/{each.name}").value,
                "encodingFormat": TYPES[ending(each.name)][0],
                "contentSize": f"{each.bytes} B",
                "sha256": each.sha256,
            }
            for each in published.whole()
        ],
    }
    if "issued" in header:
        told |= {"datePublished": header["issued"], "dateModified": header["modified"]}
    if "from" in header and "to" in header:
        told["temporalCoverage"] = f"{header['from']}/{header['to']}"
    return json.dumps(told, ensure_ascii=False)
