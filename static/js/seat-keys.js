// The plan is one tab stop: arrow keys go from seat to seat, Home and End along the row, Page Up and Page Down five rows.
// In the list, and without this module, every seat is a tab stop of its own.
const plan = document.querySelector("[data-plan]");

if (plan) {
  const hall = plan.closest("[data-hall]");
  const form = plan.closest("form");
  const rows = [...plan.querySelectorAll("[data-row]")].map((row) => [...row.children].map((cell) => cell.querySelector("input")));
  const inputs = rows.flat().filter(Boolean);
  const isList = () => hall.classList.contains("hall--list");
  const isOpen = (input) => input && !input.disabled;
  let current = null;

  const placeOf = (input) => {
    const row = rows.findIndex((cells) => cells.includes(input));
    return [row, rows[row].indexOf(input)];
  };

  // The seat where Tab arrives: a ticked one, or the one nearest to the middle, two thirds back.
  const entrance = () => {
    const [back, side] = [Math.floor((rows.length * 2) / 3), (rows[0]?.length ?? 0) / 2];
    const distance = (input) => {
      const [row, col] = placeOf(input);
      return Math.abs(row - back) * 2 + Math.abs(col - side);
    };
    const open = inputs.filter(isOpen);
    return open.find((input) => input.checked) ?? open.sort((one, other) => distance(one) - distance(other))[0];
  };

  const makeCurrent = (input) => {
    if (isList()) {
      for (const one of inputs) one.tabIndex = 0;
      return;
    }
    if (!current) for (const one of inputs) one.tabIndex = -1;
    if (current) current.tabIndex = -1;
    current = input ?? null;
    if (current) current.tabIndex = 0;
  };

  const along = (cells, from, step) => {
    for (let col = from; col >= 0 && col < cells.length; col += step) if (isOpen(cells[col])) return cells[col];
    return null;
  };

  const nearest = (cells, col) =>
    cells.reduce((best, input, at) => {
      if (!isOpen(input)) return best;
      return best && Math.abs(best.at - col) <= Math.abs(at - col) ? best : { input, at };
    }, null)?.input;

  const away = (row, col, step) => {
    const sign = Math.sign(step);
    const first = Math.min(Math.max(row + step, 0), rows.length - 1);
    for (let at = first; at !== row; at -= sign) if (Math.abs(step) > 1 && nearest(rows[at], col)) return nearest(rows[at], col);
    for (let at = row + sign; at >= 0 && at < rows.length; at += sign) if (nearest(rows[at], col)) return nearest(rows[at], col);
    return null;
  };

  const target = (key, row, col) =>
    ({
      ArrowRight: () => along(rows[row], col + 1, 1),
      ArrowLeft: () => along(rows[row], col - 1, -1),
      Home: () => along(rows[row], 0, 1),
      End: () => along(rows[row], rows[row].length - 1, -1),
      ArrowDown: () => away(row, col, 1),
      ArrowUp: () => away(row, col, -1),
      PageDown: () => away(row, col, 5),
      PageUp: () => away(row, col, -5),
    })[key]?.();

  plan.addEventListener("keydown", (event) => {
    if (isList() || event.ctrlKey || event.altKey || event.metaKey || !inputs.includes(event.target)) return;
    const next = target(event.key, ...placeOf(event.target));
    if (next === undefined) return;
    event.preventDefault();
    if (next) next.focus();
  });
  plan.addEventListener("focusin", (event) => {
    if (inputs.includes(event.target)) makeCurrent(event.target);
  });
  hall.addEventListener("hall:view", () => {
    current = null;
    makeCurrent(entrance());
  });
  form.addEventListener("seats:painted", () => {
    if (current?.disabled && current !== document.activeElement) makeCurrent(entrance());
  });
  plan.querySelector("[data-keys]").hidden = false;
  makeCurrent(entrance());
}
