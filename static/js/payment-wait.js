// Asks now and then whether the money has come, and shows the page anew when something changed. Without it the page
// reloads by itself.
const shown = document.querySelector("[data-payment-state]");
const EVERY = 3000; // milliseconds
const LONGEST = 30 * 60 * 1000;

if (shown) {
  const began = performance.now();

  const look = async () => {
    if (performance.now() - began > LONGEST) return;
    try {
      const answer = await fetch(shown.dataset.paymentState, { headers: { Accept: "application/json" } });
      if (answer.redirected || !answer.ok) throw new Error("no answer");
      const { booking, payment } = await answer.json();
      if (booking !== "PENDING" || payment !== shown.dataset.payment) {
        location.reload();
        return;
      }
    } catch {
      // A line that is down for a moment: the next look may find it up again.
    }
    setTimeout(look, EVERY);
  };

  setTimeout(look, EVERY);
}
