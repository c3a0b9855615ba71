"""Validation: records that cannot be read, the SHACL shapes over the graph, and what duplicates.

Each plan is judged with what all plans share (see ``pieces``), asserted and inferred, by an engine
of ``shapes``; each result is led back to the file, line and column that wrote it. A plan whose
inputs are those of an earlier run is not judged again.

Cost: for each plan that changed, its reading, inference over it and the shared piece, its triples
once as text, and the engine's pass over the shapes; for the rest one hash.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from dxgraph.assemble import Progress
from dxgraph.errors import RecordError, WorkspaceError
from dxgraph.findings import Finding, gravest_first
from dxgraph.judgement import ONTOLOGY, Court
from dxgraph.pieces import Inputs, Memory, Verdict, duplicates
from dxgraph.workspace import Workspace


def validate(
    workspace: Workspace,
    paths: Sequence[Path] = (),
    *,
    engine: str = "shacl",
    afresh: bool = False,
    progress: Progress = lambda step: None,
) -> list[Finding]:
    """Everything the checks find, gravest first, then by file and line.

    ``paths`` are records or folders of records, in the workspace or not; without any, or with a
    file that plans share, the whole workspace is judged. ``afresh`` forgets earlier verdicts.
    Raises WorkspaceError for a path that is not there.
    """
    chosen = list(_files(paths))
    folders = [each.resolve() for each in (workspace.data, workspace.ontology, workspace.shapes)]
    inside = [path for path in chosen if any(folder in path.parents for folder in folders)]
    inputs = Inputs(workspace, engine, [path for path in chosen if path not in inside])
    towns = workspace.data.resolve() / "municipalities"
    whole = not chosen or any(towns not in path.parents for path in inside)
    plans = [path for path in inputs.plans if whole or path.resolve() in chosen]
    shared = [ONTOLOGY, *(workspace.relative(path) for path in inputs.shared)]
    try:
        verdicts = _verdicts(inputs, shared, plans, Memory(workspace, afresh), engine, progress)
    except RecordError as error:
        return [Finding.of_error(error, str(error.path))]
    if not whole:
        for file in shared:
            verdicts[file].findings.clear()
    found = [finding for verdict in verdicts.values() for finding in verdict.findings]
    return sorted([*found, *duplicates(verdicts)], key=gravest_first)


def _verdicts(
    inputs: Inputs,
    shared: list[str],
    plans: list[Path],
    memory: Memory,
    engine: str,
    progress: Progress,
) -> dict[str, Verdict]:
    """The verdict on each file, remembered or new, what is shared first."""
    keys = {code: inputs.key_of(path) for code, path in inputs.by_code().items()}
    files = {inputs.workspace.relative(path): path for path in plans}
    wanted = dict.fromkeys(shared, inputs.key)
    wanted |= {file: inputs.key_of(path) for file, path in files.items()}
    known = {file: memory.recall(file, key, keys) for file, key in wanted.items()}
    verdicts = {file: verdict for file, verdict in known.items() if verdict}
    due = [path for file, path in files.items() if file not in verdicts]
    if len(verdicts) == len(wanted):
        return verdicts
    progress("read what all plans share")
    court = Court(inputs, engine)
    if court.unreadable:
        return dict.fromkeys(shared, Verdict("")) | {ONTOLOGY: Verdict("", court.unreadable)}
    fresh = court.shared()
    for file, verdict in court.plans(due):
        progress(f"judge {file}")
        fresh[file] = verdict
    memory.keep(fresh)
    return {file: {**verdicts, **fresh}[file] for file in wanted}


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = sorted(file.resolve() for file in path.glob("**/*.y*ml"))
            if not found:
                raise WorkspaceError(
                    f"{path} holds no records (*.yaml); name the folder that does",
                    f"{path} に記録(*.yaml)がありません。記録のあるフォルダを指定してください",
                )
            yield from found
        elif path.is_file():
            yield path.resolve()
        else:
            raise WorkspaceError(
                f"{path} is not there; name a record or a folder of records",
                f"{path} がありません。記録か、記録のフォルダを指定してください",
            )
