"""dxgraph: a knowledge graph of Japanese municipal DX plans, and the questions it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dxgraph.session import Graph, connect, open

__version__ = "0.1.0"
__all__ = ["Graph", "connect", "open"]


def __getattr__(name: str) -> Any:
    """``open``, ``connect`` and ``Graph``, imported when first used: ``--help`` needs none."""
    if name in __all__:
        from dxgraph import session

        return getattr(session, name)
    raise AttributeError(f"module 'dxgraph' has no attribute {name!r}")
