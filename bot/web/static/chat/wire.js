// Carries messages to the office and lines back: over a WebSocket, or over plain requests where none can be had.
// Every message has an id and is sent again until it is acknowledged; every line has a number and is taken once.

const BEAT = 25000; // a sign of life this often
const PATIENCE = 10000; // then the other side must have answered
const SLOWEST = 15000; // the longest pause between two attempts
const RETURN = 60000; // from plain requests back to a live connection

export class Wire {
  constructor(told) {
    this.told = told; // {lines, acknowledged, failed, erased, typing, online, stranger}
    this.last = 0;
    this.pending = new Map();
    this.generation = 0;
    this.failures = 0;
    this.polling = false;
    this.socket = null;
  }

  start() {
    this.generation += 1;
    this.open();
  }

  stop() {
    this.generation += 1;
    this.polling = false;
    if (this.socket) this.socket.close();
    this.socket = null;
    this.pending.clear();
    this.last = 0;
  }

  send(item) {
    this.pending.set(item.id, item);
    if (this.isLive()) this.push(item);
    else if (this.polling) this.post(item);
    else if (this.socket === null) this.open();
  }

  isLive() {
    return this.socket !== null && this.socket.readyState === WebSocket.OPEN;
  }

  push(item) {
    this.socket.send(JSON.stringify({ t: "send", ...item }));
  }

  open() {
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    const mine = this.generation;
    const address = new URL(`/chat/live?after=${this.last}`, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    let opened = false;
    const socket = new WebSocket(address);
    this.socket = socket;
    socket.onopen = () => {
      opened = true;
      this.failures = 0;
      this.polling = false;
      this.told.online(true);
      this.beat(socket);
    };
    socket.onmessage = (event) => this.heard(socket, JSON.parse(event.data));
    socket.onclose = () => {
      clearTimeout(socket.beating);
      if (mine !== this.generation || socket !== this.socket) return;
      this.socket = null;
      this.again(opened);
    };
  }

  again(opened) {
    const mine = this.generation;
    this.failures += opened ? 0 : 1;
    if (this.failures >= 2 && navigator.onLine) {
      this.poll();
      setTimeout(() => { if (mine === this.generation && !this.isLive()) this.open(); }, RETURN);
      return;
    }
    if (!opened) this.told.online(false);
    const pause = Math.min(SLOWEST, 400 * 2 ** this.failures) * (0.7 + 0.6 * Math.random());
    setTimeout(() => { if (mine === this.generation) this.open(); }, pause);
  }

  wake() {
    this.failures = 0;
    if (!this.isLive()) this.open();
  }

  beat(socket) {
    clearTimeout(socket.beating);
    socket.beating = setTimeout(() => {
      if (socket.readyState !== WebSocket.OPEN) return;
      socket.send('{"t":"ping"}');
      socket.beating = setTimeout(() => socket.close(), PATIENCE);
    }, BEAT);
  }

  heard(socket, frame) {
    if (socket !== this.socket) return;
    this.beat(socket);
    const first = !socket.greeted;
    this.take(frame);
    if (first && frame.t === "lines") {
      socket.greeted = true;
      for (const item of this.pending.values()) this.push(item);
    }
  }

  take(frame) {
    if (frame.t === "erased") this.told.erased();
    if (frame.t === "typing") this.told.typing();
    if (frame.t === "error") {
      const item = this.pending.get(frame.id);
      this.pending.delete(frame.id);
      this.told.failed(item, frame.error);
    }
    if (frame.t !== "lines") return;
    for (const id of frame.acks || []) {
      this.pending.delete(id);
      this.told.acknowledged(id);
    }
    const fresh = frame.lines.filter((line) => line.seq > this.last);
    this.last = Math.max(this.last, frame.last);
    this.told.lines(fresh, frame.owner);
  }

  async post(item) {
    try {
      const answer = await fetch(`/chat/send?after=${this.last}`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(item),
      });
      const frame = await answer.json();
      this.take(answer.ok ? frame : { t: "error", id: item.id, error: frame.error });
    } catch {
      this.told.online(false); // it stays pending; the next successful poll sends it again
    }
  }

  async poll() {
    if (this.polling) return;
    this.polling = true;
    const mine = this.generation;
    let first = true;
    while (this.polling && mine === this.generation && !this.isLive()) {
      try {
        const answer = await fetch(`/chat/poll?after=${this.last}${first ? "&now=1" : ""}`);
        if (answer.status === 401) this.told.stranger();
        if (!answer.ok) throw new Error(String(answer.status));
        const frame = await answer.json();
        if (mine !== this.generation) return;
        this.told.online(true);
        this.take(frame);
        if (first) for (const item of this.pending.values()) await this.post(item);
        first = false;
      } catch {
        this.told.online(false);
        first = true;
        await new Promise((done) => setTimeout(done, 3000));
      }
    }
    this.polling = false;
  }
}
