"use strict";
// The search box: it stays hidden without scripts, and loads what it searches when it is first used.
// A file opened from a folder may not be fetched, so the pages come as a script that sets searchPages.

const MOST_RESULTS = 30;

const form = document.querySelector("form.find");
const box = form.querySelector("input");
const said = form.querySelector("[role=status]");
const list = form.querySelector("ol");

// Words without their marks, each after a space, so that "ket nap" finds "kết nạp", and "dang" both "đảng" and "Ðảng".
function plain(text) {
  const letters = text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐðÐ]/g, "d").toLowerCase();
  return ` ${letters.replace(/[\s"“”()·:;]+/g, " ")}`;
}

let loading = null;

// Each passage with what it is searched by: its own words, and the title and period of its page.
function load() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = form.dataset.pages;
    script.onload = () => resolve(globalThis.searchPages.flatMap(([href, title, period, entries]) => {
      const head = plain(`${title} ${period}`);
      return [["", ""], ...entries].map(([anchor, text]) => ({href, title, period, anchor, text, head, own: plain(text)}));
    }));
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

// All words must occur. Pages come first whose title says it all, then each passage that has a word of its own.
function matches(passages, words) {
  const found = passages.filter(({anchor, head, own}) =>
    words.every((word) => head.includes(word) || own.includes(word)) &&
    (anchor === "" || words.some((word) => own.includes(word) && !head.includes(word))));
  return [...found.filter(({anchor}) => anchor === ""), ...found.filter(({anchor}) => anchor !== "")];
}

function show({href, title, period, anchor, text}) {
  const link = document.createElement("a");
  link.href = anchor ? `${href}#${anchor}` : href;
  link.textContent = text || title;
  const where = document.createElement("span");
  where.textContent = text ? `${title} · ${period}` : period;
  const item = document.createElement("li");
  item.append(link, where);
  return item;
}

let last = "";

async function search() {
  const asked = box.value.trim();
  if (asked === last) return;
  last = asked;
  // A word is found by its beginning.
  const words = plain(asked).split(" ").filter(Boolean).map((word) => ` ${word}`);
  if (!words.length) {
    list.replaceChildren();
    said.textContent = "";
    return;
  }
  let passages;
  try {
    passages = await load();
  } catch {
    said.textContent = form.dataset.broken;
    return;
  }
  if (asked !== last) return;
  const found = matches(passages, words);
  list.replaceChildren(...found.slice(0, MOST_RESULTS).map(show));
  const pattern = found.length > MOST_RESULTS ? form.dataset.many : found.length ? form.dataset.found : form.dataset.none;
  said.textContent = pattern.replace("{n}", found.length.toLocaleString(document.documentElement.lang)).replace("{shown}", MOST_RESULTS);
}

// Arrows walk from the box through the results and back; Escape empties the box.
function walk(event) {
  const stops = [box, ...list.querySelectorAll("a")];
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (event.key === "Escape") {
    box.value = "";
    box.focus();
    search();
  } else if (step && stops.includes(document.activeElement)) {
    event.preventDefault();
    stops[Math.max(0, Math.min(stops.length - 1, stops.indexOf(document.activeElement) + step))].focus();
  }
}

form.hidden = false;
box.addEventListener("focus", () => { load().catch(() => {}); }, {once: true});
box.addEventListener("input", search);
form.addEventListener("keydown", walk);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  list.querySelector("a")?.focus();
});
