import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkWorkflows } from "./check-workflows.mjs";

const workflows = ".github/workflows";
const real = fileURLToPath(new URL(`../../${workflows}`, import.meta.url));

let root;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "workflows-"));
  cpSync(real, join(root, workflows), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

function edit(file, before, after) {
  const path = join(root, workflows, file);
  const text = readFileSync(path, "utf8");
  if (!before.test(text)) throw new Error(`${file} has no ${before}`);
  writeFileSync(path, text.replace(before, after));
}

const expression = (name) => `\${{ ${name} }}`;

it("finds nothing in ours", () => {
  expect(checkWorkflows(root)).toEqual([]);
});

it.each([
  ["an action pinned by tag", "ci.yml", /@[0-9a-f]{40} # v7\.0\.1/, "@v7", "should be pinned"],
  ["a SHA cut short", "release.yml", /(@[0-9a-f]{12})[0-9a-f]{28}/, "$1", "should be pinned"],
  ["a SHA without its version", "ci.yml", / # v7\.0\.1/, "", "should be pinned"],
  [
    "a long-lived token",
    "release.yml",
    /GIT_COMMITTER_NAME: .*/,
    "NPM_TOKEN: x",
    "longer than its",
  ],
  [
    "tags nobody looked for",
    "release.yml",
    / +- run: node tools\/release\/check-tags.mjs\n/,
    "",
    "check-tags",
  ],
  ["a secret", "ci.yml", /run: \.ci\/run/, `env: { x: "${expression("secrets.X")}" }`, '"secrets"'],
  ["no id-token", "release.yml", /id-token: write/, "contents: read", "should be id-token: write"],
  ["more than it", "release.yml", /id-token: write/, "$&\n      contents: write", "nothing else"],
  ["it where none publishes", "release.yml", /contents: write/, "id-token: write", "no id-token"],
  ["rights for every job", "ci.yml", /permissions: \{\}/, "permissions: write-all", "should be {}"],
  ["no rights stated", "ci.yml", /permissions:\n\s+contents: read/, "name: x", "should list its"],
  ["no provenance", "release.yml", /--provenance /, "", "with --provenance"],
  [
    "a checkout where it publishes",
    "release.yml",
    /actions\/download-artifact/,
    "actions/checkout",
  ],
  ["a strangers' trigger", "ci.yml", /pull_request:/, "pull_request_target:", "a stranger wrote"],
  ["kept credentials", "ci.yml", /persist-credentials/, "fetch-depth", '"persist-credentials"'],
  [
    "an expression",
    "ci.yml",
    /run: \.ci\/run/,
    `run: echo ${expression("github.ref")}`,
    "in a script",
  ],
])("finds %s", (_, file, before, after, message = "without a checkout") => {
  edit(file, before, after);
  expect(checkWorkflows(root)).toContainEqual(expect.stringContaining(message));
});

it("finds that there is no workflow for releases", () => {
  rmSync(join(root, workflows, "release.yml"));
  expect(checkWorkflows(root)).toEqual([expect.stringContaining("release.yml is missing")]);
});
