"""The one tree of exceptions: each name is a diagnosis, each message says where and what to do.

Every error speaks Japanese and English. ``str(error)`` is English; :meth:`DxgraphError.in_language`
gives either. Nothing else in the package raises an exception meant for people.

    DxgraphError
    ├── WorkspaceError           no workspace, or a folder of it is missing
    ├── MissingExtra             an optional dependency is not installed
    ├── BadSetting               a setting of the server that is none
    ├── UnreadableData           an RDF file to serve that cannot be read
    ├── NotAFiscalYear           a text that names no Japanese fiscal year
    ├── BadIdentifier            a code or slug no IRI can be made of
    │   └── UnknownCode          a code no municipality has, with the nearest ones
    ├── UnusableFile             a file that cannot be read or written, or would be overwritten
    ├── RecordError              a record or Turtle file that cannot be read
    │   ├── UnknownKey
    │   ├── UnknownClass
    │   ├── WrongType        a value its key does not take
    │   ├── Blank            a blank of a skeleton that is not filled in
    │   ├── DuplicateKey
    │   └── DuplicateIdentifier
    ├── BuildError               the parts do not make a graph
    ├── ExecutorError            nowhere to run tasks, or a worker lost
    ├── QueryError               a question that cannot be asked
    │   ├── UnknownQuery
    │   ├── BadParameter
    │   │   ├── UnknownValue     a label that names nothing, with the nearest ones
    │   │   └── AmbiguousValue   a label that names several things
    │   ├── BadHeader            a saved query whose header is wrong
    │   ├── MalformedQuery       not SPARQL, with the position
    │   ├── ForbiddenQuery       Update, SERVICE, a graph that is not ours
    │   ├── MalformedRequest     a request the Protocol does not know
    │   ├── UnsupportedMedia     a body in a form nobody reads
    │   ├── UnknownGraph         no graph of the dataset has this name
    │   ├── UnknownThing         nothing is said of a thing, with things of like names
    │   ├── WithdrawnThing       an identifier taken back, with what replaced it
    │   ├── UnknownPage          no page is at this address
    │   └── LimitExceeded        a query that overran a limit, whose worker is lost
    │       ├── QueryTimeout     the deadline
    │       ├── QueryMemory      the memory ceiling
    │       ├── ResultTooLarge   the result ceiling
    │       ├── WorkerLost       whatever else ended a worker
    │       └── Overloaded       no worker is free
    ├── RemoteError              another SPARQL server is asked in vain
    │   ├── BadAddress           a text that is no address of a server
    │   ├── ServerUnreachable    nobody listens there
    │   ├── ServerTooSlow        no whole answer in time
    │   ├── ServerRefused        an HTTP error, with the server's message
    │   ├── NotAnEndpoint        an answer that is none of SPARQL's
    │   ├── CutAnswer            the server kept rows back
    │   ├── NotLoaded            a server without our graph
    │   └── LoadIncomplete       a load that does not hold what it should
    ├── UnknownFormat            a result format nobody writes
    └── BadBaseline              an earlier report that cannot be compared with
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


class DxgraphError(Exception):
    """An error for a person: English and Japanese text, and the place where known.

    ``others`` holds what else was found amiss in the same file.
    """

    def __init__(
        self,
        en: str,
        ja: str,
        *,
        path: Path | str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(en)
        self.en = en
        self.ja = ja
        self.path = None if path is None else str(path)
        self.line = line
        self.column = column
        self.others: tuple[DxgraphError, ...] = ()

    def __reduce__(self) -> tuple[Callable[..., DxgraphError], tuple[object, ...]]:
        """So that a worker in another process can hand it back whole."""
        return _again, (type(self), self.__dict__)

    @property
    def place(self) -> str:
        """``file:line:column`` as far as known, for an editor to jump to; else empty."""
        parts = [self.path, self.line, self.column]
        return ":".join(str(part) for part in parts if part is not None)

    def in_language(self, language: str) -> str:
        """The whole message in ``ja`` or, for any other tag, English.

        >>> DxgraphError("no id", "id がありません", path="a.yaml", line=3).in_language("ja")
        'a.yaml:3: id がありません'
        """
        text = self.ja if language == "ja" else self.en
        return f"{self.place}: {text}" if self.place else text

    def __str__(self) -> str:
        return self.in_language("en")


def _again(kind: type[DxgraphError], state: dict[str, object]) -> DxgraphError:
    error = kind.__new__(kind, state["en"])
    error.__dict__.update(state)
    return error


class WorkspaceError(DxgraphError):
    """No workspace, or a folder of it is missing."""


class MissingExtra(DxgraphError):
    """An optional dependency is not installed; the message gives the command that installs it."""

    def __init__(self, extra: str, module: str) -> None:
        command = f"pip install 'dxgraph[{extra}]'"
        super().__init__(
            f"this needs {module}, which is not installed; run: {command}",
            f"{module} が必要ですが、入っていません。次を実行してください: {command}",
        )


class BadSetting(DxgraphError):
    """A setting of the server that does not exist, or a value it cannot have."""


class UnreadableData(DxgraphError):
    """An RDF file to serve that cannot be read."""


class NotAFiscalYear(DxgraphError):
    """A text that names no Japanese fiscal year; ``parameter`` is the one that was to be it."""

    parameter: str | None = None


class BadIdentifier(DxgraphError):
    """A code or slug no IRI can be made of."""


class UnknownCode(BadIdentifier):
    """A code no municipality has."""


class UnusableFile(DxgraphError):
    """A file that cannot be read or written, or that would be overwritten."""


class RecordError(DxgraphError):
    """A record or Turtle file that cannot be read."""


class UnknownKey(RecordError):
    """A key the context gives no meaning to."""


class UnknownClass(RecordError):
    """A type the ontology does not declare."""


class WrongType(RecordError):
    """A value its key does not take: a text for a number, or a number that lost its quotes."""


class Blank(RecordError):
    """A blank of a skeleton that is not filled in."""


class DuplicateKey(RecordError):
    """A key written twice in one mapping."""


class DuplicateIdentifier(RecordError):
    """Two nodes that would get the same IRI."""


class BuildError(DxgraphError):
    """The parts do not make a graph."""


class ExecutorError(DxgraphError):
    """Nowhere to run the tasks of a build, or a worker lost while it ran them."""


class QueryError(DxgraphError):
    """A question that cannot be asked."""


class UnknownQuery(QueryError):
    """No saved query has this name."""


class BadParameter(QueryError):
    """A parameter the query does not have, or a value it cannot have; ``parameter`` names it."""

    parameter: str | None = None


class UnknownValue(BadParameter):
    """A label that names nothing in the graph; ``nearest`` holds the closest that do."""

    def __init__(self, en: str, ja: str, nearest: list[str]) -> None:
        super().__init__(en, ja)
        self.nearest = nearest


class AmbiguousValue(BadParameter):
    """A label that names several things in the graph."""


class BadHeader(QueryError):
    """A saved query whose header is wrong."""


class MalformedQuery(QueryError):
    """Not a SPARQL query, or too deep or too long to be parsed safely."""


class ForbiddenQuery(QueryError):
    """A query this read-only endpoint refuses: Update, SERVICE, or a graph that is not ours."""


class MalformedRequest(QueryError):
    """A request that the SPARQL Protocol or the Graph Store Protocol does not know."""


class UnsupportedMedia(QueryError):
    """A body whose media type, character set or encoding is none the endpoint reads."""


class UnknownGraph(QueryError):
    """No graph of the dataset has this name."""


class UnknownThing(QueryError):
    """Nothing is said of the thing that an IRI names; ``things`` have names like it.

    A thing is ``{"iri", "ja", "en"}``.
    """

    def __init__(self, en: str, ja: str, things: list[dict[str, str]]) -> None:
        super().__init__(en, ja)
        self.things = things


class WithdrawnThing(QueryError):
    """A thing whose identifier was taken back; ``things`` are now in its place."""

    def __init__(self, en: str, ja: str, things: list[dict[str, str]]) -> None:
        super().__init__(en, ja)
        self.things = things


class UnknownPage(QueryError):
    """No page is at this address."""


class LimitExceeded(QueryError):
    """A query that overran a limit of the server."""


class QueryTimeout(LimitExceeded):
    """A query that ran until its deadline."""


class QueryMemory(LimitExceeded):
    """A query that wanted more memory than one query may have."""


class ResultTooLarge(LimitExceeded):
    """An answer larger than one answer may be."""


class BeingMade(LimitExceeded):
    """A file that is made on demand and not ready yet; ask again."""


class WorkerLost(LimitExceeded):
    """A query whose worker ended for another reason."""


class Overloaded(LimitExceeded):
    """No worker was free within the time a request may wait."""


class RemoteError(DxgraphError):
    """Another SPARQL server is asked in vain."""


class BadAddress(RemoteError):
    """A text that is no address of a server."""


class ServerUnreachable(RemoteError):
    """Nobody listens at the address."""


class ServerTooSlow(RemoteError):
    """No whole answer within the time allowed."""


class ServerRefused(RemoteError):
    """An HTTP error; ``status`` is its code, the message ends with what the server says."""

    def __init__(self, en: str, ja: str, status: int) -> None:
        super().__init__(en, ja)
        self.status = status


class NotAnEndpoint(RemoteError):
    """An answer that is none of SPARQL's: a web page, another protocol, a broken document."""


class CutAnswer(RemoteError):
    """The server kept rows back, so the answer is not the answer."""


class NotLoaded(RemoteError):
    """A server that does not hold our graph."""


class LoadIncomplete(RemoteError):
    """After a load, a graph holds other than it should."""


class UnknownFormat(DxgraphError):
    """A result format nobody writes."""


class BadBaseline(DxgraphError):
    """An earlier report that cannot be compared with."""
