"use strict";
// Comfort only: without scripts every link and table of the page works all the same.

// The other edition opens at the passage being read: the anchor in the address, or what stands at the top of the screen.
function placeBeingRead() {
  if (location.hash.length > 1) return location.hash;
  const passages = document.querySelectorAll("main > [id]");
  const above = [...passages].filter((passage) => passage.getBoundingClientRect().top < innerHeight / 3);
  return above.length ? "#" + above[above.length - 1].id : "";
}

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
