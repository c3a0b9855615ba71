"""The chapters that are made from what they describe: commands and glossary.

``python tests/reference.py`` writes them anew after a command or a term has changed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
from chapters import FOLDER

from dxgraph import arguments, cli
from dxgraph.addresses import LANGUAGES
from dxgraph.namespaces import DCTERMS, DXO, OWL, PREFIXES, SKOS, TYPE

ROOT = FOLDER.parent.parent
MODULES = ("instrument", "measure", "schedule", "organisation", "evidence")
_LABELS = (PREFIXES["rdfs"] + "label", SKOS + "prefLabel")


def table(*rows: tuple[str, ...]) -> list[str]:
    """A Markdown table; the first row is its head."""
    head, *rest = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rest)]


# Commands


def commands(language: str) -> str:
    """Every command with its arguments, as the command line itself tells them."""

    def say(ja: str, en: str) -> str:
        return ja if language == "ja" else en

    parser = arguments.parser(language, cli.COMMANDS)
    subs = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    lines = [
        say("# コマンド一覧", "# Commands"),
        "",
        say(
            "`dxgraph コマンド --help` でも同じ説明が出ます。",
            "`dxgraph COMMAND --help` tells the same.",
        ),
        *_both(parser, subs.choices["build"], say),
    ]
    for name, sub in subs.choices.items():
        told = [action for action in sub._actions if action.dest not in ("help", "workspace")]
        lines += ["", f"## dxgraph {name}", "", f"{sub.description}{say('。', '.')}"]
        if told:
            lines += ["", *_table(told, say)]
    return "\n".join(lines) + "\n"


def _both(
    parser: argparse.ArgumentParser, sub: argparse.ArgumentParser, say: Callable[[str, str], str]
) -> list[str]:
    shared = [action for action in sub._actions if action.dest == "workspace"]
    told = say("どのコマンドにもある引数は次のとおりです。", "Every command takes:")
    return ["", told, "", *_table(shared, say)]


def _table(actions: list[argparse.Action], say: Callable[[str, str], str]) -> list[str]:
    return table(
        (say("引数", "argument"), say("意味", "meaning")),
        *[_row(action, say) for action in actions],
    )


def _row(action: argparse.Action, say: Callable[[str, str], str]) -> tuple[str, str]:
    named = "" if action.choices or action.nargs == 0 else action.metavar or "N"
    name = " ".join([*action.option_strings[:1], str(named)]) if action.option_strings else ""
    choices = say("、", ", ").join(f"`{choice}`" for choice in action.choices or ())
    told = [action.help or "", choices]
    given, said = action.default, {"[", "既定", "default"}
    if isinstance(given, str | int) and given and not any(word in told[0] for word in said):
        told.append(say(f"既定は `{given}`", f"default `{given}`"))
    meaning = say("。", "; ").join(text for text in told if text)
    return f"`{(name or str(action.metavar or action.dest)).strip()}`", meaning


# Glossary


def glossary(language: str) -> str:
    """The classes of the ontology and the phases, as they define themselves."""
    ja = language == "ja"
    lines = [
        "# 用語集" if ja else "# Glossary",
        "",
        "データに出てくる言葉と、その意味です。オントロジーと語彙の定義をそのまま示します。"
        if ja
        else "What the words in the data mean, as the ontology and the vocabularies define them.",
    ]
    folder = ROOT / "ontology"
    for path in [
        *(folder / f"{name}.ttl" for name in MODULES),
        folder / "vocabularies" / "phases.ttl",
    ]:
        title, rows = _terms(path, language)
        head = ("言葉", "英語", "意味") if ja else ("term", "Japanese", "meaning")
        lines += ["", f"## {title}", "", *table(head, *rows)]
    return "\n".join(lines) + "\n"


def _terms(path: Path, language: str) -> tuple[str, list[tuple[str, ...]]]:
    """The title of a file, and its terms: name, name in the other language, definition."""
    store = ox.Store()
    triples = list(ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE))
    store.extend(triples)
    other = next(each for each in LANGUAGES if each != language)

    def text(subject: ox.NamedNode, names: tuple[str, ...], tongue: str) -> str:
        for name in names:
            for quad in store.quads_for_pattern(subject, ox.NamedNode(name), None):
                if getattr(quad.object, "language", None) == tongue:
                    return str(quad.object.value)
        raise LookupError(f"{path}: {subject} lacks {names} in {tongue}")

    heads = {OWL + "Class", DXO + "Phase"}
    named = [t.subject for t in triples if t.predicate == TYPE and t.object.value in heads]
    whole = next(t for t in triples if t.predicate == TYPE and t.object.value not in heads)
    title = text(whole.subject, (DCTERMS + "title", *_LABELS), language)
    rows = [
        (
            text(n, _LABELS, language),
            text(n, _LABELS, other),
            text(n, (SKOS + "definition",), language),
        )
        for n in named
    ]
    return title.rpartition(": ")[2].capitalize(), rows


PAGES: dict[str, Callable[[str], str]] = {"commands": commands, "glossary": glossary}


def write() -> None:
    """Write the chapters into the manual."""
    for name, make in PAGES.items():
        for language in LANGUAGES:
            (FOLDER / f"{name}.{language}.md").write_text(make(language), encoding="utf-8")


if __name__ == "__main__":
    write()
