"""YAML to nodes with positions: what a record is read from, and what to say where it is no YAML.

Bounds are checked before the parser sees the text, since its recursion would overflow the stack:
flow collections nest at most 100 deep, and so do block collections begun on one line.

Cost: two passes over the text, one of them in libyaml.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import yaml

from dxgraph.errors import RecordError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STRING, _BOOL, _NULL = (f"tag:yaml.org,2002:{name}" for name in ("str", "bool", "null"))
_DEEPEST = 100
_COMPACT = re.compile(rf"(?:[-?] +){{{_DEEPEST}}}")
_BRACKETS = re.compile(r"[\[{\]}]")
_BLANK = re.compile("«([^«»]*)»")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: What libyaml says -> what is wrong and what to do, in Japanese and English.
_TROUBLES = {
    "found character that cannot start any token": (
        "この文字で値を始められません。タブは半角の空白に、「@」「%」「`」で始まる値は引用符で囲んで",
        "this character cannot begin a value; use blanks for tabs, and quote a value that begins "
        "with @, % or `",
    ),
    "found a tab character that violates indentation": (
        "字下げにタブがあります。半角の空白にして",
        "a tab stands in the indentation; use blanks for tabs",
    ),
    "mapping values are not allowed in this context": (
        "「: 」がここにあってはいけません。上の行の字下げを直すか、値を引用符で囲んで",
        "': ' cannot stand here; mend the indentation above, or put the value in quotes",
    ),
    "found unexpected end of stream": (
        "引用符が閉じないままファイルが終わっています。引用符を閉じて",
        "the file ends within quotes; close them",
    ),
    "could not find expected ':'": (
        "キーの後に「: 」がありません。書き足して",
        "a key lacks its ': '; add it",
    ),
    "did not find expected ',' or '}'": (
        "波括弧の中に「,」か「}」がありません。書き足して",
        "a ',' or '}' is missing within the braces; add it",
    ),
    "did not find expected ',' or ']'": (
        "角括弧の中に「,」か「]」がありません。書き足して",
        "a ',' or ']' is missing within the brackets; add it",
    ),
    "did not find expected key": (
        "ここにキーがありません。字下げをそろえて",
        "a key is missing here; align the indentation",
    ),
    "did not find expected '-' indicator": (
        "並びの項目が「- 」で始まっていません。字下げをそろえて",
        "an item of a list does not begin with '- '; align the indentation",
    ),
    "expected a single document in the stream": (
        "一つのファイルに「---」で区切った二つ目の文書があります。分けて",
        "a second document begins here after '---'; put it into a file of its own",
    ),
}


class Position(NamedTuple):
    """A place in a record; ``line`` and ``column`` are counted from 1."""

    line: int
    column: int


def position(node: yaml.Node) -> Position:
    """Where a node begins."""
    return Position(node.start_mark.line + 1, node.start_mark.column + 1)


def word(node: yaml.Node) -> str:
    """The text of a scalar; of a list or mapping, which can be no name, its first mark."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    return "[…]" if isinstance(node, yaml.SequenceNode) else "{…}"


def is_null(node: yaml.Node) -> bool:
    """True for a key without a value, ``~`` and ``null``."""
    return bool(node.tag == _NULL)


def is_truth(node: yaml.Node) -> bool:
    """True for what is written ``true`` or ``false`` without quotes."""
    return bool(node.tag == _BOOL and node.value in ("true", "false"))


def is_guessed(node: yaml.Node) -> bool:
    """True for a scalar without quotes that YAML takes for something other than a text."""
    return isinstance(node, yaml.ScalarNode) and not node.style and node.tag != _STRING


def blank(node: yaml.Node) -> tuple[str, str] | None:
    """What to write, in Japanese and English, where a scalar without quotes holds ``«ja / en»``."""
    if not isinstance(node, yaml.ScalarNode) or node.style:
        return None
    found = _BLANK.search(node.value)
    if not found:
        return None
    ja, _, en = found[1].partition(" / ")
    return ja, en or ja


def name_in(node: yaml.Node) -> str:
    """The text of a scalar that makes an identifier; one still blank is named by its place."""
    here = position(node)
    text = word(node)
    return _BLANK.sub(f"blank-{here.line}-{here.column}", text) if blank(node) else text


