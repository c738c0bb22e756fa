// Starts the NHS design system's own components. Every page works without it.
import { initAll } from "./built/nhsuk-frontend.js";

initAll();
