import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { policy } from "./server.js";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const value = /sk-sample|[\w-]{43}|hvs\.|\bs\.\w{20}/;

interface Output {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function runMain(variables: Readonly<Record<string, string>>, ...args: string[]): Promise<Output> {
  const others = Object.entries(process.env).filter(([name]) => !/^(?:VAULT|BAO)_/.test(name));
  const env = { ...Object.fromEntries(others), ...variables };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

describe("with a server of its own", () => {
  let folder: string;
  let output: Output;
  let left: readonly string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "a vault "));
    const elsewhere = { VAULT_ADDR: "http://127.0.0.1:1", BAO_TOKEN: "sk-sample-theirs" };
    output = await runMain({ ...elsewhere, TMPDIR: folder });
    left = await readdir(folder);
  }, installTimeoutMs);
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    ["what the shell says of another one does not count", /^OpenBao, process \d+ on this machine/],
    ["it is asked how it is", /would the next read work +true \(ready\)\n/],
    ["a thousand hits ask nobody", /1,000 times more, requests +0\n/],
    ["tags are kept", /team: 'search'/],
    ["keys are listed", /listed +secrets-example\/anthropic\/api_key\n.*openai\/api_key\n/],
    ["a rotation makes a version", /rotated +version 2 \[redacted\]\n/],
    ["the cache has it at once", /the next read has it +true\n/],
    ["the previous version stays readable", /is the old one +true\n/],
    ["versions are told apart", /version 2 +live, of \S+ \(current\)\n +version 1 +live, of/],
    ["one field of a map is changed", /changed alone +version 2, user kept true\n/],
    ["no read fails while tokens end", /reads while tokens end +\d+, of which 0 failed\n/],
    ["they were renewed, and replaced", /logins, renewals +2 [1-9]/],
  ])("%s", (_, says) => {
    expect(output.stdout).toMatch(says);
  });

  test("no value is printed, nor left behind", () => {
    expect(output.stdout).not.toMatch(value);
    expect([output.code, output.stderr, left]).toEqual([0, "", []]);
  });
});

describe("with the user's own", () => {
  let server: OpenBaoServer;
  beforeAll(async () => {
    server = await startOpenBao();
  }, installTimeoutMs);
  afterAll(() => server?.stop());

  test("it does the same there, and leaves nothing", async () => {
    await server.request("POST", "secret/data/theirs", { data: { value: "theirs" } });
    const variables = { VAULT_ADDR: server.address, VAULT_TOKEN: server.rootToken };
    const { code, stdout, stderr } = await runMain(variables, "--own-server");
    expect(stdout).toContain(`your server, ${server.address}\n`);
    expect(stdout).toMatch(/is the old one +true\n/);
    expect(stdout).toContain("set VAULT_ROLE_ID and VAULT_SECRET_ID");
    expect(stdout + stderr).not.toMatch(value);
    expect([code, stderr]).toEqual([0, ""]);
    const listed = await server.request("LIST", "secret/metadata/");
    expect(listed.body).toMatchObject({ data: { keys: ["theirs"] } });
  });

  test("it logs in with the user's AppRole", async () => {
    const path = "auth/approle/role/theirs";
    await server.request("PUT", "sys/policies/acl/example", { policy });
    await server.request("POST", "sys/auth/approle", { type: "approle" });
    await server.request("POST", path, { token_policies: ["example"], token_ttl: "1h" });
    const role = await server.request<{ data: { role_id: string } }>("GET", `${path}/role-id`);
    const id = await server.request<{ data: { secret_id: string } }>("POST", `${path}/secret-id`);
    const variables = {
      ...{ VAULT_ADDR: server.address, VAULT_TOKEN: server.rootToken },
      ...{ VAULT_ROLE_ID: role.body.data.role_id, VAULT_SECRET_ID: id.body.data.secret_id },
    };
    const { code, stdout, stderr } = await runMain(variables, "--own-server");
    expect(stdout).toMatch(/changed alone +version 2, user kept true\n.*renewals +1 1\n/s);
    expect(stdout).not.toContain(id.body.data.secret_id);
    expect([code, stderr]).toEqual([0, ""]);
  });

  test("which has to be named", async () => {
    const { code, stdout, stderr } = await runMain({}, "--own-server");
    expect(stderr).toMatch(/^CONFIGURATION: .*address.*\n$/);
    expect([code, stdout]).toEqual([1, ""]);
  });
});
