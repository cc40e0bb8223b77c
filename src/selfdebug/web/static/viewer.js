// What pages do beyond links and forms: theme, keys, filters that apply at once, live parts, the stepper of a trace.
// Everything is there without it, too.
(() => {
  "use strict";
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // --- theme

  function isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  const themeButton = one("[data-theme-button]");
  const nameTheme = () => { themeButton.textContent = isDark() ? "Light" : "Dark"; };
  themeButton.hidden = false;
  nameTheme();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", nameTheme);
  themeButton.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    try { localStorage.setItem("selfdebug-theme", theme); } catch { /* then it holds for this page */ }
    nameTheme();
  });

  // --- keys

  const help = one("#help");
  const helpButton = one("[data-help-button]");
  helpButton.hidden = false;
  helpButton.addEventListener("click", () => help.showModal());

  /** What j and k go through: rows of a list, or turns. */
  const places = () => {
    const rows = all("tr[data-row]").filter((row) => !row.hidden);
    return rows.length ? rows : all("[data-turn]");
  };

  function current(found) {
    const inside = document.activeElement?.closest("tr[data-row], [data-turn]");
    return found.indexOf(inside);
  }

  function go(step) {
    const found = places();
    if (!found.length) return;
    const from = current(found);
    const place = found[from < 0 ? (step > 0 ? 0 : found.length - 1) : Math.min(Math.max(from + step, 0), found.length - 1)];
    (place.matches("tr") ? one("a", place) ?? place : place).focus({ preventScroll: true });
    place.scrollIntoView({ block: place.matches("tr") ? "nearest" : "start" });
  }

  const follow = (selector) => { const link = one(selector); if (link) link.click(); };
  const keys = {
    j: () => go(1),
    k: () => go(-1),
    n: () => follow("[data-next]"),
    p: () => follow("[data-previous]"),
    u: () => follow("[data-up]"),
    "/": () => one("input[type=search]")?.focus(),
    "?": () => help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    const field = event.target.closest?.("input, textarea, select");
    if (field) {
      if (event.key === "Escape") field.blur();
      return;
    }
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  // --- filters and forms

  const filters = one("form[data-filters]");
  if (filters && !filters.dataset.search) {
    filters.addEventListener("change", (event) => { if (event.target.type !== "search") filters.requestSubmit(); });
    filters.addEventListener("submit", () => {
      // What is empty need not stand in the address.
      for (const field of all("input, select", filters)) {
        field.disabled = !field.value || (field.name === "order" && field.value === "task");
      }
    });
    addEventListener("pageshow", () => all("input, select", filters).forEach((field) => { field.disabled = false; }));
  }

  const asking = one("form[data-ask]");
  if (asking) {
    const choose = () => {
      const application = one("input[name=application]:checked", asking).value;
      for (const part of all("[data-for]", asking)) part.hidden = !part.dataset.for.split(" ").includes(application);
    };
    asking.addEventListener("change", choose);
    choose();
  }

  // --- live

  /** Fetches this page again and puts its parts in the place of those that are shown. */
  async function refresh() {
    const response = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const part of all("[data-part]")) {
      const fresh = one(`[data-part="${part.dataset.part}"]`, page);
      if (!fresh || fresh.innerHTML === part.dataset.seen) continue;
      const seen = fresh.innerHTML;
      const focused = address(document.activeElement, part);
      const open = all("details", part).map((each) => each.open);
      const checked = all("input[type=checkbox]", part).filter((each) => each.checked).map((each) => each.value);
      part.replaceChildren(...fresh.childNodes);
      part.dataset.seen = seen;
      all("details", part).forEach((each, place) => { each.open = open[place] ?? each.open; });
      all("input[type=checkbox]", part).forEach((each) => { each.checked = checked.includes(each.value); });
      if (focused) one(focused, part)?.focus({ preventScroll: true });
      all("[data-trace]", part).forEach(makeStepper);
    }
  }

  /** A selector of what has the focus, if it is in this part and can be found again. */
  function address(element, part) {
    if (!element || !part.contains(element)) return "";
    if (element.id) return `#${CSS.escape(element.id)}`;
    const row = element.closest("tr[data-row]");
    if (row) return `tr[data-row="${CSS.escape(row.dataset.row)}"] ${element.tagName === "INPUT" ? "input" : "a"}`;
    const href = element.getAttribute("href");
    return href ? `a[href="${CSS.escape(href)}"]` : "";
  }

  /** One refresh at a time; what happens meanwhile leads to one more. */
  function coalesced(act, pause) {
    let running = false;
    let again = false;
    return async function run() {
      if (running) { again = true; return; }
      running = true;
      try {
        await act();
        await new Promise((resolve) => setTimeout(resolve, pause));
      } catch { /* the server is away: the page stays as it is */ } finally {
        running = false;
        if (again) { again = false; run(); }
      }
    };
  }

  const live = document.body.dataset.live;
  if (live) {
    const sign = one("[data-connection]");
    const source = new EventSource(live);
    const update = coalesced(refresh, 1000);
    source.addEventListener("ready", () => { sign.hidden = false; });
    source.addEventListener("changed", update);
    source.addEventListener("error", () => { sign.hidden = true; });
    addEventListener("pagehide", () => source.close());
  }

  const progress = one("[data-events]");
  if (progress && one("form", progress)) {
    const reply = one("[data-reply]");
    const source = new EventSource(progress.dataset.events);
    const update = coalesced(refresh, 200);
    source.addEventListener("changed", () => { reply.hidden = true; update(); });
    source.addEventListener("reply", (event) => { reply.textContent = JSON.parse(event.data); reply.hidden = false; });
    source.addEventListener("ended", () => { source.close(); reply.hidden = true; update(); });
    addEventListener("pagehide", () => source.close());
  }

  // --- the stepper of a trace

  function makeStepper(trace) {
    const rows = all("tbody tr", trace);
    const slider = one("input[type=range]", trace);
    const said = one("output", trace);
    const turn = trace.closest("[data-turn]");
    const show = () => {
      const place = Number(slider.value) - 1;
      rows.forEach((row, index) => row.classList.toggle("now", index === place));
      all("tr.now", one("table.code", turn)).forEach((row) => row.classList.remove("now"));
      const line = rows[place].dataset.at;
      if (line) one(`table.code tr[data-line="${CSS.escape(line)}"]`, turn)?.classList.add("now");
      rows[place].parentElement.closest(".scroll").scrollTop = rows[place].offsetTop - 40;
      said.textContent = `step ${place + 1} of ${rows.length}`;
    };
    one(".stepper", trace).hidden = false;
    slider.addEventListener("input", show);
    all("[data-step]", trace).forEach((button) => button.addEventListener("click", () => {
      slider.value = Number(slider.value) + Number(button.dataset.step);
      show();
    }));
    show();
  }
  all("[data-trace]").forEach(makeStepper);
})();
