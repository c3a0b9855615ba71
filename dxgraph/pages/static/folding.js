// Folding as dxgraph/folding.py does it, whose tables come with the index of names.

const HYPHENS = "\\-‐‑‒–—―−ー";
const DASH = /\s[–—―]+\s/gu;
const APART = /(?<=[a-z])[‐‑‒–—―−\-](?=[\p{L}\p{N}_])/gu;
const TIGHT = new RegExp(`(?<=\\p{Nd})\\s*[${HYPHENS}]\\s*(?=\\p{Nd})`, "gu");
const LOOSE = new RegExp(`(?<!\\p{Nd})\\s*[${HYPHENS}]\\s*|\\s*[${HYPHENS}]\\s*(?!\\p{Nd})`, "gu");
const OTHER = /(?<!\p{Nd})[.:]|[.:](?!\p{Nd})|[^\p{L}\p{N}.:\-]/gu;
const BOUND = /(?<=[!-~])(?=[^!-~])|(?<=[^!-~])(?=[!-~])/gu;
const MONTHS = /(?<=\p{Nd})[かけゕゖ箇個](?=[月年所国])/gu;
const UNSEEN = /(?![\u3099\u309a\s])[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/gu;
const KATAKANA_TO_HIRAGANA = 0x60;
const SMALL = new Map([..."ぁあぃいぅうぇえぉおっつゃやゅゆょよゎわゕかゖけ".matchAll(/(.)(.)/gu)].map(([, small, large]) => [small, large]));

/** Whether a text is of ASCII alone. */
export function isAscii(text) {
  return /^[\x00-\x7f]*$/.test(text);
}

export class Folding {
  constructor({ kanji, sounds }) {
    this.kanji = new Map(kanji.split(" ").map((pair) => [...pair]));
    this.sounds = sounds;
    this.sound = new RegExp(Object.keys(sounds).join("|"), "gu");
  }

  /** One character in the form in use: of kanji the new one, of kana hiragana. */
  plain(char) {
    if (char >= "ァ" && char <= "ヶ") return String.fromCodePoint(char.codePointAt(0) - KATAKANA_TO_HIRAGANA);
    return this.kanji.get(char) ?? char;
  }

  /** The folded words of a text; `apart` takes hyphens for signs as well. */
  words(text, apart = false) {
    const lower = text.normalize("NFKC").toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ");
    const bare = lower.normalize("NFKD").replace(UNSEEN, "").normalize("NFKC");
    let folded = Array.from(bare, (char) => this.plain(char)).join("");
    folded = folded.replace(this.sound, (sound) => this.sounds[sound]).replace(MONTHS, "か");
    folded = Array.from(folded, (char) => SMALL.get(char) ?? char).join("");
    if (apart) folded = folded.replace(APART, " ");
    folded = folded.replace(DASH, " ").replace(TIGHT, "-").replace(LOOSE, "");
    folded = folded.replace(/['’]/gu, "").replace(OTHER, " ");
    return folded.split(/\s+/u).filter(Boolean).map((word) => word.replace(BOUND, "_"));
  }

  /** A text folded, its words run together but for those of Latin script. */
  fold(text, apart = false) {
    return this.words(text, apart).reduce((folded, word) => {
      const joint = folded && (isAscii(folded.at(-1)) || isAscii(word[0])) ? "_" : "";
      return folded + joint + word;
    }, "");
  }
}
