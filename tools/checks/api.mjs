// Holds the packages' public interfaces to the reports in api/, so that a change of one is seen in review.
// Run it after the build; with --write it writes the reports.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { apiReports } from "./api-reports.mjs";
import { readWorkspaces } from "./workspace.mjs";

const advice = 'run "npm run api", look at the difference, and say in a changeset what a user sees';

/** Compares the interfaces with the committed reports. Returns messages. */
export function checkApi(root) {
  const { reports, committed } = readReports(root);
  const problems = [...reports].flatMap(([file, report]) => {
    if (!committed.includes(file)) return [`api/${file} is missing: ${advice}`];
    const difference = firstDifference(readFileSync(join(root, "api", file), "utf8"), report);
    return difference ? [`api/${file}${difference}\n${advice}`] : [];
  });
  const stale = committed.filter((file) => !reports.has(file));
  return [...problems, ...stale.map((file) => `api/${file} is of no package: ${advice}`)];
}

export function writeApi(root) {
  const { reports, committed } = readReports(root);
  mkdirSync(join(root, "api"), { recursive: true });
  for (const file of committed) rmSync(join(root, "api", file));
  for (const [file, report] of reports) writeFileSync(join(root, "api", file), report);
}

function readReports(root) {
  const folder = join(root, "api");
  const published = readWorkspaces(root).filter((workspace) => workspace.published);
  return {
    reports: apiReports(published),
    committed: existsSync(folder)
      ? readdirSync(folder).filter((file) => !file.startsWith("."))
      : [],
  };
}

/** The first line that differs, as it was and as it is. */
function firstDifference(before, after) {
  if (before === after) return undefined;
  const [was, is] = [before.split("\n"), after.split("\n")];
  const index = was.findIndex((line, at) => line !== is[at]);
  const at = index < 0 ? was.length : index;
  return `:${at + 1}\n- ${was[at] ?? ""}\n+ ${is[at] ?? ""}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  if (process.argv.includes("--write")) writeApi(root);
  const problems = checkApi(root);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
