"""The context: what each key of a record means, and which values it takes.

``context.jsonld`` is the one mapping from record keys to the ontology; what it says of a key's type
is what a value is held to before any RDF is made of it.
"""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from functools import cached_property
from pathlib import Path
from typing import Any

from dxgraph import identifiers
from dxgraph.errors import RecordError, WrongType
from dxgraph.namespaces import BASE

#: The address a record outside a workspace gives for its context; it is never fetched.
ADDRESS = BASE + "context.jsonld"

#: Datatype -> its form, an example, and its name in Japanese and English.
_FORMS = {
    "integer": (r"[+-]?[0-9]+", "374", "整数", "an integer"),
    "decimal": (r"[+-]?[0-9]+(?:\.[0-9]+)?", "58.5", "数", "a number"),
    "boolean": (r"true|false", "true", "true か false", "true or false"),
    "date": (r"\d{4}-\d{2}-\d{2}", "2023-04-01", "年月日", "a date"),
    "gYearMonth": (r"\d{4}-(?:0[1-9]|1[0-2])", "2023-04", "年月", "a year and month"),
    "gYear": (r"\d{4}", "2023", "西暦年", "a year"),
}


class Context:
    """The keys of records, read once a build."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["@context"]
        except (OSError, ValueError, KeyError) as error:
            raise RecordError(
                f"the context cannot be read: {error}",
                f"コンテキストを読めません: {error}",
                path=path,
            ) from error
        self.keys = {
            key
            for key, term in self.document.items()
            if isinstance(term, dict) or (isinstance(term, str) and term.startswith("@"))
        }

    def refers_to(self, key: str) -> str | None:
        """What a scalar under a key names: a ``word``, ``class`` or ``thing``; None for texts."""
        term = self.document.get(key)
        if term == "@type":
            return "class"
        if not isinstance(term, dict) or term.get("@type") != "@id":
            return None
        return "word" if "@context" in term else "thing"

    def datatype(self, key: str) -> str:
        """The local name of a key's XML Schema datatype; ``string`` for texts in a language."""
        term = self.document.get(key)
        named = term.get("@type", "xsd:string") if isinstance(term, dict) else "xsd:string"
        return str(named).removeprefix("xsd:")

    def predicate(self, key: str) -> str | None:
        """The IRI of the property a record key stands for; None for keywords such as ``id``."""
        term = self.document.get(key)
        if not isinstance(term, dict):
            return None
        prefix, _, local = str(term["@id"]).partition(":")
        return f"{self.document[prefix]}{local}"

    def key_of(self, predicate: str) -> list[str]:
        """The record keys that write a property; empty when records cannot."""
        return self._keys_by_predicate.get(predicate, [])

    @cached_property
    def _keys_by_predicate(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key in sorted(self.keys):
            if predicate := self.predicate(key):
                found.setdefault(predicate, []).append(key)
        return found

    def check(self, key: str, text: str, *, truth: bool, guessed: bool) -> None:
        """Refuse a scalar its key does not take.

        ``truth`` and ``guessed`` say that YAML takes it for true or false, or for anything but a
        text. Raises WrongType, or BadIdentifier for what cannot be a reference.
        """
        if kind := self.refers_to(key):
            identifiers.check(kind, text)
            return
        datatype = self.datatype(key)
        if datatype == "string":
            _check_text(key, text, guessed)
        elif not _is_formed(datatype, text) or (datatype == "boolean") != truth:
            _, example, ja, en = _FORMS[datatype]
            narrow = unicodedata.normalize("NFKC", text)
            if narrow != text and _is_formed(datatype, narrow):
                example = narrow
            raise WrongType(
                f"'{key}' takes {en}, not '{text}'; write it as in {key}: {example}",
                f"「{key}」には{ja}を書きます(「{text}」は違います)。"
                f"{key}: {example} のように書いてください",
            )


def _is_formed(datatype: str, text: str) -> bool:
    if not re.fullmatch(_FORMS[datatype][0], text, re.ASCII):
        return False
    if datatype != "date":
        return True
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _check_text(key: str, text: str, guessed: bool) -> None:
    if guessed:
        raise WrongType(
            f"'{key}' takes a text, and {text} without quotes is none to YAML; "
            f'write it as in {key}: "{text}"',
            f"「{key}」は文字列ですが、引用符のない {text} を YAML は文字列と見ません。"
            f'{key}: "{text}" のように引用符で囲んでください',
        )
    if not text.strip():
        raise WrongType(
            f"'{key}' is empty; give its text or delete the line",
            f"「{key}」が空です。値を書くか、行を消してください",
        )
