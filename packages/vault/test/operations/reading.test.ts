import { type Secret, secretValue } from "@llm-orchestrator/secrets-core";
import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { secretAnswer, startFakeVault } from "../support/fake-vault.ts";
import { type RequestLog, startRequestLog } from "../support/request-log.ts";
import { ask, codeOf, failure, openStore, tokenWith } from "../support/stores.ts";

let server: OpenBaoServer;
let log: RequestLog;
beforeAll(async () => {
  server = await startOpenBao();
  log = await startRequestLog(server.address);
}, installTimeoutMs);
afterAll(async () => {
  await log?.stop();
  await server?.stop();
});

describe("reading", () => {
  test.each<[what: string, value: string]>([
    ["unicode", "Grüße 🔑 ключ \u2028 \u200b"],
    ["NUL and control characters", "a\u0000b\r\n\tc\u007f"],
    ["JSON", '{"a":[1,2.50,"x"],"b":"\\u0000"}'],
    ["one MiB", "x".repeat(1_048_576)],
  ])("V01: %s comes back as it was put", async (_, value) => {
    const store = openStore(server);
    await store.putSecret("round/trip", value);
    const read = await store.getSecret("round/trip");
    expect(read.value.equals(secretValue(value))).toBe(true);
  });

  test.each([
    ...[
      "a b",
      "a#b",
      "a?list=true",
      "100%",
      "a%20b",
      "é",
      "ключ/🔑",
      "a\\b",
      "a&#x2F;b",
      " a ",
      "a;b",
    ],
    ...["o'brien", "(a)!*", "data/metadata", "a=b&c", "..a", "a..", "...", "x%2e%2e"],
  ])("V01: the key %j is one that Vault takes, and stands for itself", async (key) => {
    const store = openStore(server);
    await store.putSecret(key, `value of ${key}`);
    expect((await store.getSecret(key)).value.expose()).toBe(`value of ${key}`);
    expect(await keysAsStored()).toContain(key);
    await store.deleteSecret(key, { mode: "permanent" });
  });

  test("V01: a value above one MiB is refused before anything is sent", async () => {
    const store = openStore({ address: log.address, rootToken: server.rootToken });
    log.take();
    const put = store.putSecret("round/too-big", "é".repeat(524_289));
    expect(await codeOf(put)).toBe("INVALID_SECRET too-large");
    expect(log.take()).toEqual([]);
  });

  test("V03: a key that looks like the server's own health is a key like any other", async () => {
    const key = "x/sys/health";
    expect(await codeOf(openStore(server).getSecret(key))).toBe("NOT_FOUND absent");
    const stranger = openStore(server, { token: "s.none-of-yours" });
    expect(await codeOf(stranger.getSecret(key))).toBe("AUTHENTICATION_FAILED token");
    const token = await tokenWith(server, 'path "secret/data/other" { capabilities = ["read"] }');
    expect(await codeOf(openStore(server, { token }).getSecret(key))).toBe("PERMISSION_DENIED");
  });

  test("V04: one request gives value, version, time and tags", async () => {
    const store = openStore({ address: log.address, rootToken: server.rootToken });
    const written = await store.putSecret("one/request", "v", {
      ...{ description: "what it is for", tags: { team: "a", owner: "" } },
    });
    log.take();
    const read = await store.getSecret("one/request");
    expect(log.take()).toEqual(["GET secret/data/one/request"]);
    const { key, version, description, tags, createdAt } = read;
    expect({ key, version, description, tags }).toEqual({
      ...{ key: "one/request", version: "1", description: "what it is for" },
      tags: { team: "a", owner: "" },
    });
    expect(createdAt).toBe(written.createdAt);
    expect(new Date(createdAt ?? "").toISOString()).toBe(createdAt);
  });

  test("V04: the first read of a store is one request too, and so is each of many", async () => {
    const keys = Array.from({ length: 30 }, (_, index) => `many/${index}`);
    for (const key of keys)
      await ask(server, "POST", `secret/data/${key}`, { data: { value: key } });
    const store = openStore({ address: log.address, rootToken: server.rootToken });
    log.take();
    await store.getSecret("many/0");
    expect(log.take()).toEqual(["GET secret/data/many/0"]);
    const { secrets, errors } = await store.getSecrets([...keys, "many/none"]);
    expect([secrets.size, [...errors.keys()]]).toEqual([30, ["many/none"]]);
    expect([...secrets].every(([key, secret]) => secret.value.expose() === key)).toBe(true);
    const asked = log.take().filter((request) => request.startsWith("GET secret/data/"));
    expect(asked).toHaveLength(31);
  });

  test("V04: many reads go side by side, ten at a time (fake)", async () => {
    let running = 0;
    let most = 0;
    const vault = await startFakeVault(async ({ path }) => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      return secretAnswer(path);
    });
    const auth = { method: "token", token: "t", lookUp: false } as const;
    const store = openStore({ address: vault.address, rootToken: "" }, { auth });
    const keys = Array.from({ length: 200 }, (_, index) => `k${index}`);
    expect((await store.getSecrets(keys)).secrets.size).toBe(200);
    expect([most > 1, most <= 10]).toEqual([true, true]);
    await vault.stop();
  });

  test("V06: a map without value is its JSON text, and each field can be read", async () => {
    const data = { user: "u", password: "p", port: 5432, tls: { on: true } };
    await ask(server, "POST", "secret/data/map", { data });
    const store = openStore(server);
    expect((await store.getSecret("map")).value.exposeJson()).toEqual(data);
    const expected = { user: "u", password: "p", port: "5432", tls: '{"on":true}' };
    for (const [field, value] of Object.entries(expected)) {
      expect((await store.getSecret("map", { field })).value.expose()).toBe(value);
    }
    const missing = store.getSecret("map", { field: "none" });
    expect(await codeOf(missing)).toBe("INVALID_SECRET missing-field");
  });

  test("V06: a map with value yields it, and its other fields by name", async () => {
    await ask(server, "POST", "secret/data/both", { data: { value: "v", note: "n" } });
    const store = openStore(server);
    const exposed = ({ value }: Secret) => value.expose();
    expect(exposed(await store.getSecret("both"))).toBe("v");
    expect(exposed(await store.getSecret("both", { field: "note" }))).toBe("n");
    expect(exposed(await store.getSecret("both", { field: "value" }))).toBe("v");
  });

  test("V07: absent, deleted, destroyed, pruned and without any version are told apart", async () => {
    const store = openStore(server);
    await ask(server, "POST", "secret/metadata/gone/pruned", { max_versions: 2 });
    for (const name of ["deleted", "destroyed", "pruned"]) {
      for (const value of ["1", "2", "3"]) await store.putSecret(`gone/${name}`, value);
    }
    await store.deleteSecret("gone/deleted");
    await ask(server, "PUT", "secret/destroy/gone/destroyed", { versions: [3, 1] });
    await ask(server, "POST", "secret/metadata/gone/empty", { custom_metadata: { a: "b" } });
    const reasonOf = async (call: Promise<unknown>) => {
      const { code, reason, detail } = await failure(call);
      return `${code} ${reason}: ${detail}`;
    };
    const deleted = "NOT_FOUND deleted: it was deleted and can be restored";
    const destroyed = "NOT_FOUND destroyed: this version was destroyed";
    const noVersion = "NOT_FOUND absent: it has no such version";
    expect(await reasonOf(store.getSecret("gone/deleted"))).toBe(deleted);
    expect(await reasonOf(store.getSecret("gone/destroyed"))).toBe(destroyed);
    expect(await reasonOf(store.getSecretVersion("gone/destroyed", "1"))).toBe(destroyed);
    expect(await reasonOf(store.getSecretVersion("gone/pruned", "1"))).toBe(noVersion);
    expect(await reasonOf(store.getSecretVersion("gone/pruned", "9"))).toBe(noVersion);
    expect(await codeOf(store.getSecret("gone/never"))).toBe("NOT_FOUND absent");
    expect(await codeOf(store.getSecret("gone/empty"))).toBe("NOT_FOUND absent");
    expect((await store.describeSecret("gone/empty")).tags).toEqual({ a: "b" });
    expect(await codeOf(store.describeSecret("gone/never"))).toBe("NOT_FOUND absent");
  });
});

/** As another client lists them. */
async function keysAsStored(): Promise<readonly string[]> {
  const { data } = await ask<{ data: { keys: string[] } }>(server, "SCAN", "secret/metadata");
  return data.keys;
}
