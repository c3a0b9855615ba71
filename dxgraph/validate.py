"""Validation: records that cannot be read, the SHACL shapes over the graph, and what duplicates.

Each plan is judged with what all plans share (see ``pieces``), asserted and inferred, by an engine
of ``shapes``; each result is led back to the file, line and column that wrote it. A plan whose
inputs are those of an earlier run is not judged again.

Cost: for each plan that changed, its reading, inference over it and the shared piece, its triples
once as text, and the engine's pass over the shapes; for the rest one hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

from dxgraph import executors
from dxgraph.assemble import Progress
from dxgraph.errors import RecordError, WorkspaceError
from dxgraph.executors import Executor
from dxgraph.findings import Finding, gravest_first
from dxgraph.increment.pieces import Plans
from dxgraph.judgement import ONTOLOGY, Bench, Court, judged
from dxgraph.pieces import Inputs, Memory, Verdict, duplicates
from dxgraph.workspace import Workspace
from dxgraph.yaml_nodes import contents

#: At most so many plans are judged in one pass of the engine, over the shared statements as well;
#: fewer where there would be too few benches to share the work, unless they are few themselves.
_TOGETHER, _BENCHES, _FEW = 10, 16, 8
_CODE = re.compile(rb"/(\d{5})(?!\d)")


def validate(
    workspace: Workspace,
    paths: Sequence[Path] = (),
    *,
    engine: str = "shacl",
    afresh: bool = False,
    progress: Progress = lambda step: None,
    executor: Executor | None = None,
    plans_made: Plans | None = None,
) -> list[Finding]:
    """Everything the checks find, gravest first, then by file and line.

    ``paths`` are records or folders of records, in the workspace or not; without any, or with a
    file that plans share, the whole workspace is judged. ``afresh`` forgets earlier verdicts.
    Plans are judged in processes unless another ``executor`` is given; ``plans_made`` are those a
    build has made, which then need not be read and inferred again.
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
        with executors.Processes() if executor is None else nullcontext(executor) as chosen_one:
            verdicts = _verdicts(
                inputs,
                shared,
                plans,
                Memory(workspace, afresh),
                engine,
                progress,
                chosen_one,
                plans_made,
            )
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
    executor: Executor,
    made: Plans | None,
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
    home = inputs.workspace.root.resolve()
    inside = [path for path in due if path.resolve().is_relative_to(home)]
    outside = [path for path in due if path not in inside]
    for some, where in ((inside, executor), (outside, executors.Here())):
        for found in where.run(judged, court, _benches(inputs, some, made)):
            for file, verdict in found:
                progress(f"judge {file}")
                fresh[file] = verdict
    memory.keep(fresh)
    return {file: {**verdicts, **fresh}[file] for file in wanted}


def _benches(inputs: Inputs, due: list[Path], made: Plans | None) -> Iterator[Bench]:
    """Plans some at a time, with the records of other towns that they may name."""
    home = inputs.workspace.data
    codes = inputs.by_code()
    size = len(due) if len(due) <= _FEW else min(max(len(due) // _BENCHES, 1), _TOGETHER)
    for start in range(0, len(due), max(size, 1)):
        plans = due[start : start + size]
        data = {path: contents(path) for path in plans}
        named = {code.decode() for each in plans for code in _CODE.findall(data[each])}
        near = [codes[code] for code in sorted(named & codes.keys())]
        data |= {path: contents(path) for path in near if path not in data}
        inside = [path for path in plans if made and path.is_relative_to(home)]
        kept = {path: made.get(path.relative_to(home).as_posix()) for path in inside if made}
        yield Bench(tuple(plans), data, {path: plan for path, plan in kept.items() if plan})


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
