// The console: lists on the left, one conversation in the middle, what is known and suggested on the right.

import { act, get, Live, newId } from "./api.js";
import { Aside } from "./aside.js";
import { card, cites, clock, day, entry, line, make, span, summary, targets } from "./draw.js";
import { setUpKeys } from "./keys.js";
import { isLocked, setUpLock } from "./lock.js";
import { setUpSound, tellAlerts, tellCounts, toast } from "./notice.js";

const find = (id) => document.getElementById(id);
const me = document.querySelector('meta[name="me"]').content;
const desk = { view: "queue", current: "", shown: null, seen: 0, citations: [], asked: "", drafts: new Map(), cards: [] };

// ---- lists

let listing = false;
let listAgain = false;

async function refreshList() {
  if (isLocked()) return;
  if (listing) {
    listAgain = true;
    return;
  }
  listing = true;
  try {
    const words = find("search").value.trim();
    const view = desk.view;
    const narrow = find("filter").value;
    const found = await get(`/desk/api/lists?view=${view}&q=${encodeURIComponent(words)}&f=${encodeURIComponent(narrow)}`);
    if (view === desk.view) drawList(found);
  } catch (error) {
    toast(error.message, true);
  } finally {
    listing = false;
    if (listAgain) {
      listAgain = false;
      refreshList();
    }
  }
}

function drawList(found) {
  desk.cards = found.cases;
  for (const name of ["queue", "mine", "all"]) find(`n-${name}`).textContent = found.counts[name];
  document.querySelector('[data-view="queue"]').classList.toggle("calls", found.counts.queue > 0);
  document.querySelector('[data-view="mine"]').classList.toggle("calls", found.counts.unanswered > 0);
  tellCounts(found.counts);
  tellAlerts(found.alerts, (id) => open(id));
  const now = Date.parse(found.now);
  const focused = document.activeElement && document.activeElement.dataset.id;
  const items = found.cases.map((given) => {
    const item = make("li");
    const button = card(given, me, now, desk.current);
    button.addEventListener("click", () => open(given.id));
    item.append(button);
    return item;
  });
  find("cards").replaceChildren(...items);
  if (focused) find("cards").querySelector(`[data-id="${focused}"]`)?.focus();
  find("none").hidden = found.cases.length > 0;
  find("cards").hidden = found.cases.length === 0;
  find("none").textContent = find("search").value.trim() || find("filter").value ? "没有找到。" : { queue: "没有人在排队。", mine: "您没有接待中的会话。", all: "没有进行中的会话。", closed: "没有已结束的会话。" }[desk.view];
}

function setView(view) {
  desk.view = view;
  for (const tab of document.querySelectorAll("[data-view]")) tab.setAttribute("aria-selected", String(tab.dataset.view === view));
  refreshList();
}

function move(step) {
  const at = desk.cards.findIndex((given) => given.id === desk.current);
  const next = desk.cards[at < 0 ? 0 : Math.min(desk.cards.length - 1, Math.max(0, at + step))];
  if (next) open(next.id);
}

// ---- one conversation

