import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** A piece of TypeScript that a reader may copy. */
export interface Snippet {
  /** Where it stands: `README.md:12`. */
  readonly place: string;
  readonly code: string;
  /** False for a fence marked `no-run`: it is compiled only. */
  readonly runs: boolean;
}

const skipped = new Set([
  ...["node_modules", "dist", ".git", ".turbo", ".snippets", "CHANGELOG.md"],
  "api", // reports, made of declarations
  "template", // its snippets import a package that has no name yet: test/create-backend compiles them
]);

/** Every `ts` fence of a Markdown file or a TSDoc comment below the root. */
export function findSnippets(root: string): Snippet[] {
  return documents(root).flatMap((path) => {
    const text = readFileSync(path, "utf8");
    return snippetsOf(path.endsWith(".md") ? text : comments(text), relative(root, path));
  });
}

function documents(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name) || entry.isSymbolicLink()) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return documents(path);
    const isSource = /\/packages\/[^/]+\/src\/.*(?<!\.test)\.ts$/.test(path);
    return isSource || path.endsWith(".md") ? [path] : [];
  });
}

/** Only the comments, without their stars; line numbers stay. */
function comments(source: string): string {
  const lines = source.split("\n");
  return lines.map((line) => /^\s*\* ?(.*)$/.exec(line)?.[1] ?? "").join("\n");
}

export function snippetsOf(text: string, file: string): Snippet[] {
  const fences = text.matchAll(/^```ts(?<marks>[^\n]*)\n(?<code>.*?)^```$/gms);
  // What stands for a file of another package is run there, by test/create-backend.
  const own = [...fences].filter(({ groups }) => !groups?.marks?.includes("file="));
  return own.map(({ index, groups }) => ({
    place: `${file}:${text.slice(0, index).split("\n").length}`,
    code: groups?.code ?? "",
    runs: !groups?.marks?.includes("no-run"),
  }));
}
