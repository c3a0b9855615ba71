// Nothing on the site needs this script; it adds suggestions and shortcuts where it runs.
"use strict";

(() => {
  const WAIT_MS = 150;
  const japanese = document.documentElement.lang === "ja";

  /** An element with a class and children, which are elements or texts. */
  function element(name, className, ...children) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }

  /** A name in pieces, those that were asked for marked. */
  function marked(pieces) {
    return pieces.map(([text, hit]) => (hit ? element("mark", "", text) : text));
  }

  /** Suggestions below a search box, as the combobox pattern of ARIA has them. */
  class Suggestions {
    constructor(input, number) {
      this.input = input;
      this.list = element("ul", "suggestions");
      this.status = element("div", "unseen");
      this.found = [];
      this.active = -1;
      this.list.id = `suggestions-${number}`;
      this.list.hidden = true;
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", japanese ? "候補" : "Suggestions");
      this.status.setAttribute("role", "status");
      input.after(this.list, this.status);
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-expanded", "false");
      input.setAttribute("aria-controls", this.list.id);
      input.addEventListener("input", (event) => event.isComposing || this.later());
      input.addEventListener("compositionend", () => this.later());
      input.addEventListener("keydown", (event) => this.key(event));
      input.addEventListener("blur", () => this.close());
      this.list.addEventListener("mousedown", (event) => event.preventDefault());
      this.list.addEventListener("click", (event) => this.clicked(event));
    }

    later() {
      clearTimeout(this.timer);
      this.request?.abort();
      this.timer = setTimeout(() => this.ask(), WAIT_MS);
    }

    async ask() {
      const text = this.input.value.trim();
      if (!text) return this.close();
      this.request = new AbortController();
      try {
        const address = `${this.input.dataset.suggest}?q=${encodeURIComponent(text)}`;
        const answer = await fetch(address, { signal: this.request.signal });
        this.show(answer.ok ? await answer.json() : []);
      } catch (error) {
        if (error.name !== "AbortError") this.close();
      }
    }

    show(found) {
      this.found = found;
      this.active = -1;
      this.list.replaceChildren(...found.map((each, number) => this.option(each, number)));
      const open = found.length > 0 && document.activeElement === this.input;
      this.list.hidden = !open;
      this.input.setAttribute("aria-expanded", String(open));
      this.input.removeAttribute("aria-activedescendant");
      this.status.textContent = open ? (japanese ? `候補 ${found.length} 件` : `${found.length} suggestions`) : "";
    }

    option(each, number) {
      const name = element("span", "name", ...marked(each.marked));
      const also = each.also ? [element("span", "note", "(", ...marked(each.also), ")")] : [];
      const within = each.within ? [element("span", "note within", each.within)] : [];
      const made = element("li", "", name, ...also, element("span", "tag", each.kind), ...within);
      made.id = `${this.list.id}-${number}`;
      made.setAttribute("role", "option");
      made.setAttribute("aria-selected", "false");
      return made;
    }

    choose(number) {
      const options = this.list.children;
      options[this.active]?.setAttribute("aria-selected", "false");
      this.active = number;
      if (number < 0) return this.input.removeAttribute("aria-activedescendant");
      options[number].setAttribute("aria-selected", "true");
      options[number].scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", options[number].id);
    }

    key(event) {
      const count = this.found.length;
      if (event.isComposing || this.list.hidden || !count) {
        if (event.key === "ArrowDown" && !event.isComposing) this.later();
        return;
      }
      // One place beside the options is the box itself.
      if (event.key === "ArrowDown") this.choose(((this.active + 2) % (count + 1)) - 1);
      else if (event.key === "ArrowUp") this.choose(((this.active + 1 + count) % (count + 1)) - 1);
      else if (event.key === "Escape") this.close();
      else if (event.key === "Enter" && this.active >= 0) location.assign(this.found[this.active].url);
      else return;
      event.preventDefault();
    }

    clicked(event) {
      const option = event.target.closest("[role=option]");
      if (option) location.assign(this.found[[...this.list.children].indexOf(option)].url);
    }

    close() {
      clearTimeout(this.timer);
      this.request?.abort();
      this.show([]);
    }
  }

  document.querySelectorAll("input[data-suggest]").forEach((input, number) => new Suggestions(input, number));
})();
