// Puts the chat on another page of the office, with one tag:
//   <script src="https://desk.example.gov.cn/widget.js" defer></script>
// No inline script or style is written, so that a strict Content-Security-Policy of that page needs only our address
// in script-src, style-src and frame-src. With data-frame="no" the chat opens in a window of its own.

(() => {
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const framed = script.dataset.frame !== "no";
  let frame = null;

  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = `${home}/widget.css`;
  document.head.append(sheet);

  const button = document.createElement("button");
  button.type = "button";
  button.className = "yibao-widget-button";
  button.textContent = script.dataset.label || "医保咨询";
  button.setAttribute("aria-expanded", "false");

  function begin() {
    frame = document.createElement("iframe");
    frame.className = "yibao-widget-frame";
    frame.title = "医保小助手";
    frame.src = `${home}/?embed=1`;
    document.body.append(frame);
  }

  function toggle() {
    if (!framed) {
      window.open(`${home}/`, "yibao", "width=420,height=760");
      return;
    }
    if (frame) frame.hidden = !frame.hidden;
    else begin();
    button.setAttribute("aria-expanded", String(!frame.hidden));
    if (frame.hidden) button.focus();
    else frame.focus();
  }

  button.addEventListener("click", toggle);
  window.addEventListener("message", (event) => {
    if (event.origin !== home || !event.data || event.data.yibao !== "unread") return;
    button.dataset.unread = event.data.count && frame && frame.hidden ? String(event.data.count) : "";
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && frame && !frame.hidden) toggle(); });
  document.body.append(button);
})();
