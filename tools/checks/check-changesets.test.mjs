import { afterEach, beforeEach, expect, it } from "vitest";
import { checkChangesets } from "./check-changesets.mjs";
import { packageName } from "./layers.mjs";
import { createSmallRepository } from "./small-repository.mjs";

const [core, env, builder] = ["core", "env", "builder"].map(packageName);

let repository;
beforeEach(() => {
  repository = createSmallRepository();
});
afterEach(() => repository.remove());

const problems = () => checkChangesets(repository.root);

function addChangeset(file, bumps) {
  const lines = Object.entries(bumps).map(([name, bump]) => `"${name}": ${bump}`);
  repository.write(`.changeset/${file}.md`, `---\n${lines.join("\n")}\n---\n\nA change.\n`);
}

it("finds nothing where nothing waits, or nothing but minors and patches", () => {
  expect(problems()).toEqual([]);
  addChangeset("one", { [core]: "minor", [env]: "patch" });
  addChangeset("none", {});
  expect(problems()).toEqual([]);
});

it("wants a major of core to be one of all that depend on it", () => {
  addChangeset("one", { [core]: "major", [env]: "minor" });
  expect(problems()).toEqual([
    `packages/builder: a changeset makes ${core} a major; add "${builder}": major to it`,
    `packages/env: a changeset makes ${core} a major; add "${env}": major to it`,
  ]);
  addChangeset("two", { [env]: "major", [builder]: "major" });
  expect(problems()).toEqual([]);
});

it("lets a backend have its own major: the builder names it as a peer only", () => {
  addChangeset("one", { [env]: "major" });
  expect(problems()).toEqual([]);
});

it("wants a package's first version to be 1.0.0", () => {
  repository.editManifest("packages/env", (manifest) => {
    manifest.version = "0.0.0";
  });
  addChangeset("one", { [env]: "minor" });
  expect(problems()).toEqual([expect.stringContaining(`0.0.0 needs a changeset "${env}": major`)]);
  addChangeset("one", { [env]: "major" });
  expect(problems()).toEqual([]);
});
