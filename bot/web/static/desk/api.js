// Talks to the server: JSON both ways, the session's token with every act, and a live connection that only wakes.

const csrf = document.querySelector('meta[name="csrf"]').content;
const TOUCHED = "yb.touched";
let touched = Date.now();

function touch() {
  const now = Date.now();
  if (now - touched > 2000) localStorage.setItem(TOUCHED, String(now)); // other windows of this browser see it
  touched = now;
}

for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, touch, { passive: true });

// When somebody last touched the console, in any window.
export function lastTouch() {
  return Math.max(touched, Math.min(Date.now(), Number(localStorage.getItem(TOUCHED)) || 0));
}

function headers() {
  return Date.now() - touched < 60000 ? { "X-Active": "1" } : {};
}

async function read(answer) {
  if (answer.status === 401) {
    location.href = "/desk/login";
    throw new Error("登录已过期");
  }
  if (answer.status === 423) document.dispatchEvent(new Event("yb-locked"));
  const data = await answer.json();
  if (!answer.ok) throw new Error(data.error || "操作没有成功");
  return data;
}

export async function get(path) {
  return read(await fetch(path, { headers: headers() }));
}

export async function act(path, body) {
  const sent = { "Content-Type": "application/json", "X-CSRF-Token": csrf };
  return read(await fetch(path, { method: "POST", headers: sent, body: JSON.stringify(body || {}) }));
}

export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Calls `woken` whenever something may have changed, and every few seconds while there is no live connection.
export class Live {
  constructor(woken, state) {
    this.woken = woken;
    this.state = state;
    this.watched = "";
    this.failures = 0;
    this.open();
  }

  open() {
    const address = new URL("/desk/live", location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.socket = socket;
    socket.onopen = () => {
      this.failures = 0;
      this.state(true);
      if (this.watched) socket.send(`watch ${this.watched}`);
      this.woken();
      this.beat = setInterval(() => socket.send("ping"), 25000);
    };
    socket.onmessage = (event) => { if (JSON.parse(event.data).t === "wake") this.woken(); };
    socket.onclose = () => {
      clearInterval(this.beat);
      this.state(false);
      this.failures += 1;
      this.woken();
      setTimeout(() => this.open(), Math.min(10000, 500 * 2 ** this.failures));
    };
  }

  // Connect at once, when a lock had refused it.
  retry() {
    if (this.socket.readyState === WebSocket.CLOSED) this.open();
  }

  say(words) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(words);
  }

  watch(id) {
    this.watched = id;
    this.say(`watch ${id}`);
  }
}
