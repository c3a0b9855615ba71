"""``/dump/``: the whole graph and its parts as files, with sizes, checksums and ranges."""

from __future__ import annotations

import time
from pathlib import Path
from typing import cast

from flask import Blueprint, Response, current_app, request
from werkzeug.wsgi import FileWrapper

from dxgraph import dumps
from dxgraph.dumps import SUMS, File
from dxgraph.dumps.shelf import Shelf
from dxgraph.errors import BeingMade, UnknownPage
from dxgraph.metadata.files import TYPES, ending, packing
from dxgraph.web import replies, waiting

blueprint = Blueprint("downloads", __name__)

_CHUNK = 256 * 1024
_PATIENCE = 5.0
_PAUSE = 0.1


def shelf() -> Shelf:
    """The dumps of the version that answers."""
    return cast(Shelf, current_app.extensions["shelf"])


def files(patience: float = _PATIENCE) -> tuple[File, ...] | None:
    """The dumps; empty where there are none, None where making them takes longer than one waits."""
    until = time.monotonic() + patience
    while (found := shelf().files(replies.engine().version, wait=patience > 0)) is None:
        if time.monotonic() > until:
            return None
        waiting.pause(_PAUSE)
    return found


@blueprint.get("/dump/<path:name>")
def dump(name: str) -> Response:
    """A file; ``If-None-Match`` and ``Range`` are heeded, so that a download can be taken up."""
    found = files() if dumps.is_name(name) else ()
    if found is None:
        raise BeingMade(
            "the downloads are being made; try again in a moment",
            "ダウンロード用のファイルを作成しています。しばらくしてからもう一度お試しください",
        )
    file = next((each for each in found if each.name == name), None)
    if file is None:
        raise UnknownPage(
            "there is no such file; /dump/ lists the downloads",
            "そのファイルはありません。/dump/ に一覧があります",
        )
    return _sent(file, shelf().path(replies.engine().version, name))


def _sent(file: File, path: Path) -> Response:
    media = packing(file.name)
    if media is None:
        media = "text/plain" if file.name == SUMS else TYPES[ending(file.name)][0]
    response = Response(
        FileWrapper(path.open("rb"), _CHUNK),
        mimetype=media,
        direct_passthrough=True,
        headers={"Content-Length": str(file.bytes), "Cache-Control": "public, max-age=0"},
    )
    if media.startswith("text/"):
        response.content_type = f"{media}; charset=utf-8"
    name = file.name.replace("/", "-")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Graph-Version"] = replies.engine().version
    response.set_etag(file.sha256)
    response.make_conditional(request, accept_ranges=True, complete_length=file.bytes)
    return response
