import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startFaultProxy } from "secrets-tools/fault-proxy";
import { installTimeoutMs, type OpenBaoServer, startOpenBao, until } from "secrets-tools/openbao";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { VaultConfig, type VaultTlsOptions } from "../../src/index.js";
import { type Certificates, makeCertificates, pem } from "../support/certificates.ts";
import { codeOf, failure, openStore } from "../support/stores.ts";

let certificates: Certificates;
let server: OpenBaoServer;
let plain: string;
let mutual: string;
let otherName: string;
let expired: string;
beforeAll(async () => {
  certificates = await makeCertificates();
  const { ca, server: own, otherName: other, expired: old } = certificates;
  const clientCaFile = ca.certFile;
  const endsAt = Math.ceil(Date.now() / 1_000 + 1) * 1_000;
  server = await startOpenBao({ tls: [own, { ...own, clientCaFile }, other, old] });
  [plain, mutual, otherName, expired] = server.tlsAddresses as [string, string, string, string];
  await openStore(server).putSecret("tls", "over TLS");
  await until("one certificate has ended", () => Date.now() > endsAt);
}, installTimeoutMs);
afterAll(async () => {
  await server?.stop();
  await certificates?.remove();
});

/** Reads the secret over TLS; what it says, or why not. */
async function read(address: string, tls: VaultTlsOptions): Promise<string> {
  const store = openStore({ address, rootToken: server.rootToken }, { tls });
  const secret = store.getSecret("tls");
  return secret.then(({ value }) => value.expose()).catch(() => codeOf(secret));
}

const works = "over TLS";
const refused = "CONFIGURATION tls";

