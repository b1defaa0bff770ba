import { join } from "node:path";
import { type LlmServer, startLlmServer } from "secrets-tools/llm-server";
import { type AwsEmulator, installTimeoutMs, startMoto } from "secrets-tools/moto";
import { type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { execute } from "./execute.js";
import { packPackages } from "./pack.js";
import { createProject, temporaryFolder } from "./project.js";
import { runtimes } from "./runtimes.js";
import { askWorker } from "./worker.js";

// npm, a bundler and four servers, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: installTimeoutMs });

const folder = temporaryFolder();
const needed = ["core", "env", "vault", "aws", "cache", "builder", "live", "openai"];

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
const nodes = { env: stored, builder: "cache(env)", vault: stored, aws: stored };

describe.each([...runtimes.programs])("%s", (_, [command, ...args]) => {
  it("runs every package", async () => {
    const env = { ...process.env, ...variables };
    const { stdout } = await execute(command, [...args, "main.js"], { cwd: project, env });
    expect(JSON.parse(stdout)).toEqual({ ...web, ...nodes });
  });
});

describe.each([...runtimes.workers])("%s", (_, command) => {
  const ask = (file: string, nodeCompatible: boolean) =>
    askWorker({ command, project, file, nodeCompatible, variables });

  it("runs what needs the Web APIs alone, without Node's modules", async () => {
    expect(await ask("worker.js", false)).toEqual(web);
  });

  it("runs the rest where it is told to be compatible with Node", async () => {
    expect(await ask("node-worker.js", true)).toEqual(nodes);
  });

  it("does not without that: the flag above is needed", async () => {
    await expect(ask("node-worker.js", false)).rejects.toThrow(/Could not resolve/);
  });
});
