// Holds manifests, imports and bundles to the package table in layers.mjs, and what releases them to rules
// of its own. Run it after the build.
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { checkChangesets } from "./check-changesets.mjs";
import { checkDist } from "./check-dist.mjs";
import { checkImports } from "./check-imports.mjs";
import { checkManifest } from "./check-manifest.mjs";
import { checkWorkflows } from "./check-workflows.mjs";
import { findCircle } from "./find-circle.mjs";
import { packageOf, readImports } from "./read-imports.mjs";
import { filesOf, readWorkspaces } from "./workspace.mjs";

const longFileLines = 300;
const readmeHeadings =
  "Install, Usage, Options, Capabilities, Errors, Permissions, Security, Versioning, Licence";

/** `problems` fail the check; `notes` are for a reader to judge. */
export function checkStructure(root) {
  const workspaces = readWorkspaces(root);
  const published = workspaces.filter((workspace) => workspace.published);
  const problems = published.flatMap((workspace) => [
    ...checkManifest(workspace.folder, workspace.manifest),
    ...checkImports(root, workspace),
    ...checkDist(root, workspace),
  ]);
  const circle = findCircle(packageGraph(workspaces));
  if (circle) problems.push(`circle of packages: ${circle.join(" → ")}`);

  const notes = [
    ...workspaces.flatMap((workspace) => longFiles(root, workspace)),
    ...published.flatMap((workspace) => oddReadme(root, workspace)),
  ];
  return { problems, notes };
}

/** Which workspace needs which, by manifest and by import. */
function packageGraph(workspaces) {
  const names = new Set(workspaces.map(({ manifest }) => manifest.name));
  return new Map(
    workspaces.map(({ path, manifest }) => {
      const listed = ["dependencies", "devDependencies", "peerDependencies"];
      const needed = new Set([
        ...listed.flatMap((field) => Object.keys(manifest[field] ?? {})),
        ...filesOf(path, ".ts").flatMap((file) =>
          readImports(file).map(({ specifier }) => packageOf(specifier)),
        ),
      ]);
      needed.delete(manifest.name); // a test may import its own package by name
      return [manifest.name, [...needed].filter((name) => names.has(name))];
    }),
  );
}

function longFiles(root, { path }) {
  return [".ts", ".mjs"]
    .flatMap((extension) => filesOf(path, extension))
    .map((file) => ({ file, lines: readFileSync(file, "utf8").split("\n").length - 1 }))
    .filter(({ lines }) => lines > longFileLines)
    .map(({ file, lines }) => `${relative(root, file)}: ${lines} lines`);
}

function oddReadme(root, { path }) {
  const readme = join(path, "README.md");
  const text = existsSync(readme) ? readFileSync(readme, "utf8") : "";
  const withoutCode = text.replace(/^```.*?^```/gms, "");
  const headings = [...withoutCode.matchAll(/^## (.*)$/gm)].map(([, title]) => title.trim());
  if (headings.join(", ") === readmeHeadings) return [];
  return [`${relative(root, readme)}: headings are ${headings.join(", ") || "missing"}`];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const { problems, notes } = checkStructure(root);
  problems.push(...checkWorkflows(root), ...checkChangesets(root));
  for (const note of notes) console.log(`note: ${note}`);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
