"use strict";
// Comfort only: without scripts every link and table of the page works all the same.

// What stands at the top of the screen.
function passageBeingRead() {
  const passages = document.querySelectorAll("main > [id], footer > [id]");
  const above = [...passages].filter((passage) => passage.getBoundingClientRect().top < innerHeight / 3);
  return above.length ? "#" + above[above.length - 1].id : "";
}

// The other edition opens at the passage being read: the anchor in the address, or what stands at the top of the screen.
function placeBeingRead() {
  return location.hash.length > 1 ? location.hash : passageBeingRead();
}

// The contents at the side show where one is.
let isMarking = false;
function markPassage() {
  isMarking = false;
  const place = passageBeingRead();
  for (const link of document.querySelectorAll(".side .entries a")) {
    if (link.hash === place) link.setAttribute("aria-current", "location");
    else link.removeAttribute("aria-current");
  }
}
addEventListener("scroll", () => {
  if (!isMarking) requestAnimationFrame(markPassage);
  isMarking = true;
}, {passive: true});
markPassage();

for (const link of document.querySelectorAll("a[data-keeps-place]")) {
  for (const event of ["click", "auxclick", "contextmenu"]) {
    link.addEventListener(event, () => { link.hash = placeBeingRead(); });
  }
}

// Paper cannot be unfolded: tables are opened for the print, and closed again after it.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details.numbers:not([open])")];
  for (const table of opened) table.open = true;
});
addEventListener("afterprint", () => {
  for (const table of opened) table.open = false;
});
