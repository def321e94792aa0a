// Filters the findings by severity and text. The page is complete without it.
(() => {
  "use strict";
  const form = document.getElementById("filter");
  if (!form) return;
  const search = form.querySelector("input[type=search]");
  const output = form.querySelector("output");
  const checks = [...document.querySelectorAll("details.check")].map((element) => ({
    element,
    about: element.querySelector("summary").textContent.toLowerCase(),
    rows: [...element.querySelectorAll("ol.findings > li")].map((row) => ({
      row, severity: row.dataset.severity, text: null,
    })),
  }));
  const chapters = [...document.querySelectorAll("section.chapter")];
  const total = checks.reduce((sum, check) => sum + check.rows.length, 0);

  function apply() {
    const wanted = new Set([...form.querySelectorAll("input[type=checkbox]:checked")].map((box) => box.value));
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    const matching = [];
    for (const check of checks) {
      let here = 0;
      for (const entry of check.rows) {
        let match = wanted.has(entry.severity);
        if (match && words.length > 0) {
          entry.text ??= check.about + " " + entry.row.textContent.toLowerCase();
          match = words.every((word) => entry.text.includes(word));
        }
        entry.row.hidden = !match;
        if (match) ++here;
      }
      check.element.hidden = here === 0;
      if (here > 0) matching.push(check.element);
      shown += here;
    }
    for (const chapter of chapters) chapter.hidden = !chapter.querySelector("details.check:not([hidden])");
    // A search that leaves little shows it at once.
    if (words.length > 0 && shown <= 50) for (const element of matching) element.open = true;
    output.textContent = shown === total ? "" : `${shown} of ${total} shown`;
  }

  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(apply, 120);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  form.querySelector("[data-do=open]").addEventListener("click", () => {
    for (const check of checks) check.element.open = true;
  });
  form.querySelector("[data-do=close]").addEventListener("click", () => {
    for (const check of checks) check.element.open = false;
  });
  form.hidden = false;

  // What is printed is what the filter shows, unfolded.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = checks.filter((check) => !check.element.open).map((check) => check.element);
    for (const element of opened) element.open = true;
  });
  addEventListener("afterprint", () => {
    for (const element of opened) element.open = false;
  });

  function unfoldTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches("details.check")) target.open = true;
  }
  addEventListener("hashchange", unfoldTarget);
  unfoldTarget();
})();
