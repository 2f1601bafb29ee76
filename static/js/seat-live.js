// Asks every two and a half seconds which seats are gone; costs the server a look into its cache when none is.
// A pushed message would only have to do what `tell` does: the rest of the page listens to "seats:now" and does not care
// how it came.
import { keepAsking } from "./asking.js";

const form = document.querySelector("[data-seat-form]");

if (form) {
  const tell = (seats) => form.dispatchEvent(new CustomEvent("seats:now", { detail: seats }));
  keepAsking({ address: form.dataset.nowUrl, every: 2500, longest: 60_000, tell, credentials: "omit" });
}
