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

let fading = 0;

export function toast(words, bad) {
  const place = document.getElementById("toast");
  place.textContent = words;
  place.classList.toggle("bad", Boolean(bad));
  place.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { place.hidden = true; }, 5000);
}
