// Builds the documentation site and serves it on this machine: npm run docs
import { buildSite } from "./src/build.mjs";
import { builtFolder } from "./src/places.mjs";
import { serveSite } from "./src/serve.mjs";

const port = Number(process.env.PORT ?? 4173);

await buildSite();
await serveSite(builtFolder, port);
console.log(`Documentation at http://localhost:${port}/ (Ctrl+C ends it)`);
