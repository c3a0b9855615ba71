"""What the files to download are: media types, the names people know them by, and contents."""

from __future__ import annotations

#: Ending -> media type, what the EU's list of file types calls it, and what people call it.
TYPES = {
    "nq": ("application/n-quads", "RDF_N_QUADS", "N-Quads"),
    "trig": ("application/trig", "RDF_TRIG", "TriG"),
    "ttl": ("text/turtle", "RDF_TURTLE", "Turtle"),
    "jsonld": ("application/ld+json", "JSON_LD", "JSON-LD"),
    "zip": ("text/csv", "CSV", "CSV"),
}
#: Ending -> what is in the file.
CONTENTS = {
    "nq": {
        "ja": "すべての記述。一行に一つ、整列済みで、名前付きグラフを保つ。",
        "en": "Every statement, one a line, sorted, in its named graph.",
    },
    "trig": {
        "ja": "すべての記述を、名前付きグラフごとに。",
        "en": "Every statement, by named graph.",
    },
    "ttl": {
        "ja": "すべての記述。名前付きグラフの別はない。",
        "en": "Every statement, without its named graph.",
    },
    "jsonld": {
        "ja": "すべての記述を、名前付きグラフごとに。",
        "en": "Every statement, by named graph.",
    },
    "zip": {
        "ja": "条件なしで答えられる保存済みの質問の答え。質問ごとに CSV 一つと、列の説明。",
        "en": "Answers to the saved questions that need no parameter: one CSV each, and what the "
        "columns mean.",
    },
}


def ending(name: str) -> str:
    """The ending that tells the format of a dump, whether or not it is compressed.

    >>> ending("dxgraph.nq.gz")
    'nq'
    """
    return name.removesuffix(".gz").rpartition(".")[2]


def packing(name: str) -> str | None:
    """The media type of what a dump is packed in, if it is."""
    return {"gz": "application/gzip", "zip": "application/zip"}.get(name.rpartition(".")[2])
