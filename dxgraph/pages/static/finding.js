// Finding things in an index of names, in the order in which the server's search has them.

import { Folding, isAscii } from "./folding.js";

const MOST_WORDS = 8;
const LONG = 4;
const NEAREST = 5;
const LIKE_ENOUGH = 0.4;
const [START, ALSO, END] = ["^", "~", "$"];

/** A folded text that says where its words of Latin script begin and, with `end`, end. */
function bounded(folded, end = true) {
  const before = isAscii(folded[0]) ? "_" : "";
  return before + folded + (end && isAscii(folded.at(-1)) ? "_" : "");
}

/** Whether a folded word is of Latin script and so short that other words hold it by chance. */
function isShort(word) {
  return isAscii(word) && word.length < LONG;
}

/** Whether the forms of a name and the words of a place hold every word, the name one at least. */
function holding(words, forms) {
  return (name, place) => {
    const named = forms.map((form) => name.includes(form));
    return named.includes(true) && words.every((word, at) => named[at] || (words.length > 1 && place.has(word)));
  };
}

function holdingAny(forms) {
  return (name) => forms.some((form) => name.includes(form));
}

/** Pairs of neighbouring characters. */
function pairs(folded) {
  return new Set(Array.from({ length: folded.length - 1 }, (_, at) => folded.slice(at, at + 2)));
}

/** The part of their pairs that two texts share. */
function likeness(ones, others) {
  const shared = [...ones].filter((pair) => others.has(pair)).length;
  return (2 * shared) / (ones.size + others.size || 1);
}

export class Names {
  constructor(index) {
    this.kinds = index.kinds;
    this.leftOut = index.leftOut;
    this.years = index.years;
    this.folding = new Folding(index.folding);
    this.places = index.places.map((words) => new Set(words.split(" ")));
    this.names = index.names.map(([forms, ja, en, ...others]) => ({ forms, ja, en, others }));
    this.things = index.things.map(([kind, name, path, mark, whole, place]) => ({
      kind: index.kinds[kind], name: this.names[name], path, mark, whole, place: this.places[place],
    }));
  }

  /** The folded words of a text, each once. */
  words(text) {
    return [...new Set(this.folding.words(text))].slice(0, MOST_WORDS);
  }

  /** Tests of a name and a place, the better hits first, the last for all. */
  groups(text, words) {
    const folded = this.folding.fold(text);
    const forms = [folded, isAscii(folded) ? folded.replaceAll("_", "") : folded];
    const whole = forms.map((form) => bounded(form) + END);
    const begun = forms.map((form) => bounded(form, false));
    return [
      holdingAny([START, ALSO].flatMap((mark) => whole.map((form) => mark + form))),
      holdingAny(begun.map((form) => START + form)),
      holding(words, words.map((word) => bounded(word))),
      holdingAny(begun.map((form) => ALSO + form)),
      holding(words, words.map((word) => bounded(word, false))),
      holding(words, words.map((word) => (isShort(word) ? bounded(word, false) : word))),
    ];
  }

  /** Things that words find, of a town or prefecture by code or name, in order. */
  find(text, town = "") {
    const words = this.words(text);
    if (!words.length) return [];
    const groups = this.groups(text, words);
    const within = /^\d+$/.test(town) ? [`=${town}`] : this.folding.words(town);
    const wanted = town && !within.length ? ["="] : within;
    const found = this.things.flatMap((thing) => {
      if (!wanted.every((word) => thing.place.has(word))) return [];
      const group = groups.findIndex((holds) => holds(thing.name.forms, thing.place));
      return group < 0 ? [] : [{ thing, rank: group + (thing.kind.detail ? groups.length : 0) }];
    });
    return found.sort((one, other) => one.rank - other.rank).map(({ thing }) => thing);
  }

  /** What a thing is part of, the whole first. */
  above(thing) {
    const crumbs = [];
    for (let part = this.things[thing.whole]; part && !crumbs.includes(part); part = this.things[part.whole]) crumbs.unshift(part);
    return crumbs;
  }

  /** Names of whole things that are most like a text that finds nothing. */
  nearest(text) {
    const wanted = pairs(this.folding.fold(text));
    const like = new Map();
    for (const { kind, name } of this.things) {
      for (const each of kind.detail ? [] : [name.ja, name.en, ...name.others]) {
        if (!like.has(each)) like.set(each, likeness(wanted, pairs(this.folding.fold(each))));
      }
    }
    const near = [...like].filter(([, share]) => share >= LIKE_ENOUGH);
    return near.sort(([, one], [, other]) => other - one).slice(0, NEAREST).map(([label]) => label);
  }

  /** A label in pieces, each with whether it is one of the folded words. */
  marked(label, words) {
    const chars = Array.from(label);
    const hits = chars.map(() => false);
    const ways = [
      (text) => this.folding.fold(text),
      (text) => this.folding.fold(text, true),
      (text) => this.folding.fold(text).replaceAll("_", ""),
    ];
    let missing = words;
    for (const way of ways) {
      const met = missing.length ? this.mark(chars, missing, way, hits) : new Set();
      missing = missing.filter((word) => !met.has(word));
    }
    return chars.reduce((pieces, char, at) => {
      if (pieces.length && pieces.at(-1)[1] === hits[at]) pieces.at(-1)[0] += char;
      else pieces.push([char, hits[at]]);
      return pieces;
    }, []);
  }

  /** Note the characters that, folded in this way, are words; gives those words. */
  mark(chars, words, way, hits) {
    const form = way(chars.join(""));
    const met = new Set(words.filter((word) => this.standing(form, word).length));
    const sizes = met.size ? [0, ...chars.map((_, at) => way(chars.slice(0, at + 1).join("")).length)] : [];
    for (const word of met) {
      for (const at of this.standing(form, word)) {
        let first = sizes.findLastIndex((size) => size <= at);
        let last = sizes.findLastIndex((size) => size <= at + word.length);
        while (last > first && this.isNothing(chars[last - 1])) last -= 1;
        while (first < last && this.isNothing(chars[first])) first += 1;
        hits.fill(true, first, last);
      }
    }
    return met;
  }

  /** Where a word stands in a folded label; a short one of Latin script only begins words. */
  standing(form, word) {
    const found = [];
    for (let at = form.indexOf(word); at >= 0; at = form.indexOf(word, at + 1)) {
      const before = form.slice(Math.max(at - 1, 0), at);
      if (!(isShort(word) && isAscii(before) && !["", "_"].includes(before))) found.push(at);
    }
    return found;
  }

  /** Whether a character is neither read nor part of what was read before it. */
  isNothing(char) {
    return !this.folding.words(char).length && !"ーｰﾞﾟ".includes(char);
  }
}
