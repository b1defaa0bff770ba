import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The Markdown files of the repository that become pages:
 * `{ source: "packages/aws/README.md", path: "packages/aws.md", title: "@llm-orchestrator/secrets-aws" }`.
 * Both paths have forward slashes and start at the repository's and the site's top.
 */
export function readPages(repository) {
  const sources = [
    ...["README.md", "CONTRIBUTING.md", "SECURITY.md"],
    ...["docs", "docs/decisions", "docs/recipes"].flatMap((folder) =>
      markdownIn(repository, folder),
    ),
    ...["examples", "packages"].flatMap((folder) => readmesIn(repository, folder)),
  ];
  return sources
    .filter((source) => existsSync(join(repository, source)))
    .map((source) => ({
      source,
      path: sitePath(source),
      title: titleOf(readFileSync(join(repository, source), "utf8")) ?? source,
    }));
}

/** The first heading, without its marks. */
export function titleOf(markdown) {
  return /^# (.+)$/m.exec(markdown)?.[1].replaceAll("`", "").trim();
}

/** What an address ends in: `packages/aws.md` → `/packages/aws`, `index.md` → `/`. */
export const addressOf = (path) => `/${path.replace(/(?:(?<=^|\/)index)?\.md$/, "")}`;

function sitePath(source) {
  if (source === "README.md") return "index.md";
  if (source.endsWith("/README.md")) return `${dirname(source)}.md`;
  return source.startsWith("docs/") ? source.slice("docs/".length) : source.toLowerCase();
}

function markdownIn(repository, folder) {
  return namesIn(join(repository, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`);
}

function readmesIn(repository, folder) {
  return namesIn(join(repository, folder)).map((name) => `${folder}/${name}/README.md`);
}

const namesIn = (folder) => (existsSync(folder) ? readdirSync(folder).sort() : []);
