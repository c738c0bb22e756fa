// Compiles the NHS design system and our own style into static/built, and puts the fonts of what is printed into fonts.
// Run by `manage.py assets`.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
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

// one weight a script is enough, but Latin is also printed bold; never served, so not among the static files
const families = "node_modules/@expo-google-fonts";
rmSync("fonts", { recursive: true, force: true });
mkdirSync("fonts");
for (const family of readdirSync(families)) {
  const weights = family === "noto-sans" ? ["400Regular", "700Bold"] : ["400Regular"];
  for (const weight of weights) {
    const from = `${families}/${family}/${weight}`;
    for (const file of readdirSync(from)) if (file.endsWith(".ttf")) cpSync(`${from}/${file}`, `fonts/${file}`);
  }
  cpSync(`${families}/${family}/LICENSE_FONT`, `fonts/${family}.LICENSE.txt`);
}
