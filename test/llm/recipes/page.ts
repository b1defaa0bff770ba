import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll } from "vitest";
import { snippetsOf } from "../../docs/find-snippets.js";

const page = new URL("../../../docs/recipes/llm-clients.md", import.meta.url);
const parent = fileURLToPath(new URL(".snippets", import.meta.url)); // where packages resolve

/** What the snippets of the page export, as they stand there. To be called at the top of a file. */
export async function loadPage(): Promise<Readonly<Record<string, unknown>>> {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "page-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const exported: Record<string, unknown> = {};
  for (const [index, { code }] of snippetsOf(readFileSync(page, "utf8"), "page").entries()) {
    const path = join(folder, `snippet-${index}.ts`);
    writeFileSync(path, code);
    Object.assign(exported, await import(/* @vite-ignore */ pathToFileURL(path).href));
  }
  return exported;
}