describe("TLS", () => {
  afterEach(() => {
    for (const name of ["VAULT_SKIP_VERIFY", "NODE_TLS_REJECT_UNAUTHORIZED", "VAULT_CACERT"]) {
      delete process.env[name];
    }
  });

  test("V21: a CA is taken as text, as a file and from a folder", async () => {
    const { ca, otherCa, folder } = certificates;
    const authorities = join(folder, "authorities");
    await mkdir(authorities);
    await writeFile(join(authorities, "one.pem"), await pem(otherCa.certFile));
    await writeFile(join(authorities, "two.crt"), await pem(ca.certFile));
    expect(await read(plain, { ca: await pem(ca.certFile) })).toBe(works);
    expect(await read(plain, { caFile: ca.certFile })).toBe(works);
    expect(await read(plain, { caPath: authorities })).toBe(works);
    const bundle = (await pem(otherCa.certFile)) + (await pem(ca.certFile));
    expect(await read(plain, { ca: bundle })).toBe(works);
  });

  test("V21: a server whose CA is unknown, or another, is not trusted", async () => {
    expect(await read(plain, {})).toBe(refused);
    expect(await read(plain, { caFile: certificates.otherCa.certFile })).toBe(refused);
  });

  test("V21: a certificate of another name, or one that has ended, is not trusted", async () => {
    const { certFile: caFile } = certificates.ca;
    expect(await read(otherName, { caFile })).toBe(refused);
    expect(await read(otherName, { caFile, serverName: "elsewhere.test" })).toBe(works);
    expect(await read(plain, { caFile, serverName: "elsewhere.test" })).toBe(refused);
    expect(await read(plain, { caFile, serverName: "vault.test" })).toBe(works);
    expect(await read(expired, { caFile })).toBe(refused);
  });

  test("V21: a server that wants a certificate gets the client's, as text or from files", async () => {
    const { ca, client } = certificates;
    const caFile = ca.certFile;
    expect(await read(mutual, { caFile, ...client })).toBe(works);
    const cert = await pem(client.certFile);
    const key = await pem(client.keyFile);
    expect(await read(mutual, { ca: await pem(caFile), cert, key })).toBe(works);
  });

  test("V21: without a certificate, or with one of a stranger, it is CONFIGURATION each time", async () => {
    const { ca, stranger } = certificates;
    const caFile = ca.certFile;
    const without = await Promise.all(Array.from({ length: 20 }, () => read(mutual, { caFile })));
    expect(new Set(without)).toEqual(new Set([refused]));
    const strangers = Array.from({ length: 20 }, () => read(mutual, { caFile, ...stranger }));
    expect(new Set(await Promise.all(strangers))).toEqual(new Set([refused]));
  });

  test("V21: the message names the fault, and what is wrong with a file or a text", async () => {
    const { ca, client, server: own, folder } = certificates;
    const empty = join(folder, "empty");
    await mkdir(empty);
    const message = async (tls: VaultTlsOptions) => {
      const store = openStore({ address: mutual, rootToken: server.rootToken }, { tls });
      const error = await failure(store.getSecret("tls"));
      expect([error.code, error.reason]).toEqual(["CONFIGURATION", "tls"]);
      return error.message;
    };
    expect(await message({})).toMatch(/handshake failed \(\w+\)/);
    expect(await message({ caFile: join(folder, "none.pem") })).toContain(
      "tls.caFile names cannot be",
    );
    expect(await message({ caFile: ca.keyFile })).toContain("tls.caFile names is no certificate");
    expect(await message({ ca: "no PEM" })).toContain("tls.ca names is no certificate");
    expect(await message({ caPath: join(folder, "none") })).toContain("tls.caPath");
    expect(await message({ caPath: empty })).toContain("tls.caPath names holds no");
    const pair = { caFile: ca.certFile, certFile: client.certFile, keyFile: own.keyFile };
    expect(await message(pair)).toContain("not a pair");
  });

  test.each<[what: string, tls: object]>([
    ["a certificate without key", { cert: "x" }],
    ["a key without certificate", { keyFile: "x" }],
    ["a text and a file", { cert: "x", certFile: "y", key: "z" }],
    ["a misspelled name", { caFlie: "x" }],
    ["a number", { ca: 5 }],
    ["an empty path", { caFile: "" }],
    ["a list", []],
    ["a text that says no", { dangerouslySkipVerify: "false" }],
  ])("V21: %s is refused when the store is made", (_, tls) => {
    const make = () =>
      openStore({ address: plain, rootToken: "t" }, { tls: tls as VaultTlsOptions });
    expect(make).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  });

  test.each(["false", "0", "true", "1", "no", ""])(
    "V21: VAULT_SKIP_VERIFY=%s in the environment turns nothing off, nor does Node's own variable",
    async (value) => {
      process.env.VAULT_SKIP_VERIFY = value;
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
      expect(await read(plain, {})).toBe(refused);
    },
  );

  test("V21: only the option named so turns it off", async () => {
    expect(await read(expired, { dangerouslySkipVerify: true })).toBe(works);
    expect(await read(plain, { dangerouslySkipVerify: false })).toBe(refused);
  });

  test("V21: the variables of Vault's own tools are honoured where they are asked for, only there", async () => {
    const { ca, client } = certificates;
    const variables = {
      ...{ VAULT_ADDR: mutual, VAULT_TOKEN: server.rootToken, VAULT_CACERT: ca.certFile },
      ...{ VAULT_CLIENT_CERT: client.certFile, VAULT_CLIENT_KEY: client.keyFile },
      VAULT_SKIP_VERIFY: "false",
    };
    const { token, address = "", tls } = VaultConfig.fromEnv(variables);
    const store = openStore({ address, rootToken: token ?? "" }, { tls });
    expect((await store.getSecret("tls")).value.expose()).toBe(works);
    process.env.VAULT_CACERT = ca.certFile;
    expect(await read(plain, {})).toBe(refused);
  });

  test("V21: plain HTTP to a TLS port, and TLS to a plain one, are CONFIGURATION", async () => {
    expect(await read(plain.replace("https:", "http:"), {})).toBe(refused);
    expect(await read(server.address.replace("http:", "https:"), {})).toBe(refused);
  });

  test("V22: two hundred reads take one handshake one after the other, 64 at most at once", async () => {
    const proxy = await startFaultProxy(Number(new URL(plain).port));
    const address = `https://${proxy.address}`;
    const tls = { caFile: certificates.ca.certFile };
    // A look at the token, which may come between two reads, would have a connection of its own.
    const auth = { method: "token", token: server.rootToken, lookUp: false } as const;
    const store = openStore({ address, rootToken: server.rootToken }, { auth, tls });
    for (let count = 0; count < 200; count++) await store.getSecret("tls");
    expect(proxy.acceptedConnections).toBe(1);
    await Promise.all(Array.from({ length: 200 }, () => store.getSecret("tls")));
    expect(proxy.acceptedConnections).toBeLessThanOrEqual(64);
    await store.close();
    await until("its connections are gone", () => proxy.openConnections === 0);
    await proxy.close();
  });
});
