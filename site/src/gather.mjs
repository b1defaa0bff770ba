import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readEntries } from "./entries.mjs";
import { rewriteLinks } from "./links.mjs";
import { addressOf, readPages } from "./pages.mjs";

/** Writes the repository's Markdown into `folder`, which it empties first. */
export function gather(repository, folder) {
  rmSync(folder, { recursive: true, force: true });
  const pages = readPages(repository);
  const entries = readEntries(repository);
  for (const { source, path } of pages) {
    const markdown = readFileSync(join(repository, source), "utf8");
    const text = rewriteLinks(markdown, source, pages, repository);
    const own = entries.filter(({ name }) => `packages/${name.split("/")[0]}.md` === path);
    // The link "edit this page" needs to know where it came from.
    write(join(folder, path), `---\nsource: ${source}\n---\n\n${withReference(text, own)}`);
  }
  write(join(folder, "decisions", "index.md"), decisionList(pages));
}

/** A package's page leads to what is written in its source, before the first section. */
function withReference(markdown, entries) {
  if (entries.length === 0) return markdown;
  const links = entries.map(({ name }) => `[${name}](/reference/${name}/index.md)`);
  return markdown.replace(/^## /m, `API reference: ${links.join(", ")}\n\n## `);
}

function decisionList(pages) {
  const decisions = pages.filter(({ path }) => path.startsWith("decisions/"));
  const lines = decisions.map(({ title, path }) => `- [${title}](${addressOf(path)}.md)`);
  return `# Decisions\n\nWhat was not obvious, and why it is as it is.\n\n${lines.join("\n")}\n`;
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
