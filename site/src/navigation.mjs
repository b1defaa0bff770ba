import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { addressOf } from "./pages.mjs";

/** The side bar's groups and the order within each. What is named nowhere goes into the last group of its kind. */
const groups = [
  ["Guide", ["index.md", "guide.md", "migrating.md", "errors.md"]],
  ["Recipes", ["recipes/"]],
  ["Backends", ["env", "file", "vault", "aws"].map((name) => `packages/${name}.md`)],
  [
    "A backend of your own",
    [
      "writing-a-backend.md",
      "testing-a-backend.md",
      "packages/create-secrets-backend.md",
      "packages/testing.md",
    ],
  ],
  ["Packages", ["packages/core.md", "packages/builder.md", "packages/cache.md", "packages/"]],
  ["Examples", ["examples/"]],
  ["Reference", ["reference/index.md", "architecture.md", ""]],
  ["Decisions", ["decisions/index.md", "decisions/"]],
  ["Project", ["contributing.md", "security.md"]],
];

const kinds = [
  ["Classes", "classes"],
  ["Functions", "functions"],
  ["Interfaces", "interfaces"],
  ["Types", "type-aliases"],
  ["Values", "variables"],
  ["Enumerations", "enumerations"],
];

export const nav = [
  { text: "Guide", link: "/guide", activeMatch: "^/(guide|migrating|errors)$" },
  { text: "Recipes", link: "/recipes/llm-clients", activeMatch: "^/recipes/" },
  { text: "Backends", link: "/packages/env", activeMatch: "^/packages/(env|file|vault|aws)$" },
  { text: "Reference", link: "/reference/", activeMatch: "^/reference/" },
  { text: "Decisions", link: "/decisions/", activeMatch: "^/decisions/" },
];

/** A side bar for the pages, and one for each package of the reference. */
export function sidebar(pages, pagesFolder) {
  const reference = join(pagesFolder, "reference");
  const entries = existsSync(reference) ? entriesBelow(reference) : [];
  const list = { text: "API reference", link: "/reference/", items: entries.map(link) };
  return {
    "/": pageGroups(pages),
    "/reference/": [list],
    ...Object.fromEntries(
      entries.map((entry) => [
        `/reference/${entry}/`,
        [{ ...link(entry), items: exportsOf(reference, entry) }, list],
      ]),
    ),
  };
}

function pageGroups(pages) {
  const known = [
    ...pages,
    { path: "reference/index.md", title: "API reference" },
    { path: "decisions/index.md", title: "Overview" },
  ];
  const named = new Set(groups.flatMap(([, patterns]) => patterns));
  const taken = new Set();
  return groups.map(([text, patterns]) => {
    const members = patterns.flatMap((pattern) =>
      known.filter(
        ({ path }) =>
          path === pattern || (!named.has(path) && belongs(path, pattern) && !taken.has(path)),
      ),
    );
    for (const { path } of members) taken.add(path);
    const items = members.map(({ path, title }) => ({
      text: label(path, title),
      link: addressOf(path),
    }));
    return { text, items, collapsed: text === "Decisions" };
  });
}

/** "recipes/" stands for what lies in that folder, "" for what lies in none. */
const belongs = (path, folder) =>
  (folder === "" || folder.endsWith("/")) &&
  path.startsWith(folder) &&
  !path.slice(folder.length).includes("/");

function label(path, title) {
  if (path === "index.md") return "Overview";
  return title.replace(/^@llm-orchestrator\/(secrets-)?/, "");
}

const link = (entry) => ({ text: entry, link: `/reference/${entry}/` });

function entriesBelow(folder, prefix = "") {
  return foldersIn(join(folder, prefix))
    .map((name) => prefix + name)
    .filter((path) => existsSync(join(folder, path, "index.md")))
    .flatMap((path) => [path, ...entriesBelow(folder, `${path}/`)]);
}

function exportsOf(reference, entry) {
  return kinds
    .map(([text, kind]) => ({ text, folder: join(reference, entry, kind), kind }))
    .filter(({ folder }) => existsSync(folder))
    .map(({ text, folder, kind }) => ({
      text,
      collapsed: false,
      items: readdirSync(folder)
        .sort()
        .map((file) => file.slice(0, -".md".length))
        .map((name) => ({ text: name, link: `/reference/${entry}/${kind}/${name}` })),
    }));
}

function foldersIn(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
