import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const basic = fileURLToPath(new URL("../examples/basic/dist/main.js", import.meta.url));
const { OPENAI_API_KEY: _, ANTHROPIC_API_KEY: __, ...bareEnvironment } = process.env;

describe("npm start", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "an example "));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const run = (environment: Record<string, string> = {}) =>
    promisify(execFile)(process.execPath, [basic], {
      cwd: folder,
      env: { ...bareEnvironment, ...environment },
    });

  test("runs with nothing set up, and prints no value", async () => {
    const { stdout, stderr } = await run();
    expect(stdout).toContain("built-in sample; set OPENAI_API_KEY for yours");
    expect(stdout).toMatch(/with \.expose\(\)\s+200/);
    expect(stdout).toMatch(/previous still reads\s+true/);
    expect(stdout + stderr).not.toMatch(/sk-sample|second value/);
    expect(stderr).toBe("");
  });

  test("reports a key of the user's own, and prints and sends it nowhere", async () => {
    await writeFile(join(folder, ".env"), "ANTHROPIC_API_KEY=sk-canary-dotenv\n");
    const { stdout, stderr } = await run({ OPENAI_API_KEY: "sk-canary-variable" });
    expect(stdout).toContain("found OPENAI_API_KEY: yours, and sent nowhere");
    expect(stdout).toContain("found ANTHROPIC_API_KEY: yours, and sent nowhere");
    expect(stdout).toMatch(/with \.expose\(\)\s+200/); // the sample's, which is all that server knows
    expect(stdout + stderr).not.toContain("canary");
  });

  test("is coloured only on a terminal", async () => {
    const { stdout } = await run();
    expect(stdout).not.toContain("\u001b[");
  });
});

const examples = fileURLToPath(new URL("../examples", import.meta.url));

/** The fences of an example's page that begin so, and what is in them. */
const fencesOf = (name: string, mark: string) => {
  const page = readFileSync(join(examples, name, "README.md"), "utf8");
  const fences = page.matchAll(new RegExp(`^\`\`\`${mark}([^\\n]*)\\n(.*?)^\`\`\`$`, "gms"));
  return [...fences].map(([, more = "", code = ""]) => ({ more, code }));
};

describe("the page of an example", () => {
  const names = readdirSync(examples);

  test.each(names)("%s has commands that work on a fresh clone", (name) => {
    const commands = fencesOf(name, "sh").map(({ code }) => code);
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) expect(command).toMatch(/npm (?:start|run build)/);
    if (name !== "basic") expect(commands[0]).toMatch(`examples/${name}/dist/main.js\n`);
  });

  test.each(["basic", "migration", "read-only-backend"])(
    "%s shows what it prints",
    async (name) => {
      const main = join(examples, name, "dist", "main.js");
      const options = { cwd: join(examples, name, "src"), env: bareEnvironment };
      const { stdout } = await promisify(execFile)(process.execPath, [main], options);
      const tidy = (text: string) => text.trim().replace(/ +$/gm, "").replace(/#\w+-/g, "#…-");
      const [shown] = fencesOf(name, "text");
      expect(tidy(shown?.code ?? "")).toBe(tidy(stdout));
    },
  );

  test.each(names)("%s quotes its sources as they are", (name) => {
    const squeeze = (text: string) => text.replace(/\s+/g, " ");
    for (const { more, code } of fencesOf(name, "ts")) {
      const [, path = "none"] = /file=(\S+)/.exec(more) ?? [];
      expect(squeeze(readFileSync(join(examples, name, path), "utf8"))).toContain(squeeze(code));
    }
  });
});
