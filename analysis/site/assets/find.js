"use strict";
// The search box: it stays hidden without scripts, and loads what it searches when it is first used.
// A file opened from a folder may not be fetched, so the pages come as a script that sets searchPages.

const MOST_RESULTS = 30;

const form = document.querySelector("form.find");
const box = form.querySelector("input");
const said = form.querySelector("[role=status]");
const list = form.querySelector("ol");

// Words between single spaces, days by their parts: "2023" finds "02/06/2023".
function marked(text) {
  const letters = text.normalize("NFC").replace(/[ðÐ]/g, "đ").toLowerCase();
  return ` ${letters.replace(/[.,!?](?=\s|$)|[\s"“”()·:;/]/g, " ").replace(/ +/g, " ").trim()} `;
}

// The same without marks, so that "ket nap" finds "kết nạp".
function plain(text) {
  return marked(text).normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d");
}

let loading = null;

// Each passage with what it is searched by: its own words, and the title and period of its page.
function load() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = form.dataset.pages;
    script.onload = () => resolve(globalThis.searchPages.flatMap(([href, title, period, entries]) => {
      const head = plain(`${title} ${period}`);
      return [["", ""], ...entries].map(([anchor, text]) =>
        ({href, title, period, anchor, text, head, own: plain(text), all: marked(`${title} ${period} · ${text}`)}));
    }));
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

// A passage is found where each word begins one of its words or of its page's title and period, and one is its own.
// First come those that say the words as they were typed, marks and all, one after the other; then those that have them
// as whole words; then the rest. Among equals pages come before what they say, and the latest period first.
function matches(passages, asked) {
  const words = plain(asked).trim().split(" ").map((word) => ` ${word}`);
  const found = passages.filter(({anchor, head, own}) =>
    words.every((word) => head.includes(word) || own.includes(word)) &&
    (anchor === "" || words.some((word) => own.includes(word) && !head.includes(word))));
  const typed = marked(asked).trim();
  const hasMarks = typed !== plain(asked).trim();
  const rank = ({anchor, head, own, all}) => {
    const text = hasMarks ? all : `${head}${own}`;
    const whole = typed.split(" ").every((word) => text.includes(` ${word} `));
    return (text.includes(` ${typed} `) ? 0 : whole ? 2 : 4) + (anchor === "" ? 0 : 1);
  };
  return found.map((passage) => [rank(passage), passage]).sort(([one], [other]) => one - other).map(([, passage]) => passage);
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
  if (!plain(asked).trim()) {
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
  const found = matches(passages, asked);
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
