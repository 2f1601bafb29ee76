// Follows work that a job does: asks for the page it stands on again, shows how far it is, and at the end shows all of the
// page anew. Without it the page reloads by itself.
const followed = document.querySelector("[data-follow]");
const EVERY = 2000; // milliseconds

if (followed) {
  const look = async () => {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (answer.redirected || !answer.ok) throw new Error(`${answer.status}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-follow]");
      if (!fresh) {
        location.reload();
        return;
      }
      followed.replaceChildren(...fresh.childNodes);
    } catch {
      // A line that is down for a moment: the next look may find it up again.
    }
    setTimeout(look, EVERY);
  };

  setTimeout(look, EVERY);
}
