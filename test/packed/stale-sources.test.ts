import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "./project.js";
import { staleSources } from "./stale-sources.js";

const folder = temporaryFolder();

it("a bundle is stale when a source has other text than it had, or is gone", async () => {
  await mkdir(join(folder, "dist"));
  await writeFile(join(folder, "same.ts"), "same");
  await writeFile(join(folder, "changed.ts"), "after");
  const sources = ["../same.ts", "../changed.ts", "../gone.ts"];
  const map = join(folder, "dist", "index.js.map");
  await writeFile(map, JSON.stringify({ sources, sourcesContent: ["same", "before", "gone"] }));
  expect(await staleSources(map)).toEqual(["../changed.ts", "../gone.ts"]);
});
