"""Where the ontology, data, queries and shapes are, and where built versions go.

In this order: the folder given, the current folder when it has ``data/`` and ``ontology/``, and
the one packaged with dxgraph. A workspace keeps its versions in its own ``.dxgraph/``; the packaged
one, which may be read-only, in the user's cache folder.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from dxgraph.errors import WorkspaceError

_PACKAGE = Path(__file__).resolve().parent
_MARKS = ("ontology", "data")


@dataclass(frozen=True)
class Workspace:
    """The folders of one graph: ``root`` holds the inputs, ``cache`` the built versions."""

    root: Path
    cache: Path

    @property
    def ontology(self) -> Path:
        """Modules, vocabularies and rules."""
        return self.root / "ontology"

    @property
    def data(self) -> Path:
        """Records and their context."""
        return self.root / "data"

    @property
    def queries(self) -> Path:
        """Saved queries; the packaged ones serve a workspace that has none."""
        own = self.root / "queries"
        return own if own.is_dir() else _packaged_root() / "queries"

    @property
    def shapes(self) -> Path:
        """SHACL shapes; the packaged ones serve a workspace that has none."""
        own = self.root / "shapes"
        return own if own.is_dir() else _packaged_root() / "shapes"

    def relative(self, path: Path) -> str:
        """A path as a person writes it: from this workspace or, outside it, from the folder here.

        So a report of records kept in another repository names them as that repository does, on
        every machine.
        """
        resolved = path.resolve()
        for base in (self.root.resolve(), Path.cwd()):
            if resolved.is_relative_to(base):
                return resolved.relative_to(base).as_posix()
        return path.as_posix()


def find(folder: str | Path | None = None) -> Workspace:
    """The workspace to use; raises WorkspaceError when the folder given is none."""
    if folder is not None:
        root = Path(folder)
        missing = [mark for mark in _MARKS if not (root / mark).is_dir()]
        if missing:
            names = ", ".join(f"{name}/" for name in missing)
            raise WorkspaceError(
                f"{root} is no workspace: it lacks {names}; name the folder that holds them",
                f"{root} は作業フォルダではありません。{names} がありません",
            )
        return Workspace(root, root / ".dxgraph")
    here = Path.cwd()
    if all((here / mark).is_dir() for mark in _MARKS):
        return Workspace(here, here / ".dxgraph")
    root = _packaged_root()
    if root == _PACKAGE.parent:
        return Workspace(root, root / ".dxgraph")
    return Workspace(root, _user_cache())


def manual() -> Path:
    """The chapters of the manual: inside the wheel or, in a source checkout, below ``docs/``."""
    inside = _PACKAGE / "workspace_default" / "manual"
    return inside if inside.is_dir() else _PACKAGE.parent / "docs" / "manual"


def _packaged_root() -> Path:
    """The folders inside the wheel or, in a source checkout, beside the package."""
    inside = _PACKAGE / "workspace_default"
    return inside if inside.is_dir() else _PACKAGE.parent


def _user_cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "dxgraph"
