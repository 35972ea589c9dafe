// The member's chat: joins the page's buttons, what is drawn, and what is carried.

import { View } from "./view.js";
import { Wire } from "./wire.js";

const find = (id) => document.getElementById(id);
const PENDING = "yb.pending";
const DRAFT = "yb.draft";

const view = new View(find("log"), find("main"), {
  onChoice: (choice) => post({ text: choice.label, choice: choice.value }),
  onRetry: (item) => post(item),
  onThumb: thumb,
});
const title = document.title;
let unread = 0;
let owner = "bot";
let typingTimer = 0;
let strange = false; // the cookie is gone or forbidden

const wire = new Wire({
  lines(lines, nowOwner) {
    owner = nowOwner || owner;
    if (lines.length) quiet();
    view.add(lines);
    count(lines);
    find("hero").hidden = !view.isEmpty();
    if (wire.pending.size && owner !== "agent") busy("正在查…");
  },
  acknowledged(id) {
    view.arrived(id);
    keepPending();
    if (!wire.pending.size) quiet();
  },
  failed(item, sentence) {
    quiet();
    keepPending();
    if (item) view.failed(item, sentence);
  },
  erased: startAnew,
  typing() {
    busy("工作人员正在输入…");
    clearTimeout(typingTimer);
    typingTimer = setTimeout(quiet, 4000);
  },
  online: notice,
  stranger() {
    strange = true;
  },
});

function post({ text, choice }) {
  const item = { id: newId(), text };
  if (choice) item.choice = choice;
  find("hero").hidden = true;
  view.wait(item);
  wire.send(item);
  keepPending();
  if (owner !== "agent") busy("正在查…");
}

// What came while the page was not looked at: a number in its title, and for a page that frames this one.
function count(lines) {
  if (document.hidden || !document.hasFocus()) unread += lines.filter((line) => line.who !== "member" && Date.now() - Date.parse(line.at) < 60000).length;
  tellUnread();
}

function tellUnread() {
  document.title = unread ? `(${unread}) ${title}` : title;
  if (window.parent !== window) window.parent.postMessage({ yibao: "unread", count: unread }, "*");
}

function seen() {
  unread = 0;
  tellUnread();
}

// A thumb under an answer; what stands now, or nothing when it could not be kept.
async function thumb(seq, up) {
  try {
    const answer = await fetch("/chat/thumb", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ seq, up }) });
    return answer.ok ? (await answer.json()).thumb : null;
  } catch {
    return null;
  }
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What was not acknowledged survives a reload of this tab and is sent again under its id.
function keepPending() {
  const items = [...wire.pending.values()];
  if (items.length) sessionStorage.setItem(PENDING, JSON.stringify(items));
  else sessionStorage.removeItem(PENDING);
}

function takeUpPending() {
  const kept = sessionStorage.getItem(PENDING);
  for (const item of kept ? JSON.parse(kept) : []) {
    view.wait(item);
    wire.pending.set(item.id, item);
  }
}

function busy(words) {
  find("typing-words").textContent = words;
  find("typing").hidden = false;
  find("end").scrollIntoView({ block: "nearest" });
}

function quiet() {
  find("typing").hidden = true;
}

function notice(online) {
  const place = find("notice");
  const gone = !online || !navigator.onLine;
  const why = strange ? "这次对话已失效，请刷新页面（浏览器须允许 Cookie）。" : "网络断开了，正在重新连接。您写的内容会保留，连上后自动发出。";
  place.textContent = gone ? why : "";
  place.hidden = !gone;
}

// ---- writing

const say = find("say");

function grow() {
  say.style.height = "auto";
  say.style.height = `${say.scrollHeight + 4}px`;
}

find("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = say.value.trim();
  if (!text) {
    say.focus();
    return;
  }
  say.value = "";
  sessionStorage.removeItem(DRAFT);
  grow();
  post({ text });
});

say.addEventListener("input", () => {
  grow();
  sessionStorage.setItem(DRAFT, say.value);
});

say.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    find("composer").requestSubmit();
  }
});

for (const example of document.querySelectorAll(".example")) {
  example.addEventListener("click", () => post({ text: example.textContent.trim() }));
}

// ---- tools

find("human").addEventListener("click", () => post({ text: "转人工", choice: "do:human" }));

find("elder").addEventListener("click", () => {
  const on = document.documentElement.dataset.elder !== "1";
  const seen = view.topmost();
  document.documentElement.dataset.elder = on ? "1" : "0";
  find("elder").setAttribute("aria-pressed", String(on));
  document.cookie = `yb_elder=${on ? 1 : 0}; path=/; max-age=31536000; samesite=lax`;
  grow();
  if (seen) seen.scrollIntoView({ block: "start" });
});

find("print").addEventListener("click", () => {
  find("more").open = false;
  window.print();
});

document.addEventListener("click", (event) => {
  if (!find("more").contains(event.target)) find("more").open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") find("more").open = false;
});

find("clear").addEventListener("click", () => {
  find("more").open = false;
  find("confirm").showModal();
});

find("confirm-no").addEventListener("click", () => find("confirm").close());

find("confirm-yes").addEventListener("click", async () => {
  find("confirm").close();
  wire.stop();
  try {
    const answer = await fetch("/chat/clear", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
    if (!answer.ok) throw new Error(String(answer.status));
  } catch {
    location.reload(); // nothing was cleared: show what is still there
    return;
  }
  startAnew();
});

// Everything this page remembers is forgotten, then it begins as a new visitor.
function startAnew() {
  wire.stop();
  sessionStorage.clear();
  localStorage.clear();
  say.value = "";
  grow();
  quiet();
  view.clear();
  owner = "bot";
  find("hero").hidden = false;
  wire.start();
}

// ---- begin

window.addEventListener("offline", () => notice(false));
window.addEventListener("online", () => wire.wake());
document.addEventListener("visibilitychange", () => { if (!document.hidden) wire.wake(); });
window.addEventListener("focus", seen);

say.value = sessionStorage.getItem(DRAFT) || "";
grow();
takeUpPending();
wire.start();
