"""All pieces of a workspace: those whose inputs are as they were are taken as they are kept.

Cost: for a record that changed its reading and the inference of its group; for the others a look at
what is kept of them. In memory is one record for each worker, and the shared statements.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dxgraph import reason
from dxgraph.assemble import Clock, Reader, read_ontology, record_files
from dxgraph.executors import Executor
from dxgraph.identifiers import town
from dxgraph.increment.groups import Group, grouped
from dxgraph.increment.inference import Given, Shared, common, counts, infer, rules_name
from dxgraph.increment.manifest import Manifest, Part, gone
from dxgraph.increment.reading import Reading, Source, maker_of, packed, read, sorted_lines
from dxgraph.kept import Kept, name_of
from dxgraph.logic.locality import Locality, fact, strays
from dxgraph.workspace import Workspace
from dxgraph.yaml_nodes import contents

_TOWNS = "municipalities/"


@dataclass(frozen=True)
class Plan:
    """A plan that is a piece of its own: its reading, and the lines it adds to the shared ones."""

    reading: Reading
    lines: bytes


class Pieces:
    """Makes the pieces of one workspace; ``afresh`` takes none that earlier builds kept.

    ``hashes`` are the SHA-256 of the records, by their paths within the workspace.
    """

    def __init__(
        self,
        workspace: Workspace,
        hashes: Mapping[str, str],
        executor: Executor,
        afresh: bool = False,
    ) -> None:
        self._workspace = workspace
        self._hashes = hashes
        self._executor = executor
        self._kept = Kept(workspace.cache)
        self._afresh = afresh
        self._made: set[str] = set()
        self._alone: dict[str, tuple[Reading, str]] = {}

    def manifest(self, clock: Clock) -> Manifest:
        """The manifest of the workspace as it is.

        Raises the error of the first record, in path order, that cannot be read; what was read of
        the others is kept.
        """
        with clock.step("read the ontology"):
            ontology = read_ontology(self._workspace)
        with clock.step("read the records"):
            readings = self._readings(Reader(self._workspace, ontology))
        with clock.step("infer"):
            axioms = reason.Axioms(ontology).rules()
            files = reason.rule_files(self._workspace.ontology / "rules")
            locality = self._locality([*axioms, *files])
            stated = (packed(sorted_lines(ontology)),)
            shared = Shared(stated, tuple(axioms), tuple(files), locality)
            made = self._inferred(readings, shared)
        self._kept.touch(made.names - self._made)
        return made

    def plans(self) -> Plans:
        """The plans that are pieces of their own, once there is a manifest."""
        return Plans(self._kept, self._alone)

    def _locality(self, rules: list[reason.Rule]) -> Locality:
        name = rules_name(*rules)
        about = self._about(name)
        if about is None:
            found = Locality.of(rules)
            told = {"joined": sorted(found.joined), "crossing": found.crossing}
            about = self._keep(name, told, b"")
        return Locality(frozenset(about["joined"]), tuple(about["crossing"]))

    def _about(self, name: str) -> dict[str, Any] | None:
        """What is known of a kept file; None where it is to be made."""
        return None if self._afresh and name not in self._made else self._kept.about(name)

    def _keep(self, name: str, about: dict[str, Any], result: bytes) -> dict[str, Any]:
        self._made.add(name)
        return self._kept.keep(name, about, result)

    def _readings(self, reader: Reader) -> list[Reading]:
        """The reading of each record, in path order."""
        maker, root = maker_of(reader), self._workspace.root
        found: dict[str, Reading | Exception] = {}
        due = []
        for path in record_files(self._workspace):
            place = path.relative_to(self._workspace.data).as_posix()
            digest = self._hashes.get(path.relative_to(root).as_posix(), "")
            name = _reading_name(maker, place, digest)
            about = self._about(name)
            if about is None:
                due.append((path, place))
            else:
                found[place] = Reading.of(name, about)
        sources = (Source(path, place, contents(path)) for path, place in due)
        for source, reading, result in self._executor.run(read, reader, sources):
            if isinstance(reading, Reading):
                digest = hashlib.sha256(source.data).hexdigest()
                name = _reading_name(maker, source.place, digest)
                self._keep(name, reading.about(), result)
                reading = Reading.of(name, reading.about())
            found[source.place] = reading
        readings = []
        for _, each in sorted(found.items(), key=lambda item: item[0].split("/")):
            if isinstance(each, Exception):
                raise each
            readings.append(each)
        return readings

    def _inferred(self, readings: list[Reading], shared: Shared) -> Manifest:
        """The manifest; groups that cannot be pieces of their own are read as shared records."""
        ontology = shared.asserted
        apart = {r.place for r in readings if not r.place.startswith(_TOWNS)}
        if shared.locality.crossing:
            apart = {reading.place for reading in readings}
        while True:
            named = [r.name for r in readings if r.place in apart]
            shared = Shared(
                (*ontology, *self._results(named)), shared.axioms, shared.files, shared.locality
            )
            groups = grouped(r for r in readings if r.place not in apart)
            found: list[tuple[str, dict[str, Any]]] = []
            moved = _moved(groups, shared)
            if not moved:
                found = self._pieces(groups, shared)
                moved = [g for g, (_, about) in zip(groups, found, strict=True) if about["strays"]]
            if not moved:
                break
            apart |= {reading.place for group in moved for reading in group.readings}
        made = zip(groups, found, strict=True)
        towns_apart = any(place.startswith(_TOWNS) for place in apart)
        self._alone = (
            {}
            if towns_apart
            else {
                group.readings[0].place: (group.readings[0], name)
                for group, (name, about) in made
                if len(group.readings) == 1 and not about["missing"]
            }
        )
        lines = common(shared.lines, (about for _, about in found))
        name = name_of(["common", *lines])
        about = self._about(name)
        if about is None:
            told = {"graphs": counts(lines), "segments": []}
            about = self._keep(name, told, "".join(f"{line}\n" for line in lines).encode())
        parts = tuple(Part.of(name, about) for name, about in found)
        others = (rules_name(*shared.axioms, *shared.files), *(each.name for each in readings))
        return Manifest(Part.of(name, about), parts, others)

    def _pieces(self, groups: list[Group], shared: Shared) -> list[tuple[str, dict[str, Any]]]:
        """The name of each group's piece, and what is known of it."""
        named = {
            name_of([shared.name, *(reading.name for reading in group.readings)]): group
            for group in groups
        }
        known = {name: self._about(name) for name in named}
        due = (
            Given(name, group.codes, tuple(self._results(r.name for r in group.readings)))
            for name, group in named.items()
            if known[name] is None
        )
        for name, about, result in self._executor.run(infer, shared, due):
            known[name] = self._keep(name, about, result)
        return [(name, about) for name, about in known.items() if about is not None]

    def _results(self, names: Iterable[str]) -> Iterator[bytes]:
        for name in names:
            result = self._kept.result(name)
            if result is None:
                raise gone(name)
            yield result


