// Makes the plan larger and smaller: with buttons, and with two fingers. A seat never gets smaller than 24 px.
const scroller = document.querySelector("[data-scroller]");
const buttons = document.querySelector("[data-zoom]");

if (scroller && buttons) {
  const SIZES = [1.5, 2, 2.5, 3, 3.75]; // rem
  const plan = scroller.querySelector("[data-plan]");
  const hall = scroller.closest("[data-hall]");
  let size = 2;

  const set = (wanted, quietly = false) => {
    const middle = (scroller.scrollLeft + scroller.clientWidth / 2) / scroller.scrollWidth;
    size = Math.min(Math.max(wanted, SIZES[0]), SIZES.at(-1));
    plan.style.setProperty("--seat", `${size}rem`);
    scroller.scrollLeft = middle * scroller.scrollWidth - scroller.clientWidth / 2;
    for (const button of buttons.children) {
      const atEnd = button.dataset.zoomBy < 0 ? size <= SIZES[0] : size >= SIZES.at(-1);
      button.setAttribute("aria-disabled", String(atEnd));
    }
    if (!quietly) hall.dataset.zoomed = "yes";
  };

  buttons.addEventListener("click", (event) => {
    const by = Number(event.target.closest("[data-zoom-by]")?.dataset.zoomBy ?? 0);
    if (by > 0) set(SIZES.find((one) => one > size + 0.01) ?? size);
    if (by < 0) set(SIZES.findLast((one) => one < size - 0.01) ?? size);
  });

  const fingers = new Map();
  let begin = null;
  const apart = () => {
    const [one, other] = [...fingers.values()];
    return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
  };
  const lift = (event) => {
    fingers.delete(event.pointerId);
    begin = null;
  };
  scroller.classList.add("hall__scroller--pinch");
  scroller.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") return;
    fingers.set(event.pointerId, event);
    if (fingers.size === 2) begin = { apart: apart(), size };
  });
  scroller.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, event);
    if (begin && fingers.size === 2) set((begin.size * apart()) / begin.apart);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) scroller.addEventListener(end, lift);

  hall.addEventListener("hall:view", (event) => {
    buttons.hidden = event.detail === "list";
  });
  buttons.hidden = hall.classList.contains("hall--list");
  set(size, true);
}
