"""IRIs of things, made here and nowhere else, from what is printed, the same at every build.

Records write IRIs relative to ``https://w3id.org/dxgraph/id/``. A nested node without an ``id``
gets one from its parent and its place: the key it stands under, and its number, year or position
there. All are ASCII, so that no proxy, form or server can mangle them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dxgraph.errors import BadIdentifier
from dxgraph.namespaces import BASE, ID

_SLUG = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*(?:/[A-Za-z0-9][A-Za-z0-9.-]*)+")
#: An absolute IRI, percent-encoded where it is not ASCII.
_ABSOLUTE = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[!#-;=?-\[\]_a-z~]*)?")
_NAMES = {
    "word": re.compile(r"[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*"),
    "class": re.compile(r"[A-Z][A-Za-z]*"),
}
_TOWN = re.compile(rf"{re.escape(BASE)}(?:id/[a-z-]+|graph/(?:plan|editorial))/(\d{{5}})(?![^/-])")
_WEIGHTS = (6, 5, 4, 3, 2)


@dataclass(frozen=True)
class Place:
    """How a node nested under a record key is named.

    ``segment`` is the path segment before its name, ``by`` the key whose value names it, else its
    position counted from 1; ``single`` names the only node under the key by the segment alone;
    ``on_plan`` hangs it on the plan however deep it is nested, since a measure keeps its IRI when
    its pillar is split.
    """

    segment: str
    by: str | None = None
    single: bool = False
    on_plan: bool = False


#: Every record key under which a node may stand without an ``id`` of its own.
PLACES = {
    "period": Place("period", single=True),
    "pillars": Place("pillar", by="number", on_plan=True),
    "subPillars": Place("pillar", by="number", on_plan=True),
    "measures": Place("measure", by="number", on_plan=True),
    "activities": Place("activity"),
    "schedule": Place("", by="year"),
    "reports": Place("report", by="year"),
    "indicators": Place("indicator"),
    "nationalIndicators": Place("national-indicator"),
    "baseline": Place("baseline", single=True),
    "targets": Place("target"),
    "citations": Place("citation"),
    "anomalies": Place("anomaly"),
    "pastInitiatives": Place("past-initiative"),
    "governance": Place("governance"),
    "goals": Place("goal", by="goal"),
    "uncited": Place("uncited"),
}


def nested(parent: str, key: str, name: str | None, position: int) -> str:
    """The relative IRI of the node at ``position`` (from 1) under ``key`` of ``parent``.

    ``name`` is the value of the key that names it, where PLACES asks for one.

    >>> nested("plan/24343/dx-2023/pillar/2", "measures", "2-2", 2)
    'plan/24343/dx-2023/measure/2-2'
    >>> nested("plan/24343/dx-2023/measure/2-2/activity/1", "schedule", "2024", 3)
    'plan/24343/dx-2023/measure/2-2/activity/1/2024'
    """
    if key not in PLACES:
        raise BadIdentifier(
            f"a node under '{key}' needs an id of its own",
            f"「{key}」の下のものには id が必要です",
        )
    place = PLACES[key]
    base = parent.partition("/pillar/")[0] if place.on_plan else parent
    if place.single:
        return f"{base}/{place.segment}"
    if place.by and name is None:
        raise BadIdentifier(
            f"a node under '{key}' needs '{place.by}', because its identifier is made of it",
            f"「{key}」の下のものには「{place.by}」が必要です。識別子をそこから作るためです",
        )
    last = slug(name) if name is not None else str(position)
    return "/".join(part for part in (base, place.segment, last) if part)


def slug(text: str) -> str:
    """The text if it can be a path segment: ASCII lower case, digits, single ``-`` or ``.``.

    >>> slug("2-2")
    '2-2'
    >>> slug("２-２")
    Traceback (most recent call last):
    dxgraph.errors.BadIdentifier: '２-２' cannot be part of an identifier; ...
    """
    if not _SLUG.fullmatch(text):
        raise BadIdentifier(
            f"'{text}' cannot be part of an identifier; "
            "use half-width digits, a to z, and single '-' or '.' between them",
            f"「{text}」は識別子に使えません。半角の数字と a〜z、その間の「-」「.」だけです",
        )
    return text


def absolute(relative: str) -> str:
    """The IRI a relative one of a record stands for; an absolute one stays as it is.

    >>> absolute("municipality/24343")
    'https://w3id.org/dxgraph/id/municipality/24343'
    """
    if _ABSOLUTE.fullmatch(relative):
        return relative
    if not _PATH.fullmatch(relative):
        raise BadIdentifier(
            f"'{relative}' is no identifier; write it like municipality/24343 or as a full IRI",
            f"「{relative}」は識別子ではありません。"
            "municipality/24343 のような形か、完全な IRI で書いてください",
        )
    return ID + relative


def check(kind: str | None, text: str) -> None:
    """Refuse a text that cannot name what its key refers to; ``kind`` as in Context.refers_to."""
    if kind == "thing":
        absolute(text)
    elif kind and not _NAMES[kind].fullmatch(text):
        raise BadIdentifier(
            f"'{text}' is no name; write one such as ai-ocr or, for a type, DXPlan",
            f"「{text}」は名ではありません。ai-ocr や、型なら DXPlan のように書いてください",
        )


def check_digit(code: str) -> str:
    """The sixth digit of a nationwide local government code, by the ministry's rule (6a+5b+…).

    >>> check_digit("24343")
    '4'
    """
    if not re.fullmatch(r"[0-9]{5}", code):
        raise BadIdentifier(
            f"'{code}' is no municipality code; it has five half-width digits, such as 24343",
            f"「{code}」は団体コードではありません。24343 のような半角5桁です",
        )
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, code, strict=True))
    return str((11 - total % 11) % 10)


def municipality(code: str) -> str:
    """The IRI of a municipality from its code, five digits or six with a valid check digit.

    >>> municipality("243434") == municipality("24343")
    True
    """
    if len(code) == 6 and check_digit(code[:5]) != code[5:]:
        raise BadIdentifier(
            f"'{code}': the check digit should be {check_digit(code[:5])}",
            f"「{code}」: 検査数字は {check_digit(code[:5])} のはずです",
        )
    check_digit(code[:5] if len(code) == 6 else code)
    return f"{ID}municipality/{code[:5]}"


def town(iri: str) -> str:
    """The code of the town whose thing, or whose graph, this is; empty for what is no town's.

    >>> town("https://w3id.org/dxgraph/id/department/24343/kikaku-joho")
    '24343'
    >>> town("https://w3id.org/dxgraph/id/prefecture/24")
    ''
    """
    match = _TOWN.match(iri)
    return match[1] if match else ""
