// Asks every two and a half seconds which seats are gone; costs the server a look into its cache when none is.
// Rests while nobody looks, and steps back when the server does not answer. A pushed message would only have to do what
// `tell` does: the rest of the page listens to "seats:now" and does not care how it came.
const form = document.querySelector("[data-seat-form]");

if (form) {
  const [EVERY, LONGEST] = [2500, 60_000]; // milliseconds
  let known = null;
  let pause = EVERY;
  let timer = null;

  const tell = (seats) => form.dispatchEvent(new CustomEvent("seats:now", { detail: seats }));

  const ask = async () => {
    const headers = known ? { "If-None-Match": known } : {};
    const answer = await fetch(form.dataset.nowUrl, { headers, cache: "no-store", credentials: "omit" });
    if (answer.status === 304) return;
    if (!answer.ok) throw new Error(`${answer.status}`);
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
  plan();
}
