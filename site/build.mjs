// Builds the documentation site: npm run docs:build
import { relative } from "node:path";
import { buildSite } from "./src/build.mjs";
import { builtFolder } from "./src/places.mjs";

await buildSite();
console.log(`Built ${relative(process.cwd(), builtFolder)}`);
