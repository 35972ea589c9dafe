// The figures page: puts an absent colleague's conversations back into the queue, settles items of the work list.

import { act } from "./api.js";

for (const button of document.querySelectorAll("[data-item]")) {
  button.addEventListener("click", async () => {
    try {
      await act(`/desk/api/items/${button.dataset.item}/done`);
      button.closest("tr").remove();
    } catch (error) {
      button.textContent = error.message;
    }
  });
}

for (const button of document.querySelectorAll("[data-absent]")) {
  button.addEventListener("click", async () => {
    if (!confirm(`把${button.dataset.name}接待中的会话全部放回队列？`)) return;
    try {
      const answer = await act(`/desk/api/staff/${button.dataset.absent}/absent`);
      button.textContent = `已放回 ${answer.moved} 个`;
    } catch (error) {
      button.textContent = error.message;
    }
  });
}
