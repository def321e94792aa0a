// Copies commands, and draws the timeline from the data in the page: only the rows that are in sight, so that
// thousands of nodes are as quick as ten. All text is set as text, never as markup.
(() => {
  "use strict";

  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  for (const button of document.querySelectorAll("button.copy")) {
    const code = button.parentElement.querySelector("code");
    button.hidden = false;
    button.addEventListener("click", async () => {
      let done = true;
      try {
        await navigator.clipboard.writeText(code.textContent);
      } catch {
        // A page from a file may not be allowed to: the old way, and at worst the text is selected for Ctrl+C.
        getSelection().selectAllChildren(code);
        done = document.execCommand("copy");
      }
      button.textContent = done ? "Copied" : "Selected";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
  }

  const source = document.getElementById("rehearsal-data");
  if (!source) return;
  const data = JSON.parse(source.textContent);
  const total = Math.max(data.takes, 1);
  const nodes = data.nodes.map(([pool, name, surge, pods, flat]) => {
    const spans = [];
    for (let i = 0; i < flat.length; i += 3) spans.push({stage: flat[i], from: flat[i + 1], to: flat[i + 2]});
    return {pool, name, surge: surge === 1, pods, spans, waits: [], lower: name.toLowerCase()};
  });
  for (const [node, from, to, serious, text] of data.waits) nodes[node].waits.push({from, to, serious: serious === 1, text});

  // Times as the other forms of the report have them.
  const two = (number) => String(number).padStart(2, "0");
  function offset(seconds, fine) {
    const whole = Math.max(0, Math.floor(seconds));
    const base = `+${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}`;
    return fine ? `${base}:${two(whole % 60)}` : base;
  }
  function lasting(seconds) {
    if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
    const rest = (large, unit, small, of) => small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${of}`;
    const whole = Math.round(seconds);
    if (whole < 60) return `${whole} s`;
    if (whole < 600) return rest(Math.floor(whole / 60), "min", whole % 60, "s");
    const minutes = Math.round(whole / 60);
    return minutes < 60 ? `${minutes} min` : rest(Math.floor(minutes / 60), "h", minutes % 60, "min");
  }
  const fine = total < 1800;
  const told = (span) => `${data.stages[span.stage]} ${offset(span.from, fine)} to ${offset(span.to, fine)}` +
    (span.to > span.from ? ` (${lasting(span.to - span.from)})` : "");
  const title = (node) => (node.surge ? `${node.name} (surge)` : node.name);
  const about = (node) => `${title(node)}, pool ${data.pools[node.pool] || "(none)"}, ${node.pods} pods: ` +
    [...node.spans.map(told), ...node.waits.map((wait) => wait.text)].join("; ");

  // The parts.
  const gantt = document.getElementById("gantt");
  const tools = make("form", "gantt-tools");
  tools.setAttribute("role", "search");
  tools.setAttribute("aria-label", "Filter and zoom the timeline");
  const find = make("input");
  find.type = "search";
  find.autocomplete = "off";
  find.placeholder = "name";
  const findLabel = make("label", "", "Node ");
  findLabel.append(find);
  const pool = make("select");
  pool.append(new Option("all", "-1"));
  data.pools.forEach((name, index) => pool.append(new Option(name || "(none)", String(index))));
  const poolLabel = make("label", "", "Pool ");
  poolLabel.append(pool);
  const stage = make("select");
  stage.append(new Option("any", "-1"));
  data.stages.forEach((name, index) => {
    if (nodes.some((node) => node.spans.some((span) => span.stage === index))) stage.append(new Option(name, String(index)));
  });
  const stageLabel = make("label", "", "Stage ");
  stageLabel.append(stage);
  const busy = make("input");
  busy.type = "checkbox";
  const busyLabel = make("label", "busy");
  busyLabel.append(busy, "only nodes at work in the shown time");
  const zoom = make("span", "gantt-zoom");
  const button = (text, label, act) => {
    const element = make("button", "", text);
    element.type = "button";
    element.setAttribute("aria-label", label);
    element.addEventListener("click", act);
    zoom.append(element);
  };
  button("−", "Zoom out", () => zoomBy(2));
  button("+", "Zoom in", () => zoomBy(0.5));
  button("All", "Show the whole time", () => show(0, total));
  const shown = make("output");
  shown.setAttribute("aria-live", "polite");
  tools.append(findLabel, poolLabel, stageLabel, zoom, busyLabel, shown);

  const legend = make("ul", "legend");
  data.stages.forEach((name, index) => {
    if (!nodes.some((node) => node.spans.some((span) => span.stage === index))) return;
    const item = make("li");
    item.append(make("span", `bar-piece s${index}`), name);
    legend.append(item);
  });
  if (data.waits.length > 0) {
    const item = make("li");
    item.append(make("span", "bar-piece wait"), "held up");
    legend.append(item);
  }

  const list = make("div", "gantt-list");
  list.tabIndex = 0;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Nodes and what they go through");
  const axis = make("div", "gantt-axis");
  axis.setAttribute("aria-hidden", "true");
  const ticks = make("div", "track");
  axis.append(make("span", "corner"), ticks);
  const rowsBox = make("div", "gantt-rows");
  rowsBox.setAttribute("role", "presentation");
  list.append(axis, rowsBox);
  const rest = make("p", "gantt-rest");
  rest.hidden = true;
  const panel = make("div", "gantt-about");
  const hint = make("p", "hint", "Arrow keys choose a node and move in time; + and − zoom, 0 shows all. " +
    "Drag in the overview to choose a time.");
  panel.append(hint);
  const tip = make("div", "gantt-tip");
  tip.hidden = true;
  tip.setAttribute("role", "tooltip");

  // How many nodes are in which stage, over the whole time: drag there to choose a part of it.
  const overview = (() => {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("class", "overview");
    svg.setAttribute("viewBox", "0 0 300 56");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", "How many nodes are in which stage over time");
    const columns = 300, counts = data.stages.map(() => new Float64Array(columns));
    for (const node of nodes) {
      for (const span of node.spans) {
        // A column that is taken in part counts in part; what takes no time at all is still seen.
        const from = span.from / total * columns, to = Math.max(span.to / total * columns, from);
        const first = Math.min(columns - 1, Math.floor(from)), last = Math.min(columns - 1, Math.floor(to));
        for (let i = first; i <= last; ++i) counts[span.stage][i] += to > from ? Math.min(to, i + 1) - Math.max(from, i) : 1;
      }
    }
    const sums = new Float64Array(columns);
    for (const count of counts) for (let i = 0; i < columns; ++i) sums[i] += count[i];
    const most = Math.max(1, ...sums), base = new Float64Array(columns);
    counts.forEach((count, index) => {
      if (!count.some((number) => number > 0)) return;
      let path = "";
      for (let i = 0; i < columns; ++i) {
        if (count[i] === 0) continue;
        const height = count[i] / most * 52, bottom = 56 - base[i] / most * 52;
        path += `M${i} ${bottom.toFixed(2)}h1.02v${(-height).toFixed(2)}h-1.02z`;
        base[i] += count[i];
      }
      const area = document.createElementNS(space, "path");
      area.setAttribute("class", `s${index}`);
      area.setAttribute("d", path);
      svg.append(area);
    });
    const mark = document.createElementNS(space, "rect");
    mark.setAttribute("class", "window");
    mark.setAttribute("y", "0");
    mark.setAttribute("height", "56");
    svg.append(mark);
    const at = (event) => {
      const box = svg.getBoundingClientRect();
      return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * total;
    };
    let start = null;
    svg.addEventListener("pointerdown", (event) => {
      start = at(event);
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      if (start !== null && Math.abs(at(event) - start) > total / 200) show(Math.min(start, at(event)), Math.max(start, at(event)));
    });
    svg.addEventListener("pointerup", (event) => {
      if (start !== null && Math.abs(at(event) - start) <= total / 200) {
        const half = (range.to - range.from) / 2;
        show(start - half, start + half);
      }
      start = null;
    });
    svg.addEventListener("pointercancel", () => { start = null; });
    return {svg, update() {
      mark.setAttribute("x", String(range.from / total * 300));
      mark.setAttribute("width", String((range.to - range.from) / total * 300));
      mark.style.display = range.to - range.from < total ? "" : "none";
    }};
  })();

  gantt.append(tools, legend, overview.svg, list, rest, panel, tip);

  // State: the part of time that is shown, the rows that pass the filter, and the chosen one of them.
  const range = {from: 0, to: total};
  let rows = [], active = -1, rowHeight = 26, printing = false, ticksAt = [];

  // Whether a node is at work in the shown time; to be set aside is no work.
  const aside = data.stages.indexOf("quarantined");
  const atWork = (node) => node.spans.some((span) => span.stage !== aside && span.from <= range.to && span.to >= range.from);

  function filter() {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wantedPool = Number(pool.value), wantedStage = Number(stage.value);
    const chosen = active >= 0 ? rows[active].node : null;
    rows = [];
    let last = -1, count = 0;
    for (const node of nodes) {
      if (wantedPool >= 0 && node.pool !== wantedPool) continue;
      if (wantedStage >= 0 && !node.spans.some((span) => span.stage === wantedStage)) continue;
      if (!words.every((word) => node.lower.includes(word))) continue;
      if (busy.checked && !atWork(node)) continue;
      if (node.pool !== last) {
        last = node.pool;
        rows.push({pool: node.pool});
      }
      rows.push({node, number: ++count});
    }
    active = rows.findIndex((row) => row.node && row.node === chosen);
    if (active < 0) {
      list.removeAttribute("aria-activedescendant");
      panel.replaceChildren(hint);
    } else list.setAttribute("aria-activedescendant", `gantt-${active}`);
    shown.textContent = count === nodes.length ? `${count} nodes` : `${count} of ${nodes.length} nodes`;
    list.scrollTop = 0;
    draw();
  }

  // Round steps, so that there is a mark for every 90 pixels or so.
  const steps = [1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800];
  function drawAxis() {
    const most = Math.max(2, ticks.clientWidth / 90), length = range.to - range.from;
    const step = steps.find((one) => length / one <= most) ?? Math.ceil(length / most / 604800) * 604800;
    ticks.textContent = "";
    ticksAt = [];
    for (let at = Math.ceil(range.from / step) * step; at <= range.to; at += step) {
      const left = (at - range.from) / length * 100;
      ticksAt.push(left);
      if (left > 96) continue;
      const mark = make("span", "", offset(at, step < 60));
      mark.style.left = `${left}%`;
      ticks.append(mark);
    }
  }

  function piece(from, to, className) {
    const length = range.to - range.from;
    if (to < range.from || from > range.to) return null;
    const bar = make("span", `bar-piece ${className}`);
    const left = Math.max(0, (from - range.from) / length), right = Math.min(1, (to - range.from) / length);
    // What is at the very end is still seen.
    bar.style.left = `min(${left * 100}%, 100% - 6px)`;
    bar.style.width = `${(right - left) * 100}%`;
    return bar;
  }

  function drawRow(row, index) {
    const element = make("div", row.node ? "gantt-row" : "gantt-row pool");
    element.style.top = `${index * rowHeight}px`;
    const name = make("span", "name");
    element.append(name);
    if (!row.node) {
      name.textContent = data.pools[row.pool] || "(no pool)";
      element.setAttribute("role", "presentation");
      return element;
    }
    const node = row.node;
    name.append(make("bdi", "", node.name));
    if (node.surge) name.prepend(make("small", "", " surge"));
    element.id = `gantt-${index}`;
    element.dataset.index = String(index);
    element.setAttribute("role", "option");
    element.setAttribute("aria-setsize", String(rows[rows.length - 1].number));
    element.setAttribute("aria-posinset", String(row.number));
    element.setAttribute("aria-selected", String(index === active));
    element.setAttribute("aria-label", about(node));
    if (index === active) element.classList.add("active");
    const track = make("span", "track");
    for (const left of ticksAt) {
      const line = make("span", "grid-line");
      line.style.left = `${left}%`;
      track.append(line);
    }
    node.spans.forEach((span, number) => {
      const bar = piece(span.from, span.to, `s${span.stage}`);
      if (!bar) return;
      bar.dataset.span = String(number);
      track.append(bar);
    });
    for (const wait of node.waits) {
      const bar = piece(wait.from, wait.to, wait.serious ? "wait serious" : "wait");
      if (bar) track.append(bar);
    }
    element.append(track);
    return element;
  }

  const mostPrinted = 400;
  function drawRows() {
    let first = Math.max(0, Math.floor(list.scrollTop / rowHeight) - 5);
    let end = Math.min(rows.length, Math.ceil((list.scrollTop + list.clientHeight) / rowHeight) + 5);
    if (printing) [first, end] = [0, Math.min(rows.length, mostPrinted)];
    const all = [];
    for (let i = first; i < end; ++i) all.push(drawRow(rows[i], i));
    // The chosen row stays in the page, so that what is announced is there.
    if (active >= 0 && (active < first || active >= end)) all.push(drawRow(rows[active], active));
    rowsBox.replaceChildren(...all);
    rest.hidden = !(printing && rows.length > end);
    rest.textContent = `${rows.length - end} more rows are in the page on a screen and in the JSON report.`;
  }

  function draw() {
    rowHeight = parseFloat(getComputedStyle(document.body).getPropertyValue("--row")) || 26;
    rowsBox.style.height = `${rows.length * rowHeight}px`;
    drawAxis();
    drawRows();
    overview.update();
  }

  function show(from, to) {
    const length = Math.min(total, Math.max(to - from, total / 2000, Math.min(total, 5)));
    const middle = (from + to) / 2;
    range.from = Math.min(Math.max(0, middle - length / 2), total - length);
    range.to = range.from + length;
    if (busy.checked) filter();
    else draw();
  }
  // Around a moment, which stays where it is.
  function zoomBy(factor, around = (range.from + range.to) / 2) {
    show(around - (around - range.from) * factor, around + (range.to - around) * factor);
  }

  function fill(element, node, current) {
    element.replaceChildren(make("b", "", title(node)));
    element.append(make("span", "", `pool ${data.pools[node.pool] || "(none)"}, ${node.pods} pods to move`));
    const lines = node.spans.map((span, index) => make("div", index === current ? "now" : "", told(span)));
    for (const wait of node.waits) lines.push(make("div", "", `held up ${offset(wait.from, fine)} for ${lasting(wait.to - wait.from)}: ${wait.text}`));
    element.append(...lines);
  }

  function choose(index) {
    if (rows.length === 0) return;
    active = Math.min(rows.length - 1, Math.max(0, index));
    const top = active * rowHeight, head = axis.offsetHeight;
    if (top < list.scrollTop) list.scrollTop = top;
    if (top + rowHeight + head > list.scrollTop + list.clientHeight) list.scrollTop = top + rowHeight + head - list.clientHeight;
    drawRows();
    list.setAttribute("aria-activedescendant", `gantt-${active}`);
    fill(panel, rows[active].node, -1);
  }
  // The next row with a node from there, past the names of pools.
  function move(by) {
    let index = Math.min(rows.length - 1, Math.max(0, (active < 0 ? -1 : active) + by));
    const way = by > 0 ? 1 : -1;
    while (index > 0 && index < rows.length - 1 && !rows[index].node) index += way;
    if (!rows[index]?.node) index += 1;
    if (rows[index]?.node) choose(index);
  }

  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const length = range.to - range.from, page = Math.max(1, Math.floor(list.clientHeight / rowHeight) - 2);
    const acts = {
      ArrowDown: () => move(1), ArrowUp: () => move(-1), PageDown: () => move(page), PageUp: () => move(-page),
      Home: () => move(-rows.length), End: () => move(rows.length),
      ArrowLeft: () => show(range.from - length / 5, range.to - length / 5),
      ArrowRight: () => show(range.from + length / 5, range.to + length / 5),
      "+": () => zoomBy(0.5), "=": () => zoomBy(0.5), "-": () => zoomBy(2), "0": () => show(0, total),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    tip.hidden = true;
    acts[event.key]();
  });
  list.addEventListener("focus", () => { if (active < 0 && list.matches(":focus-visible")) move(1); });

  const rowAt = (event) => event.target.closest(".gantt-row[data-index]");
  list.addEventListener("click", (event) => {
    const row = rowAt(event);
    if (row) choose(Number(row.dataset.index));
  });
  list.addEventListener("pointermove", (event) => {
    const row = rowAt(event);
    tip.hidden = !row || event.pointerType === "touch";
    if (tip.hidden) return;
    const span = event.target.dataset.span;
    fill(tip, rows[Number(row.dataset.index)].node, span === undefined ? -1 : Number(span));
    const box = tip.getBoundingClientRect();
    const left = Math.min(event.clientX + 14, innerWidth - box.width - 8);
    const below = event.clientY + 18 + box.height < innerHeight;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${Math.max(8, below ? event.clientY + 18 : event.clientY - box.height - 12)}px`;
  });
  list.addEventListener("pointerleave", () => { tip.hidden = true; });
  addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });
  list.addEventListener("wheel", (event) => {
    const box = ticks.getBoundingClientRect(), length = range.to - range.from;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const at = range.from + Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * length;
      zoomBy(event.deltaY < 0 ? 0.8 : 1.25, at);
    } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY) && length < total) {
      event.preventDefault();
      const by = event.deltaX / box.width * length;
      show(range.from + by, range.to + by);
    }
  }, {passive: false});

  let frame = 0;
  list.addEventListener("scroll", () => {
    tip.hidden = true;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(drawRows);
  });
  let timer = 0;
  tools.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(filter, 80);
  });
  tools.addEventListener("submit", (event) => event.preventDefault());
  new ResizeObserver(() => { if (!printing) draw(); }).observe(gantt);
  const unfolded = [];
  addEventListener("beforeprint", () => {
    printing = true;
    for (const details of document.querySelectorAll("details:not([open])")) {
      unfolded.push(details);
      details.open = true;
    }
    draw();
  });
  addEventListener("afterprint", () => {
    printing = false;
    for (const details of unfolded.splice(0)) details.open = false;
    draw();
  });

  gantt.hidden = false;
  filter();
})();
