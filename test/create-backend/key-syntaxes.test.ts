import { cp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { execute } from "../packed/execute.js";
import { sections } from "./page.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const template = join(root, "packages/create-secrets-backend/template/package");
const folder = fileURLToPath(new URL(".snippets/keys", import.meta.url)); // where packages resolve

afterAll(() => rm(join(folder, ".."), { recursive: true }));

/** The new package, with the files that the section gives in place of its own. */
async function makeVariant(name: string, files: ReadonlyMap<string, string>): Promise<string> {
  const variant = join(folder, name);
  await cp(join(template, "src"), join(variant, "src"), { recursive: true });
  for (const file of ["keys", "stub-service", "conformance.test", "error-map.test", "leak.test"]) {
    // Without ".test", or vitest would find them here, too.
    const copy = join(variant, "test", `${file.replace(".test", "")}.ts`);
    await cp(join(template, "test", `${file}.ts`), copy);
  }
  for (const [path, code] of files) await writeFile(join(variant, path), code);
  return variant;
}

const variants = await Promise.all(
  [...sections].map(async ([title, files], index) => {
    return { title, files, path: await makeVariant(`${index}`, files) };
  }),
);

describe.each(variants)("the page's $title", async ({ files, path }) => {
  for (const tests of ["conformance", "error-map", "leak"]) {
    await import(/* @vite-ignore */ pathToFileURL(join(path, "test", `${tests}.ts`)).href);
  }

  test("is two files, its keys and those of its tests", () => {
    expect([...files.keys()]).toEqual(["src/keys.ts", "test/keys.ts"]);
  });
});

test("the page has three kinds of keys, and all compile", { timeout: 60_000 }, async () => {
  expect(variants).toHaveLength(3);
  const config = join(folder, "tsconfig.json");
  const compilerOptions = {
    ...{ composite: false, declaration: false, emitDeclarationOnly: false, noEmit: true },
    ...{ types: ["node"], skipLibCheck: true },
  };
  const extended = join(root, "tools/tsconfig/base.json");
  await writeFile(config, JSON.stringify({ extends: extended, compilerOptions, include: ["."] }));
  const compile = () => execute(join(root, "node_modules/.bin/tsc"), ["-p", config]);
  await compile();
  await writeFile(join(folder, "wrong.ts"), 'import { keySyntax } from "./0/src/key.js";\n');
  await expect(compile()).rejects.toThrow(/wrong\.ts.*TS2307/);
});
