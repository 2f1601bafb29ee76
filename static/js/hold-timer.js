// Counts down how long seats are held, on the server's clock; speaks up only when it matters.
import { gettext, interpolate } from "./words.js";

const shown = document.querySelector("[data-hold-until]");

if (shown) {
  const box = shown.closest("[data-hold]");
  const spoken = box.querySelector("[data-hold-spoken]");
  const canExtend = Boolean(box.querySelector("[data-extend]"));
  const left = new Date(shown.dataset.holdUntil) - new Date(shown.dataset.now);
  const loaded = performance.now();
  const warnAt = [120, 30];

  const warn = (seconds) => {
    box.classList.add("hold--ending");
    const more = canExtend ? ` ${gettext("You can ask for more time, once.")}` : "";
    spoken.textContent = interpolate(gettext("Your seats are held for %s more seconds."), [seconds]) + more;
  };

  const end = () => {
    clearInterval(timer);
    box.classList.add("hold--ending");
    box.querySelector("[data-extend]")?.remove();
    shown.textContent = gettext("no longer: the time is over. If nobody took them, you can still go on.");
    spoken.textContent = gettext("The time for which your seats were held is over.");
    document.dispatchEvent(new Event("hold:over"));
  };

  const tick = () => {
    const seconds = Math.ceil((left - (performance.now() - loaded)) / 1000);
    if (seconds <= 0) {
      end();
      return;
    }
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    shown.textContent = interpolate(gettext("for %s min"), [clock]);
    if (seconds <= warnAt[0]) {
      warn(seconds);
      while (warnAt.length && seconds <= warnAt[0]) warnAt.shift();
    }
  };

  const timer = setInterval(tick, 1000);
  tick();
}
