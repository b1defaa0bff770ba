import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { missingTags } from "./missing-tags.mjs";

let folder;
let clone;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tags-"));
  clone = join(folder, "clone");
  git(folder, "init", "--quiet", "--bare", "origin.git");
  git(folder, "clone", "--quiet", `file://${folder}/origin.git`, "clone");
  for (const name of ["core", "env"]) {
    mkdirSync(join(clone, "packages", name), { recursive: true });
    const manifest = { name: `@scope/${name}`, version: "1.0.0" };
    writeFileSync(join(clone, "packages", name, "package.json"), JSON.stringify(manifest));
  }
  git(clone, "add", ".");
  git(clone, "commit", "--quiet", "--message", "first");
  git(clone, "push", "--quiet", "origin", "HEAD:main");
});
afterEach(() => rmSync(folder, { recursive: true }));

const author = ["-c", "user.name=author", "-c", "user.email=author@example.com"];

function git(cwd, ...args) {
  execFileSync("git", [...author, ...args], { cwd, stdio: ["ignore", "ignore", "pipe"] });
}

function tag(name) {
  git(clone, "tag", "--message", name, name);
  git(clone, "push", "--quiet", "origin", "--tags");
}

it("names each version whose tag is not on origin", () => {
  tag("@scope/core@1.0.0");
  tag("@scope/env@0.9.0");
  git(clone, "tag", "--message", "local alone", "@scope/env@1.0.0");
  expect(missingTags(clone)).toEqual(["@scope/env@1.0.0"]);
});

it("asks for no tag in the clone itself, which a workflow has without them", () => {
  tag("@scope/core@1.0.0");
  tag("@scope/env@1.0.0");
  git(
    folder,
    "clone",
    "--quiet",
    "--no-tags",
    "--branch=main",
    `file://${folder}/origin.git`,
    "second",
  );
  expect(missingTags(join(folder, "second"))).toEqual([]);
});
