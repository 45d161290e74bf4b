"use strict";
// Every chart stands in the page as a drawing. Here the drawings in view become live Vega charts, once the page has
// been shown and the browser has time. Whatever fails, the drawing stays.
(() => {
  const source = document.getElementById("charts");
  if (!source) return;
  const { words, layouts, figures } = JSON.parse(source.textContent);
  const own = document.currentScript.src;
  const isNarrow = matchMedia("(max-width: 37.5em)");
  // Without `eval`, which the page's security policy forbids: expressions are read as a tree (`ast`).
  const OPTIONS = {
    mode: "vega-lite", renderer: "svg", actions: false, ast: true, defaultStyle: false,
    config: { aria: false },
    tooltip: { theme: "page", disableDefaultStyle: true },
  };
  // The width that a full-size chart is drawn for; it then grows with its letters.
  const FULL_WIDTH = 760;
  const whenIdle = window.requestIdleCallback || ((task) => setTimeout(task, 200));

  let asked = null;
  function vega() {
    asked ??= new Promise((done, fail) => {
      const script = document.createElement("script");
      const inside = document.getElementById("vega-source");
      script.onload = done;
      script.onerror = () => fail(new Error("vega.js could not be loaded"));
      // In a page that is one file the script stands inside, as text that nothing runs before it is needed.
      if (inside) script.textContent = inside.textContent;
      else script.src = new URL("vega.js", own).href;
      document.head.append(script);
      if (inside) done();
    });
    return asked;
  }

  async function draw(holder, figure, layout, label) {
    await vega();
    // Vega-Lite warns of every chart that is as high as its bars need and as wide as it is told; Vega does not.
    const { autosize, ...look } = layout;
    const fit = (compiled) => ({ ...compiled, autosize });
    const { view } = await vegaEmbed(holder, { ...figure.spec, ...look }, { ...OPTIONS, patch: fit });
    const drawing = holder.querySelector("svg");
    // The chart is one image with one alternative text, like the drawing; its numbers are in the table.
    for (const part of drawing.querySelectorAll("[role], [aria-label], [aria-roledescription]")) {
      for (const name of ["role", "aria-label", "aria-roledescription"]) part.removeAttribute(name);
    }
    drawing.setAttribute("role", "img");
    drawing.setAttribute("aria-label", label);
    return view;
  }

  const stillOf = (figure, kind) => figure.querySelector(`.chart .${kind} > svg`);
  const labelOf = (figure) => stillOf(figure, "wide").getAttribute("aria-label");

  async function enliven(figure) {
    const kind = isNarrow.matches ? "narrow" : "wide";
    const still = stillOf(figure, kind);
    if (!still || still.dataset.live) return;
    still.dataset.live = "asked";
    const live = document.createElement("div");
    live.className = "live";
    live.hidden = true;
    still.after(live);
    try {
      const data = figures[figure.id];
      const view = await draw(live, data, layouts[data.language][kind], labelOf(figure));
      still.dataset.live = "replaced";
      still.setAttribute("hidden", "");
      live.hidden = false;
      figure.querySelector(".chart").dataset.live = kind;
      walkByKeyboard(live, view);
    } catch (error) {
      live.remove();
      still.dataset.live = "failed";
      console.info(`The chart ${figure.id} stays as it was drawn: ${error}`);
    }
  }

  // By keyboard a reader goes from mark to mark as the pointer does: the same events, the same tooltip.
  function walkByKeyboard(live, view) {
    const told = document.createElement("p");
    told.className = "hidden";
    told.setAttribute("aria-live", "polite");
    live.append(told);
    live.tabIndex = 0;
    live.setAttribute("role", "group");
    live.setAttribute("aria-label", words.keys);
    let marks = [];
    let at = -1;
    const leave = () => {
      if (at >= 0) point(marks[at], "pointerout");
      at = -1;
      hideTooltip();
    };
    live.addEventListener("blur", leave);
    live.addEventListener("keydown", async (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape" && at >= 0) { event.stopPropagation(); leave(); }
      if ((event.key === "Enter" || event.key === " ") && at >= 0) { event.preventDefault(); point(marks[at], "click"); }
      if (!step) return;
      event.preventDefault();
      if (at >= 0) point(marks[at], "pointerout");
      marks = marksOf(view, live);
      if (!marks.length) return;
      at = at < 0 && step < 0 ? marks.length - 1 : (at + step + marks.length) % marks.length;
      for (const kind of ["pointerover", "pointermove"]) point(marks[at], kind);
      told.textContent = spoken(marks[at].told);
    });
  }

  const hideTooltip = () => document.getElementById("vg-tooltip-element")?.classList.remove("visible");
  // The card stands where the pointer was; what it was about moves away.
  addEventListener("scroll", hideTooltip, { passive: true });

  // Marks that tell something, in reading order, each once: a bar and its label say the same.
  function marksOf(view, live) {
    const found = new Map();
    for (const element of live.querySelectorAll("svg path, svg text, svg line")) {
      const item = element.__data__;
      const told = item && item.tooltip;
      if (!told || typeof told !== "object") continue;
      const key = JSON.stringify(told);
      // Where the nearest point is looked for, its cell takes the pointer.
      if (!found.has(key) || item.mark.name?.startsWith("voronoi")) found.set(key, { element, told, item });
    }
    return [...found.values()].sort((a, b) => placeOf(a, 1) - placeOf(b, 1) || placeOf(a, 0) - placeOf(b, 0));
  }

  function placeOf({ item }, axis) {
    const inner = item.datum && item.datum.bounds ? item.datum : item;
    return axis ? (inner.mark.marktype === "symbol" ? 0 : Math.round(inner.bounds.y1 / 8)) : inner.bounds.x1;
  }

  function point({ element }, kind) {
    const { left, top, width, height } = element.getBoundingClientRect();
    const place = { bubbles: true, clientX: left + width / 2, clientY: top + height / 2 };
    element.dispatchEvent(kind === "click" ? new MouseEvent(kind, place) : new PointerEvent(kind, place));
  }

  function spoken({ title, ...rest }) {
    const lines = Object.entries(rest).filter(([, value]) => value !== undefined).map(([key, value]) => `${key}: ${value}`);
    return [title, ...lines].filter(Boolean).join(". ");
  }

  // Full size

  const dialog = document.getElementById("full-size");
  const canvas = dialog.querySelector(".canvas");

  async function enlarge(figure) {
    dialog.querySelector("h2").textContent = figure.querySelector("h2, h3").textContent;
    dialog.querySelector(".subtitle").textContent = figure.querySelector(".subtitle").textContent;
    dialog.lang = figure.closest("[lang]").lang;
    canvas.replaceChildren(stillOf(figure, "wide").cloneNode(true));
    canvas.firstChild.removeAttribute("hidden");
    dialog.showModal();
    const live = document.createElement("div");
    live.className = "live";
    const data = figures[figure.id];
    const { wide } = layouts[data.language];
    try {
      const view = await draw(live, data, { ...wide, width: FULL_WIDTH }, labelOf(figure));
      canvas.replaceChildren(live);
      walkByKeyboard(live, view);
    } catch (error) {
      console.info(`The chart ${figure.id} stays as it was drawn: ${error}`);
    }
  }

  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => { hideTooltip(); canvas.replaceChildren(); });

  // Pictures

  function pictureOf(figure) {
    const { before, after } = figures[figure.id];
    const still = stillOf(figure, "wide").cloneNode(true);
    still.removeAttribute("hidden");
    const named = before.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ');
    return named + new XMLSerializer().serializeToString(still) + after;
  }

  function save(content, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  async function savePng(figure, name) {
    const image = new Image();
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(pictureOf(figure));
    await image.decode();
    const paper = document.createElement("canvas");
    // Twice the size on the page: sharp in print and on a projector.
    paper.width = image.naturalWidth * 2;
    paper.height = image.naturalHeight * 2;
    paper.getContext("2d").drawImage(image, 0, 0, paper.width, paper.height);
    paper.toBlob((content) => save(content, name), "image/png");
  }

  for (const figure of document.querySelectorAll("main figure")) {
    if (!figures[figure.id]) continue;
    const drawing = figure.querySelector('[data-file="svg"]');
    const larger = figure.querySelector("[data-enlarge]");
    larger.hidden = false;
    larger.addEventListener("click", () => enlarge(figure));
    const png = figure.querySelector("[data-png]");
    png.hidden = false;
    png.querySelector("button").addEventListener("click", () => savePng(figure, drawing.download.replace(/svg$/, "png")));
    // From a folder a browser would show the file instead of saving it.
    drawing.addEventListener("click", (event) => {
      event.preventDefault();
      save(new Blob([pictureOf(figure)], { type: "image/svg+xml" }), drawing.download);
    });
  }

  // A chart becomes live when it comes into view; nothing is asked for while the page is still being shown.
  function watch() {
    const charts = [...document.querySelectorAll("main figure")].filter((figure) => figures[figure.id]);
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) whenIdle(() => enliven(entry.target));
    });
    for (const figure of charts) seen.observe(figure);
    isNarrow.addEventListener("change", () => {
      for (const figure of charts) { seen.unobserve(figure); seen.observe(figure); }
    });
  }
  if (document.readyState === "complete") whenIdle(watch);
  else addEventListener("load", () => whenIdle(watch));
})();
