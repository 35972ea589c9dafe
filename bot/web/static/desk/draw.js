// Draws cards, transcript lines, the summary and the entries. Whatever people wrote is put in as text.

export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined && text !== null) element.textContent = text;
  return element;
}

export function clock(iso) {
  return new Date(iso).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
}

export function day(iso) {
  return new Date(iso).toLocaleDateString("zh-CN", { month: "numeric", day: "numeric", timeZone: "Asia/Shanghai" });
}

export function span(from, to) {
  const minutes = Math.max(0, Math.floor((to - from) / 60000));
  if (minutes < 1) return "刚刚";
  if (minutes < 60) return `${minutes} 分`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)} 时 ${minutes % 60} 分`;
  return `${Math.floor(minutes / 1440)} 天`;
}

const BY = { member: "", bot: "机器人：", agent: "坐席：" };

export function card(given, me, now, current) {
  const item = make("button", `card-item${given.last_who === "agent" ? " answered" : ""}`);
  item.type = "button";
  item.dataset.id = given.id;
  item.setAttribute("aria-current", String(given.id === current));
  const first = make("span", "first");
  const waits = !given.closed_at && !given.agent_id;
  const minutes = (now - Date.parse(given.opened_at)) / 60000;
  first.append(make("b", "", given.who), make("span", "soft", given.channel));
  first.append(make("span", `time${waits && minutes >= 10 ? " long" : ""}`, given.closed_at ? `${day(given.closed_at)} ${clock(given.closed_at)}` : span(Date.parse(given.opened_at), now)));
  const second = make("span", "second");
  const urgent = given.reason === "crisis" || given.reason === "emergency";
  second.append(make("span", `chip${urgent ? " urgent" : ""}`, given.reason_label));
  if (given.agent) second.append(make("span", given.agent_id === me ? "chip mine" : "chip", given.agent_id === me ? "我" : given.agent));
  if (given.waiting_for) second.append(make("span", "chip warn", given.waiting_for + (given.due_at ? ` 至 ${day(given.due_at)}` : "")));
  if (given.returned) second.append(make("span", "chip warn", `退回 ${given.returned} 次`));
  if (given.lease_until) second.append(make("span", "chip warn", `${clock(given.lease_until)} 前答复`));
  if (given.resolution) second.append(make("span", "chip", given.resolution));
  if (given.callback) second.append(make("span", "chip warn", "留了回电号码"));
  if (waits && given.earlier_agent_id === me) second.append(make("span", "chip mine", "上次由您接待"));
  if (given.due_at && Date.parse(given.due_at) <= now) second.append(make("span", "chip urgent", "已到期"));
  for (const tag of given.tags) second.append(make("span", "chip tag", tag));
  if (given.rating) second.append(make("span", "chip", `评分 ${given.rating}`));
  item.append(first, make("span", "last", (BY[given.last_who] || "") + (given.last || "（无内容）")), second);
  return item;
}

const NAMES = { member: "参保人", bot: "机器人", note: "备注", system: "" };

export function line(given, onWrong) {
  const item = make("div", given.who);
  if (given.who !== "system") {
    const by = make("p", "by");
    by.append(make("span", "", NAMES[given.who] || given.name || "坐席"));
    if (given.who === "note") by.append(make("span", "", given.name));
    by.append(make("span", "", clock(given.at)));
    if (given.thumb) by.append(make("span", `thumb ${given.thumb}`, given.thumb === "down" ? "参保人：没用" : "参保人：有用"));
    if (given.who === "bot" && !given.personal) {
      const wrong = make("button", "wrong", "机器人答错了");
      wrong.type = "button";
      wrong.addEventListener("click", () => onWrong(given, item, wrong));
      by.append(wrong);
    }
    item.append(by);
  }
  item.append(make("div", "words", given.text));
  if (given.who === "bot" && given.choices.length) item.append(make("p", "offered", `选项：${given.choices.join(" / ")}`));
  if (given.citations.length && !given.text.includes("依据")) item.append(cites(given.citations));
  return item;
}

export function cites(given) {
  const list = make("div", "cites");
  for (const one of given) {
    const chip = make("span", "chip", `${one.title.startsWith("《") ? one.title : `《${one.title}》`}${one.article}`);
    list.append(chip);
  }
  return list;
}

export function summary(place, given) {
  place.replaceChildren();
  if (given.said) place.append(make("p", "said", given.said));
  const table = make("table");
  for (const fact of given.facts) {
    const row = make("tr");
    row.append(make("th", "", fact.label), make("td", "", fact.value));
    table.append(row);
  }
  const bound = make("tr");
  bound.append(make("th", "", "身份"), make("td", "", given.bound ? "已验证" : "未验证"));
  table.append(bound);
  place.append(table);
  if (given.estimate) place.append(working(given.estimate));
}

const STATUS = { ok: "", range: "（区间）", unknown: "（缺数据）", not_covered: "（不支付）", bad_input: "（输入有误）" };

// "19200.00" as 19,200.00; an amount is a string and stays one.
export function money(amount) {
  return typeof amount === "string" ? amount.replace(/\B(?=(\d{3})+\.)/g, ",") : "";
}

export function working(estimate, title = "按现行规定测算") {
  const box = make("div", "working");
  box.append(make("p", "soft", `${title}${STATUS[estimate.status] || ""}`));
  if (estimate.low) box.append(make("p", "sum", `个人负担 ${money(estimate.low.member_pays)} 至 ${money(estimate.high.member_pays)}`));
  const table = make("table");
  for (const one of estimate.lines || []) {
    const row = make("tr");
    row.append(make("th", "", one.label), make("td", "", money(one.amount)));
    row.title = [one.formula, ...(one.citations || []).map((cite) => `${cite.title}${cite.article}`)].filter(Boolean).join("\n");
    table.append(row);
  }
  if (estimate.member_pays) {
    const row = make("tr", "sum");
    row.append(make("th", "", "个人负担合计"), make("td", "", money(estimate.member_pays)));
    table.append(row);
  }
  box.append(table);
  return box;
}

export function entry(given, onInsert, onSend) {
  const item = make("li");
  item.append(make("b", "", given.title), make("p", "entry", given.text));
  if (given.citations.length) item.append(cites(given.citations));
  const buttons = make("div", "buttons");
  const insert = make("button", "", "放入回复");
  insert.type = "button";
  insert.addEventListener("click", () => onInsert(given));
  buttons.append(insert);
  if (onSend) {
    const send = make("button", "primary", "直接发送");
    send.type = "button";
    send.addEventListener("click", () => onSend(given));
    buttons.append(send);
  }
  item.append(buttons);
  return item;
}

// Whom a conversation can be passed on to: colleagues, then groups.
export function targets(select, colleagues, groups) {
  select.replaceChildren();
  for (const [kind, label, given] of [["to", "同事", colleagues], ["group", "小组", groups]]) {
    const group = make("optgroup");
    group.label = label;
    for (const one of given) {
      const option = make("option", "", one.name);
      option.value = `${kind} ${one.id}`;
      group.append(option);
    }
    if (given.length) select.append(group);
  }
}
