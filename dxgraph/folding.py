"""Folding: what people type and what plans print, made equal where only the writing differs.

Width, case, kana, long vowels, hyphens, small kana, old kanji and spellings such as ディ and デ do
not tell labels apart. Folded text holds letters, digits, ``_`` wherever a word of Latin script or
a number begins or ends within it, and ``-``, ``.``, ``:`` between digits (``2-1``, ``1.10``), where
they do tell numbers apart.
"""

from __future__ import annotations

import re
import unicodedata

#: Old, variant and rare forms as they stand in names of places and offices -> the form in use.
_KANJI = (
    "乘乗 亞亜 佛仏 來来 假仮 傳伝 價価 兒児 兩両 剩剰 劍剣 劑剤 勞労 勳勲 勵励 勸勧 區区 卷巻 "
    "單単 囑嘱 國国 圍囲 圓円 圖図 團団 增増 墮堕 壓圧 壘塁 壯壮 壹壱 壺壷 壽寿 奧奥 學学 寢寝 "
    "實実 寶宝 將将 專専 對対 屆届 屬属 峯峰 峽峡 嵜崎 嶋島 嶌島 巢巣 帶帯 廢廃 廣広 廳庁 徑径 "
    "從従 德徳 恆恒 惠恵 惡悪 惱悩 愼慎 應応 懷懐 戀恋 戰戦 拂払 拔抜 拜拝 揭掲 搜捜 擇択 擔担 "
    "據拠 擴拡 攝摂 收収 敍叙 敕勅 數数 斷断 晝昼 曉暁 會会 栁柳 條条 榮栄 樂楽 樓楼 樣様 檜桧 "
    "檢検 櫻桜 歐欧 歸帰 殘残 殼殻 毆殴 氣気 沒没 淨浄 淵渕 淺浅 溫温 滯滞 滿満 潛潜 澁渋 澤沢 "
    "濕湿 濟済 濱浜 瀧滝 瀨瀬 灣湾 燈灯 燒焼 營営 爐炉 狀状 狹狭 獨独 獵猟 獻献 瓣弁 甁瓶 畫画 "
    "當当 疊畳 發発 盡尽 眞真 碎砕 祕秘 禮礼 稻稲 穗穂 籠篭 粹粋 絲糸 縣県 縱縦 總総 續続 纖繊 "
    "羣群 聰聡 聲声 聽聴 腦脳 臟臓 臺台 與与 舊旧 舘館 莊荘 薰薫 藏蔵 藥薬 藪薮 螢蛍 蠻蛮 衞衛 "
    "裝装 覺覚 觀観 觸触 謠謡 證証 譽誉 讀読 變変 讓譲 豐豊 貳弐 賣売 賴頼 輕軽 轉転 辨弁 辭辞 "
    "辯弁 遞逓 遲遅 邉辺 邊辺 鄕郷 醉酔 醫医 錢銭 鎭鎮 鐵鉄 鑄鋳 隨随 隱隠 隸隷 雙双 靈霊 靜静 "
    "顯顕 驗験 驛駅 體体 髙高 髮髪 鷗鴎 黑黒 默黙 點点 黨党 齊斉 齋斎 齎斎 齒歯 齡齢 龍竜 﨑崎"
)
_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ")
_TABLE: dict[int, int | str] = {**{ord(pair[0]): pair[1] for pair in _KANJI.split()}, **_KATAKANA}
_HYPHENS = "-‐‑‒–—―−ー"
#: Sounds of other languages, with the plainer spelling that stands for them as well.
_SOUNDS = {
    "ゔぁ": "ば",
    "ゔぃ": "び",
    "ゔぇ": "べ",
    "ゔぉ": "ぼ",
    "ゔ": "ぶ",
    "でぃ": "で",
    "ぢ": "じ",
    "づ": "ず",
}
_SOUND = re.compile("|".join(_SOUNDS))
#: What a program in another language needs to fold alike.
TABLES = {"kanji": _KANJI, "sounds": _SOUNDS}
_MONTHS = re.compile(r"(?<=\d)[かけゕゖ箇個](?=[月年所国])")
#: A dash between spaces parts words; hyphens and long vowels without them do not.
_DASH = re.compile(r"\s[–—―]+\s")
#: A hyphen between letters, the first of them Latin.
_PARTING = "‐‑‒–—―−-"
_APART = re.compile(rf"(?<=[a-z])[{_PARTING}](?=\w)")
_HYPHEN = re.compile(f"[{_PARTING}]")
_LOOSE = re.compile(rf"(?<!\d)\s*[{_HYPHENS}]\s*|\s*[{_HYPHENS}]\s*(?!\d)")
_TIGHT = re.compile(rf"(?<=\d)\s*[{_HYPHENS}]\s*(?=\d)")
_QUOTES = re.compile(r"['’]")
_OTHER = re.compile(r"(?<!\d)[.:]|[.:](?!\d)|[^\w.:\-]|_")
#: Texts without accents, choices between glyphs and the like.
_COMMON = re.compile(r"[ -~、-〗ぁ-ゖァ-ヺー一-鿿・‐–—―−]*")
_VOICED = "\u3099\u309a"
#: Where Latin script or digits meet another script.
_BOUND = re.compile(r"(?<=[!-~])(?=[^!-~])|(?<=[^!-~])(?=[!-~])")


def words(text: str, *, apart: bool = False) -> list[str]:
    """The folded words of a text: what stands between spaces and signs.

    ``apart`` takes hyphens for signs as well.

    >>> words("ＡＩ-ＯＣＲの導入・サーバー"), words("AI-OCR", apart=True)
    (['aiocr_の導入', 'さば'], ['ai', 'ocr'])
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    if not _COMMON.fullmatch(plain):
        full = unicodedata.normalize("NFKD", plain)
        kept = "".join(char for char in full if char in _VOICED or not _mark(char))
        plain = unicodedata.normalize("NFKC", kept)
    plain = plain.translate(_TABLE)
    plain = _SOUND.sub(lambda found: _SOUNDS[found[0]], plain)
    plain = _MONTHS.sub("か", plain).translate(_SMALL)
    plain = _APART.sub(" ", plain) if apart else plain
    plain = _LOOSE.sub("", _TIGHT.sub("-", _DASH.sub(" ", plain)))
    return [_BOUND.sub("_", word) for word in _OTHER.sub(" ", _QUOTES.sub("", plain)).split()]


def has_hyphen(text: str) -> bool:
    """Whether a text may fold otherwise when its hyphens part words.

    >>> has_hyphen("ＡＩ－ＯＣＲ"), has_hyphen("サーバー")
    (True, False)
    """
    return _HYPHEN.search(unicodedata.normalize("NFKC", text)) is not None


def _mark(char: str) -> bool:
    """Whether a character is an accent, a choice between glyphs, or nothing that is seen."""
    return unicodedata.category(char) in ("Mn", "Me", "Cf", "Cc") and not char.isspace()


def fold(text: str, *, apart: bool = False) -> str:
    """A text folded, its words run together but for those of Latin script.

    >>> fold("サーバー") == fold("ｻｰﾊﾞ"), fold("ディジタル化") == fold("デジタル 化")
    (True, True)
    >>> fold("Promotion of AI"), fold("AI の導入")
    ('promotion_of_ai', 'ai_の導入')
    """
    folded = ""
    for word in words(text, apart=apart):
        joint = "_" if folded and (folded[-1].isascii() or word[0].isascii()) else ""
        folded += joint + word
    return folded
