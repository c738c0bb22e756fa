// Starts the NHS design system's own components. Every page works without it.
import { initAll } from "./built/nhsuk-frontend.js";

initAll();

// Long work: says a new quarter when there is one, and when it is done. Nothing reloads itself: the link shows the result.
const status = document.querySelector("[data-progress]");
if (status) {
  const bar = document.querySelector("progress");
  const link = document.getElementById("progress-link");
  let said = "";
  const say = (words) => {
    if (words !== said) status.textContent = said = words;
  };
  const look = async () => {
    let wait = 1000;
    try {
      const answer = await fetch(status.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      const { working, percent, says } = await answer.json();
      if (!working) {
        bar.value = 100;
        say("Finished.");
        link.textContent = "See the result";
        return;
      }
      if (percent) bar.value = percent;
      else bar.removeAttribute("value");
      const quarter = Math.floor(percent / 25) * 25;
      say(percent ? `${quarter}% read.` : says);
    } catch {
      wait = 5000; // the connection or the server is away for a moment
    }
    window.setTimeout(look, wait);
  };
  window.setTimeout(look, 1000);
}
