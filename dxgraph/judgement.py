"""Judgement: one piece after another held to the shapes, and each result led back to its file.

What all plans share is read and judged once. Plans are then judged many at a time, each in its own
graphs beside what is shared; what one of them does to a thing that it does not describe is told of
the plan that names the thing.

Cost: for n plans of t triples over s shared triples, n·t to read and infer, and one pass of the
engine over s + k·t for every bench of k plans. Where it runs, an executor says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from dxgraph import assemble, reason
from dxgraph.errors import BadIdentifier, DxgraphError, RecordError
from dxgraph.findings import Finding, Place, Text
from dxgraph.identifiers import town
from dxgraph.increment.pieces import Plan
from dxgraph.logic.consistency import contradictions
from dxgraph.namespaces import ID, SH
from dxgraph.pieces import THERE, Inputs, Verdict, names, towns
from dxgraph.places import Places, turtle_places
from dxgraph.records import Record
from dxgraph.shapes import SHAPE, Result, Shapes, judge

#: Under which name the verdict on the Turtle files is kept.
ONTOLOGY = "ontology"


@dataclass(frozen=True)
class Bench:
    """Plans to be judged in one pass, and the bytes of them and of their neighbours.

    ``made`` are those of which a build has kept all that follows.
    """

    plans: tuple[Path, ...]
    data: dict[Path, bytes]
    made: Mapping[Path, Plan] = field(default_factory=dict)


@dataclass(frozen=True)
class _Piece:
    """A plan that could be read: its file as people write it, its quads, and its neighbours.

    ``made`` is what a build has kept of it, in place of ``record`` and ``quads``.
    """

    file: str
    path: Path
    code: str
    towns: frozenset[str]
    names: dict[str, tuple[int, int]]
    needs: frozenset[str]
    record: Record | None = None
    quads: Sequence[ox.Quad] = ()
    made: bytes = b""


class Court:
    """Judges the pieces of one workspace; the shared piece is read when the court is made.

    Raises RecordError for Turtle that cannot be read. ``unreadable`` holds what is amiss in shared
    records; while there is any, nothing can be judged.
    """

    def __init__(self, inputs: Inputs, engine: str) -> None:
        self._inputs = inputs
        self._workspace = inputs.workspace
        self._engine = engine
        self._shapes = Shapes(self._workspace)
        self._turtle = turtle_places(self._workspace)
        self._codes = inputs.by_code()
        ontology = assemble.read_ontology(self._workspace)
        self._reader = assemble.Reader(self._workspace, ontology)
        self._quads = list(ontology)
        self._records: list[Record] = []
        self.unreadable: list[Finding] = []
        for path in inputs.shared:
            try:
                record, quads = self._reader.read(path)
            except (RecordError, BadIdentifier) as error:
                self.unreadable += self._told(error, path)
            else:
                self._records.append(record)
                self._quads += quads
        rules = self._workspace.ontology / "rules"
        self._rules = (reason.Axioms(ontology).rules(), reason.rule_files(rules))

    def _told(self, error: DxgraphError, path: Path) -> list[Finding]:
        file = self._workspace.relative(path)
        return [Finding.of_error(each, file) for each in (error, *error.others)]

    def shared(self) -> dict[str, Verdict]:
        """The verdict on the ontology and on each shared record, by file."""
        store = _holding(self._closed)
        places = self._places(self._records, store)
        due = (result for result in self._known if not self._is_a_towns(result))
        located = [self._located(each, places) for each in due]
        clashing = (places.locate(each) for each in self._contradicting)
        found = _without_echoes(_joined(located, clashing), places)
        files = {self._workspace.relative(record.path): record for record in self._records}
        verdicts = {ONTOLOGY: Verdict(self._inputs.key)}
        for file, record in files.items():
            near = {code: THERE if code in self._codes else None for code in sorted(towns(record))}
            verdicts[file] = Verdict(self._inputs.key, names=names(record), needs=near)
        for finding in found:
            verdicts[
                finding.place.file if finding.place.file in files else ONTOLOGY
            ].findings.append(finding)
        return verdicts

    def plans(self, bench: Bench) -> Iterator[tuple[str, Verdict]]:
        """The verdict on each plan record, by file."""
        pieces = []
        for path in bench.plans:
            try:
                pieces.append(self._piece(path, bench))
            except (RecordError, BadIdentifier) as error:
                verdict = Verdict(self._inputs.key_of(path), self._told(error, path))
                yield self._workspace.relative(path), verdict
        free = [piece for piece in pieces if not piece.needs]
        yield from self._judged([piece for piece in free if piece.made], bench)
        yield from self._judged([piece for piece in free if not piece.made], bench)
        for piece in pieces:
            if piece.needs:
                yield from self._judged([piece], bench)

    def _piece(self, path: Path, bench: Bench) -> _Piece:
        """What a build has kept of a plan, unless it names things of others, or a new reading."""
        file, plan = self._workspace.relative(path), bench.made.get(path)
        if plan and not plan.reading.others & self._codes.keys():
            said = plan.reading
            own = (said.plan, said.others, said.names, frozenset[str]())
            return _Piece(file, path, *own, made=plan.lines)
        record, quads = self._reader.read(path, bench.data[path])
        named = frozenset(towns(record))
        own = (record.code, named, names(record), named & self._codes.keys())
        return _Piece(file, path, *own, record, quads)

    def _places(self, records: list[Record], store: ox.Store) -> Places:
        return Places(self._workspace, self._reader.context, records, store, self._turtle)

    @cached_property
    def _closed(self) -> list[ox.Quad]:
        """What is shared, with all that follows."""
        return list(self._store([]))

    @cached_property
    def _closed_text(self) -> str:
        return _text(self._closed)

    @cached_property
    def _known(self) -> set[Result]:
        return judge(self._shapes, self._closed_text, self._engine, _holding(self._closed))

    @cached_property
    def _contradicting(self) -> list[Finding]:
        return contradictions(_holding(self._closed), self._rules[1])

    def _is_a_towns(self, result: Result) -> bool:
        """True for a shared record's reference to a town's thing: judged with the town's plan."""
        return town(result.value) in self._codes

    def _store(self, quads: Iterable[ox.Quad]) -> ox.Store:
        store = ox.Store()
        store.extend(self._quads)
        store.extend(quads)
        assemble.describe_graphs(store)
        reason.infer(store, *self._rules)
        return store

    def _judged(self, pieces: list[_Piece], bench: Bench) -> Iterator[tuple[str, Verdict]]:
        if not pieces:
            return
        codes, data = self._codes, bench.data
        near_by = [codes[code] for each in pieces for code in each.needs]
        neighbours = [self._reader.read(path, data.get(path)) for path in near_by]
        store, text = self._together(pieces, [quad for _, quads in neighbours for quad in quads])
        codes_here = {each.code for each in pieces} - {""}
        due = [
            result
            for result in judge(self._shapes, text, self._engine, store)
            if result not in self._known or town(result.value) in codes_here
        ]
        clashing = [
            each
            for each in contradictions(store, self._rules[1])
            if each not in self._contradicting
        ]
        by_file: dict[str, list[Finding]] = {each.file: [] for each in pieces}
        if due or clashing:
            own = self._records_of(pieces, data, () if clashing else due)
            records = [*own, *(record for record, _ in neighbours)]
            places = self._places([*self._records, *records], store)
            located = [self._located(each, places) for each in due]
            there = (places.locate(each) for each in clashing)
            found = _without_echoes(_joined(located, there), places)
            strays = [finding for finding in found if finding.place.file not in by_file]
            if strays and len(pieces) > 1:
                for each in pieces:
                    yield from self._judged([each], bench)
                return
            for finding in found:
                by_file.get(finding.place.file, []).append(finding)
            others = {self._workspace.relative(record.path) for record, _ in neighbours}
            for finding in strays:
                if finding.place.file not in others:
                    by_file[pieces[0].file].append(
                        _brought_home(finding, own[0], pieces[0].file, places)
                    )
        for each in pieces:
            near: dict[str, str | None] = dict.fromkeys(sorted(each.towns))
            near |= {code: self._inputs.key_of(codes[code]) for code in each.needs}
            key = self._inputs.key_of(each.path)
            yield each.file, Verdict(key, by_file[each.file], each.names, near)

    def _records_of(
        self, pieces: list[_Piece], data: Mapping[Path, bytes], due: Iterable[Result]
    ) -> list[Record]:
        """The records of plans; of those that were not read, where each of some results is about
        a thing of theirs, only those that are concerned.
        """
        about = {town(each.focus) for each in due} | {
            town(each.value) for each in due if town(each.value)
        }
        codes = about if about and about <= {each.code for each in pieces} else None
        return [
            each.record or self._reader.read(each.path, data[each.path])[0]
            for each in pieces
            if each.record or codes is None or each.code in codes
        ]

    def _together(self, pieces: list[_Piece], neighbours: list[ox.Quad]) -> tuple[ox.Store, str]:
        """Plans and what is shared, with all that follows: as a store, and as N-Triples."""
        made = b"".join(each.made for each in pieces)
        if not made:
            store = self._store([*(q for each in pieces for q in each.quads), *neighbours])
            return store, _text(store)
        more = ox.parse(made, format=ox.RdfFormat.N_QUADS)
        lines = made.decode().split("\n")[:-1]
        text = "".join(f"{line[: line.rindex(' <')]} .\n" for line in lines)
        return _holding([*self._closed, *more]), self._closed_text + text

    def _located(self, result: Result, places: Places) -> Finding:
        shape = self._shapes[result.rule]
        ja, en = shape.remedy["ja"], shape.remedy["en"]
        if near := places.nearest(result.value):
            ja, en = f"{ja}「{near}」ではありませんか。", f"{en} Did you mean '{near}'?"
        return places.locate(
            Finding(
                result.rule,
                shape.severity,
                Text(shape.message["ja"], shape.message["en"]),
                Text(ja, en),
                focus=result.focus,
                path=result.path,
                value=result.value,
                shape=SHAPE + result.rule,
                components=result.components,
            )
        )


