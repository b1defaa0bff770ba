import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "tsup";
import { afterAll, beforeAll, expect, test } from "vitest";

// Node itself resolves the packages here, from a folder with a node_modules of its own.
const run = promisify(execFile);
const canary = "canary-7Jd0wXe3";
let folder: string;

const program = `
import { inspect } from "node:util";
import { SecretManagerBuilder } from "./builder.mjs";
const results = {};
for (const name of process.argv.slice(2)) {
  try {
    const store = await new SecretManagerBuilder(name).build();
    results[name] = { built: store.name };
  } catch (error) {
    const { code, reason, message } = error;
    results[name] = { code, reason, message, shown: inspect(error, { depth: 9, showHidden: true }) };
  }
}
console.log(JSON.stringify(results));
`;

const working = (name: string) => `
const keySyntax = { pattern: /^a$/, maxLength: 1, description: "a" };
const store = { specificationVersion: 1, name: "${name} works", capabilities: {}, keySyntax, getSecret() {}, close() {} };
export const ${name}Backend = { scheme: "${name}", create: () => store };
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "builder first party "));
  await build({
    entry: { builder: fileURLToPath(new URL("../src/index.ts", import.meta.url)) },
    ...{ config: false, format: "esm", target: "es2022", outDir: folder, silent: true },
    ...{ removeNodeProtocol: false, outExtension: () => ({ js: ".mjs" }) },
    noExternal: [/secrets-(?:core|cache)$/],
    external: [/secrets-(?:env|file|vault|aws)$/],
    esbuildOptions: (options) => {
      options.conditions = ["@llm-orchestrator/source"];
    },
  });
}, 30_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Result {
  readonly built?: string;
  readonly code?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly shown?: string;
}

/** Runs the builder beside these files of node_modules/@llm-orchestrator. */
async function buildBeside(
  files: Readonly<Record<string, string>>,
  ...names: string[]
): Promise<Record<string, Result>> {
  const app = await mkdtemp(join(folder, "app "));
  await cp(join(folder, "builder.mjs"), join(app, "builder.mjs"));
  await writeFile(join(app, "main.mjs"), program);
  for (const [path, text] of Object.entries(files)) {
    const file = join(app, "node_modules", "@llm-orchestrator", path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const { stdout } = await run(process.execPath, ["main.mjs", ...names], { cwd: app });
  return JSON.parse(stdout) as Record<string, Result>;
}

const manifest = (name: string) =>
  JSON.stringify({ name: `@llm-orchestrator/secrets-${name}`, type: "module", main: "index.js" });

const installed = (name: string, index: string) => ({
  [`secrets-${name}/package.json`]: manifest(name),
  [`secrets-${name}/index.js`]: index,
});

test("an installed package is found by its name", async () => {
  const names = ["env", "file", "vault", "aws"];
  const files = Object.assign({}, ...names.map((name) => installed(name, working(name))));
  const results = await buildBeside(files, ...names);
  expect(results).toEqual({
    env: { built: "env works" },
    file: { built: "file works" },
    vault: { built: "vault works" },
    aws: { built: "aws works" },
  });
});

test("an absent package names its install command", async () => {
  const results = await buildBeside({}, "env", "file", "vault", "aws");
  for (const [name, { code, reason, message }] of Object.entries(results)) {
    expect([code, reason]).toEqual(["CONFIGURATION", "package-absent"]);
    expect(message).toContain(`npm install @llm-orchestrator/secrets-${name}.`);
  }
  expect(Object.keys(results)).toHaveLength(4);
});

test.each<[string, Readonly<Record<string, string>>]>([
  ["throws when it is imported", installed("vault", `throw new Error("token ${canary}");`)],
  ["throws something that is no error", installed("vault", `throw "${canary}";`)],
  ["misses a package of its own", installed("vault", `import "node-vault-${canary}";`)],
  ["misses a sibling of ours", installed("vault", 'import "@llm-orchestrator/secrets-aws";')],
  ["misses a file of its own", installed("vault", 'import "./absent.js";')],
  ["has no entry file", { "secrets-vault/package.json": manifest("vault") }],
  ["does not parse", installed("vault", "export {")],
  [
    "only mentions its own name in what it throws",
    installed("vault", `throw new Error("'@llm-orchestrator/secrets-vault' needs ${canary}");`),
  ],
])("an installed package that %s is broken, not absent", async (_, files) => {
  const { vault } = await buildBeside(files, "vault");
  expect([vault?.code, vault?.reason]).toEqual(["CONFIGURATION", "package-broken"]);
  expect(vault?.message).toContain("is installed but does not load");
  expect(vault?.message).not.toContain("npm install");
  expect(vault?.shown).not.toContain(canary);
});

test.each([
  ["exports no backend", "export const other = 1;"],
  ["exports something else as its backend", "export const vaultBackend = class {};"],
])("an installed package that %s is of another version", async (_, index) => {
  const { vault } = await buildBeside(installed("vault", index), "vault");
  expect([vault?.code, vault?.reason]).toEqual(["CONFIGURATION", "package-mismatch"]);
  expect(vault?.message).toContain("does not export vaultBackend");
});
