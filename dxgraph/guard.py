"""The gate every free query passes before a parser sees it: read-only, closed, and shallow.

Refused are Update, ``SERVICE``, and a ``FROM`` that names a graph of another dataset: nothing a
query names is ever fetched. Length and nesting are bounded here, because a parser that recurses
overflows its stack and takes the process with it. The text is split into SPARQL's tokens, so that
words within strings, IRIs and comments count for nothing. Oxigraph needs no space between a word
and its neighbours, takes ``<`` for an operator where it can, and undoes escapes within strings and
IRIs only; what it could therefore split otherwise than we do is refused. Tokens are counted, too:
a flat chain of some 2,500 IRIs to describe or 7,000 additions overflows its stack as surely as
deep brackets do. Terms within VALUES are not counted, so a long list of IRIs passes.

Cost: one pass over the text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from dxgraph.errors import ForbiddenQuery, MalformedQuery

MAX_LENGTH = 100_000
MAX_DEPTH = 100
MAX_RUN = 100
MAX_STRUCTURE = 3_000

_UPDATES = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
)
_ESCAPE = re.compile(r"\\\\|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_POINT = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_CHAR = rf"\\[tbnrf\"'\\]|{_POINT}"
_LOCAL = r"[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_TOKEN = re.compile(
    rf"""
    (?P<comment>\#[^\r\n]*)
  | (?P<string>\"\"\"(?:[^"\\]|{_CHAR}|\"(?!\"\"))*\"\"\"
              | \'\'\'(?:[^'\\]|{_CHAR}|'(?!\'\'))*\'\'\'
              | "(?:[^"\\\r\n]|{_CHAR})*" | '(?:[^'\\\r\n]|{_CHAR})*')
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|{_POINT})*>)
  | (?P<variable>[?$]\w+)
  | (?P<name>(?:[^\W\d][\w.\-]{{0,99}})?:(?:(?:{_LOCAL})(?:[.\-]|{_LOCAL})*)?)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<word>\w+)
  | (?P<mark>[^\s\w])
    """,
    re.VERBOSE | re.DOTALL,
)
#: ``<b&&c>`` is an IRI to us but, in ``a<b&&c>d``, two comparisons to Oxigraph. Without a scheme it
#: must hold nothing that would end a bracket, begin a string or begin a comment there.
_DOUBTFUL = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.\-]*://).*['()#]", re.DOTALL)
_LONE = re.compile("[\ud800-\udfff]")
_GLUED = re.compile(r"(?:FROM|PREFIX)\w*:", re.IGNORECASE)


def names_dataset(query: str) -> bool:
    """Whether an admitted query chooses its graphs itself, by FROM."""
    return any(t.lastgroup == "word" and t[0].upper() == "FROM" for t in _TOKEN.finditer(query))


def admit(text: str, graphs: Collection[str], prefixes: Mapping[str, str] | None = None) -> str:
    """The query to run, if it may: raises ForbiddenQuery or MalformedQuery with the position.

    ``graphs`` holds the IRIs of the dataset's named graphs, ``prefixes`` those known undeclared.

    >>> admit("SELECT * { ?s ?p 'SERVICE' }", [])
    "SELECT * { ?s ?p 'SERVICE' }"
    >>> admit("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", [])
    Traceback (most recent call last):
    dxgraph.errors.ForbiddenQuery: query:1:12: SERVICE is refused; ...
    """
    if len(text) > MAX_LENGTH:
        raise MalformedQuery(
            f"the query has {len(text)} characters; at most {MAX_LENGTH} are read",
            f"クエリが {len(text)} 文字あります。読めるのは {MAX_LENGTH} 文字までです",
        )
    tokens = [token for token in _TOKEN.finditer(text) if token.lastgroup != "comment"]
    _refuse_doubt(text, tokens)
    _bound(text, tokens)
    _refuse(text, tokens)
    declared = {**(prefixes or {}), **dict(_prefixes(tokens))}
    for token, iri in _datasets(tokens, declared):
        if iri not in graphs:
            raise _forbidden(
                text,
                token,
                f"FROM {token[0]} names no graph of this dataset; see the list of graphs",
                f"FROM {token[0]} は、このデータセットのグラフではありません",
            )
    return text


def _code_point(escape: re.Match[str]) -> str:
    """The character of an escape; an escaped backslash stays, and what follows it is no escape."""
    if escape[0] == "\\\\":
        return escape[0]
    number = int(escape[1] or escape[2], 16)
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise MalformedQuery(
            f"{escape[0]} is no Unicode character", f"{escape[0]} は Unicode の文字ではありません"
        )
    return chr(number)


def _refuse_doubt(text: str, tokens: list[re.Match[str]]) -> None:
    """Refuse what Oxigraph could split into other tokens than we do, or not at all."""
    depth, before = 0, ""
    for token in tokens:
        if "\\" in token[0]:
            _ESCAPE.sub(_code_point, token[0])
        if escape := _ESCAPE.match(text, token.start()):
            _code_point(escape)
        word = token[0].upper()
        depth += (word == "{") - (word == "}")
        lone = _LONE.search(word)
        glued = (token.lastgroup == "word" and "FROM" in word != "FROM") or (
            token.lastgroup == "name" and not depth and before != "PREFIX" and _GLUED.match(word)
        )
        if glued or lone or word == "\\" or (token.lastgroup == "iri" and _DOUBTFUL.match(word)):
            raise _forbidden(
                text,
                token,
                f"{token[0]!a} can be read in two ways or in none: put spaces between words and "
                "after '<', write IRIs in full, and escapes within strings and IRIs only",
                f"{token[0]!a} は一通りに読めません。語の間と「<」の後を空け、IRI は完全に書き、"
                "エスケープは文字列と IRI の中だけにしてください",
            )
        before = word


def _place(text: str, token: re.Match[str]) -> tuple[int, int]:
    before = text[: token.start()]
    return before.count("\n") + 1, token.start() - before.rfind("\n")


def _forbidden(text: str, token: re.Match[str], en: str, ja: str) -> ForbiddenQuery:
    line, column = _place(text, token)
    return ForbiddenQuery(en, ja, path="query", line=line, column=column)


def _bound(text: str, tokens: list[re.Match[str]]) -> None:
    """Refuse what may overflow a parser's stack: depth, runs of one mark, length of chains."""
    depth = run = structure = 0
    last = ""
    listed = False
    for token in tokens:
        mark = token[0]
        is_mark = token.lastgroup == "mark"
        depth += (mark in "([{") - (mark in ")]}") if is_mark else 0
        run = run + 1 if is_mark and mark == last else 1
        listed = depth > 0 and mark != "}" and (listed or mark.upper() == "VALUES")
        structure += not listed or is_mark or token.lastgroup == "word"
        last = mark
        if depth > MAX_DEPTH or run > MAX_RUN or structure > MAX_STRUCTURE:
            line, column = _place(text, token)
            raise MalformedQuery(
                f"nested deeper than {MAX_DEPTH}, more than {MAX_RUN} times '{mark}' in a row, "
                f"or more than {MAX_STRUCTURE} words and marks; split the query",
                f"入れ子が {MAX_DEPTH} 段、「{mark}」の連続が {MAX_RUN} 回、"
                f"または語と記号が {MAX_STRUCTURE} 個を超えます。分けてください",
                path="query",
                line=line,
                column=column,
            )


