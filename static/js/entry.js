/* Helps with typing; without it the page does all the same. */
"use strict";

(() => {
  const form = document.querySelector("form[data-unsaved]");
  if (!form) return;

  // A warning before typed values are left behind.
  let unsaved = false;
  form.addEventListener("input", () => { unsaved = true; });
  form.addEventListener("submit", () => { unsaved = false; });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });

  // Tab goes from value to value; F2 opens what else can be said of the row, and leads back.
  for (const row of form.querySelectorAll(".entry-row")) {
    const details = row.querySelector(":scope > details");
    const value = row.querySelector("[data-value]");
    if (!details || !value) continue;
    const summary = details.querySelector("summary");
    summary.tabIndex = -1;
    row.addEventListener("keydown", (event) => {
      if (event.key !== "F2") return;
      event.preventDefault();
      details.open = !details.open;
      const first = details.querySelector("select, input, textarea");
      (details.open && first ? first : value).focus();
    });
  }
  for (const hint of form.querySelectorAll("[data-keys]")) hint.hidden = false;

  const faults = document.getElementById("galat");
  if (faults) faults.focus();

  // The field a fault leads to may be folded away.
  for (const link of document.querySelectorAll(".fault-list a")) {
    link.addEventListener("click", (event) => {
      const field = document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      const details = field.closest("details");
      if (details) details.open = true;
      field.focus();
    });
  }
})();