class Plans:
    """The plans of a workspace that are pieces of their own, by their paths in ``data/``.

    There are none where the records of a town are among the shared ones.
    """

    def __init__(self, kept: Kept, alone: Mapping[str, tuple[Reading, str]]) -> None:
        self._kept = kept
        self._alone = alone

    def get(self, place: str) -> Plan | None:
        """The plan in a file; None where it is no piece of its own, or no longer kept."""
        if place not in self._alone:
            return None
        reading, name = self._alone[place]
        about, own = self._kept.about(name), self._kept.result(name)
        if about is None or own is None:
            return None
        return Plan(reading, own + "".join(f"{line}\n" for line in about["outer"]).encode())


def _reading_name(maker: str, place: str, digest: str) -> str:
    return name_of([maker, place, digest])


def _moved(groups: list[Group], shared: Shared) -> list[Group]:
    """The groups that reach beyond themselves by what they say, or that shared records speak of."""
    joined = shared.locality.joined
    spoken = {
        town(term)
        for subject, predicate, thing in map(fact, shared.lines)
        if predicate in joined or thing in joined
        for term in (subject, thing)
    }
    return [
        group
        for group in groups
        if group.codes & spoken
        or any(
            strays(reading.doubtful, group.codes, shared.locality, shared.described)
            for reading in group.readings
        )
    ]
