import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AwsSecretStore } from "@llm-orchestrator/secrets-aws";
import { toArray } from "@llm-orchestrator/secrets-core";
import { type AwsEmulator, installTimeoutMs, startMoto } from "secrets-tools/moto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const pathOf = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const value = /sk-sample|\s[\w-]{43}\s/;

interface Output {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function runMain(variables: Readonly<Record<string, string>>, ...options: string[]) {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  const quiet = { NODE_NO_WARNINGS: "1" }; // the SDK says that Node 20 is old
  const env = { ...Object.fromEntries(others), ...quiet, ...variables };
  return new Promise<Output>((resolve) => {
    const args = [...options, pathOf("dist/main.js")];
    execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

describe("on this machine, with local.env", () => {
  let folder: string;
  let output: Output;
  let left: readonly string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "an account "));
    const elsewhere = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_PROFILE: "theirs" };
    const variables = { ...elsewhere, TMPDIR: folder };
    output = await runMain(variables, `--env-file=${pathOf("local.env")}`);
    left = await readdir(folder);
  }, installTimeoutMs);
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    ["what the shell says of an account does not count", /^Moto, process \d+ on this machine/],
    ["it is asked how it is", /would the next read work +true \(ready\)\n/],
    ["a thousand hits ask nobody", /1,000 times more, requests +0\n/],
    ["description and tags are kept", /The chat service's \{.*team: 'search'/],
    ["a field of a JSON secret is read", /\{ field: "password" \} +\[redacted\]\n/],
    ["many secrets are one call", /asked for 4, calls of the store +1\n(?: +found .*\n){3}/],
    ["an absent one is named", /not found +\S+-absent NOT_FOUND\n/],
    ["the cache has a rotated secret at once", /the next read has it +true\n/],
    ["the previous version stays readable", /is the old one +true\n/],
    ["versions have stages", /version +\S+ AWSCURRENT\n +version +\S+ AWSPREVIOUS\n/],
    ["what is deleted is not read", /a read says +NOT_FOUND \(pending-deletion\)\n/],
    ["it can be restored", /restored +\[redacted\]\n/],
  ])("%s", (_, says) => {
    expect(output.stdout).toMatch(says);
  });

  test("no value is printed, nor left behind", () => {
    expect(output.stdout).not.toMatch(value);
    expect([output.code, output.stderr, left]).toEqual([0, "", []]);
  });
});

describe("with that one variable less", () => {
  let account: AwsEmulator;
  beforeAll(async () => {
    account = await startMoto();
  }, installTimeoutMs);
  afterAll(() => account?.stop());

  test("it does the same in the account of the environment, and leaves nothing", async () => {
    const { endpoint, region, credentials } = account;
    const store = new AwsSecretStore({ endpoint, region, credentials });
    await store.putSecret("theirs", "theirs");
    const { code, stdout, stderr } = await runMain({
      ...{ AWS_ENDPOINT_URL: endpoint, AWS_REGION: region },
      ...{ AWS_ACCESS_KEY_ID: credentials.accessKeyId },
      ...{ AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey },
    });
    expect(stdout).toMatch(/^your AWS account.*restored +\[redacted\]\n/s);
    expect(stdout).not.toMatch(value);
    expect([code, stderr]).toEqual([0, ""]);
    expect(await toArray(store.listSecrets())).toEqual(["theirs"]);
    await store.close();
  }, 60_000);

  test("which has to be there", async () => {
    const nowhere = { AWS_CONFIG_FILE: "/nowhere", AWS_EC2_METADATA_DISABLED: "true" };
    const { code, stderr } = await runMain(nowhere);
    expect(stderr).toMatch(/^CONFIGURATION: .*region.*\n$/);
    expect(code).toBe(1);
  });
});
