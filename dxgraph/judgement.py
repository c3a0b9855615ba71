"""Judgement: one piece after another held to the shapes, and each result led back to its file.

What all plans share is read and judged once. Plans are then judged many at a time, each in its own
graphs beside what is shared; what one of them does to a thing that it does not describe is told of
the plan that names the thing.

Cost: for n plans of t triples over s shared triples, n·t to read and infer, and one pass of the
engine over s + k·t for every bench of k plans. Where it runs, an executor says.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from dxgraph import assemble, reason
from dxgraph.errors import BadIdentifier, DxgraphError, RecordError
from dxgraph.findings import Finding, Place, Text
from dxgraph.identifiers import town
from dxgraph.logic.consistency import contradictions
from dxgraph.namespaces import ID, LABEL, SH, SKOS
from dxgraph.pieces import THERE, Inputs, Verdict, names, towns
from dxgraph.places import Places, turtle_places
from dxgraph.records import Record
from dxgraph.shapes import SHAPE, Result, Shapes, judge

#: Under which name the verdict on the Turtle files is kept.
ONTOLOGY = "ontology"


@dataclass(frozen=True)
class Bench:
    """Plans to be judged in one pass, and the bytes of them and of their neighbours."""

    plans: tuple[Path, ...]
    data: dict[Path, bytes]


@dataclass(frozen=True)
class _Piece:
    """A plan that could be read: its file as people write it, its quads, and its neighbours."""

    file: str
    record: Record
    quads: list[ox.Quad]
    needs: frozenset[str]


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
        store = self._store([])
        places = self._places(self._records, store)
        due = (result for result in self._known if not self._is_a_towns(result))
        located = [self._located(each, store, places) for each in due]
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
            file = self._workspace.relative(path)
            try:
                record, quads = self._reader.read(path, bench.data[path])
            except (RecordError, BadIdentifier) as error:
                yield file, Verdict(self._inputs.key_of(path), self._told(error, path))
            else:
                near = towns(record) & self._codes.keys()
                pieces.append(_Piece(file, record, quads, frozenset(near)))
        yield from self._judged([piece for piece in pieces if not piece.needs], bench)
        for piece in pieces:
            if piece.needs:
                yield from self._judged([piece], bench)

    def _places(self, records: list[Record], store: ox.Store) -> Places:
        return Places(self._workspace, self._reader.context, records, store, self._turtle)

    @cached_property
    def _known(self) -> set[Result]:
        return judge(self._shapes, _text(self._store([])), self._engine)

    @cached_property
    def _contradicting(self) -> list[Finding]:
        return contradictions(self._store([]), self._rules[1])

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
        codes = self._codes
        near_by = [codes[code] for each in pieces for code in each.needs]
        neighbours = [self._reader.read(path, bench.data.get(path)) for path in near_by]
        store = self._store(
            [*(q for each in pieces for q in each.quads), *(q for _, qs in neighbours for q in qs)]
        )
        records = [*(each.record for each in pieces), *(record for record, _ in neighbours)]
        places = self._places([*self._records, *records], store)
        codes_here = {each.record.code for each in pieces} - {""}
        due = (
            result
            for result in judge(self._shapes, _text(store), self._engine)
            if result not in self._known or town(result.value) in codes_here
        )
        located = [self._located(each, store, places) for each in due]
        clashing = (
            places.locate(each)
            for each in contradictions(store, self._rules[1])
            if each not in self._contradicting
        )
        found = _without_echoes(_joined(located, clashing), places)
        by_file: dict[str, list[Finding]] = {each.file: [] for each in pieces}
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
                by_file[pieces[0].file].append(_brought_home(finding, pieces[0], places))
        for each in pieces:
            near: dict[str, str | None] = dict.fromkeys(sorted(towns(each.record)))
            near |= {code: self._inputs.key_of(codes[code]) for code in each.needs}
            key = self._inputs.key_of(each.record.path)
            yield each.file, Verdict(key, by_file[each.file], names(each.record), near)

    def _located(self, result: Result, store: ox.Store, places: Places) -> Finding:
        shape = self._shapes[result.rule]
        ja, en = shape.remedy["ja"], shape.remedy["en"]
        if near := _nearest(store, result.value):
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


def _text(store: ox.Store) -> str:
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


def _brought_home(finding: Finding, piece: _Piece, places: Places) -> Finding:
    """A finding on a thing described elsewhere, told where the piece names the thing."""
    focus = ox.NamedNode(finding.focus)
    for triple in piece.record.triples:
        if triple.object == focus and isinstance(triple.subject, ox.NamedNode):
            place = places.place(triple.subject.value, triple.predicate.value, finding.focus)
            if place:
                return replace(finding, place=place)
    return replace(finding, place=Place(piece.file, 1, 1))


def _nearest(store: ox.Store, iri: str) -> str:
    """The last part of the labelled thing whose IRI is most like one that nothing is said of."""
    kind, slash, name = iri.removeprefix(ID).partition("/")
    if not iri.startswith(ID) or not slash or _labelled(store, iri):
        return ""
    start = f"{ID}{kind}/"
    known = {
        quad.subject.value.removeprefix(start)
        for label in (LABEL, ox.NamedNode(SKOS + "prefLabel"))
        for quad in store.quads_for_pattern(None, label, None)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(start)
    }
    return next(iter(difflib.get_close_matches(name, sorted(known), n=1)), "")


def _labelled(store: ox.Store, iri: str) -> bool:
    node = ox.NamedNode(iri)
    labels = (LABEL, ox.NamedNode(SKOS + "prefLabel"))
    return any(next(store.quads_for_pattern(node, label, None), None) for label in labels)