async function open(id) {
  if (id !== desk.current) {
    desk.drafts.set(desk.current, { text: find("text").value, citations: desk.citations });
    const draft = desk.drafts.get(id) || { text: "", citations: [] };
    find("text").value = draft.text;
    cite(draft.citations);
    Object.assign(desk, { current: id, seen: 0, shown: null, asked: "" });
    find("lines").replaceChildren();
    find("found").replaceChildren();
    find("seek").value = "";
    live.watch(id);
  }
  for (const item of document.querySelectorAll(".card-item")) item.setAttribute("aria-current", String(item.dataset.id === id));
  document.querySelector('.card-item[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
  await refreshCase();
}

async function refreshCase() {
  const id = desk.current;
  if (!id || isLocked()) return;
  let found;
  try {
    found = await get(`/desk/api/cases/${id}`);
  } catch (error) {
    toast(error.message, true);
    return;
  }
  if (id !== desk.current) return;
  const another = !desk.shown;
  desk.shown = found;
  drawHead(found.case);
  drawQuota(found.quota, found.case);
  drawLines(found.lines);
  summary(find("summary"), found.summary);
  aside.show(found, another);
  drawEarlier(found.earlier);
  suggest(found.lines);
}

function drawHead(given) {
  find("empty").hidden = true;
  find("case").hidden = false;
  find("who").textContent = given.who;
  const parts = [given.channel, given.reason_label, given.group];
  if (given.closed_at) parts.push(`已结束：${given.resolution}`);
  else if (given.agent) parts.push(given.agent_id === me ? "由我接待" : `由${given.agent}接待`);
  else parts.push(`已等 ${span(Date.parse(given.opened_at), Date.now())}`);
  if (given.waiting_for) parts.push(given.waiting_for);
  if (given.earlier_agent) parts.push(`上次由${given.earlier_agent}接待`);
  find("facts-line").textContent = parts.join(" · ");
  const mine = given.agent_id === me && !given.closed_at;
  find("claim").hidden = Boolean(given.agent_id || given.closed_at);
  for (const name of ["pause", "transfer", "requeue", "close"]) find(name).hidden = !mine;
  find("answer").hidden = Boolean(given.closed_at);
  document.querySelector('[value="reply"]').disabled = !mine;
  if (!mine) setKind("note");
  else if (find("answer").dataset.mine !== "1" && !find("text").value) setKind("reply"); // never turns a note into a reply
  find("answer").dataset.mine = mine ? "1" : "0";
  find("hint").textContent = mine ? (given.lease_until ? `请在 ${clock(given.lease_until)} 前答复` : "") : given.agent_id ? "只能写备注" : "接入后才能回复";
}

// What the member's channel still takes: without it agents would write into the void.
function drawQuota(quota, given) {
  const place = find("quota");
  place.hidden = !quota;
  if (!quota) return;
  const hours = Math.floor((Date.parse(quota.until) - Date.now()) / 3600000);
  place.classList.toggle("low", quota.left <= 1);
  const merged = "连着写的几句会合并成一条发出";
  const gone = given.callback ? "参保人留了回电号码" : "答复会等参保人下次说话时送达";
  place.textContent = quota.left ? `${given.channel}还能发 ${quota.left} 条，${Math.max(0, hours)} 小时内有效；${merged}。` : `${given.channel}现在不能主动发消息；${gone}。`;
}

function drawLines(lines) {
  const place = find("lines");
  const near = place.scrollHeight - place.scrollTop - place.clientHeight < 80;
  const fresh = lines.filter((given) => given.seq > desk.seen);
  for (const given of fresh) place.append(line(given, markWrong));
  if (!fresh.length) return;
  const first = desk.seen === 0;
  desk.seen = fresh[fresh.length - 1].seq;
  if (first || near) place.scrollTop = place.scrollHeight;
}

function drawEarlier(cases) {
  const items = cases.map((given) => {
    const item = make("li");
    const button = make("button", "plain", `${day(given.opened_at)} ${given.reason_label} · ${given.resolution}${given.agent ? ` · ${given.agent}` : ""}${given.rating ? ` · 评分 ${given.rating}` : ""}`);
    button.type = "button";
    button.addEventListener("click", () => open(given.id));
    item.append(button);
    return item;
  });
  find("earlier").replaceChildren(...(items.length ? items : [make("li", "soft", "没有")]));
}

// ---- suggested entries

async function suggest(lines) {
  const asked = [...lines].reverse().find((given) => given.who === "member" && given.text.length > 3 && given.text !== "转人工");
  if (!asked || asked.id === desk.asked || find("seek").value.trim()) return;
  desk.asked = asked.id;
  await search(asked.text);
}

async function search(words) {
  const id = desk.current;
  const found = await get(`/desk/api/suggest?q=${encodeURIComponent(words)}`).catch(() => ({ entries: [] }));
  if (id !== desk.current) return;
  const sendable = () => desk.shown && desk.shown.case.agent_id === me && !desk.shown.case.closed_at;
  const items = found.entries.map((given) => entry(given, insert, (one) => (sendable() ? sendEntry(one) : toast("请先接入，再发送。", true))));
  find("found").replaceChildren(...(items.length ? items : [make("li", "soft", "没有相近的条目")]));
}

function insert(given) {
  const text = find("text");
  text.value = text.value ? `${text.value}\n${given.text}` : given.text;
  cite([...desk.citations, ...given.citations]);
  text.focus();
}

async function sendEntry(given) {
  await done("reply", { text: given.text, citations: given.citations, client_id: newId() });
}

function cite(citations) {
  const known = new Set();
  desk.citations = citations.filter((one) => !known.has(one.doc + one.article) && known.add(one.doc + one.article));
  const place = find("cited");
  place.replaceChildren(make("span", "soft", "依据："), ...cites(desk.citations).children);
  place.hidden = desk.citations.length === 0;
}

// ---- acts

async function done(name, body) {
  if (!desk.current) return false;
  try {
    await act(`/desk/api/cases/${desk.current}/${name}`, body);
  } catch (error) {
    toast(error.message, true);
    refreshCase();
    refreshList();
    return false;
  }
  await refreshCase();
  refreshList();
  return true;
}

async function claim() {
  if (find("claim").hidden) return;
  if (await done("claim")) {
    setView("mine");
    find("text").focus();
  }
}

let sending = false;

async function submit(event) {
  event.preventDefault();
  const text = find("text").value.trim();
  const note = find("answer").classList.contains("noting");
  if (!text || sending) return;
  sending = true;
  const body = note ? { text } : { text, citations: desk.citations, client_id: newId() };
  if (await done(note ? "note" : "reply", body)) {
    find("text").value = "";
    cite([]);
    find("lines").scrollTop = find("lines").scrollHeight;
  }
  sending = false;
}

function setKind(kind) {
  const radio = document.querySelector(`[name="kind"][value="${kind}"]`);
  if (radio.disabled) return;
  radio.checked = true;
  find("answer").classList.toggle("noting", kind === "note");
  find("text").placeholder = kind === "note" ? "只有同事看得到的备注" : "回复参保人";
}

function write(kind) {
  setKind(kind);
  if (!find("answer").hidden) find("text").focus();
}

async function markWrong(given, item, button) {
  if (!(await done("wrong", { message: given.id }))) return;
  button.textContent = "已记入错误清单";
  button.disabled = true;
  const box = make("form", "should");
  const input = make("input");
  input.placeholder = "应当怎样答？（可不填）";
  input.setAttribute("aria-label", "应当怎样答");
  const save = make("button", "", "补充");
  box.append(input, save);
  box.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (input.value.trim() && (await done("wrong", { message: given.id, text: input.value }))) box.remove();
  });
  item.append(box);
}

