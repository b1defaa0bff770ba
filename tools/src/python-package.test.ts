import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findPythonPackage } from "./python-package.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "python-package-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("findPythonPackage", () => {
  const install = (target: string) => writeFile(join(target, "module.py"), "a module");
  const asked = ["server==1.0", "what-it-needs==2.0"] as const;

  test("gives all that ask at once the same whole package, and leaves nothing else", async () => {
    const found = await Promise.all(
      Array.from({ length: 8 }, () => findPythonPackage(asked, { folder, install })),
    );
    expect(new Set(found.map((each) => each.folder)).size).toBe(1);
    const module = join(found[0]?.folder ?? "", "module.py");
    expect(await readFile(module, "utf8")).toBe("a module");
    expect(await readdir(folder)).toHaveLength(1);
  });

  test("installs once, and again when anything it needs has another version", async () => {
    const first = await findPythonPackage(asked, { folder, install });
    const not = () => Promise.reject(new Error("not again"));
    expect(await findPythonPackage(asked, { folder, install: not })).toEqual(first);
    const newer = ["server==1.0", "what-it-needs==2.1"] as const;
    const second = await findPythonPackage(newer, { folder, install });
    expect(second.folder).not.toBe(first.folder);
  });

  test("says what to do when pip fails, and leaves nothing", async () => {
    const fails = () => Promise.reject(new Error("No module named pip"));
    const found = findPythonPackage(asked, { folder, install: fails });
    await expect(found).rejects.toThrow(/No module named pip\n.*server==1\.0.*python3.*with pip/);
    expect(await readdir(folder)).toEqual([]);
  });

  test("says what to do when half a package is in the way", async () => {
    const { folder: finished } = await findPythonPackage(asked, { folder, install });
    await rm(join(finished, ".complete"));
    const found = findPythonPackage(asked, { folder, install });
    await expect(found).rejects.toThrow(`Remove that folder`);
  });
});
