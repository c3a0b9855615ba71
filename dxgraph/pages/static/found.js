// The search page of a site that was written to files: what a server would answer is found here.

import { Names } from "./finding.js";

const ON_A_PAGE = 20;
const NEAR = 2;
const japanese = document.documentElement.lang === "ja";
const language = japanese ? "ja" : "en";
const say = (ja, en) => (japanese ? ja : en);
const place = document.getElementById("found");
const asked = new URLSearchParams(location.search);
const text = (asked.get("q") ?? "").trim();
const town = (asked.get("town") ?? "").trim();

/** An element with attributes and children, which are elements or texts. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The address of this page with other values; empty ones are left out. */
function address(values) {
  const all = { q: text, town, kind: asked.get("kind") ?? "", ...values };
  return `?${new URLSearchParams(Object.entries(all).filter(([, value]) => value))}`;
}

function pieces(parts) {
  return parts.map(([part, hit]) => (hit ? element("mark", {}, part) : part));
}

/** Where the page of a thing is. */
function page({ path }) {
  if (/^[a-z]+:/.test(path)) return path;
  return place.dataset.base + (path.startsWith("/") ? path : `/doc/${path}`);
}

function link(thing) {
  return element("a", { href: page(thing) }, thing.name[language]);
}

/** Chips that lead elsewhere in the search; each is a value, its text, and whether it is the one shown. */
function chips(label, current, choices) {
  const items = choices.map(([values, said, chosen]) => {
    const attributes = { href: address(values), ...(chosen ? { "aria-current": current } : {}) };
    return element("li", {}, element("a", attributes, ...said));
  });
  return element("nav", { class: "facets", "aria-label": label }, element("ul", { class: "chips" }, ...items));
}

function facets(found, chosen) {
  const counts = new Map();
  for (const { kind } of found) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const kinds = [...counts].map(([kind, count]) => {
    const said = element("small", {}, count.toLocaleString("en"));
    return [{ kind: kind.name }, [say(kind.ja, kind.several), " ", said], kind.name === chosen];
  });
  return chips(say("種類で絞る", "By kind"), "true", [[{ kind: "" }, [say("すべて", "All")], !chosen], ...kinds]);
}

function turning(number, last) {
  const near = [...Array(last).keys()].map((each) => each + 1).filter((each) => each === 1 || each === last || Math.abs(each - number) <= NEAR);
  return chips(say("ページ", "Pages"), "page", near.map((each) => [{ page: each > 1 ? each : "" }, [`${each}`], each === number]));
}

/** A hit as the server's page shows it: name, kind, another name, what it is part of. */
function hit(names, thing, words) {
  const shown = names.marked(thing.name[language], words);
  const numbered = thing.mark && !thing.kind.ofYear && thing.kind.name !== "year";
  const number = numbered ? [element("span", { class: "mark" }, thing.mark), " "] : [];
  const year = thing.kind.ofYear ? names.years[thing.mark]?.[japanese ? 0 : 1] : "";
  const made = element("li", {}, element(
    "p", { class: "hit" }, element("a", { href: page(thing) }, ...number, ...pieces(shown)),
    ...(year ? [" ", element("span", { class: "note" }, year)] : []),
    " ", element("span", { class: "tag" }, thing.kind[language]),
  ));
  const also = shown.some(([, met]) => met) ? null : [thing.name.ja, thing.name.en, ...thing.name.others]
    .map((name) => names.marked(name, words)).find((parts) => parts.some(([, met]) => met));
  if (also) made.append(element("p", { class: "note" }, say("別名: ", "also: "), ...pieces(also)));
  const crumbs = names.above(thing).flatMap((each, at) => (
    at ? [" ", element("span", { "aria-hidden": "true" }, "›"), " ", link(each)] : [link(each)]
  ));
  if (crumbs.length) made.append(element("p", { class: "where" }, ...crumbs));
  return made;
}

/** What is shown where nothing is found. */
function nothing(names) {
  const near = names.nearest(text).map((label) => [{ q: label, town: "", kind: "" }, [label], false]);
  const all = element("a", { href: address({ town: "", kind: "" }) }, say("種類と市町村を限らずに探す", "Search all kinds and towns"));
  const tip = say("語を短くするか、減らすか、別の言い方を試してください。", "Try fewer or shorter words, or another name.");
  const title = say("もしかして", "Did you mean");
  return [
    ...(near.length ? [element("h2", {}, title), chips(title, "true", near)] : []),
    element("ul", {}, ...(town || asked.get("kind") ? [element("li", {}, all)] : []), element("li", {}, tip)),
  ];
}

function results(names, status) {
  const every = names.find(text, town);
  const chosen = asked.get("kind") ?? "";
  const found = chosen ? every.filter((thing) => thing.kind.name === chosen) : every;
  const last = Math.max(1, Math.ceil(found.length / ON_A_PAGE));
  const number = Math.min(Math.max(1, Number.parseInt(asked.get("page") ?? "1", 10) || 1), last);
  const shown = found.slice((number - 1) * ON_A_PAGE, number * ON_A_PAGE);
  const count = found.length.toLocaleString("en");
  const paged = last > 1 ? say(`(${number} / ${last} ページ)`, ` (page ${number} of ${last})`) : "";
  if (!found.length) status.textContent = say("見つかりませんでした。", "Nothing was found.");
  else status.textContent = say(`${count}件`, `${count} ${found.length === 1 ? "result" : "results"}`) + paged;
  const parts = every.length ? [facets(every, chosen)] : [];
  parts.push(...(found.length ? [element("ol", { class: "hits" }, ...shown.map((thing) => hit(names, thing, names.words(text))))] : nothing(names)));
  if (last > 1) parts.push(turning(number, last));
  if (names.leftOut.length) {
    const left = names.leftOut.map((kind) => say(kind.ja, kind.several)).join(say("、", ", "));
    parts.push(element("p", { class: "note" }, say(`索引が大きくなるため、次の種類は探せません: ${left}`, `Not searched, as the index would be too large: ${left}`)));
  }
  return parts;
}

/** The index of names; none where it cannot be loaded. */
async function load() {
  try {
    const answer = await fetch(place.dataset.names);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

async function search() {
  const status = place.querySelector("[role=status]");
  status.textContent = say("探しています…", "Searching …");
  const index = await load();
  if (index) place.append(...results(new Names(index), status));
  else status.textContent = say("索引を読み込めませんでした。通信を確かめて、もう一度お試しください。", "The index could not be loaded. Check the connection and try again.");
}

for (const [name, value] of Object.entries({ q: text, town })) document.querySelector(`main input[name=${name}]`).value = value;
document.getElementById("unscripted").hidden = true;
const other = document.querySelector("a.language");
other.href += location.search;
if (text) {
  const heading = say(`「${text}」の検索結果`, `Results for “${text}”`);
  document.querySelector("h1").textContent = heading;
  document.title = `${heading} | dxgraph`;
  document.getElementById("tips").hidden = true;
  search();
}
