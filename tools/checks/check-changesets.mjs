import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readWorkspaces } from "./workspace.mjs";

/** What the changesets that wait for a release would make of our versions. Returns messages. */
export function checkChangesets(root) {
  const published = readWorkspaces(root).filter((workspace) => workspace.published);
  const majors = pendingMajors(join(root, ".changeset"));
  return [
    ...published.flatMap((workspace) => checkFirstRelease(workspace, majors)),
    ...published.flatMap((workspace) => checkDependents(workspace, majors)),
  ];
}

/** A caret on 0.x would make each minor of core a second copy. */
function checkFirstRelease({ folder, manifest: { name, version } }, majors) {
  if (!version.startsWith("0.") || majors.has(name)) return [];
  return [
    `packages/${folder}: ${version} needs a changeset "${name}": major, to be published as 1.0.0`,
  ];
}

/**
 * Changesets gives a patch to what depends on a new major. `npm update` would take that patch, and with it
 * the new major as a second copy: a major that nobody asked for.
 */
function checkDependents({ folder, manifest: { name, dependencies } }, majors) {
  return Object.keys(dependencies ?? {})
    .filter((dependency) => majors.has(dependency) && !majors.has(name))
    .map(
      (dependency) =>
        `packages/${folder}: a changeset makes ${dependency} a major; add "${name}": major to it`,
    );
}

function pendingMajors(folder) {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const bumps = files
    .filter((file) => file.endsWith(".md") && file !== "README.md")
    .map((file) => /^---\n(.*?)\n---/s.exec(readFileSync(join(folder, file), "utf8"))?.[1] ?? "")
    .flatMap((header) => Object.entries(parse(header) ?? {}));
  return new Set(bumps.filter(([, bump]) => bump === "major").map(([name]) => name));
}