function showTransfer() {
  if (find("transfer").hidden) return;
  targets(find("transfer-to"), desk.shown.colleagues, desk.shown.groups);
  find("transfer-note").value = "";
  find("transfer-box").showModal();
}

async function transfer() {
  const [kind, id] = find("transfer-to").value.split(" ");
  if (await done("transfer", { [kind]: id, text: find("transfer-note").value })) find("transfer-box").close();
}

async function pause() {
  if (await done("pause", { waiting_for: find("pause-for").value, due: find("pause-due").value })) find("pause-box").close();
}

async function close(resolution) {
  find("close-box").close();
  await done("close", { resolution });
}

// ---- begin

const aside = new Aside({
  current: () => desk.current,
  mine: () => Boolean(desk.shown && desk.shown.case.agent_id === me && !desk.shown.case.closed_at),
  done,
  insert,
});

const live = new Live(
  () => {
    refreshList();
    refreshCase();
  },
  (up) => {
    find("live").textContent = up ? "实时" : "连接断开，正在重连";
    find("live").classList.toggle("down", !up);
  },
);

for (const tab of document.querySelectorAll("[data-view]")) tab.addEventListener("click", () => setView(tab.dataset.view));
for (const button of document.querySelectorAll("[data-dismiss]")) button.addEventListener("click", () => button.closest("dialog").close());
for (const button of document.querySelectorAll("[data-resolution]")) button.addEventListener("click", () => close(button.dataset.resolution));
for (const radio of document.querySelectorAll('[name="kind"]')) radio.addEventListener("change", () => write(radio.value));

find("claim").addEventListener("click", claim);
find("close").addEventListener("click", () => find("close-box").showModal());
find("transfer").addEventListener("click", showTransfer);
find("transfer-go").addEventListener("click", transfer);
find("pause").addEventListener("click", () => find("pause-box").showModal());
find("pause-go").addEventListener("click", pause);
find("requeue").addEventListener("click", () => done("requeue"));
find("help-open").addEventListener("click", () => find("help-box").showModal());
find("answer").addEventListener("submit", submit);
find("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    submit(event);
  }
});

let typed = 0;
find("text").addEventListener("input", () => {
  const writing = !find("answer").classList.contains("noting");
  if (!writing || Date.now() - typed < 2500) return;
  typed = Date.now();
  live.say("typing");
});

let seeking = 0;
find("seek").addEventListener("input", () => {
  clearTimeout(seeking);
  seeking = setTimeout(() => { if (find("seek").value.trim()) search(find("seek").value.trim()); }, 250);
});

let searching = 0;
find("search").addEventListener("input", () => {
  clearTimeout(searching);
  searching = setTimeout(refreshList, 250);
});

find("filter").addEventListener("change", refreshList);

setUpSound(find("sound"));
setUpLock(() => {
  refreshList();
  refreshCase();
  live.retry();
});
setUpKeys({
  j: () => move(1),
  k: () => move(-1),
  c: claim,
  r: () => write("reply"),
  n: () => write("note"),
  s: () => find("seek").focus(),
  t: showTransfer,
  g: () => { if (!find("pricing").hidden) { find("pricing-box").open = true; find("f-total").focus(); } },
  e: () => { if (!find("close").hidden) find("close-box").showModal(); },
  "/": () => find("search").focus(),
  "?": () => find("help-box").showModal(),
  1: () => setView("queue"),
  2: () => setView("mine"),
  3: () => setView("all"),
  4: () => setView("closed"),
});
setInterval(refreshList, 30000);
