"""Places: from a finding about a thing back to the file, line and column that wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dxgraph import assemble, records
from dxgraph.findings import Finding
from dxgraph.workspace import Workspace


class Places:
    """Where each node and property of a workspace was written."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._context = records.Context(workspace.data / "context.jsonld")
        self._records = [
            records.load(path, self._context) for path in assemble.record_files(workspace)
        ]

    def locate(self, finding: Finding) -> Finding:
        """The finding with file, line and column, as near as the record tells."""
        for record in self._records:
            node = record.nodes.get(finding.focus)
            if node is None:
                continue
            keys = [
                position
                for key in self._context.key_of(finding.path)
                if (position := record.keys.get((finding.focus, key)))
            ]
            return self._placed(finding, self._workspace.relative(record.path), (keys or [node])[0])
        for file, line in self._in_turtle(finding.focus):
            return self._placed(finding, file, records.Position(line, 1))
        return finding

    @staticmethod
    def _placed(finding: Finding, file: str, position: records.Position) -> Finding:
        fields = {**vars(finding), "file": file, "line": position.line, "column": position.column}
        return Finding(**fields)

    def _in_turtle(self, iri: str) -> Iterator[tuple[str, int]]:
        local = re.escape(re.split(r"[/#]", iri)[-1])
        pattern = re.compile(rf"^(?:[\w-]*:|<[^>]*[/#]){local}>? a ", re.MULTILINE)
        for path in sorted(self._workspace.ontology.glob("**/*.ttl")):
            text = path.read_text(encoding="utf-8")
            if match := pattern.search(text):
                yield self._workspace.relative(path), text.count("\n", 0, match.start()) + 1