def compose(path: Path, data: bytes | None = None) -> yaml.MappingNode:
    """The mapping a file holds; raises RecordError with line and column for anything else.

    ``data`` are the bytes of the file where they are at hand.
    """
    text = _text(path, contents(path) if data is None else data)
    _refuse_unparsable(path, text)
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        raise _trouble(path, text, error) from error
    except RecursionError as error:
        raise _too_deep(path, None) from error
    if not isinstance(root, yaml.MappingNode):
        raise RecordError(
            "a record is a mapping of keys and values, and this file holds something else; "
            "write it as key: value",
            "記録は「キー: 値」の並びですが、このファイルは違います。「キー: 値」で書いてください",
            path=path,
            line=1,
            column=1,
        )
    return root


def contents(path: Path) -> bytes:
    """The bytes of a file; raises RecordError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise RecordError(
            f"the file cannot be read ({error.strerror}); check that it is there and readable",
            f"ファイルを読めません({error.strerror})。あるか、読めるかを確かめてください",
            path=path,
        ) from error


def _text(path: Path, data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        raise RecordError(
            "the file begins with a byte order mark; save it as UTF-8 without BOM",
            "ファイルの先頭に BOM があります。BOM なしの UTF-8 で保存してください",
            path=path,
            line=1,
            column=1,
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordError(
            "not UTF-8 text; save the file as UTF-8",
            "UTF-8 の文字列ではありません。UTF-8 で保存してください",
            path=path,
            line=data[: error.start].count(b"\n") + 1,
        ) from error


def _refuse_unparsable(path: Path, text: str) -> None:
    if found := _CONTROL.search(text):
        before = text[: found.start()]
        raise RecordError(
            f"a control character (U+{ord(found[0]):04X}) stands here; delete it",
            f"制御文字(U+{ord(found[0]):04X})があります。消してください",
            path=path,
            line=before.count("\n") + 1,
            column=len(before) - before.rfind("\n"),
        )
    depth = 0
    for mark in _BRACKETS.finditer(text):
        depth = depth + 1 if mark[0] in "[{" else max(depth - 1, 0)
        if depth > _DEEPEST:
            raise _too_deep(path, text.count("\n", 0, mark.start()) + 1)
    if compact := _COMPACT.search(text):
        raise _too_deep(path, text.count("\n", 0, compact.start()) + 1)
    if text and not text.endswith("\n"):
        raise RecordError(
            "the file ends within a line, so it may have been cut off; "
            "restore what follows, or end the line",
            "ファイルが行の途中で終わっています。続きを戻すか、改行で終えてください",
            path=path,
            line=text.count("\n") + 1,
            column=len(text) - text.rfind("\n"),
        )


def _too_deep(path: Path, line: int | None) -> RecordError:
    return RecordError(
        f"lists and mappings nest more than {_DEEPEST} deep; close the brackets",
        f"並びや対応が {_DEEPEST} 段より深く入れ子になっています。括弧を閉じてください",
        path=path,
        line=line,
    )


def _runaway_quote(text: str) -> yaml.Token | None:
    """The last quoted text before the error that runs over a line end, for want of its end."""
    last = None
    try:
        for token in yaml.scan(text, Loader=_LOADER):
            if isinstance(token, yaml.ScalarToken) and token.style in ("'", '"'):
                over = token.start_mark.line != token.end_mark.line
                last = token if over else last
    except yaml.YAMLError:
        return last
    return last


def _trouble(path: Path, text: str, error: yaml.MarkedYAMLError) -> RecordError:
    if quote := _runaway_quote(text):
        return RecordError(
            "this quote is not closed in its line; close it",
            "引用符がこの行で閉じていません。閉じてください",
            path=path,
            line=quote.start_mark.line + 1,
            column=quote.start_mark.column + 1,
        )
    open_since = str(error.context).startswith(("while parsing a flow", "while scanning a quoted"))
    mark = error.context_mark if open_since else error.problem_mark or error.context_mark
    problem = str(error.problem or error.context)
    ja, en = _TROUBLES.get(
        problem,
        (
            f"YAML として読めません({problem})。字下げ、引用符、括弧を直して",
            f"not valid YAML ({problem}); mend the indentation, quotes or brackets here",
        ),
    )
    return RecordError(
        en,
        f"{ja}ください",
        path=path,
        line=mark.line + 1 if mark else None,
        column=mark.column + 1 if mark else None,
    )
