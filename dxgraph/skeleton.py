"""Skeletons: the record of a town's plan before it is read, with a blank for what the plan says.

A blank is a scalar without quotes that holds ``«…»``; validation finds each at its line. What the
code of the town tells is filled in, and so is what its source text tells of itself; nothing else is
guessed.
"""

from __future__ import annotations

import hashlib
import os
from importlib import resources
from pathlib import Path
from string import Template

import pyoxigraph as ox

from dxgraph import assemble, codes
from dxgraph.context import ADDRESS
from dxgraph.errors import UnusableFile
from dxgraph.namespaces import ID, SKOS, TYPE, dxo
from dxgraph.workspace import Workspace

#: Placeholder of the template -> class of the words it lists, where their IRIs begin, indentation.
_SCHEMES = {
    "phases": ("Phase", f"{ID}phase/", 14),
    "kinds": ("AnomalyKind", f"{ID}anomaly-kind/", 2),
}


def new_plan(
    workspace: Workspace, code: str, out: Path | None = None, source: Path | None = None
) -> str:
    """The skeleton for the town with a code of five or six digits; written to ``out``, if given.

    ``source`` is the text the plan will be read from. Raises BadIdentifier for a code that is no
    municipality's, UnusableFile for a source that is no UTF-8 text and an ``out`` that is there.

    >>> from dxgraph import workspace
    >>> text = new_plan(workspace.find(), "24343")
    >>> [line for line in text.splitlines() if "name: 朝日町" in line or line.startswith("id:")]
    ['id: plan/24343/dx-«発行年の西暦 / year of issue»', '  name: 朝日町']
    """
    town = codes.find(code)
    sha256, lines = _measured(source)
    ontology = assemble.read_ontology(workspace)
    text = Template(_template()).substitute(
        context=_context(workspace, out),
        code=town.code,
        code6=town.code6,
        number=town.code[:2],
        called=f"{town.name} ({town.prefecture}) の" if town.name else "",
        name=town.name or "«団体の名 / name of the municipality»",
        reading=town.reading or "«団体の名の読み / name of the municipality in hiragana»",
        prefecture=f" # {town.prefecture}" if town.prefecture else "",
        sha256=sha256,
        lines=lines,
        **{key: _words(ontology, *scheme) for key, scheme in _SCHEMES.items()},
    )
    if out is not None:
        _write(out, text)
    return text


def _template() -> str:
    return resources.files("dxgraph").joinpath("skeleton.yaml").read_text(encoding="utf-8")


def _context(workspace: Workspace, out: Path | None) -> str:
    """The path of the workspace's context for a record among its records, else its address."""
    towns = (workspace.data / "municipalities").resolve()
    if out is None or not out.resolve().is_relative_to(towns):
        return ADDRESS
    context = workspace.data.resolve() / "context.jsonld"
    return Path(os.path.relpath(context, out.resolve().parent)).as_posix()


def _measured(source: Path | None) -> tuple[str, str]:
    """The hash and the number of lines of a source text, as a record writes them."""
    if source is None:
        return "«sha256sum の出力 / output of sha256sum»", "«行の数 / number of lines»"
    try:
        data = source.read_bytes()
        text = data.decode("utf-8")
    except OSError as error:
        raise UnusableFile(
            f"the source text cannot be read ({error.strerror}); check that it is there",
            f"原資料のテキストを読めません({error.strerror})。あるかを確かめてください",
            path=source,
        ) from error
    except UnicodeDecodeError as error:
        raise UnusableFile(
            "the source is not UTF-8 text; give the text made of the plan, saved as UTF-8",
            "原資料が UTF-8 のテキストではありません。計画から作ったテキストを指定してください",
            path=source,
        ) from error
    lines = text.count("\n") + (not text.endswith("\n"))
    return f'"{hashlib.sha256(data).hexdigest()}"', str(lines)


def _words(ontology: ox.Store, kind: str, folder: str, indent: int) -> str:
    """The words of a vocabulary with their Japanese labels, as lines of a comment."""
    found = [quad.subject for quad in ontology.quads_for_pattern(None, TYPE, dxo(kind), None)]
    words = sorted(
        (_order(ontology, each), f"{each.value.removeprefix(folder)} {_label(ontology, each)}")
        for each in found
        if isinstance(each, ox.NamedNode)
    )
    texts = [text for _, text in words]
    rows = [", ".join(texts[start : start + 4]) for start in range(0, len(texts), 4)]
    return "\n".join(f"{' ' * indent}#   {row}" for row in rows)


def _order(store: ox.Store, word: ox.NamedNode) -> int:
    quad = next(store.quads_for_pattern(word, dxo("order"), None, None), None)
    return int(quad.object.value) if quad and isinstance(quad.object, ox.Literal) else 0


def _label(store: ox.Store, word: ox.NamedNode) -> str:
    labels = store.quads_for_pattern(word, ox.NamedNode(SKOS + "prefLabel"), None, None)
    named = [quad.object for quad in labels if isinstance(quad.object, ox.Literal)]
    return next((label.value for label in named if label.language == "ja"), "")


def _write(path: Path, text: str) -> None:
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise UnusableFile(
            "the file is there already; give another name, or delete it first",
            "ファイルが既にあります。別の名にするか、先に消してください",
            path=path,
        ) from error
    except OSError as error:
        raise UnusableFile(
            f"the file cannot be written ({error.strerror}); check its folder",
            f"ファイルに書けません({error.strerror})。フォルダを確かめてください",
            path=path,
        ) from error
