// Says what is ticked and what it costs, keeps to the limit, shows the plan or the list, and tells when a seat is lost.
// Without this module the same form works; the server has the last word on all of it.
import { gettext, interpolate, ngettext } from "./words.js";

const form = document.querySelector("[data-seat-form]");

if (form) {
  const SAID = {
    available: gettext("available"),
    mine: gettext("held for you"),
    locked: gettext("held by somebody else"),
    booked: gettext("sold"),
  };
  const limit = Number(form.dataset.limit);
  const hall = form.querySelector("[data-hall]");
  const scroller = form.querySelector("[data-scroller]");
  const summary = form.querySelector("[data-seat-summary]");
  const total = form.querySelector("[data-seat-total]");
  const said = form.querySelector("[data-said]");
  const party = document.querySelector("[data-party]");
  const inputs = [...form.querySelectorAll("input[name=seats]")];
  const seats = new Map(inputs.map((input) => [Number(input.value), input]));
  const labelOf = (input) => input.closest(".seat");
  const stateOf = (input) => /seat--(available|mine|locked|booked|closed)/.exec(labelOf(input).className)[1];
  const SEAT = new RegExp(`^[^,]*, ${gettext("seat %s").replace("%s", "([^,]+)")}`); // as booking/hall.py writes it
  const numberOf = (input) => SEAT.exec(labelOf(input).querySelector("span").textContent)[1];
  const nameOf = (input) => input.closest("[data-row]").dataset.row + numberOf(input);
  const ticked = () => inputs.filter((input) => input.checked);
  const counted = (number) => interpolate(ngettext("%s seat", "%s seats", number), [number]);

  let asked = 0;
  const price = async (chosen) => {
    const turn = ++asked;
    await new Promise((done) => setTimeout(done, 200));
    if (turn !== asked) return;
    try {
      const answer = await fetch(`${form.dataset.totalUrl}?seats=${chosen.map((input) => input.value).join(",")}`);
      const cost = answer.ok ? await answer.json() : null;
      if (turn !== asked) return;
      total.textContent = cost ? interpolate(gettext("%s including %s GST"), [cost.amount, cost.tax]) : "";
      said.textContent = `${summary.textContent} ${total.textContent}`;
    } catch {
      total.textContent = ""; // no line just now: the price is shown before paying in any case
    }
  };

  const tell = () => {
    if (!summary) return;
    const chosen = ticked();
    const wanted = Number(party?.value ?? 0);
    asked += 1;
    total.textContent = "";
    if (chosen.length === 0) {
      summary.textContent = wanted
        ? interpolate(gettext("Choose %s, or up to %s."), [counted(wanted), limit])
        : interpolate(gettext("Choose up to %s seats."), [limit]);
      return;
    }
    const missing = wanted - chosen.length;
    const rest = missing > 0 ? ` · ${interpolate(gettext("%s more to choose"), [missing])}` : "";
    summary.textContent = `${counted(chosen.length)}: ${chosen.map(nameOf).join(", ")}${rest}`;
    price(chosen);
  };

  form.addEventListener("change", (event) => {
    if (ticked().length > limit) {
      event.target.checked = false;
      summary.textContent = said.textContent = interpolate(gettext("Up to %s seats can be booked at once."), [limit]);
      return;
    }
    tell();
  });
  party?.addEventListener("change", tell);

  // Plan or list: two looks of the same controls.
  const show = (view) => {
    hall.classList.toggle("hall--list", view === "list");
    for (const row of form.querySelectorAll("details.seat-row")) row.open = view === "plan" || Boolean(row.querySelector(":checked"));
    for (const link of form.querySelectorAll("[data-view]")) {
      if (link.dataset.view === view) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    hall.dispatchEvent(new CustomEvent("hall:view", { detail: view }));
  };
  for (const link of form.querySelectorAll("[data-view]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      show(link.dataset.view);
      history.replaceState(null, "", link.href);
    });
  }

  // What others did meanwhile. Seats that this visitor holds stay theirs until their time is over.
  const paint = (input, state) => {
    const label = labelOf(input);
    const name = label.querySelector("span");
    const face = label.querySelector("i");
    label.className = label.className.replace(/seat--(available|mine|locked|booked)/, `seat--${state}`);
    name.textContent = name.textContent.replace(/, [^,]*$/, `, ${SAID[state]}`);
    input.dataset.face ??= face.textContent === "×" ? numberOf(input) : face.textContent;
    face.textContent = state === "booked" ? "×" : input.dataset.face;
    input.disabled = state === "locked" || state === "booked";
  };

  const lose = (lost) => {
    const box = form.querySelector("[data-lost]");
    const names = lost.map(nameOf).join(", ");
    const party = document.querySelector("[data-lost-party]");
    box.hidden = false;
    const told = ngettext(
      "Somebody else was faster: %s. It is no longer ticked.",
      "Somebody else was faster: %s. They are no longer ticked.",
      lost.length,
    );
    box.querySelector("[data-lost-text]").textContent = interpolate(told, [names]);
    box.querySelector("[data-lost-button]").value = lost.map((input) => input.value).join(",");
    if (party) party.value = lost.length + ticked().length;
  };

  form.addEventListener("seats:now", (event) => {
    const { held, sold, selling } = event.detail;
    const gone = new Map([...held.map((id) => [id, "locked"]), ...sold.map((id) => [id, "booked"])]);
    const lost = [];
    for (const [id, input] of seats) {
      const was = stateOf(input);
      const is = gone.get(id) ?? "available";
      if (was === is || was === "closed" || (was === "mine" && is === "locked" && !form.dataset.holdOver)) continue;
      if (input.checked && is !== "available") {
        input.checked = false;
        lost.push(input);
      }
      paint(input, is);
    }
    for (const row of form.querySelectorAll("details.seat-row")) {
      const free = row.querySelectorAll("input:enabled").length;
      row.querySelector("[data-free]").textContent = free ? interpolate(gettext("%s free"), [free]) : gettext("full");
    }
    if (lost.length) {
      tell();
      lose(lost);
    }
    if (!selling) said.textContent = gettext("Sales for this show have just closed.");
    form.dispatchEvent(new Event("seats:painted"));
  });
  document.addEventListener("hold:over", () => {
    form.dataset.holdOver = "yes";
  });

  const centre = () => {
    scroller.scrollLeft = (scroller.scrollWidth - scroller.clientWidth) / 2;
  };
  let width = innerWidth;
  const turned = () => {
    if (innerWidth === width) return; // only a bar of the browser came or went
    width = innerWidth;
    centre();
  };
  centre();
  addEventListener("resize", turned);
  addEventListener("pageshow", tell);
}
