// Asks now and then whether there is news for whoever is logged in, and says so: in the header, and aloud.
// Without it, each page shows the count it came with.
import { keepAsking } from "./asking.js";

const link = document.querySelector("[data-unread-url]");

if (link) {
  const badge = link.querySelector("[data-unread]");
  const said = document.querySelector("[data-news]");
  const aloud = document.querySelector("[data-news-said]");
  let count = Number(badge.textContent) || 0;

  const tell = ({ unread, newest }) => {
    badge.textContent = unread;
    link.querySelector("[data-unread-badge]").hidden = unread === 0;
    if (unread > count && newest) {
      said.querySelector("[data-news-text]").textContent = aloud.textContent = newest;
      said.hidden = false;
    }
    count = unread;
  };

  said.querySelector("[data-news-close]").addEventListener("click", () => {
    said.hidden = true;
  });
  keepAsking({ address: link.dataset.unreadUrl, every: 15_000, longest: 300_000, tell });
}
