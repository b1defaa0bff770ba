import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type LlmServer, startLlmServer } from "secrets-tools/llm-server";
import { type AwsEmulator, installTimeoutMs, startMoto } from "secrets-tools/moto";
import { type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { execute } from "./execute.js";
import { footprintPage, rowsOf } from "./footprint-page.js";
import { packPackages } from "./pack.js";
import { createProject, temporaryFolder } from "./project.js";
import { runtimes } from "./runtimes.js";
import { askWorker } from "./worker.js";

// npm, a bundler and four servers, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: installTimeoutMs });

const folder = temporaryFolder();
const needed = ["core", "env", "file", "vault", "aws", "cache", "builder", "live", "openai"];

let project: string;
let llm: LlmServer;
let openBao: OpenBaoServer;
let moto: AwsEmulator;
let variables: Readonly<Record<string, string>>;

beforeAll(async () => {
  const names = needed.map((name) => `@llm-orchestrator/secrets-${name}`);
  const packages = await packPackages(folder, names);
  project = await createProject(join(folder, "app"), "runtimes", { type: "module", packages });
  [llm, openBao, moto] = await Promise.all([
    startLlmServer({ keys: ["sk-example"], answer: "Hello." }),
    startOpenBao(),
    startMoto(),
  ]);
  variables = {
    ...{ LLM_URL: llm.url, API_KEY: "sk-example", AWS_URL: moto.endpoint },
    ...{ VAULT_URL: openBao.address, VAULT_KEY: openBao.rootToken },
  };
});
afterAll(async () => {
  await Promise.all([llm?.close(), openBao?.stop(), moto?.stop()]);
});

const web = {
  ...{ core: '[redacted] {"value":"[redacted]"}', cache: "1 hit" },
  ...{ live: 200, openai: "Hello." },
};
const stored = "[redacted] a value NOT_FOUND";
const nodes = { env: stored, builder: "cache(env)", file: stored, vault: stored, aws: stored };

describe.each([...runtimes.programs])("%s", (title, [command, ...args]) => {
  it("runs every package", async () => {
    const FILE_PATH = join(folder, `secrets on ${title}.age`);
    const env = { ...process.env, ...variables, FILE_PATH };
    const { stdout } = await execute(command, [...args, "main.js"], { cwd: project, env });
    expect(JSON.parse(stdout)).toEqual({ ...web, ...nodes });
  });
});

describe.each([...runtimes.workers])("%s", (_, command) => {
  const askAbout = (FILE_PATH: string, file: string, nodeCompatible: boolean, requests = 1) =>
    askWorker({
      ...{ command, project, file, nodeCompatible, requests },
      variables: { ...variables, FILE_PATH },
    });
  const ask = (file: string, nodeCompatible: boolean) =>
    askAbout("/tmp/secrets.age", file, nodeCompatible);

  it("runs what needs the Web APIs alone, without Node's modules", async () => {
    expect(await ask("worker.js", false)).toEqual(web);
  });

  it("runs the rest where it is told to be compatible with Node", async () => {
    expect(await ask("node-worker.js", true)).toEqual(nodes);
  });

  it("does not without that: the flag above is needed", async () => {
    await expect(ask("node-worker.js", false)).rejects.toThrow(/Could not resolve/);
  });

  it("keeps a file in `/tmp` for one request", async () => {
    const answer = await askAbout("/tmp/secrets.age", "file-worker.js", true, 2);
    expect(answer).toEqual({
      ...{ before: "NOT_FOUND", after: "a value" },
      written: expect.stringMatching(/^1-/),
    });
  });

  it("has no other folder to write to", async () => {
    const answer = await askAbout("/etc/app/secrets.age", "file-worker.js", true);
    const says = "the folder of /etc/app/secrets.age does not exist";
    expect(answer).toMatchObject({ written: expect.stringContaining(says) });
    expect(footprintPage).toContain(says);
  });
});

it("docs/footprint.md names every version that tools/checks/matrix.mjs tries", async () => {
  const matrix = await readFile(new URL("../../tools/checks/matrix.mjs", import.meta.url), "utf8");
  const versions = [...matrix.matchAll(/"(\d+\.\d+\.\d+)"/g)].map(([, version]) => version);
  expect(versions.length).toBeGreaterThanOrEqual(7);
  expect(versions.filter((version) => !footprintPage.includes(`${version}`))).toEqual([]);
});

it("docs/footprint.md says what is shown here", () => {
  const rows = rowsOf("Bun, Deno, workers").map(([title, ...cells]) => [
    title?.split(" ")[0],
    ...cells,
  ]);
  expect(rows).toEqual([
    ["Bun", "yes", "yes", "yes"],
    ["Deno", "yes", "yes", "yes"],
    ["workerd", "yes", "with `nodejs_compat`", "in `/tmp`, for one request"],
  ]);
});
