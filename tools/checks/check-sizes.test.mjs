import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkSizes, measureTarball } from "./check-sizes.mjs";

const sizesOf = (tarballBytes) => ({ core: { tarballBytes, unpackedBytes: 4_000 } });

it("lets a package shrink, and grow by 5 %", () => {
  for (const bytes of [1, 1_000, 1_050])
    expect(checkSizes(sizesOf(1_000), sizesOf(bytes))).toEqual([]);
});

it("refuses more, and says how to raise the budget", () => {
  expect(checkSizes(sizesOf(1_000), sizesOf(1_051))).toEqual([
    'core: tarballBytes is 1051, 5.1 % above the budget of 1000; if that is meant, run "npm run sizes" and ' +
      "commit tools/checks/sizes.json",
  ]);
});

it("wants a budget of each package, and a package of each budget", () => {
  expect(checkSizes({ old: {} }, { core: { tarballBytes: 1 } })).toEqual([
    expect.stringContaining("core: tarballBytes has no budget"),
    expect.stringContaining("old: a budget of no package"),
  ]);
});

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sizes-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("measures the tarball and all that is in it", () => {
  const unpacked = join(folder, "package");
  mkdirSync(join(unpacked, "dist"), { recursive: true });
  writeFileSync(join(folder, "core.tgz"), "1234567");
  writeFileSync(join(unpacked, "package.json"), "{}");
  writeFileSync(join(unpacked, "dist", "index.js"), "123");
  expect(measureTarball(join(folder, "core.tgz"), unpacked)).toEqual({
    tarballBytes: 7,
    unpackedBytes: 5,
  });
});
