/* Arrow keys in the outline of the performance tree; without them it is a list of links that opens and closes. */
"use strict";

(() => {
  const tree = document.querySelector("[data-tree]");
  if (!tree) return;
  for (const hint of document.querySelectorAll("[data-keys]")) hint.hidden = false;

  const links = () => [...tree.querySelectorAll(".tree-link")].filter((link) => !link.closest("details:not([open])"));
  const branch = (link) => link.closest("li").querySelector(":scope > details");
  const closed = (link) => link.closest("li").querySelector(":scope > .tree-branch > .tree-more");
  const above = (link) => link.closest("ul").closest("li");

  const step = (link, by) => {
    const all = links();
    const next = all[all.indexOf(link) + by];
    if (next) next.focus();
  };

  const right = (link) => {
    const details = branch(link);
    if (!details) {
      const more = closed(link);
      if (more) more.click();
    } else if (details.open) {
      details.querySelector(".tree-link").focus();
    } else {
      details.open = true;
    }
  };

  const left = (link) => {
    const details = branch(link);
    const parent = above(link);
    if (details && details.open) details.open = false;
    else if (parent) parent.querySelector(".tree-link").focus();
  };

  const keys = {
    ArrowDown: (link) => step(link, 1),
    ArrowUp: (link) => step(link, -1),
    ArrowRight: right,
    ArrowLeft: left,
    Home: () => links()[0].focus(),
    End: () => links().at(-1).focus(),
  };

  tree.addEventListener("keydown", (event) => {
    const link = event.target.closest(".tree-link");
    const act = keys[event.key];
    if (!link || !act || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    act(link);
  });

  // A branch fetched on demand: whoever opened it goes on in it.
  tree.addEventListener("htmx:load", (event) => {
    const first = event.target.querySelector(".tree-link");
    if (first) first.focus();
  });
})();
