// A part of a page that asks for itself again: data-live="address" data-every="15" (seconds). Nothing moves under the
// fingers: it waits while a menu in it is open or something in it was typed, and keeps focus, scroll and what is unfolded.
const etags = new WeakMap();

const busy = (part) =>
  part.dataset.touched || part.querySelector("details.menu[open], dialog[open]") || part.querySelector("[aria-busy=true]");

function keep(part) {
  const focus = part.contains(document.activeElement) ? document.activeElement.id : "";
  const boards = [...part.querySelectorAll("[data-board]")].map((board) => [board.scrollLeft, board.scrollTop]);
  const open = [...part.querySelectorAll("details.more")].map((more) => more.open);
  return () => {
    part.querySelectorAll("[data-board]").forEach((board, n) => boards[n] && board.scrollTo(...boards[n]));
    part.querySelectorAll("details.more").forEach((more, n) => open[n] && (more.open = true));
    if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  };
}

async function refresh(part, htmx) {
  if (document.hidden || busy(part)) return;
  let answer;
  try {
    const headers = etags.has(part) ? { "If-None-Match": etags.get(part) } : {};
    answer = await fetch(part.dataset.live, { headers, cache: "no-store", credentials: "same-origin" });
  } catch {
    return; // the line is down: what stands here says itself how old it is
  }
  if (answer.status !== 200 || answer.redirected) return;
  const html = await answer.text();
  if (busy(part)) return;
  etags.set(part, answer.headers.get("ETag") || "");
  const restore = keep(part);
  htmx.swap(part, html, { swapStyle: "innerHTML" });
  restore();
}

// The board begins where the day is, not in the early morning.
function toNow(root) {
  for (const board of root.querySelectorAll("[data-board]")) {
    const now = board.querySelector(".board-hours .now");
    if (now) board.scrollLeft = Math.max(0, now.offsetLeft - board.clientWidth / 2);
  }
}

export function live(htmx) {
  toNow(document);
  for (const part of document.querySelectorAll("[data-live]")) {
    part.addEventListener("input", () => (part.dataset.touched = "yes"));
    setInterval(() => refresh(part, htmx), Number(part.dataset.every) * 1000);
    document.addEventListener("visibilitychange", () => refresh(part, htmx));
    let restore = null;
    part.addEventListener("htmx:beforeSwap", ({ target }) => target === part && (restore = keep(part)));
    part.addEventListener("htmx:afterSwap", ({ target }) => {
      if (target !== part) return;
      etags.delete(part);
      restore?.();
      const words = part.querySelector("[data-said]");
      const said = document.getElementById("said");
      if (words && said) said.textContent = words.textContent.trim();
    });
  }
}
