// Locks the console when nobody touched it for a while, in every window of this browser, until the password is given.

import { act, lastTouch } from "./api.js";

const find = (id) => document.getElementById(id);
const patience = Number(document.querySelector('meta[name="lock"]').content) * 1000;
const LOOK = 5000;

let unlocked = () => {};

export function isLocked() {
  return document.body.classList.contains("locked");
}

export function setUpLock(again) {
  unlocked = again;
  find("lock-now").addEventListener("click", lock);
  find("lock-box").addEventListener("cancel", (event) => event.preventDefault());
  find("lock-form").addEventListener("submit", unlock);
  document.addEventListener("yb-locked", show);
  setInterval(() => { if (!isLocked() && Date.now() - lastTouch() > patience) lock(); }, Math.min(LOOK, patience / 2));
  if (isLocked()) show();
}

async function lock() {
  try {
    await act("/desk/api/lock");
  } finally {
    show();
  }
}

function show() {
  document.body.classList.add("locked");
  for (const dialog of document.querySelectorAll("dialog[open]")) if (dialog.id !== "lock-box") dialog.close();
  if (!find("lock-box").open) find("lock-box").showModal();
  find("lock-password").focus();
}

async function unlock(event) {
  event.preventDefault();
  const problem = find("lock-problem");
  try {
    await act("/desk/api/unlock", { password: find("lock-password").value });
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
    find("lock-password").select();
    return;
  }
  problem.hidden = true;
  find("lock-password").value = "";
  document.body.classList.remove("locked");
  find("lock-box").close();
  unlocked();
}
