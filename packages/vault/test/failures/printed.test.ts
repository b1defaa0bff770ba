import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { build } from "tsup";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Certificates, makeCertificates } from "../support/certificates.ts";
import type { DebugInput } from "../support/debug-child.ts";
import { type FakeAnswer, startFakeVault } from "../support/fake-vault.ts";
import { ask, makeAppRole, makeToken, prepare, wrapSecretId } from "../support/logins.ts";
import { type ScriptedVault, startRecordingProxy } from "../support/scripted-vault.ts";

const password = "canary-password-8d2e6f1b04";
const value = "canary-value-1c9a7e3d52";
const jwt = "canary-jwt-header.canary-jwt-claims.canary-jwt-signature";
const secretAccessKey = "canary-secret-access-key-5b";
const sessionToken = "canary-session-token-0e41";
const issued = "s.canary-token-of-a-login-77af";

const failures: readonly FakeAnswer[] = [
  "hang",
  { status: 503, body: { errors: ["Vault is sealed"] } },
  { raw: "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{" },
  { status: 302, headers: { location: "http://127.0.0.1:1/" } },
];

/** All that Node knows, but for `stream`, which prints the bytes that pass: SECURITY.md says so. */
const allSections =
  "child_process,esm,fetch,http,http2,https,inspect,module,net,policy,source_map,timer,tls,undici,worker";