def judged(court: Court, bench: Bench) -> list[tuple[str, Verdict]]:
    """A task: the verdict on each plan of a bench, by file."""
    return list(court.plans(bench))


def _holding(quads: Iterable[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(quads)
    return store


def _text(store: Iterable[ox.Quad]) -> str:
    return "".join({f"{quad.triple} .\n" for quad in store})


def _joined(shapes: list[Finding], logic: Iterable[Finding]) -> list[Finding]:
    """Both kinds of finding; where both say one thing, the shape's with the logic's premises.

    It stands where the logic's does, which knows the statement that is most likely wrong.
    """
    clashing = list(logic)
    told, joined = [], []
    for finding in shapes:
        same = next((each for each in clashing if _same_fault(finding, each)), None)
        if same:
            joined.append(same)
            place = same.place if same.place.file else finding.place
            path = same.path if same.focus == finding.focus else finding.path
            finding = replace(finding, path=path, place=place, premises=same.premises)
        told.append(finding)
    return [*told, *(each for each in clashing if each not in joined)]


def _same_fault(shape: Finding, logic: Finding) -> bool:
    """True when both blame one statement, or a second value of a property, read either way.

    A shape that judges a thing whole names no property.
    """
    if shape.path in ("", logic.path) and (shape.focus, shape.value) == (logic.focus, logic.value):
        return True
    if logic.rule != "owl-functional" or SH + "MaxCountConstraintComponent" not in shape.components:
        return False
    backwards = not shape.path and shape.focus == logic.value
    return backwards or (shape.focus, shape.path) == (logic.focus, logic.path)


def _without_echoes(found: list[Finding], places: Places) -> list[Finding]:
    """Leave out what follows from a reference that is found itself: to a thing nobody wrote.

    That is what is found on the thing, and on a statement about it that was inferred.
    """
    references = {finding.value for finding in found if places.is_written(finding.focus)}
    named = {each.value for each in found if _is_stated(each, places)}

    def is_echo(each: Finding) -> bool:
        if each.focus in references and not places.is_written(each.focus):
            return True
        inferred = each.value in named and not _is_stated(each, places)
        return inferred and not places.is_written(each.value)

    return [each for each in found if not is_echo(each)]


def _is_stated(finding: Finding, places: Places) -> bool:
    """True when a record names the thing that is found, where it is found."""
    reference = finding.value.startswith(ID)
    return reference and places.is_stated(finding.focus, finding.path, finding.value)


def _brought_home(finding: Finding, record: Record, file: str, places: Places) -> Finding:
    """A finding on a thing described elsewhere, told where the record names the thing."""
    focus = ox.NamedNode(finding.focus)
    for triple in record.triples:
        if triple.object == focus and isinstance(triple.subject, ox.NamedNode):
            place = places.place(triple.subject.value, triple.predicate.value, finding.focus)
            if place:
                return replace(finding, place=place)
    return replace(finding, place=Place(file, 1, 1))
