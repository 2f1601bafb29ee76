// Asks an address again and again, and hands on what is new: an answer of 304 says that nothing is.
// Rests while nobody looks, and steps back when the server does not answer.
export const keepAsking = ({ address, every, longest, tell, credentials = "same-origin" }) => {
  let known = null;
  let pause = every; // milliseconds
  let timer = null;

  const ask = async () => {
    const headers = known ? { "If-None-Match": known } : {};
    const answer = await fetch(address, { headers, cache: "no-store", credentials });
    if (answer.status === 304) return;
    if (answer.redirected || !answer.ok) throw new Error(`${answer.status}`);
    known = answer.headers.get("ETag");
    tell(await answer.json());
  };

  const turn = async () => {
    try {
      await ask();
      pause = every;
    } catch {
      pause = Math.min(pause * 2, longest) * (0.75 + Math.random() / 2); // not everybody at once
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
};
