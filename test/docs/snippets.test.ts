import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { findSnippets, snippetsOf } from "./find-snippets.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = fileURLToPath(new URL(".snippets", import.meta.url)); // where packages resolve
const snippets = findSnippets(root).map((snippet, index) => ({
  ...snippet,
  path: join(folder, `snippet-${index}.ts`),
}));
const tsc = join(root, "node_modules", ".bin", "tsc");

/** What the compiler says, by snippet; empty when all compile. */
function compile(files: readonly { path: string; place: string; code: string }[]): string {
  for (const { path, code } of files) writeFileSync(path, `${code}\nexport {};\n`);
  const config = join(folder, "tsconfig.json");
  const compilerOptions = {
    ...{ composite: false, declaration: false, emitDeclarationOnly: false, noEmit: true },
    ...{ types: ["node"], erasableSyntaxOnly: false, skipLibCheck: true }, // vendors' own are not ours
  };
  const extended = "../../../tools/tsconfig/base.json";
  const names = files.map(({ path }) => path);
  writeFileSync(config, JSON.stringify({ extends: extended, compilerOptions, files: names }));
  try {
    execFileSync(tsc, ["-p", config], { encoding: "utf8", stdio: "pipe" });
    return "";
  } catch (error) {
    const { stdout } = error as { stdout: string };
    return files.reduce((text, { path, place }) => {
      const name = path.slice(path.lastIndexOf("/") + 1);
      return text.replaceAll(new RegExp(`\\S*${name}\\((\\d+),`, "g"), `${place} + $1 (`);
    }, stdout);
  }
}

describe("what a reader can copy", () => {
  beforeAll(() => {
    mkdirSync(folder, { recursive: true });
    vi.stubEnv("OPENAI_API_KEY", "sk-example");
    vi.stubEnv("APP_OPENAI_API_KEY", "sk-example");
    vi.stubEnv("APP_TEAM_DB", "example");
    vi.spyOn(console, "log").mockImplementation(() => {});
    vi.spyOn(console, "error").mockImplementation(() => {});
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  test("is found in the README, the docs and the source", () => {
    const places = snippets.map(({ place }) => place).join("\n");
    expect(places).toMatch(/^README\.md/m);
    expect(places).toMatch(/^packages\/core\/src\//m);
    expect(snippets.length).toBeGreaterThan(15);
  });

  test("compiles", { timeout: 60_000 }, () => {
    expect(compile(snippets)).toBe("");
  });

  test("would not compile with a mistake in it", { timeout: 60_000 }, () => {
    const [wrong] = snippetsOf("text\n```ts\nconst count: number = 'one';\n```\n", "wrong.md");
    const path = join(folder, "wrong.ts");
    expect(compile([{ ...(wrong as NonNullable<typeof wrong>), path }])).toMatch(
      /wrong\.md:2.*TS2322/,
    );
  });

  test.each(snippets.filter(({ runs }) => runs))("runs: $place", async ({ path, code }) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, `${code}\nexport {};\n`);
    await import(/* @vite-ignore */ pathToFileURL(path).href);
  });
});
