"""Runs the W3C SHACL test suite with both engines: ``python tests/suites/w3c_shacl.py FOLDER``.

FOLDER is ``data-shapes-test-suite/tests`` of https://github.com/w3c/data-shapes. A test is passed
when the report is isomorphic to the expected one, compared as the suite demands: only the triples
it names, path structures not shared, messages only where one is expected. A test that expects a
failure is passed when the engine fails. Exit code 0 when every engine passed every test.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import pyshacl
import rdflib
import shacl
from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib.compare import isomorphic, to_isomorphic
from rdflib.term import Node

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")
COMPARED = (
    *(SH.focusNode, SH.resultSeverity, SH.sourceConstraint),
    *(SH.sourceConstraintComponent, SH.sourceShape, SH.value),
)


class Failed(Exception):
    """An engine reported a failure instead of a report."""


class Test(NamedTuple):
    """One entry of the suite: its name, its files, and its report, None where it must fail."""

    name: str
    data: Path
    shapes: Path
    expected: Graph | None


def tests(folder: Path) -> Iterator[Test]:
    """Every test that the manifest of the folder includes, in its order."""
    yield from _entries(folder / "manifest.ttl", folder)


def _entries(path: Path, folder: Path) -> Iterator[Test]:
    manifest = Graph().parse(path, format="turtle", publicID=path.as_uri())
    for included in sorted(manifest.objects(None, MF.include)):
        yield from _entries(_path(included), folder)
    for listed in manifest.objects(None, MF.entries):
        for entry in manifest.items(listed):
            if (entry, RDF.type, SHT.Validate) not in manifest:
                continue
            action, result = manifest.value(entry, MF.action), manifest.value(entry, MF.result)
            files = (manifest.value(action, name) for name in (SHT.dataGraph, SHT.shapesGraph))
            name = _path(entry).relative_to(folder).as_posix()
            expected = None if result == SHT.Failure else comparable(manifest, result, manifest)
            yield Test(name, *map(_path, files), expected)


def _path(iri: Node | None) -> Path:
    return Path(str(iri).removeprefix("file://"))


def comparable(report: Graph, node: Node | None, expected: Graph) -> Graph:
    """The triples of a report that are compared, under blank nodes of their own."""
    kept, root = Graph(), BNode()
    kept.add((root, RDF.type, SH.ValidationReport))
    for conforms in report.objects(node, SH.conforms):
        kept.add((root, SH.conforms, conforms))
    for result in report.objects(node, SH.result):
        copy = BNode()
        kept.add((root, SH.result, copy))
        kept.add((copy, RDF.type, SH.ValidationResult))
        for predicate in COMPARED:
            for value in report.objects(result, predicate):
                kept.add((copy, predicate, value))
        for path in report.objects(result, SH.resultPath):
            kept.add((copy, SH.resultPath, _unshared(report, path, kept)))
        for message in report.objects(result, SH.resultMessage):
            if (None, SH.resultMessage, message) in expected:
                kept.add((copy, SH.resultMessage, message))
    return kept


def _unshared(graph: Graph, node: Node, kept: Graph) -> Node:
    """A property path copied, with the blank nodes below it."""
    if not isinstance(node, BNode):
        return node
    copy = BNode()
    for predicate, value in graph.predicate_objects(node):
        kept.add((copy, predicate, _unshared(graph, value, kept)))
    return copy


def by_shacl(test: Test) -> Graph:
    """The report of ``shacl``."""
    texts = {path: path.read_text(encoding="utf-8") for path in (test.shapes, test.data)}
    try:
        shapes = shacl.Shapes.from_text(texts[test.shapes], base=test.shapes.as_uri())
        report = shapes.validate_text(texts[test.data], base=test.data.as_uri())
    except (ValueError, RuntimeError) as error:
        raise Failed(str(error)) from error
    return Graph().parse(data=report.turtle, format="turtle")


def by_pyshacl(test: Test) -> Graph:
    """The report of pySHACL."""
    data, shapes = (
        Graph().parse(path, format="turtle", publicID=path.as_uri())
        for path in (test.data, test.shapes)
    )
    try:
        _, report, text = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    except (ValueError, RuntimeError) as error:
        raise Failed(str(error)) from error
    if not isinstance(report, Graph):
        raise Failed(text)
    return report


ENGINES: dict[str, Callable[[Test], Graph]] = {"shacl": by_shacl, "pyshacl": by_pyshacl}


def wrong(test: Test, engine: Callable[[Test], Graph]) -> str:
    """What is wrong with an engine's answer to a test, empty when nothing."""
    try:
        report = engine(test)
    except Failed as failure:
        said = " ".join(str(failure).split())
        return "" if test.expected is None else f"failed: {said[:200]}"
    if test.expected is None:
        return "reported, though it should have failed"
    node = report.value(predicate=RDF.type, object=SH.ValidationReport)
    actual = comparable(report, node, test.expected)
    if isomorphic(actual, test.expected):
        return ""
    return _difference(actual, test.expected)


def _difference(actual: Graph, expected: Graph) -> str:
    """The kinds of triples that only one report has, results by number."""
    counts = [len(list(graph.objects(None, SH.result))) for graph in (expected, actual)]
    if counts[0] != counts[1]:
        return f"{counts[0]} results expected, {counts[1]} reported"
    facts = [
        Counter((_name(p), "" if isinstance(o, BNode) else str(o)) for _, p, o in to_isomorphic(g))
        for g in (expected, actual)
    ]
    missing, more = facts[0] - facts[1], facts[1] - facts[0]
    said = [f"-{p} {o}" for p, o in sorted(missing)] + [f"+{p} {o}" for p, o in sorted(more)]
    return "differs: " + ", ".join(said)[:200]


def _name(predicate: Node) -> str:
    return str(predicate).rpartition("#")[2] if isinstance(predicate, URIRef) else "?"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the suite, print the counts and each failure; return 0 when there was none."""
    parser = argparse.ArgumentParser(description="Run the W3C SHACL test suite.")
    parser.add_argument("folder", type=Path, help="data-shapes-test-suite/tests")
    parser.add_argument("--engine", choices=tuple(ENGINES), action="append")
    options = parser.parse_args(arguments)
    logging.disable()
    suite = list(tests(options.folder.resolve()))
    failed = not suite
    for engine in options.engine or ENGINES:
        found = {test.name: wrong(test, ENGINES[engine]) for test in suite}
        failures = {name: said for name, said in found.items() if said}
        failed = failed or bool(failures)
        print(f"{engine} {version(engine)}: {len(found) - len(failures)} of {len(found)} passed")
        for name, said in failures.items():
            print(f"  {name}: {said}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
