"""Folding: what is written differently and means the same becomes equal, and nothing else does."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxgraph.folding import fold, words

#: Anything at all, and much of what the rules are about.
TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from("ーィデディヴぢヶヵか月1.2-:− ・ァッaAé゙゚ﾊﾟ髙"))
)
KANA = st.text(st.sampled_from([chr(code) for code in range(ord("ァ"), ord("ヶ") + 1)]))


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        ("ＡＩ－ＯＣＲ", "ai-ocr"),
        ("AI-OCR", "AIOCR"),
        ("AI － ＯＣＲ", "AI‐OCR"),
        ("サーバー", "サーバ"),
        ("ｻｰﾊﾞｰ", "さーば"),
        ("ディジタル", "デジタル"),
        ("ソフトウェア", "ソフトウエア"),
        ("ヴァーチャル", "バーチャル"),
        ("3か月", "3ヶ月"),
        ("３カ月", "3箇月"),
        ("関ケ原町", "関ヶ原町"),
        ("檜原村", "桧原村"),
        ("髙橋", "高橋"),
        ("葛󠄀城市", "葛城市"),
        ("AI・RPAの利用", "AI、RPA の利用"),
        ("Tōin", "toin"),
        ("citizen’s", "citizens"),
    ],
)
def test_spellings_of_one_word_fold_to_one(written: str, otherwise: str) -> None:
    assert fold(written) == fold(otherwise)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2-1", "21"),
        ("1.10", "1.1"),
        ("11", "1-1"),
        ("導入", "導人"),
        ("ハス", "バス"),
        ("ハス", "パス"),
        ("AI", "AR"),
        ("of AI", "ofai"),
    ],
)
def test_what_means_another_thing_stays_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_dash_between_spaces_parts_words_and_a_hyphen_does_not() -> None:
    assert words("Asahi Town — AI-OCR") == ["asahi", "town", "aiocr"]


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_width_and_case_make_no_difference(text: str) -> None:
    assert fold(unicodedata.normalize("NFKC", text)) == fold(text)
    assert fold(text.casefold()) == fold(text)


@given(KANA)
def test_hiragana_and_katakana_are_one(text: str) -> None:
    hiragana = "".join(chr(ord(char) - 0x60) for char in text)
    assert fold(hiragana) == fold(text)


@given(TEXTS)
def test_folded_words_hold_no_space_and_no_sign_of_a_query(text: str) -> None:
    for word in words(text):
        assert word
        assert not set(word) & set("\"'*()^~$ \t\n\0")
