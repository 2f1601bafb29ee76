// Says what is ticked and what it costs, keeps to the limit, and starts in the middle of the hall.
// Without this module the same form works; the server has the last word on all of it.
const form = document.querySelector("[data-seat-form]");

if (form) {
  const limit = Number(form.dataset.limit);
  const summary = form.querySelector("[data-seat-summary]");
  const scroller = form.querySelector("[data-scroller]");
  const money = new Intl.NumberFormat("en-IN", {
    style: "currency",
    currency: form.dataset.currency,
    trailingZeroDisplay: "stripIfInteger",
  });

  const ticked = () => [...form.querySelectorAll("input[name=seats]:checked")];

  const tell = () => {
    const seats = ticked();
    if (!summary) return;
    if (seats.length === 0) {
      summary.textContent = `Choose up to ${limit} seats.`;
      return;
    }
    const paise = seats.reduce((sum, seat) => sum + Math.round(Number(seat.dataset.price) * 100), 0);
    const names = seats.map((seat) => seat.dataset.name).join(", ");
    summary.textContent = `${seats.length === 1 ? "Seat" : `${seats.length} seats`}: ${names} · ${money.format(paise / 100)}`;
  };

  form.addEventListener("change", (event) => {
    if (ticked().length > limit) {
      event.target.checked = false;
      if (summary) summary.textContent = `Up to ${limit} seats can be booked at once.`;
      return;
    }
    tell();
  });

  scroller.scrollLeft = (scroller.scrollWidth - scroller.clientWidth) / 2;
  addEventListener("pageshow", tell);
  tell();
}