def _refuse(text: str, tokens: list[re.Match[str]]) -> None:
    words = [token for token in tokens if token.lastgroup == "word"]
    for token, following in zip(tokens, [*tokens[1:], None], strict=False):
        called = token.lastgroup == "name" and following is not None and following[0] == "{"
        word = token[0].upper()
        if (token.lastgroup == "word" and "SERVICE" in word) or (
            called and word.startswith("SERVICE")
        ):
            raise _forbidden(
                text,
                token,
                "SERVICE is refused; this endpoint asks no other server",
                "SERVICE は使えません。ほかのサーバーへは問い合わせません",
            )
    form = next((token for token in words if token[0].upper() not in ("BASE", "PREFIX")), None)
    if form is not None and form[0].upper() in _UPDATES:
        raise _forbidden(
            text,
            form,
            f"{form[0].upper()} is refused; this graph is read-only",
            f"{form[0].upper()} は使えません。このグラフは読み取り専用です",
        )


def _prefixes(tokens: list[re.Match[str]]) -> Iterator[tuple[str, str]]:
    for word, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if word[0].upper() == "PREFIX" and iri.lastgroup == "iri":
            yield name[0].removesuffix(":"), iri[0][1:-1]


def _datasets(
    tokens: list[re.Match[str]], prefixes: Mapping[str, str]
) -> Iterator[tuple[re.Match[str], str]]:
    """Each IRI after FROM or FROM NAMED, prefixed names written out."""
    for number, token in enumerate(tokens):
        if token.lastgroup != "word" or token[0].upper() != "FROM":
            continue
        rest = iter(tokens[number + 1 : number + 3])
        target = next(rest, token)
        if target[0].upper() == "NAMED":
            target = next(rest, token)
        if target.lastgroup == "name":
            prefix, _, local = target[0].partition(":")
            yield target, prefixes.get(prefix, "") + re.sub(r"\\(.)", r"\1", local)
        else:
            yield target, _ESCAPE.sub(_code_point, target[0][1:-1])
