// Shows what fits while one types or chooses, by fetching the page that the form's address names.
// Without this module the same form works with its buttons; the address is the same either way.
const form = document.querySelector("[data-browse]");

if (form) {
  const status = form.querySelector("[data-browse-status]");
  let waiting;
  let asked;

  const address = () => {
    const said = [...new FormData(form)].filter(([, value]) => value !== "");
    const query = new URLSearchParams(said).toString();
    return query ? `${form.action}?${query}` : form.action;
  };

  const swap = (page) => {
    for (const part of document.querySelectorAll("[data-swap]")) {
      const fresh = page.querySelector(`[data-swap="${part.dataset.swap}"]`);
      if (fresh) part.replaceWith(document.adoptNode(fresh));
    }
    status.textContent = document.querySelector("[data-summary]")?.dataset.summary ?? "";
  };

  const show = async () => {
    const url = address();
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(url, { signal: asked.signal, headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
      history.replaceState(null, "", url);
    } catch (error) {
      if (error.name !== "AbortError") location.assign(url); // the page itself says what is wrong
    }
  };

  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(show, event.target.type === "search" ? 250 : 0);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    show();
  });
}
