import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Reads the index that a reader's browser would load from a built site. */
export async function readSearchIndex(folder) {
  const chunks = join(folder, "assets", "chunks");
  const name = readdirSync(chunks).find((file) => file.startsWith("@localSearchIndex"));
  if (name === undefined) throw new Error("The site has no search index.");
  const module = await import(pathToFileURL(join(chunks, name)).href);
  return JSON.parse(module.default);
}

/** Addresses of the sections that hold a word, as MiniSearch's format has them: `/guide#caching`. */
export function sectionsWith(index, word) {
  const entry = index.index.find(([term]) => term === word.toLowerCase());
  const fields = entry === undefined ? [] : Object.values(entry[1]);
  const ids = new Set(fields.flatMap((documents) => Object.keys(documents)));
  return [...ids].map((id) => index.documentIds[id]);
}
