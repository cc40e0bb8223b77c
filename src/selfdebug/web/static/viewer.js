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

  /** The parts of this page that change, each as the server made it last. */
  const parts = new Map(all("[data-part]").map((part) => [part, part.cloneNode(true)]));
  const gone = one("[data-gone]");

  /** Fetches this page again and changes in its parts what is other than before. Gives the page, if it is there. */
  async function refresh() {
    const response = await fetch(location.href, { headers: { accept: "text/html" } });
    if (gone) gone.hidden = response.status !== 404;
    if (!response.ok) return null;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const [part, before] of parts) {
      const after = one(`[data-part="${part.dataset.part}"]`, page);
      if (!after) continue;
      patch(part, before, after);
      parts.set(part, after);
    }
    all("[data-trace]").filter((trace) => one(".stepper", trace).hidden).forEach(makeStepper);
    return page;
  }

  /** Changes what is shown where the server's page has changed, and nothing else: focus, scroll and choices stay. */
  function patch(shown, before, after) {
    if (before.isEqualNode(after)) return;
    if (shown.nodeType === Node.TEXT_NODE) { shown.data = after.data; return; }
    for (const { name } of before.attributes) if (!after.hasAttribute(name)) shown.removeAttribute(name);
    for (const { name, value } of after.attributes) {
      if (before.getAttribute(name) !== value) shown.setAttribute(name, value);
    }
    const [there, was, now] = [shown, before, after].map(children);
    for (const [key, node] of there) if (!now.has(key)) node.remove();
    let place = shown.firstChild;
    for (const [key, node] of now) {
      const kept = was.has(key) && there.get(key);
      if (kept) patch(kept, was.get(key), node);
      if (kept && kept === place) place = place.nextSibling;
      else shown.insertBefore(kept || document.importNode(node, true), place);
    }
  }

  /** The children of an element by what they are known by: rows of a list, and what has an id, wherever they stand. */
  function children(element) {
    const numbers = {};
    return new Map([...element.childNodes].map((node) => {
      const own = node.dataset?.row || node.id;
      numbers[node.nodeName] ??= 0;
      return [`${node.nodeName} ${own ? `= ${own}` : numbers[node.nodeName]++}`, node];
    }));
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

  /**
   * Listens to events while the page is seen: a browser has six connections to a server, for all of its tabs. What
   * happened meanwhile is made up for at "ready", with which each stream begins. Gives what ends it for good.
   */
  function listen(address, handlers) {
    let source = null;
    let over = false;
    const close = () => { source?.close(); source = null; };
    const adjust = () => {
      if (document.hidden || over) close();
      else if (!source) {
        source = new EventSource(address);
        for (const [name, handle] of Object.entries(handlers)) source.addEventListener(name, handle);
      }
    };
    document.addEventListener("visibilitychange", adjust);
    addEventListener("pageshow", adjust);
    addEventListener("pagehide", close);
    adjust();
    return () => { over = true; close(); };
  }

  const live = document.body.dataset.live;
  if (live) {
    const sign = one("[data-connection]");
    const update = coalesced(async () => {
      const page = await refresh();
      sign.hidden = !page;
      if (page && !page.body.dataset.live) { end(); sign.hidden = true; }
    }, 1000);
    const end = listen(live, { ready: update, changed: update, error: () => { sign.hidden = true; } });
  }

  const progress = one("[data-events]");
  if (progress && one("form", progress)) {
    const reply = one("[data-reply]");
    const update = coalesced(refresh, 200);
    const renew = () => { reply.hidden = true; update(); };
    const end = listen(progress.dataset.events, {
      ready: update,
      changed: renew,
      reply: (event) => { reply.textContent = JSON.parse(event.data); reply.hidden = false; },
      ended: () => { end(); renew(); },
    });
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
