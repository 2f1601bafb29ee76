// Counts down how long seats are held, on the server's clock; speaks up only when it matters.
const shown = document.querySelector("[data-hold-until]");

if (shown) {
  const spoken = document.querySelector("[data-hold-spoken]");
  const left = new Date(shown.dataset.holdUntil) - new Date(shown.dataset.now);
  const loaded = performance.now();
  const warnAt = new Set([120, 30]);

  const tick = () => {
    const seconds = Math.ceil((left - (performance.now() - loaded)) / 1000);
    if (seconds <= 0) {
      shown.textContent = "no longer: the time is over. If nobody took them, you can still go on.";
      spoken.textContent = "The time for which your seats were held is over.";
      clearInterval(timer);
      return;
    }
    shown.textContent = `for ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} min`;
    if (warnAt.delete(seconds)) spoken.textContent = `Your seats are held for ${seconds} more seconds.`;
  };

  const timer = setInterval(tick, 1000);
  tick();
}
