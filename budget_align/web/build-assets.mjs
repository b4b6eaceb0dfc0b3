// Compiles the page styles from GOV.UK Frontend and copies its script to static/build, from where Flask serves them.
import { copyFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { compile } from "sass";

const out = "static/build";
mkdirSync(out, { recursive: true });
copyFileSync("node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js", `${out}/govuk-frontend.min.js`);
copyFileSync("styles/pages.js", `${out}/pages.js`);
const { css } = compile("styles/app.scss", {
  loadPaths: ["node_modules"],
  style: "compressed",
  quietDeps: true,
});
// The stylesheet is what make looks at, so it comes last and whole.
writeFileSync(`${out}/app.css.part`, css);
renameSync(`${out}/app.css.part`, `${out}/app.css`);
