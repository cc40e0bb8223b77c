// The list of trajectories of an export, where no server filters, searches and sorts: what is selected stands in the
// address behind the #.
(() => {
  "use strict";
  const form = document.querySelector("form[data-filters]");
  const body = document.querySelector("table.list tbody");
  if (!form || !body) return;
  const rows = [...body.rows];
  const count = document.querySelector("[data-count]");
  const tabs = [...form.querySelectorAll(".tabs a")];
  let texts = null;

  /** The texts to search in, from a script beside the page: files cannot be fetched. */
  function load() {
    if (texts) return Promise.resolve();
    return new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = form.dataset.search;
      script.onload = () => { texts = globalThis.selfdebugSearch; resolve(); };
      script.onerror = () => { texts = {}; resolve(); };
      document.head.append(script);
    });
  }

  /** As the texts were folded, in which ß is ss, and a sigma one letter. */
  const folded = (text) => text.toUpperCase().toLowerCase().replaceAll("ς", "σ");

  const chosen = () => new URLSearchParams(location.hash.slice(1));

  function isShown(row, selection, words) {
    const { state, failure, category, database } = Object.fromEntries(selection);
    return (!state || row.dataset.state === state)
      && (!failure || row.dataset.failure.split("|").includes(failure))
      && (!category || row.dataset.category === category)
      && (!database || row.dataset.database === database)
      && words.every((word) => (texts[row.dataset.row] ?? "").includes(word));
  }

  async function apply() {
    const selection = chosen();
    const words = folded(selection.get("words") ?? "").split(/\s+/).filter(Boolean);
    if (words.length) await load();
    for (const field of form.elements) {
      if (field.type === "checkbox") field.checked = selection.get(field.name) === field.value;
      else if (field.name) field.value = selection.get(field.name) ?? (field.name === "order" ? "task" : "");
    }
    const order = selection.get("order") || "task";
    const sign = selection.get("descending") ? -1 : 1;
    if (rows.length && !(order in rows[0].dataset)) return;
    const sorted = [...rows].sort((a, b) => sign * (a.dataset[order] - b.dataset[order]) || a.dataset.task - b.dataset.task);
    body.replaceChildren(...sorted);
    for (const row of rows) row.hidden = !isShown(row, selection, words);
    const number = rows.filter((row) => !row.hidden).length;
    count.textContent = number ? `${number} of ${rows.length} trajectories` : "No trajectory matches.";
    for (const tab of tabs) {
      const target = new URLSearchParams(selection);
      target.set("state", tab.dataset.state);
      if (!tab.dataset.state) target.delete("state");
      tab.href = `#${target}`;
      tab.toggleAttribute("aria-current", false);
      if (tab.dataset.state === (selection.get("state") ?? "")) tab.setAttribute("aria-current", "true");
    }
  }

  function choose(event) {
    event.preventDefault();
    const selection = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (value && !(name === "order" && value === "task")) selection.set(name, value);
    }
    location.hash = String(selection);
  }

  form.addEventListener("submit", choose);
  form.addEventListener("change", choose);
  addEventListener("hashchange", apply);
  apply();
})();
