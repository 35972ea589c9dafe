// Tells an agent what happened: a line at the foot of the page, its title, two soft tones when they are switched on.

const title = document.title;
let before = null;
let sound = localStorage.getItem("yb.sound") === "1";
let audio = null;

export function setUpSound(button) {
  const show = () => button.setAttribute("aria-pressed", String(sound));
  show();
  button.addEventListener("click", () => {
    sound = !sound;
    localStorage.setItem("yb.sound", sound ? "1" : "0");
    show();
    if (sound) ring();
  });
}

function ring() {
  audio = audio || new AudioContext();
  [660, 880].forEach((pitch, index) => {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const start = audio.currentTime + index * 0.18;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.12, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.3);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.32);
  });
}

export function tellCounts(counts) {
  const waiting = counts.queue + counts.unanswered;
  document.title = waiting ? `(${waiting}) ${title}` : title;
  const more = before && (counts.queue > before.queue || counts.unanswered > before.unanswered);
  if (more && sound) ring();
  before = counts;
}

// Leaders hear whose conversations came back because nobody answered; each is shown until it is put away.
export function tellAlerts(alerts, onOpen) {
  const place = document.getElementById("alerts");
  const seen = new Set(JSON.parse(localStorage.getItem("yb.alerts") || "[]"));
  const fresh = alerts.filter((one) => !seen.has(one.case + one.at)).slice(0, 3);
  place.hidden = fresh.length === 0;
  place.replaceChildren(...fresh.map((one) => {
    const row = document.createElement("p");
    const at = new Date(one.at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
    const why = one.why === "due" ? "等待到期没有处理" : "没有及时答复";
    row.append(`${at} ${one.agent}${why}，会话已退回队列。`);
    for (const [label, act] of [["查看", () => onOpen(one.case)], ["知道了", () => {}]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.addEventListener("click", () => {
        localStorage.setItem("yb.alerts", JSON.stringify([...seen, one.case + one.at].slice(-200)));
        row.remove();
        place.hidden = place.childElementCount === 0;
        act();
      });
      row.append(button);
    }
    return row;
  }));
}

let fading = 0;

export function toast(words, bad) {
  const place = document.getElementById("toast");
  place.textContent = words;
  place.classList.toggle("bad", Boolean(bad));
  place.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { place.hidden = true; }, 5000);
}
