"""What a worker can be asked to do, and doing it: a task in, an answer as bytes in a file out."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal, Protocol

import pyoxigraph as ox

from dxgraph import answers, errors, imprint, parameters, views
from dxgraph.errors import DxgraphError, UnknownFormat, UnknownGraph
from dxgraph.session import Graph
from dxgraph.store import Result
from dxgraph.tables import BOM, MARKED, Table, as_xlsx, render

Kind = Literal["solutions", "boolean", "triples"]
#: What some errors hold beside text and place.
_OWN = ("nearest", "things", "status", "parameter")
_SIZES = "SELECT ?graph (COUNT(*) AS ?n) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"


@dataclass(frozen=True)
class Task:
    """A query of one's own, a saved question, a graph by its IRI, a view, or what the graph has.

    A view is the data of a page, a table the same as rows; a description, what is said of and with
    a thing, as triples. What the graph has is the list of its graphs, or the values each type of
    parameter takes.

    ``formats`` names the format wanted for each kind of answer; a kind that is missing cannot be
    sent. ``timeout`` is in seconds. ``bom`` marks CSV as UTF-8 for Excel; ``pages`` is where the
    links of a workbook lead.
    """

    does: Literal["query", "question", "graph", "view", "table", "description", "graphs", "choices"]
    text: str = ""
    timeout: float = 10.0
    formats: Mapping[str, str] = field(default_factory=dict)
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    offset: int = 0
    limit: int | None = None
    bom: bool = False
    pages: str = ""

    def as_message(self) -> dict[str, Any]:
        """The task as JSON can say it."""
        return dict(vars(self))


@dataclass
class Answer:
    """The bytes of an answer, in a file to read once, and what is known of them.

    ``next_offset`` is where a cut answer goes on; ``version`` names the graph that answered.
    """

    body: BinaryIO
    kind: str
    format: str
    version: str
    rows: int | None = None
    next_offset: int | None = None


class Leave(Protocol):
    """Tells an engine when the client of a task has left."""

    def call(self, action: Any) -> None:
        """Have ``action`` called, from any thread, when the client leaves."""


class Engine(Protocol):
    """What answers tasks: the pool of workers, or, in tests, this process."""

    @property
    def version(self) -> str:
        """The name of the graph that answers now."""

    @property
    def held(self) -> bool:
        """Whether that is in memory, not read from its files."""

    def ask(self, task: Task, leave: Leave | None = None) -> Answer:
        """The answer, or a DxgraphError; LimitExceeded when a worker was lost."""


class Here:
    """An engine in this process, for tests and scripts: no limits, nothing to lose."""

    def __init__(self, graph: Graph, version: str = "here") -> None:
        self.graph = graph
        self.version = version
        self.held = True

    def ask(self, task: Task, leave: Leave | None = None) -> Answer:
        """The answer, or a DxgraphError."""
        file = os.memfd_create("dxgraph-answer")
        head = run(self.graph, task, file)
        os.lseek(file, 0, os.SEEK_SET)
        return Answer(os.fdopen(file, "rb"), version=self.version, **head)


def run(graph: Graph, task: Task, file: int) -> dict[str, Any]:
    """Do a task, write the answer's bytes to an open file, and tell the fields of an Answer."""
    if task.does in ("question", "table"):
        head, body = _rows(graph, task)
    elif task.does == "view":
        found = views.look(graph, task.text, task.values)
        head, body = _head("json", "json"), json.dumps(found).encode()
    elif task.does == "graphs":
        head, body = _head("json", "json"), json.dumps(_sizes(graph)).encode()
    elif task.does == "choices":
        head, body = _head("json", "json"), json.dumps(parameters.choices(graph.store)).encode()
    else:
        answer = _asked(graph, task)
        kind = _kind(answer)
        name = _format(task, kind)
        bare = name != "xlsx" and not task.bom
        if bare and not task.offset and task.limit is None:
            answers.write_to(answer, name, f"/proc/self/fd/{file}")
            return _head(kind, name)
        body, rows, more = _part(graph, task, answer, name)
        head = _head(kind, name, rows, task.offset + rows if more else None)
    with os.fdopen(os.dup(file), "wb") as stream:
        stream.write(body)
    return head


