// Starts the NHS design system's own components. Every page works without it.
import { initAll } from "./built/nhsuk-frontend.js";

initAll();

// Long work: says a new quarter when there is one, and shows the result when it is done.
const status = document.querySelector("[data-progress]");
if (status) {
  const bar = document.querySelector("progress");
  let said = -1;
  const look = async () => {
    const answer = await fetch(status.dataset.progress, { headers: { Accept: "application/json" } });
    const { working, percent } = await answer.json();
    if (!working) {
      window.location.reload();
      return;
    }
    if (percent) bar.value = percent;
    const quarter = Math.floor(percent / 25) * 25;
    if (quarter > said) {
      said = quarter;
      status.textContent = quarter ? `${quarter}% read.` : "Working.";
    }
    window.setTimeout(look, 2000);
  };
  window.setTimeout(look, 1000);
}
