"""Places: from a finding about a thing back to the file, line and column that wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dxgraph import assemble, records
from dxgraph.context import Context
from dxgraph.findings import Finding, Place
from dxgraph.workspace import Workspace
from dxgraph.yaml_nodes import Position

_PREFIX = re.compile(r"^@prefix (\w*:) <([^>]*)>", re.MULTILINE)


class Places:
    """Where each node and property of a workspace was written."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._context = Context(workspace.data / "context.jsonld")
        self._records = [
            records.load(path, self._context) for path in assemble.record_files(workspace)
        ]

    def locate(self, finding: Finding) -> Finding:
        """The finding with file, line and column, as near as the records tell.

        Where several records write a node, the one that writes the property, else the fullest.
        """
        keys = self._context.key_of(finding.path)
        found = [record for record in self._records if finding.focus in record.nodes]
        for record in found:
            for key in keys:
                if position := record.keys.get((finding.focus, key)):
                    return self._placed(finding, self._workspace.relative(record.path), position)
        if found:
            fullest = max(found, key=lambda r: sum(node == finding.focus for node, _ in r.keys))
            file = self._workspace.relative(fullest.path)
            return self._placed(finding, file, fullest.nodes[finding.focus])
        for file, line in self._in_turtle(finding.focus):
            return self._placed(finding, file, Position(line, 1))
        return finding

    @staticmethod
    def _placed(finding: Finding, file: str, position: Position) -> Finding:
        return replace(finding, place=Place(file, position.line, position.column))

    def _in_turtle(self, iri: str) -> Iterator[tuple[str, int]]:
        for path in sorted(self._workspace.ontology.glob("**/*.ttl")):
            text = path.read_text(encoding="utf-8")
            for prefix, namespace in _PREFIX.findall(text):
                if not iri.startswith(namespace):
                    continue
                name = f"{prefix}{re.escape(iri.removeprefix(namespace))}"
                if match := re.search(rf"^{name} a ", text, re.MULTILINE):
                    yield self._workspace.relative(path), text.count("\n", 0, match.start()) + 1
