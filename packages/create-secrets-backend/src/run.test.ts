import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { run } from "./run.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "create "));
});
afterEach(() => rm(folder, { recursive: true }));

async function create(args: readonly string[], environment: Record<string, string> = {}) {
  let [output, errors] = ["", ""];
  const code = await run(args, {
    ...{ workingFolder: folder, environment },
    print: (text) => {
      output += text;
    },
    printError: (text) => {
      errors += text;
    },
  });
  return { code, output, errors };
}

const read = (...path: readonly string[]) => readFile(join(folder, ...path), "utf8");
const manifestOf = async (name: string) => JSON.parse(await read(name, "package.json"));

describe("what it writes", () => {
  test("is a package with nothing of the template's names in it", async () => {
    expect(await create(["gcp-secret-manager"])).toMatchObject({ code: 0, errors: "" });
    const root = join(folder, "secrets-gcp-secret-manager");
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile());
    for (const { parentPath, name } of paths) {
      expect(name).not.toMatch(/my.?service|^_/i);
      const text = await readFile(join(parentPath, name), "utf8");
      expect(text, name).not.toMatch(/my[-_ ]?service|my-scope|My description|workspace:/i);
    }
    const store = await read("secrets-gcp-secret-manager", "src", "secret-store.ts");
    expect(store).toContain("export class GcpSecretManagerSecretStore extends BaseSecretStore");
    expect(store).toContain('name: options.name ?? "gcp-secret-manager"');
    expect(store).toContain("GCP_SECRET_MANAGER_TOKEN");
  });

  test("has the names and the description that were asked for, quotes included", async () => {
    const description = 'Secrets of "Doppler", $& and my-service.';
    await create(["doppler", "there", "--scope", "@acme", "--description", description]);
    expect(await manifestOf("there")).toMatchObject({ name: "@acme/secrets-doppler", description });
    expect(await read("there", "README.md")).toContain(
      `# @acme/secrets-doppler\n\n${description}\n`,
    );
    expect(await read("there", ".changeset", "first-release.md")).toContain(
      '"@acme/secrets-doppler": major',
    );
    expect(await read("there", "LICENSE")).toContain("The authors of @acme/secrets-doppler");
  });

  test("takes npm's own scope where no other name is asked for", async () => {
    const environment = { npm_command: "init", npm_config_scope: "@acme" };
    await create(["doppler", "a"], environment);
    await create(["doppler", "b", "--package-name", "b"], environment);
    await create(["doppler", "c", "--scope", "@c"], environment);
    const names = await Promise.all(
      ["a", "b", "c"].map(async (each) => (await manifestOf(each)).name),
    );
    expect(names).toEqual(["@acme/secrets-doppler", "b", "@c/secrets-doppler"]);
  });

  test.each([
    ["npm/11.0.0 node/v20.20.2", "npm install", "npm test"],
    ["pnpm/12.0.0 npm/? node/v20.20.2", "pnpm install", "pnpm test"],
    ["yarn/4.0.0 npm/?", "yarn install", "yarn test"],
    ["bun/1.3.0 npm/?", "bun install", "bun run test"],
    ["", "npm install", "npm test"],
  ])("ends with what to type next, for %s", async (npm_config_user_agent, install, run) => {
    const { output } = await create(["doppler"], { npm_config_user_agent });
    expect(output).toContain(`\n  cd secrets-doppler\n  ${install}\n  ${run}\n`);
  });

  test("may be the working folder itself, or one with a space in its name", async () => {
    expect((await create(["doppler", "a folder"])).output).toContain('\n  cd "a folder"\n');
    expect((await create(["doppler", "."])).code).toBe(2); // it holds the other
    await rm(join(folder, "a folder"), { recursive: true });
    expect((await create(["doppler", "."])).output).not.toContain("\n  cd ");
  });
});

describe("what is there already", () => {
  test("is never written over", async () => {
    await mkdir(join(folder, "secrets-doppler"));
    await writeFile(join(folder, "secrets-doppler", "README.md"), "mine");
    const { code, errors } = await create(["doppler"]);
    expect(code).toBe(2);
    expect(errors).toMatch(
      /is not empty: it holds README\.md\.\nPass another folder, or --overwrite/,
    );
    expect(await readdir(join(folder, "secrets-doppler"))).toEqual(["README.md"]);
  });

  test("is replaced with --overwrite, file by file, and a link but not what it points to", async () => {
    await mkdir(join(folder, "secrets-doppler"));
    await writeFile(join(folder, "outside"), "mine");
    await symlink(join(folder, "outside"), join(folder, "secrets-doppler", "README.md"));
    await writeFile(join(folder, "secrets-doppler", "notes.txt"), "mine");
    expect((await create(["doppler", "--overwrite"])).code).toBe(0);
    expect(await read("outside")).toBe("mine");
    expect(await read("secrets-doppler", "notes.txt")).toBe("mine");
    expect(await read("secrets-doppler", "README.md")).toContain("# secrets-doppler");
  });

  test("counts as empty when it is a new git repository", async () => {
    await mkdir(join(folder, "secrets-doppler", ".git"), { recursive: true });
    expect((await create(["doppler"])).code).toBe(0);
  });

  test("may be a file, which is said", async () => {
    await writeFile(join(folder, "secrets-doppler"), "mine");
    expect((await create(["doppler"])).errors).toMatch(/is a file, or lies below one/);
    expect((await create(["doppler", "secrets-doppler/below"])).errors).toMatch(/lies below one/);
  });
});

test("--dry-run shows every file and writes none", async () => {
  const dry = await create(["doppler", "--dry-run"]);
  expect(existsSync(join(folder, "secrets-doppler"))).toBe(false);
  const wet = await create(["doppler"]);
  const files = (output: string) => output.split("\n").filter((line) => /^ {2}secrets-/.test(line));
  expect(files(dry.output)).toEqual(files(wet.output));
  expect(files(dry.output).length).toBeGreaterThan(20);
});

test("--help and --version need no name", async () => {
  expect((await create(["--help"])).output).toContain("--dry-run");
  expect((await create(["-h"])).code).toBe(0);
  expect((await create(["--version"])).output).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  [[], /the name of the service is missing/],
  [["Doppler"], /is not kebab-case/],
  [["@acme/secrets-doppler"], /\nPass doppler --scope @acme\n/],
  [["doppler", "--nonsense"], /unknown option/],
  [["doppler", "--description", "two\nlines"], /more than one line/],
  [["doppler", "--description", "*/ code"], /ends a comment/],
  [["doppler", "--scope", "A B"], /the scope "A B" is none/],
])("%j ends with code 2, one sentence and what to do", async (args, message) => {
  const { code, output, errors } = await create(args);
  expect(code).toBe(2);
  expect(output).toBe("");
  expect(errors).toMatch(message);
  expect(errors).toMatch(/^create-secrets-backend: [^\n]+\.\n[^\n]+\n$/);
  expect(await readdir(folder)).toEqual([]);
});
