import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { snippetsOf } from "../docs/find-snippets.js";
import { execute, type Output } from "../packed/execute.js";
import { packPackages, program } from "../packed/pack.js";
import { temporaryFolder } from "../packed/project.js";
import { commands } from "./page.js";
import { LoopbackRegistry } from "./registry.js";

// npm, a compiler and a test run, on a machine that may be busy.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const folder = temporaryFolder();
const blank = join(folder, "blank");
const created = join(blank, "secrets-doppler");

let registry: LoopbackRegistry;

beforeAll(async () => {
  const needed = ["core", "testing"].map((name) => `@llm-orchestrator/secrets-${name}`);
  const packages = await packPackages(folder, [program, ...needed]);
  registry = await LoopbackRegistry.serve(packages);
  await mkdir(blank);
});
afterAll(() => registry.close());

/** Types a line of the page: packages of ours come from the tarballs, others from where they always do. */
async function type(line: string, directory: string): Promise<Output> {
  const [command = "", ...args] = line.split(" ");
  return execute(command, args, {
    cwd: directory,
    env: {
      ...process.env,
      "npm_config_@llm-orchestrator:registry": registry.url,
      ...{ npm_config_prefer_offline: "true", npm_config_audit: "false" },
      // npm keeps what it has run, and would run that again, whatever the registry has by now.
      ...(args[0] === "create" && {
        npm_config_cache: join(folder, "cache"),
        npm_config_yes: "true",
      }),
    },
  });
}

describe("what the page says to type, in a blank folder outside of the repository", () => {
  it("is this and nothing else", () => {
    expect(commands).toEqual([
      "npm create @llm-orchestrator/secrets-backend doppler",
      "cd secrets-doppler",
      "npm install",
      "npm test",
      "npx changeset version",
      "npm run release",
    ]);
  });

  it("writes a package", async () => {
    const { stdout } = await type(commands[0] ?? "", blank);
    expect(stdout).toContain("Next:\n  cd secrets-doppler\n  npm install\n  npm test\n");
    expect(await readdir(blank)).toEqual(["secrets-doppler"]);
    expect(await readdir(created)).toContain(".gitignore");
    const manifest = JSON.parse(await readFile(join(created, "package.json"), "utf8"));
    const { version } = registry.versions.get("@llm-orchestrator/secrets-core")?.manifest ?? {};
    expect(manifest.dependencies).toEqual({ "@llm-orchestrator/secrets-core": `^${version}` });
  });

  it("installs, and its tests are green", async () => {
    await type("npm install", created);
    const { stdout } = await type("npm test", created);
    expect(stdout).toMatch(/Tests +[^\n]*2\d\d passed/);
    expect(stdout).not.toMatch(/failed|skipped/);
  });

  it("publishes version 1.0.0, with declarations, README and licence", async () => {
    await type("npx changeset version", created);
    expect(await readFile(join(created, "CHANGELOG.md"), "utf8")).toContain("## 1.0.0");
    const token = `${registry.url.replace("http:", "")}:_authToken=example`;
    await writeFile(join(created, ".npmrc"), `registry=${registry.url}\n${token}\n`);
    await type("npm run release", created);
    const published = registry.versions.get("secrets-doppler");
    expect(published?.manifest.version).toBe("1.0.0");
    const tarball = join(folder, "published.tgz");
    await writeFile(tarball, published?.tarball ?? "");
    const { stdout } = await execute("tar", ["-tzf", tarball]);
    const files = stdout.trim().split("\n");
    const expected = ["README.md", "LICENSE", "CHANGELOG.md", "dist/index.js", "dist/index.d.ts"];
    for (const file of expected) expect(files).toContain(`package/${file}`);
    expect(files.filter((file) => /test|\.npmrc|src/.test(file))).toEqual([]);
    await checkPublished(tarball);
  });

  it("gives a README and examples that compile and run", async () => {
    const sources = ["README.md", "src/backend.ts", "src/secret-store.ts"];
    const texts = await Promise.all(sources.map((path) => readFile(join(created, path), "utf8")));
    const codes = texts.map((text) => snippetsOf(text.replace(/^ \* ?/gm, ""), "")[0]?.code ?? "");
    for (const [index, code] of codes.entries()) {
      expect(code).toContain('from "secrets-doppler"');
      await writeFile(join(created, "src", `snippet-${index}.ts`), `${code}\nexport {};\n`);
    }
    await type("npx tsc", created);
    const imports = 'import { DopplerSecretStore, dopplerBackend } from "secrets-doppler";';
    const blocks = codes.map((code) => `{ ${code.replaceAll(/^import .*$/gm, "")} }`);
    await writeFile(join(created, "snippets.mjs"), [imports, ...blocks].join("\n"));
    const { stdout, stderr } = await execute(process.execPath, ["snippets.mjs"], { cwd: created });
    expect(stdout).toContain("doppler");
    expect(stderr).toBe("");
  });
});

/** As this project checks its own packages. */
async function checkPublished(tarball: string): Promise<void> {
  const checks = new URL("../../tools/checks/packages.mjs", import.meta.url).href;
  const { lintExports } = (await import(checks)) as {
    lintExports(tarball: string): Promise<readonly string[]>;
  };
  expect(await lintExports(tarball)).toEqual([]);
}

describe("npm", () => {
  it("keeps flags without -- for itself, and then nothing is written", async () => {
    const line = "npm create @llm-orchestrator/secrets-backend other --dry-run";
    await expect(type(line, blank)).rejects.toThrow(
      /npm kept --dry-run for itself.*\n.* -- --dry-run/,
    );
    expect(await readdir(blank)).not.toContain("secrets-other");
  });
});
