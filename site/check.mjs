// Builds the documentation site and looks at what came out. Each control shows that its check can fail.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPages, buildSite } from "./src/build.mjs";
import { brokenLinks } from "./src/built-links.mjs";
import { readEntries } from "./src/entries.mjs";
import { addressOf, readPages } from "./src/pages.mjs";
import { builtFolder, repository } from "./src/places.mjs";
import { readSearchIndex, sectionsWith } from "./src/search-index.mjs";
import { serveSite } from "./src/serve.mjs";

/** Each must be found in a page that explains it, and in the reference. */
const words = ["staleIfErrorMs", "rotateSecret", "createOpenAIClient"];

function missingPages() {
  const addresses = [
    ...readPages(repository).map(({ path }) => addressOf(path)),
    ...readEntries(repository).map(({ name }) => `/reference/${name}/`),
  ];
  const absent = addresses.filter((address) => !existsSync(fileOf(address)));
  return absent.map((address) => `${address}: no such page was built`);
}

const fileOf = (address) =>
  join(builtFolder, address.endsWith("/") ? `${address}index.html` : `${address}.html`);

function missingDiagrams() {
  const built = readPages(repository).filter(({ path }) => existsSync(fileOf(addressOf(path))));
  return built.flatMap(({ source, path }) => {
    const fences = readFileSync(join(repository, source), "utf8").match(/^```mermaid$/gm) ?? [];
    const html = readFileSync(fileOf(addressOf(path)), "utf8");
    const drawn = html.match(/<figure class="diagram"[^>]*><svg/g) ?? [];
    if (drawn.length === fences.length) return [];
    return [`${source}: ${fences.length} diagrams, ${drawn.length} drawn`];
  });
}

async function missingWords() {
  const index = await readSearchIndex(builtFolder);
  const problems = words.flatMap((word) => {
    const sections = sectionsWith(index, word);
    const inReference = sections.filter((section) => section.startsWith("/reference/"));
    const found = inReference.length > 0 && inReference.length < sections.length;
    return found ? [] : [`the search finds "${word}" in: ${sections.join(", ") || "nothing"}`];
  });
  const control = sectionsWith(index, "a-word-that-stands-nowhere");
  return control.length === 0 ? problems : [...problems, "the search finds what is not there"];
}

/** VitePress has to refuse it, with this site's own configuration. */
async function control(markdown, expected) {
  const folder = mkdtempSync(join(tmpdir(), "site-control-"));
  const pages = join(folder, "pages");
  mkdirSync(pages);
  writeFileSync(join(pages, "index.md"), markdown);
  try {
    await buildPages(pages, join(folder, "built"));
    return [`a page was built that has to be refused: ${markdown}`];
  } catch (error) {
    return expected.test(error.message) ? [] : [`refused, but for: ${error.message}`];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function notServed() {
  const server = await serveSite(builtFolder, 0);
  const { address, port } = server.address();
  const expected = { "/": 200, "/guide": 200, "/reference/core/": 200, "/no-such-page": 404 };
  const problems = address === "127.0.0.1" ? [] : [`served to ${address}`];
  for (const [path, status] of Object.entries(expected)) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    if (response.status !== status) problems.push(`${path}: served with ${response.status}`);
    await response.text();
  }
  server.closeAllConnections();
  server.close();
  return problems;
}

console.log("Two controls, which print what they are refused for:");
const problems = [
  ...(await control("[nowhere](./no-such-page.md)\n", /dead link/)),
  ...(await control("```mermaid\nno such diagram\n```\n", /mermaid/)),
];
console.log("The site:");
await buildSite();
problems.push(...missingPages(), ...missingDiagrams(), ...brokenLinks(builtFolder));
problems.push(...(await missingWords()), ...(await notServed()));
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