let server: OpenBaoServer;
let proxy: ScriptedVault;
let certificates: Certificates;
let folder: string;
let input: DebugInput;
let canaries: string[];
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  certificates = await makeCertificates();
  server = await startOpenBao({ tls: [certificates.server] });
  proxy = await startRecordingProxy(server);
  input = await prepareInput();
  // Inside the package, where the built program finds node-vault.
  folder = await mkdtemp(fileURLToPath(new URL("../../node_modules/.debug-", import.meta.url)));
  await build({
    entry: { child: fileURLToPath(new URL("../support/debug-child.ts", import.meta.url)) },
    ...{ outDir: folder, format: "esm", target: "node20", config: false, silent: true },
    ...{ clean: false, splitting: false, external: ["node-vault"], noExternal: [/secrets-core/] },
    esbuildOptions: (options) => {
      options.conditions = ["@llm-orchestrator/source"];
    },
    outExtension: () => ({ js: ".mjs" }),
  });
}, installTimeoutMs);
afterAll(async () => {
  await Promise.all([server?.stop(), proxy?.stop(), ...stops.map((stop) => stop())]);
  await certificates?.remove();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** The address of a server that answers so. */
async function fake(answer: Parameters<typeof startFakeVault>[0]): Promise<string> {
  const vault = await startFakeVault(answer);
  stops.push(() => vault.stop());
  return vault.address;
}

/** Takes any login, and repeats what it was sent in head and body. */
const repeating = () =>
  fake(({ method, path, headers, body }) => {
    if (path.endsWith("login") || path.includes("/login/")) {
      return { status: 200, body: { auth: { client_token: issued, lease_duration: 60 } } };
    }
    const echo = `${headers["x-vault-token"]} ${body}`.replaceAll(/[\r\n]/g, " ");
    return { status: method === "GET" ? 400 : 500, headers: { "x-echo": echo }, body: echo };
  });

/** Everything that the child tries, made ready on the servers. */
async function prepareInput(): Promise<DebugInput> {
  await prepare(server);
  const { roleId, secretId } = await makeAppRole(server, "debug");
  const wrappedSecretId = await wrapSecretId(server, "debug");
  const stolen = await wrapSecretId(server, "debug");
  await ask(server, "POST", "sys/wrapping/unwrap", { token: stolen });
  await ask(server, "POST", "sys/auth/userpass", { type: "userpass" });
  await ask(server, "POST", "auth/userpass/users/somebody", { password });
  const denied = await makeToken(server, { policies: ["default"] });
  const unknown = "s.canary-token-that-nobody-knows";
  canaries = [server.rootToken, denied, unknown, value, secretId, wrappedSecretId, stolen];
  canaries.push(password, jwt, secretAccessKey, sessionToken, issued);
  const any = await repeating();
  const approle = { method: "approle", roleId } as const;
  const userpass = { method: "userpass", username: "somebody" } as const;
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey, sessionToken };
  const auths = [
    { ...approle, secretId },
    { ...approle, secretId: `${secretId}-wrong` },
    { ...approle, wrappedSecretId },
    { ...approle, wrappedSecretId: stolen },
    { ...userpass, password },
    { ...userpass, password: `${password}-wrong` },
  ];
  const others = [
    { ...userpass, method: "ldap", password } as const,
    ...(["jwt", "kubernetes"] as const).map((method) => ({ method, role: "r", jwt })),
    { method: "aws", role: "r", credentials: credentials as never } as const,
  ];
  return {
    ...{ address: server.address, tokens: [server.rootToken, denied, unknown], value },
    tls: {
      address: server.tlsAddresses[0] ?? "",
      ...{ wrong: certificates.otherCa.certFile, right: certificates.ca.certFile },
    },
    failing: [
      ...["http://127.0.0.1:1", any],
      ...(await Promise.all(failures.map((failure) => fake(() => failure)))),
    ],
    logins: [
      ...auths.map((auth) => ({ auth, address: proxy.address })),
      ...others.map((auth) => ({ auth, address: any })),
    ],
  };
}

/** As it is, in base64 at any offset, as hex, and as Node prints bytes. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString("hex");
  const inBase64 = [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    return whole.slice(offset === 0 ? 0 : 4).slice(0, -4); // but for what shares a group with others
  });
  return [secret, hex, hex.replaceAll(/..(?!$)/g, "$& "), ...inBase64];
}

function found(printed: string, secrets: readonly string[]): string[] {
  return secrets.filter((secret) => formsOf(secret).some((form) => printed.includes(form)));
}

describe("V39: what a process prints that does everything and fails in every way", () => {
  test.each([
    { DEBUG: "*" },
    { DEBUG: "*", NODE_DEBUG: "http,https,net,tls,fetch,undici" },
    { DEBUG: "*", NODE_DEBUG: allSections },
  ])(
    "with %j has no token, secret-id, password or value, and it ends by itself",
    { timeout: 60_000 },
    async (environment) => {
      const child = spawn(process.execPath, ["--trace-warnings", join(folder, "child.mjs")], {
        env: { PATH: process.env.PATH, ...environment },
      });
      child.stdin.end(JSON.stringify(input));
      const ended = new Promise((resolve) => child.once("exit", resolve));
      const printed = (await Promise.all([text(child.stdout), text(child.stderr)])).join("");
      expect(await ended).toBe(0);
      const tokens = proxy.requests.flatMap(({ token = "" }) => (token === "" ? [] : [token]));
      const secrets = [...new Set([...canaries, ...tokens])];
      expect(secrets.length).toBeGreaterThan(canaries.length); // those of the logins
      for (const secret of secrets) expect(secret.length).toBeGreaterThan(10);
      expect(found(printed, secrets)).toEqual([]);
      for (const code of [
        "PERMISSION_DENIED",
        "AUTHENTICATION_FAILED",
        "sealed",
        "tls",
        "redirect",
      ]) {
        expect(printed).toContain(code);
      }
      if ("NODE_DEBUG" in environment) expect(printed).toMatch(/^(?:NET|HTTP|TLS) \d+:/m);
    },
  );

  test("control: the look finds a secret as text, as bytes and in base64", () => {
    const secret = "canary-control-4471";
    const forms = [secret, `{"a":"${secret}"}`].flatMap((each) => {
      const bytes = Buffer.from(`.${each}.`);
      return [each, bytes.toString("hex"), bytes.toString("base64"), String(inspected(bytes))];
    });
    for (const printed of forms) expect(found(printed, [secret])).toEqual([secret]);
    expect(found("canary-control-447", [secret])).toEqual([]);
  });
});

function inspected(bytes: Buffer): string {
  return bytes.toString("hex").replaceAll(/../g, "$& ");
}
