// The keyboard: one key an act outside of text fields; Escape leaves a field; digits choose in the closing dialog.

export function setUpKeys(acts) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const dialog = document.querySelector("dialog[open]");
    if (dialog) {
      choose(dialog, event);
      return;
    }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "radio") {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const doing = acts[event.key];
    if (!doing) return;
    event.preventDefault();
    doing();
  });
}

function choose(dialog, event) {
  const buttons = dialog.querySelectorAll("[data-resolution]");
  const button = buttons[Number(event.key) - 1];
  if (!button) return;
  event.preventDefault();
  button.click();
}
