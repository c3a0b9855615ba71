"""The manifest of a version: which pieces it is made of, in the order of the canonical dump.

Lines about one town's things of one kind begin alike, and no other piece has lines with that
beginning. So the dump is the segments of all pieces in the order of their beginnings, with the
common lines in between: it is read off the kept files without sorting, and need not stand on disk.

Cost: to read the dump, one pass over it and two seeks a segment; a difference, only the pieces that
differ.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dxgraph.errors import BuildError
from dxgraph.kept import Kept

#: Sorts after every character a line continues with.
_LAST = b"\xff"


@dataclass(frozen=True)
class Part:
    """A kept file of lines: where they start, lines per graph, and a town's segments."""

    name: str
    start: int
    graphs: dict[str, int]
    segments: tuple[tuple[str, int, int], ...] = ()

    @classmethod
    def of(cls, name: str, about: dict[str, Any]) -> Part:
        """The part a kept file is, by what is known of it."""
        segments = tuple((text, offset, size) for text, offset, size in about["segments"])
        return cls(name, about["start"], about["graphs"], segments)


@dataclass(frozen=True)
class Manifest:
    """The parts of a version: what is common, and the pieces; and other files to keep with it."""

    common: Part
    pieces: tuple[Part, ...]
    others: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The kept files to be kept as long as the version is."""
        return frozenset({self.common.name, *self.others, *(part.name for part in self.pieces)})

    @property
    def graphs(self) -> dict[str, int]:
        """Triples per named graph, by the graph's short name."""
        found: dict[str, int] = {}
        for part in (self.common, *self.pieces):
            for name, count in part.graphs.items():
                found[name] = found.get(name, 0) + count
        return dict(sorted(found.items()))

    def write(self, path: Path) -> None:
        """Write it as JSON; ``read`` reads it."""
        parts = {"common": vars(self.common), "pieces": [vars(part) for part in self.pieces]}
        told = {**parts, "others": self.others}
        path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Manifest | None:
        """The manifest in a file; None where there is none that this dxgraph reads."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            parts = (found["common"], *found["pieces"])
            common, *pieces = (Part.of(each["name"], each) for each in parts)
            return cls(common, tuple(pieces), tuple(found["others"]))
        except (OSError, ValueError, KeyError):
            return None

    def dump(self, kept: Kept) -> Iterator[bytes]:
        """The canonical N-Quads, some lines at a time.

        Raises BuildError where a kept file is gone.
        """
        lines = _result(kept, self.common).splitlines(keepends=True)
        ordered = sorted(
            (segment[0].encode(), part.name, part.start + segment[1], segment[2])
            for part in self.pieces
            for segment in part.segments
        )
        done = 0
        for beginning, name, start, size in ordered:
            first = bisect_left(lines, beginning, done)
            if first > done:
                yield b"".join(lines[done:first])
            done = bisect_left(lines, beginning + _LAST, first)
            try:
                data = kept.part(name, start, size)
            except OSError as error:
                raise gone(name) from error
            if done > first:
                data = b"".join(sorted([*lines[first:done], *data.splitlines(keepends=True)]))
            yield data
        yield b"".join(lines[done:])

    def write_dump(self, kept: Kept, path: Path) -> None:
        """Write the canonical N-Quads and, beside them, their hash."""
        digest = hashlib.sha256()
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            for chunk in self.dump(kept):
                digest.update(chunk)
                file.write(chunk)
        line = f"{digest.hexdigest()}  {path.name}\n"
        path.with_name(f"{path.name}.sha256").write_text(line, encoding="ascii")
        os.replace(file.name, path)

    def difference(self, other: Manifest, kept: Kept) -> tuple[set[bytes], set[bytes]]:
        """The lines only this version has, and those only the other has.

        Raises BuildError where a kept file is gone.
        """
        ours, theirs = ({part.name: part for part in each._parts} for each in (self, other))
        more = [ours[name] for name in ours.keys() - theirs.keys()]
        less = [theirs[name] for name in theirs.keys() - ours.keys()]
        new = {line for part in more for line in _result(kept, part).splitlines()}
        old = {line for part in less for line in _result(kept, part).splitlines()}
        return new - old, old - new

    def contents(self, kept: Kept) -> Iterator[bytes]:
        """The lines of each part, sorted; all lines of a subject are in one.

        Raises BuildError where a kept file is gone.
        """
        return (_result(kept, part) for part in self._parts)

    def subjects(self, other: Manifest, kept: Kept) -> set[str]:
        """The IRIs of what is described in the pieces that only this version has, and in common."""
        theirs = {part.name for part in other.pieces}
        ours = (self.common, *(part for part in self.pieces if part.name not in theirs))
        return {
            line[1 : line.index(b">")].decode()
            for part in ours
            for line in _result(kept, part).splitlines()
        }

    def differing(self, other: Manifest) -> int:
        """How many lines the parts have that only one of two versions has."""
        ours, theirs = ({part.name: part for part in each._parts} for each in (self, other))
        return sum(sum(part.graphs.values()) for part in _either(ours, theirs))

    @property
    def _parts(self) -> tuple[Part, ...]:
        return (self.common, *self.pieces)


def _either(ours: dict[str, Part], theirs: dict[str, Part]) -> Iterator[Part]:
    for name in ours.keys() ^ theirs.keys():
        yield ours.get(name) or theirs[name]


def _result(kept: Kept, part: Part) -> bytes:
    data = kept.result(part.name)
    if data is None:
        raise gone(part.name)
    return data


def gone(name: str) -> BuildError:
    """The error of a file that a build kept and that is not there, or damaged."""
    return BuildError(
        f"a part of the built graph is gone or damaged ({name}); run: dxgraph build --force",
        f"構築済みのグラフの一部がないか、壊れています({name})。"
        "dxgraph build --force を実行してください",
    )


class Stream(io.RawIOBase):
    """Chunks of bytes as a file to read from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = memoryview(b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as the present chunk goes; 0 at the end."""
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = memoryview(chunk)
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size
