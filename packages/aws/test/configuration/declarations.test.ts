import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const compiler = join(root, "../../node_modules/typescript/bin/tsc");

let folder: string;
/** Inside the package, where core is found as it is built. */
beforeAll(async () => {
  folder = await mkdtemp(join(root, "node_modules/.types-"));
  const dist = join(folder, "dist");
  const outputs = { outDir: dist, tsBuildInfoFile: join(folder, "dist.tsbuildinfo") };
  const include = [join(root, "src")];
  await compile("emit", {
    ...{ extends: join(root, "tsconfig.json"), include, exclude: [join(root, "src/**/*.test.ts")] },
    compilerOptions: { ...outputs, rootDir: join(root, "src"), types: ["node"] },
  });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function compile(name: string, config: object): Promise<void> {
  const file = join(folder, `tsconfig.${name}.json`);
  await writeFile(file, JSON.stringify(config));
  await execute(process.execPath, [compiler, "-p", file]);
}

/** As strictly as a program may, without Node's types. */
async function check(name: string, module: string): Promise<void> {
  await writeFile(join(folder, `${name}.ts`), `export * from "./dist/${module}.js";\n`);
  const compilerOptions = {
    ...{ strict: true, skipLibCheck: false, lib: ["ES2022"], types: [], target: "ES2022" },
    ...{ module: "nodenext", moduleResolution: "nodenext", noEmit: true },
  };
  await compile(name, { compilerOptions, files: [`${name}.ts`] });
}

test("the declarations hold no type of the SDK, of Node or of a browser", async () => {
  await check("good", "index");
}, 60_000);

test("those that do are found: the control", async () => {
  const { stdout } = (await check("bad", "operations").catch(
    (error: { stdout: string }) => error,
  )) as {
    stdout: string;
  };
  expect(stdout).toContain("error TS");
}, 60_000);
