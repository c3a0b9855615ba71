"""``dxgraph publish``: the site as files for any web server, the same pages at the same addresses.

Pages are asked of the application itself, beginning with the front page and every thing the graph
names, and whatever they link to within the site is written too; so a link that leads nowhere is
found while publishing. A redirection becomes a page that leads on. The folder is put in place when
all is written; until then the old copy stays.

Cost: one request a page, spread over the cores; each page of the five plans takes some 10 ms.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import unquote

from dxgraph import build, dumps
from dxgraph.addresses import Site
from dxgraph.errors import UnusableFile
from dxgraph.publish.links import Link, fragments
from dxgraph.publish.pages import Frozen, begin, freeze, index, things
from dxgraph.workspace import Workspace

#: Called with the number of addresses written and known so far.
Progress = Callable[[int, int], None]
#: What lies in every published folder, and shows that it may be replaced.
MARK = ".dxgraph-site"
_AT_ONCE = 40
#: Addresses no page need link to.
_SEEDS = (
    *("/", "/en/", "/404.html", "/robots.txt", "/sitemap.xml", "/.well-known/void"),
    *("/.well-known/sparql-examples", "/catalog", "/ontology", "/dump/"),
)


@dataclass(frozen=True)
class Broken:
    """A link that leads nowhere in the published folder, and the pages that have it."""

    link: str
    reason: str
    pages: tuple[str, ...]


@dataclass
class Published:
    """What was written: files, their bytes, and the links that lead nowhere.

    ``index`` is the bytes of the index for search, ``left_out`` the kinds that it had to leave out.
    """

    folder: Path
    files: int = 0
    size: int = 0
    index: int = 0
    left_out: tuple[str, ...] = ()
    broken: list[Broken] = field(default_factory=list)


def publish(
    place: Workspace,
    folder: Path,
    public_url: str = "",
    progress: Progress = lambda done, known: None,
) -> Published:
    """Write the site of a workspace's graph into a folder, replacing what was published there.

    ``public_url`` is where the folder will be seen; its path becomes the prefix of every link.
    Raises UnusableFile for a folder that holds anything else.
    """
    _may_replace(folder)
    version = build.build(place)
    dumps.make(version.folder, place.queries)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as name:
        work = Path(name) / "site"
        work.mkdir()
        (work / MARK).write_text(version.name + "\n", encoding="utf-8")
        (work / ".nojekyll").touch()
        arguments = (os.fspath(place.root), os.fspath(place.cache), version.name, public_url)
        published = _write(arguments, work, Site.at(public_url).prefix, progress)
        if folder.exists():
            os.replace(folder, Path(name) / "old")
        os.replace(work, folder)
    published.folder = folder
    return published


def _may_replace(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise UnusableFile(
            "the folder holds something else than a published site; name another or empty it",
            "公開用の出力ではないものが入っています。別のフォルダにするか、空にしてください",
            path=folder,
        )
    if folder.exists() and not folder.is_dir():
        raise UnusableFile("not a folder", "フォルダではありません", path=folder)


def _write(
    arguments: tuple[str, str, str, str], work: Path, prefix: str, progress: Progress
) -> Published:
    published = Published(work)
    links: list[tuple[str, Link]] = []
    context = get_context("forkserver")
    with ProcessPoolExecutor(None, context, begin, (*arguments, os.fspath(work))) as pool:
        known = {*_SEEDS, *pool.submit(things).result()}
        waiting = sorted(known)
        written: dict[str, str] = {}
        indexed, published.left_out = pool.submit(index).result()
        _note(indexed, published, written)
        published.index = indexed.size
        known.add(indexed.address)
        while waiting:
            found: set[str] = set()
            for batch in pool.map(freeze, _batches(waiting)):
                for frozen in batch:
                    _note(frozen, published, written)
                    links += [(frozen.address, link) for link in frozen.links]
                    found |= {_address(link.path, prefix) for link in frozen.links if _plain(link)}
                progress(len(written), len(known | found))
            waiting = sorted(found - known)
            known |= found
    published.broken += _broken(links, written, work, prefix)
    return published


def _batches(addresses: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(addresses), _AT_ONCE):
        yield addresses[start : start + _AT_ONCE]


def _note(frozen: Frozen, published: Published, written: dict[str, str]) -> None:
    written[frozen.address] = frozen.reason or frozen.file
    if frozen.file:
        published.files += 1
        published.size += frozen.size


def _plain(link: Link) -> bool:
    return not link.query


def _address(path: str, prefix: str) -> str:
    """A path of the public site as the application knows it."""
    return unquote(path.removeprefix(prefix) or "/")


def _broken(
    links: Iterable[tuple[str, Link]], written: dict[str, str], work: Path, prefix: str
) -> list[Broken]:
    """Links to what was not written, needs a server, or names a place its page does not have."""
    places: dict[str, frozenset[str]] = {}
    found: dict[tuple[str, str], list[str]] = {}
    for page, link in links:
        target = written.get(_address(link.path, prefix), "")
        if link.query:
            reason = "only a server can answer"
        elif not target or not (work / target).is_file():
            reason = target or "nothing is there"
        else:
            if link.fragment and target not in places:
                places[target] = fragments((work / target).read_text(encoding="utf-8"))
            missing = bool(link.fragment) and link.fragment not in places[target]
            reason = "the page has no such place" if missing else ""
        if reason:
            found.setdefault((link.text, reason), []).append(page)
    return [Broken(link, reason, tuple(pages)) for (link, reason), pages in sorted(found.items())]
