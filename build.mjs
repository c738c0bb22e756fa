// Compiles the NHS design system and our own style into static/built. Run by `manage.py assets`.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as sass from "sass";

const from = "node_modules/nhsuk-frontend/dist/nhsuk";
const to = "static/built";

rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
const style = { style: "compressed", loadPaths: ["node_modules"], quietDeps: true };
writeFileSync(`${to}/week-one.css`, sass.compile("assets/week-one.scss", style).css);
cpSync(`${from}/assets`, to, { recursive: true });
// its source map is not shipped, and collectstatic stops at a map that is not there
const script = readFileSync(`${from}/nhsuk-frontend.min.js`, "utf8").replace(/\n?\/\/# sourceMappingURL=\S+\s*$/, "\n");
writeFileSync(`${to}/nhsuk-frontend.js`, script);
