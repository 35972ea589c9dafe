// What stands beside a conversation: tags, the member card, and a stay that the agent prices.

import { act, get, newId } from "./api.js";
import { make, money, working } from "./draw.js";
import { toast } from "./notice.js";

const find = (id) => document.getElementById(id);
const CARD = [["name", "姓名"], ["identity", "身份证号"], ["phone", "手机号"], ["scheme", "参保"], ["status", "状态"], ["unit", "单位"]];
const REVEALED = ["name", "identity", "phone", "callback"];
const fields = () => [...find("pricing-form").elements].filter((field) => field.name);

export class Aside {
  constructor(hooks) {
    this.hooks = hooks; // {current, mine, done, insert}
    this.raw = {};
    this.touched = new Set();
    this.priced = null;
    this.cardOf = "";
    this.wanted = null;
    this.timer = 0;
    find("pricing-form").addEventListener("input", (event) => this.changed(event.target.name));
    find("pricing-form").addEventListener("submit", (event) => event.preventDefault());
    find("pricing-insert").addEventListener("click", () => this.hooks.insert({ text: this.priced.text, citations: this.priced.citations }));
    find("pricing-send").addEventListener("click", () => this.send());
    find("pricing-box").addEventListener("toggle", () => { if (find("pricing-box").open) this.price(); });
    find("reveal-form").addEventListener("submit", (event) => this.reveal(event));
  }

  // Another conversation, or the same one with something new in it.
  show(found, another) {
    this.found = found;
    if (another) this.touched.clear();
    this.fill(found.summary.facts);
    this.tags(found.case);
    this.card(found, another);
    find("pricing").hidden = false;
    find("pricing-sum").textContent = headline(found.summary.estimate);
    find("pricing-send").hidden = !this.hooks.mine();
    find("pricing-insert").hidden = !this.hooks.mine();
    if (another) {
      find("pricing-box").open = false;
      this.clear();
    } else if (find("pricing-box").open && !this.touched.size) this.later();
  }

  // ---- the estimate

  fill(facts) {
    this.raw = Object.fromEntries(facts.map((fact) => [fact.name, fact]));
    const shown = new Set();
    for (const field of fields()) {
      shown.add(field.name);
      if (this.touched.has(field.name)) continue;
      const fact = this.raw[field.name];
      field.value = fact ? (typeof fact.raw === "object" ? fact.value : String(fact.raw)) : "";
    }
    const more = facts.filter((fact) => !shown.has(fact.name));
    find("pricing-more").textContent = more.length ? `另按：${more.map((fact) => `${fact.label} ${fact.value}`).join("，")}` : "";
  }

  facts() {
    const sent = Object.fromEntries(Object.values(this.raw).map((fact) => [fact.name, fact.raw]));
    for (const field of fields()) {
      if (this.touched.has(field.name)) sent[field.name] = field.value.trim();
    }
    return sent;
  }

  changed(name) {
    this.touched.add(name);
    this.later();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.price(), 300);
  }

  clear() {
    this.priced = null;
    find("pricing-result").replaceChildren();
    for (const id of ["pricing-insert", "pricing-send"]) find(id).disabled = true;
  }

  async price() {
    const id = this.hooks.current();
    try {
      const found = await act("/desk/api/price", { facts: this.facts() });
      if (id !== this.hooks.current()) return;
      this.priced = found;
      this.draw(found);
    } catch (error) {
      this.clear();
      find("pricing-result").append(make("p", "problem", error.message));
    }
  }

  draw(found) {
    const place = find("pricing-result");
    place.replaceChildren();
    for (const problem of found.problems) place.append(make("p", "problem", problem));
    if (found.sendable) place.append(working(found.estimate, "测算"));
    for (const id of ["pricing-insert", "pricing-send"]) find(id).disabled = !found.sendable;
  }

  async send() {
    if (await this.hooks.done("estimate", { facts: this.facts(), client_id: newId() })) toast("测算已发给参保人。");
  }

  // ---- tags

  tags(given) {
    const place = find("tags");
    if (place.contains(document.activeElement)) return;
    place.hidden = false;
    const items = given.tags.map((tag) => {
      const button = make("button", "chip tag", `${tag} ×`);
      button.type = "button";
      button.setAttribute("aria-label", `去掉标签${tag}`);
      button.addEventListener("click", () => this.hooks.done("tag", { tags: given.tags.filter((one) => one !== tag) }));
      return button;
    });
    const add = make("input", "new-tag");
    add.setAttribute("list", "tag-words");
    add.setAttribute("aria-label", "加标签");
    add.placeholder = "加标签";
    add.maxLength = 12;
    add.addEventListener("change", () => {
      const tag = add.value.trim();
      add.blur();
      if (tag) this.hooks.done("tag", { tags: [...given.tags, tag] });
    });
    place.replaceChildren(...items, add);
  }

  // ---- the member card

  async card(found, another) {
    const id = found.case.id;
    const wanted = found.summary.bound || found.case.callback;
    const key = `${id} ${found.summary.bound} ${found.case.callback}`;
    if (another || !wanted) find("card").hidden = true;
    if (!wanted) this.cardOf = "";
    if (!wanted || key === this.cardOf) return;
    this.cardOf = key;
    const given = await get(`/desk/api/cases/${id}/card`).catch(() => null);
    if (!given || id !== this.hooks.current()) return;
    const table = make("table");
    for (const [name, label] of CARD) if (given[name]) table.append(this.row(name, label, given[name]));
    if (given.callback) table.append(this.row("callback", "回电号码", "已留（加密）"));
    find("card-rows").replaceChildren(given.protected ? make("p", "soft", given.protected) : table);
    find("card").hidden = false;
  }

  row(name, label, value) {
    const row = make("tr");
    const cell = make("td");
    cell.append(make("span", "", value));
    if (REVEALED.includes(name)) {
      const button = make("button", "reveal", "查看");
      button.type = "button";
      button.setAttribute("aria-label", `查看完整${label}`);
      button.addEventListener("click", () => this.ask(name, cell));
      cell.append(button);
    }
    row.append(make("th", "", label), cell);
    return row;
  }

  ask(name, cell) {
    this.wanted = { name, cell, id: this.hooks.current() };
    find("reveal-why").value = "";
    find("reveal-box").showModal();
  }

  async reveal(event) {
    event.preventDefault();
    const { name, cell, id } = this.wanted;
    try {
      const found = await act(`/desk/api/cases/${id}/reveal`, { what: name, why: find("reveal-why").value });
      cell.replaceChildren(make("b", "", found.value));
      find("reveal-box").close();
      setTimeout(() => { this.cardOf = ""; if (this.found) this.card(this.found, false); }, 60000);
    } catch (error) {
      toast(error.message, true);
    }
  }
}

function headline(estimate) {
  if (!estimate) return "";
  if (estimate.member_pays) return `个人 ${money(estimate.member_pays)}`;
  return estimate.low ? `个人 ${money(estimate.low.member_pays)} 至 ${money(estimate.high.member_pays)}` : "";
}
