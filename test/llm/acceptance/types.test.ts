import { mkdtempSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test, vi } from "vitest";
import { execute } from "../../packed/execute.js";

// Compilers, with the declarations of three SDKs, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const require = createRequire(import.meta.url);
const consumer = fileURLToPath(new URL("types/consumer.ts", import.meta.url));
const typeRoots = [fileURLToPath(new URL("../../../node_modules/@types", import.meta.url))];

const folder = mkdtempSync(join(tmpdir(), "types-"));
afterAll(() => rm(folder, { recursive: true }));

/** No `lib` but the language's, and the types of Node: the platform's `fetch` comes from there. */
async function compile(compiler: string, file: string, options: object): Promise<string> {
  const manifest = require.resolve(`${compiler}/package.json`);
  const { bin } = require(manifest) as { bin: { tsc: string } };
  const config = join(folder, "tsconfig.json");
  const compilerOptions = {
    ...{ strict: true, target: "ES2022", lib: ["ES2022"], types: ["node"], typeRoots },
    ...{ module: "nodenext", moduleResolution: "nodenext", noEmit: true },
    ...{ customConditions: ["@llm-orchestrator/source"] },
    ...{ skipLibCheck: true, ...options }, // of the vendors' declarations, which are not ours
  };
  await writeFile(config, JSON.stringify({ compilerOptions, files: [file] }));
  const path = join(dirname(manifest), bin.tsc);
  const { stdout } = await execute(process.execPath, [path, "-p", config]);
  return stdout;
}

test.each([
  ["typescript", true],
  ["typescript", false],
  ["typescript-5", true],
])(
  "L20: an application compiles strictly, nodenext, without the DOM's types (%s, exact optional properties %s)",
  async (compiler, exactOptionalPropertyTypes) => {
    expect(await compile(compiler, consumer, { exactOptionalPropertyTypes })).toBe("");
  },
);

test("L20, control: a mistake in the application is found", async () => {
  const wrong = join(folder, "wrong.ts");
  const code =
    "type Answer = Awaited<ReturnType<typeof openAi>>;\nexport const answer: Answer = 1;\n";
  await writeFile(wrong, `import type { openAi } from ${JSON.stringify(consumer)};\n${code}`);
  const options = { allowImportingTsExtensions: true };
  await expect(compile("typescript", wrong, options)).rejects.toThrow("TS2322");
});
