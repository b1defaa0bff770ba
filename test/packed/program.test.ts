import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { execute } from "./execute.js";
import { nodes } from "./nodes.js";
import { packPackages, program } from "./pack.js";
import { temporaryFolder } from "./project.js";

// pnpm, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const folder = temporaryFolder();
const main = join(folder, "package", "dist", "main.js");

beforeAll(async () => {
  for (const { tarball } of await packPackages(folder, [program])) {
    await execute("tar", ["-xzf", tarball, "-C", folder]);
  }
});

describe.each([...nodes])("the program that writes a backend, on Node %s", (version, node) => {
  it("writes what it shows on a dry run, which writes nothing", async () => {
    const directory = join(folder, version);
    await mkdir(directory);
    const args = ["gcp-secret-manager", "--scope", "acme"];
    const dry = await execute(node, [main, ...args, "--dry-run"], { cwd: directory });
    expect(await readdir(directory)).toEqual([]);
    const { stdout, stderr } = await execute(node, [main, ...args], { cwd: directory });
    expect(stderr).toBe("");
    expect(stdout.split("\n")[0]).toBe(
      "Wrote @acme/secrets-gcp-secret-manager to secrets-gcp-secret-manager:",
    );
    expect(stdout.startsWith(dry.stdout.replace("Would write", "Wrote").trimEnd())).toBe(true);
    const written = await readdir(directory, { recursive: true, withFileTypes: true });
    const listed = stdout.split("\n").filter((line) => line.startsWith("  secrets-gcp"));
    expect(written.filter((entry) => entry.isFile())).toHaveLength(listed.length);
  });
});
