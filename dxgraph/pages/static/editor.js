// YASGUI's editor and tables in place of the form, without tabs and without other servers.
// The query stands in the address, so that it can be passed on.

const form = document.querySelector("form.sparql");
const area = form.elements.query;
const ja = document.documentElement.lang === "ja";

function element(name, id, before) {
  const made = document.createElement(name);
  made.id = id;
  before.before(made);
  return made;
}

// Words of ours in place of those that the editor would look up elsewhere.
async function complete(Yasqe) {
  const terms = fetch(form.dataset.terms).then((answer) => answer.json());
  const iris = (kind) => async () => (await terms)[kind].map((each) => each.iri);
  const prefixes = async () =>
    Object.entries((await terms).prefixes).map(([name, space]) => `${name}: <${space}>`).sort();
  Yasqe.forkAutocompleter("prefixes", { name: "our-prefixes", persistenceId: null, get: prefixes }, false);
  Yasqe.forkAutocompleter("class", { name: "our-classes", persistenceId: null, bulk: true, get: iris("classes") }, false);
  Yasqe.forkAutocompleter("property", { name: "our-properties", persistenceId: null, bulk: true, get: iris("properties") }, false);
  return (await terms).prefixes;
}

function edit(Yasqe) {
  const place = element("div", "editor", area);
  const editor = new Yasqe(place, {
    value: area.value,
    persistenceId: null,
    autocompleters: ["variables", "our-prefixes", "our-classes", "our-properties"],
    createShareableLink: false,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "26rem",
    prefixCcApi: "",
    requestConfig: { endpoint: form.dataset.endpoint, method: "POST", headers: () => ({}), args: [] },
    extraKeys: { "Ctrl-Enter": () => form.requestSubmit(), "Cmd-Enter": () => form.requestSubmit(), Esc: leave },
  });
  function leave() {
    form.querySelector("button").focus();
  }
  const field = editor.getInputField();
  field.setAttribute("aria-label", ja ? "クエリ(Esc で編集を離れる)" : "Query (Esc leaves the editor)");
  area.hidden = true;
  form.querySelector(".keys").hidden = false;
  editor.on("change", () => { area.value = editor.getValue(); });
  return editor;
}

function table(Yasr, prefixes) {
  const place = element("div", "results", document.querySelector("details.examples"));
  place.setAttribute("aria-live", "polite");
  const shown = new Yasr(place, { persistenceId: null, maxPersistentResponseSize: 0, prefixes });
  // A thing of ours leads to its page here, whatever its IRI.
  const here = (event) => {
    const link = event.target.closest && event.target.closest("a[href]");
    const iri = link && link.getAttribute("href");
    if (iri && iri.startsWith(form.dataset.ids)) {
      link.href = form.dataset.pages + iri.slice(form.dataset.ids.length);
    }
  };
  for (const kind of ["pointerover", "focusin", "click"]) place.addEventListener(kind, here, true);
  new MutationObserver(() => tidy(place)).observe(place, { childList: true, subtree: true });
  return shown;
}

const words = new Map([
  ["Table", "表"], ["Response", "応答"], ["Simple view", "簡潔に"], ["Ellipse", "長い値を省く"],
  ["Page size: ", "一度に"], ["All", "すべて"], ["Filter query results", "答えを絞り込む"],
  ["Download results", "ダウンロード"], ["No data available in table", "当てはまるものはありません"],
]);

function said(text) {
  return words.get(text) ?? text
    .replace(/^(\d+) results? in ([\d.]+) seconds?$/, "$1 行 ($2 秒)")
    .replace(/^Showing (\d+) to (\d+) of (\d+) entries.*$/, "$3 行のうち $1〜$2 行目");
}

// What YASGUI draws, in the language of the page, named for those who hear it, without its manual.
function tidy(place) {
  for (const link of place.querySelectorAll(".yasr_external_ref_btn, a[href*='triply.cc']")) link.remove();
  const fields = { ".tableFilter": "Filter query results", ".tableSizer": "Page size: " };
  for (const [selector, name] of Object.entries(fields)) {
    for (const field of place.querySelectorAll(selector)) {
      if (!field.ariaLabel) field.ariaLabel = ja ? said(name) : name.replace(": ", "");
    }
  }
  const number = place.querySelector("th .dt-column-title:empty");
  if (number) number.textContent = "#";
  if (!ja) return;
  const walk = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (node.parentElement.closest("tbody, .CodeMirror")) continue;
    if (said(node.data) !== node.data) node.data = said(node.data);
  }
  for (const field of place.querySelectorAll("[placeholder], [title], [aria-label]")) {
    for (const name of ["placeholder", "title", "aria-label"]) {
      const text = field.getAttribute(name);
      if (text && said(text) !== text) field.setAttribute(name, said(text));
    }
  }
}

async function start() {
  const { Yasqe, Yasr } = window.Yasgui;
  const prefixes = await complete(Yasqe);
  const editor = edit(Yasqe);
  let results;
  form.addEventListener("submit", async (event) => {
    if (form.elements.format.value !== "html") return;
    event.preventDefault();
    document.querySelector("#answer")?.remove();
    document.querySelector(".alert")?.remove();
    results ??= table(Yasr, prefixes);
    const address = new URL(location.href);
    address.search = new URLSearchParams({ query: editor.getValue() });
    history.replaceState(null, "", address);
    form.setAttribute("aria-busy", "true");
    const began = Date.now();
    const answer = await editor.query().catch((error) => error.response || error);
    results.setResponse(answer, Date.now() - began);
    form.removeAttribute("aria-busy");
  });
}

if (window.Yasgui) start();
