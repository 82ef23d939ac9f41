// Light or dark as the computer asks; the reading page is always its own theme, in which tissue is the only colour.
const dark = matchMedia("(prefers-color-scheme: dark)");
let reading = false;

function apply(): void {
  document.documentElement.dataset["theme"] = reading ? "read" : dark.matches ? "dark" : "light";
}

/** Chooses the theme for the page that is shown. */
export function wear(isReading: boolean): void {
  reading = isReading;
  apply();
}

dark.addEventListener("change", apply);
