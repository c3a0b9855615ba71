"""Words that the formats for people share: severities, labels, counts, and names shown short."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dxgraph.findings.model import Finding, Premise, tally
from dxgraph.namespaces import as_written

_SEVERITY_JA = {"Violation": "違反", "Warning": "警告", "Info": "参考"}
_LABELS = {
    "ja": {"focus": "対象", "path": "項目", "value": "値", "premise": "根拠", "remedy": "直し方"},
    "en": {
        **{"focus": "about", "path": "property", "value": "value"},
        **{"premise": "because", "remedy": "remedy"},
    },
}
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    r"\ufeff\ufff9-\ufffb\ufffe\uffff]"
)


def visible(text: str) -> str:
    r"""A text on one line, with characters that show nothing or steer a terminal written out.

    >>> visible("導入\n予定")
    '導入\\n予定'
    """
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def encodable(text: str) -> str:
    r"""A JSON text that UTF-8 can hold: a lone surrogate becomes its escape ``\udxxx``."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def tag(language: str) -> str:
    """``ja``, or ``en`` for any other tag."""
    return "ja" if language == "ja" else "en"


def other(language: str) -> str:
    """The language that was not chosen."""
    return "en" if language == "ja" else "ja"


def severity(name: str, language: str) -> str:
    """The word for one of SEVERITIES."""
    return _SEVERITY_JA[name] if language == "ja" else name


def label(name: str, language: str) -> str:
    """The word before a focus, path, value, premise or remedy."""
    return _LABELS[tag(language)][name]


def short(term: str) -> str:
    """An IRI as records and queries write it; any other text as it is.

    >>> short("https://w3id.org/dxgraph/id/plan/24343/dx-2023/measure/2-2")
    'plan/24343/dx-2023/measure/2-2'
    >>> short("https://w3id.org/dxgraph/ontology#sourceLine")
    'dxo:sourceLine'
    """
    return visible(as_written(term))


def about(finding: Finding, language: str) -> list[tuple[str, str]]:
    """Labels with the focus, path and value that the finding has, for people."""
    parts = {"focus": finding.focus, "path": finding.path, "value": finding.value}
    return [(label(name, language), short(part)) for name, part in parts.items() if part]


def because(premise: Premise, language: str) -> str:
    """A premise in one line, with its place."""
    place = f" ({premise.place})" if str(premise.place) else ""
    return visible(premise.text.in_language(language) + place)


def counts(found: Sequence[Finding], language: str) -> str:
    """How many findings of each severity are new, and how many were known."""
    new = tally([finding for finding in found if not finding.known])
    known = sum(finding.known is True for finding in found)
    if language == "ja":
        said = "、".join(f"{severity(name, language)} {n} 件" for name, n in new.items())
        return f"{said} (ほかに既知 {known} 件)" if known else said
    said = ", ".join(f"{name}: {n}" for name, n in new.items())
    return f"{said} (known besides: {known})" if known else said