def _part(graph: Graph, task: Task, answer: Result, name: str) -> tuple[bytes, int, bool]:
    """What ``answers.page`` gives, as a workbook or with the mark for Excel where asked for."""
    if name == "xlsx" and isinstance(answer, ox.QuerySolutions):
        table = Table.of(answer)
        end = len(table) if task.limit is None else task.offset + task.limit
        part = Table(table.columns, table.rows[task.offset : end])
        about = imprint.of_query(graph, task.text, task.pages)
        return as_xlsx(part, about), len(part), end < len(table)
    body, rows, more = answers.page(answer, name, task.offset, task.limit)
    return BOM.encode() + body if task.bom and name in MARKED else body, rows, more


def _head(kind: str, form: str, rows: int | None = None, then: int | None = None) -> dict[str, Any]:
    return {"kind": kind, "format": form, "rows": rows, "next_offset": then}


def _kind(answer: Result) -> Kind:
    if isinstance(answer, ox.QueryTriples):
        return "triples"
    return "boolean" if isinstance(answer, ox.QueryBoolean) else "solutions"


def _format(task: Task, kind: Kind) -> str:
    """The format asked for; the answer to a saved question has a kind of its own."""
    if kind in task.formats:
        return task.formats[kind]
    known = ", ".join(answers.TRIPLES if kind == "triples" else answers.SOLUTIONS)
    raise UnknownFormat(
        f"this answer can only be sent as: {known}",
        f"この答えを送れる形式は次のとおりです: {known}",
    )


def _sizes(graph: Graph) -> list[dict[str, Any]]:
    found = graph.answer(_SIZES)
    assert isinstance(found, ox.QuerySolutions)
    sizes = {str(row["graph"].value): int(row["n"].value) for row in found}
    return [{"iri": name, "triples": sizes.get(name, 0)} for name in graph.store.graphs]


def _asked(graph: Graph, task: Task) -> Result:
    if task.does == "query":
        return graph.answer(task.text, task.default_graphs, task.named_graphs)
    if task.does == "description":
        return views.describe(graph, task.text)
    if task.text and task.text not in graph.store.graphs:
        raise UnknownGraph(
            f"there is no graph <{task.text}>; /graphs lists them",
            f"<{task.text}> というグラフはありません。/graphs に一覧があります",
        )
    return graph.triples(task.text or None)


def _rows(graph: Graph, task: Task) -> tuple[dict[str, Any], bytes]:
    if task.does == "table":
        table = views.table(graph, task.text, task.values)
    else:
        table = graph.query(task.text, **task.values)
    end = len(table) if task.limit is None else task.offset + task.limit
    part = Table(table.columns, table.rows[task.offset : end])
    form = task.formats["table"]
    about = None
    if form == "xlsx":
        imprinted = imprint.of_view if task.does == "table" else imprint.of_question
        about = imprinted(graph, task.text, task.values, task.pages)
    text = render(part, form, about=about, bom=task.bom)
    body = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    head = _head("table", form, len(part), end if end < len(table) else None)
    return head, body


def as_error(error: DxgraphError) -> dict[str, Any]:
    """An error as JSON can say it; ``from_error`` makes it one again."""
    return {
        "error": type(error).__name__,
        "en": error.en,
        "ja": error.ja,
        "path": error.path,
        "line": error.line,
        "column": error.column,
        "own": {name: value for name, value in vars(error).items() if name in _OWN},
    }


def from_error(said: Mapping[str, Any]) -> DxgraphError:
    """The error a worker met."""
    kind: type[DxgraphError] = getattr(errors, said["error"])
    error = kind.__new__(kind)
    place = {key: said[key] for key in ("path", "line", "column")}
    DxgraphError.__init__(error, said["en"], said["ja"], **place)
    vars(error).update(said["own"])
    return error
