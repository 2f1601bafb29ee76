// Asks now and then whether there is news for whoever is logged in, and says so: in the header, and aloud.
// Rests while nobody looks, and steps back when the server does not answer. Without it, each page shows the count it came with.

const link = document.querySelector("[data-unread-url]");

if (link) {
  const [EVERY, LONGEST] = [15_000, 300_000]; // milliseconds
  const badge = link.querySelector("[data-unread]");
  const said = document.querySelector("[data-news]");
  const aloud = document.querySelector("[data-news-said]");
  let known = null;
  let count = Number(badge.textContent) || 0;
  let pause = EVERY;
  let timer = null;

  const tell = ({ unread, newest }) => {
    badge.textContent = unread;
    link.querySelector("[data-unread-badge]").hidden = unread === 0;
    if (unread > count && newest) {
      said.querySelector("[data-news-text]").textContent = aloud.textContent = newest;
      said.hidden = false;
    }
    count = unread;
  };

  const ask = async () => {
    const headers = known ? { "If-None-Match": known } : {};
    const answer = await fetch(link.dataset.unreadUrl, { headers, cache: "no-store" });
    if (answer.status === 304) return;
    if (answer.redirected || !answer.ok) throw new Error(`${answer.status}`);
    known = answer.headers.get("ETag");
    tell(await answer.json());
  };

  const turn = async () => {
    try {
      await ask();
      pause = EVERY;
    } catch {
      pause = Math.min(pause * 2, LONGEST) * (0.75 + Math.random() / 2); // not everybody at once
    }
    plan();
  };

  const plan = () => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(turn, pause);
  };

  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (!document.hidden) turn();
  });
  said.querySelector("[data-news-close]").addEventListener("click", () => {
    said.hidden = true;
  });
  plan();
}
