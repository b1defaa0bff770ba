import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/**
 * What is wrong with a built site's addresses: links to a page or a heading that is not there (VitePress looks at
 * pages alone, and at Markdown alone), and files that a page would load from another server.
 */
export function brokenLinks(folder) {
  const pages = new Map(filesOf(folder).map((file) => [addressOf(folder, file), readPage(file)]));
  return [...pages].flatMap(([address, page]) => [
    ...page.links
      .filter((link) => !leadsSomewhere(link, address, pages))
      .map((link) => `${address}: a link leads to ${link}, which does not exist`),
    ...page.loads.map((url) => `${address}: loads ${url}`),
  ]);
}

function readPage(file) {
  const html = readFileSync(file, "utf8");
  const found = (pattern) => [...new Set([...html.matchAll(pattern)].map(([, text]) => text))];
  return {
    ids: new Set(found(/ id="([^"]+)"/g)),
    links: found(/<a [^>]*?href="([^"]+)"/g).filter((link) => /^[/.#]/.test(link)),
    loads: found(/<(?:script|link|img|iframe)\b[^>]*? (?:src|href)="((?:https?:)?\/\/[^"]+)"/g),
  };
}

function leadsSomewhere(link, from, pages) {
  const { pathname, hash } = new URL(link, `http://localhost${from}`); // as a browser resolves it
  const page = pages.get(pathname);
  return page !== undefined && (hash === "" || page.ids.has(decodeURIComponent(hash.slice(1))));
}

/** `…/guide.html` → `/guide`, `…/reference/index.html` → `/reference/`. */
function addressOf(folder, file) {
  const path = relative(folder, file).split(sep).join("/");
  return `/${path.replace(/(?:(?<=^|\/)index)?\.html$/, "")}`;
}

function filesOf(folder) {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter(({ name }) => name.endsWith(".html") && name !== "404.html")
    .map((entry) => join(entry.parentPath, entry.name));
}
