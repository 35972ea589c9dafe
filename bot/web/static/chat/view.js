// Draws the conversation. Whatever was written is put in as text, never as markup.

const NAMES = { bot: "小助手", agent: "工作人员", member: "我", system: "" };
const DIAL = /打 ?(?:120|110)(?!\d)|12356(?!\d)|12393(?!\d)|0\d{2,3}-\d{7,8}(?!\d)/g;

export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

// A paragraph whose telephone numbers can be tapped.
function paragraph(text, className) {
  const element = make("p", className);
  let at = 0;
  for (const found of text.matchAll(DIAL)) {
    if (/\d/.test(text.charAt(found.index - 1))) continue; // the tail of a longer number
    element.append(text.slice(at, found.index));
    const number = make("a", "", found[0]);
    number.href = `tel:${found[0].replace(/[^\d-]/g, "")}`;
    element.append(number);
    at = found.index + found[0].length;
  }
  element.append(text.slice(at));
  return element;
}

// One paragraph a line. The first line of the bot's answer is the answer; the basis stands apart below.
function fill(bubble, line) {
  const lines = line.text.split("\n");
  let gap = false;
  lines.forEach((text, index) => {
    if (text.trim() === "") {
      gap = true;
      return;
    }
    const kinds = [kindOf(text)];
    if (index === 0 && line.who === "bot" && lines.length > 1) kinds.push("lead");
    if (gap) kinds.push("gap");
    bubble.append(paragraph(text, kinds.join(" ").trim()));
    gap = false;
  });
}

function kindOf(text) {
  if (/^(依据|根据)[::：]/.test(text)) return "basis";
  return /^[·•-] /.test(text) ? "item" : "";
}

function picture(given) {
  const image = make("img", "picture");
  image.alt = given.alt || "";
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(given.svg)}`; // as an image, an SVG runs nothing
  return image;
}

function clock(iso) {
  return new Date(iso).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
}

export class View {
  constructor(log, scroller, { onChoice, onRetry, onThumb }) {
    this.log = log;
    this.scroller = scroller;
    this.onChoice = onChoice;
    this.onRetry = onRetry;
    this.onThumb = onThumb;
    this.waiting = new Map();
  }

  clear() {
    this.log.replaceChildren();
    this.waiting.clear();
  }

  isEmpty() {
    return this.log.childElementCount === 0;
  }

  add(lines) {
    let first = null;
    for (const line of lines) {
      if (line.who === "member" || (line.choices || []).length) this.disableChoices();
      const item = this.draw(line);
      const pending = this.log.querySelector(".line.waiting, .line.failed");
      if (pending) pending.before(item);
      else this.log.append(item);
      if (!first && line.who !== "member") first = item;
    }
    if (lines.length) this.show(first || this.log.lastElementChild);
  }

  draw(line) {
    const item = make("div", `line ${line.who}`);
    if (line.who !== "system") {
      const who = line.who === "agent" && line.name ? `工作人员 ${line.name}` : NAMES[line.who];
      item.append(make("p", "who", `${who} ${clock(line.at)}`));
    }
    const bubble = make("div", "bubble");
    fill(bubble, line);
    if (line.picture && line.picture.svg) bubble.append(picture(line.picture));
    item.append(bubble);
    if ((line.choices || []).length) item.append(this.choices(line.choices));
    if (line.thumb !== null && line.thumb !== undefined) item.append(this.under(line, item));
    return item;
  }

  // Under an answer: was it of use, and, for a figure, a printed page of its own.
  under(line, item) {
    const row = make("div", "under");
    const buttons = [["up", "有用"], ["down", "没用"]].map(([value, label]) => {
      const button = make("button", "thumb", label);
      button.type = "button";
      button.setAttribute("aria-pressed", String(line.thumb === value));
      button.addEventListener("click", async () => {
        const now = await this.onThumb(line.seq, value === "up");
        if (now === null) return;
        buttons.forEach((one, place) => one.setAttribute("aria-pressed", String(now === ["up", "down"][place])));
      });
      return button;
    });
    row.append(...buttons);
    if (line.estimate) {
      const print = make("button", "thumb", "打印");
      print.type = "button";
      print.setAttribute("aria-label", "打印这份测算");
      print.addEventListener("click", () => this.print(item));
      row.append(print);
    }
    return row;
  }

  print(item) {
    item.classList.add("alone");
    document.body.classList.add("print-one");
    const back = () => {
      item.classList.remove("alone");
      document.body.classList.remove("print-one");
    };
    window.addEventListener("afterprint", back, { once: true });
    window.print();
  }

  choices(given) {
    const group = make("div", "choices");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "可以选择");
    for (const choice of given) {
      const button = make("button", "choice", choice.label);
      button.type = "button";
      button.addEventListener("click", () => {
        if (button.disabled) return;
        this.disableChoices();
        this.onChoice(choice);
      });
      group.append(button);
    }
    return group;
  }

  disableChoices() {
    for (const button of this.log.querySelectorAll(".choice:enabled")) button.disabled = true;
  }

  // A message on its way: drawn at once, taken away when its line comes back.
  wait(item) {
    this.disableChoices();
    const line = make("div", "line member waiting");
    const bubble = make("div", "bubble");
    bubble.append(make("p", "", item.text));
    line.append(make("p", "who", "我"), bubble, make("p", "state", "正在发送…"));
    this.waiting.set(item.id, line);
    this.log.append(line);
    this.show(line);
  }

  arrived(id) {
    const line = this.waiting.get(id);
    if (line) line.remove();
    this.waiting.delete(id);
  }

  failed(item, sentence) {
    const line = this.waiting.get(item.id);
    if (!line) return;
    line.className = "line member failed";
    line.querySelector(".state").textContent = `没有发出：${sentence}`;
    const again = make("button", "retry", "再发一次");
    again.type = "button";
    again.addEventListener("click", () => {
      line.remove();
      this.waiting.delete(item.id);
      this.onRetry(item);
    });
    line.append(again);
  }

  show(item) {
    if (item) requestAnimationFrame(() => item.scrollIntoView({ block: item.offsetHeight > this.scroller.clientHeight * 0.7 ? "start" : "nearest" }));
    requestAnimationFrame(() => this.keepEnd(item));
  }

  // The first line of the conversation that is in sight.
  topmost() {
    const top = this.scroller.getBoundingClientRect().top;
    return [...this.log.children].find((item) => item.getBoundingClientRect().bottom > top + 20);
  }

  // What follows the first new line is shown too, as far as that line stays in sight.
  keepEnd(item) {
    if (!item) return;
    const last = this.log.lastElementChild;
    const height = last.getBoundingClientRect().bottom - item.getBoundingClientRect().top;
    if (height < this.scroller.clientHeight * 0.9) last.scrollIntoView({ block: "end" });
    else item.scrollIntoView({ block: "start" });
  }
}
