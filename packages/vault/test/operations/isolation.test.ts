import { installTimeoutMs, type OpenBaoServer, startOpenBao, until } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { VaultSecretStoreOptions } from "../../src/index.js";
import { type RequestLog, startRequestLog } from "../support/request-log.ts";
import { ask, codeOf, openStore, tokenWith } from "../support/stores.ts";

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

describe("stores of one process", () => {
  test("V44: two with different tokens never use the other's, however they interleave", async () => {
    const names = ["one", "two"] as const;
    const root = openStore(server);
    for (const name of names) await root.putSecret(`${name}/key`, `of ${name}`);
    const tokens = await Promise.all(
      names.map((name) => {
        return tokenWith(server, `path "secret/data/${name}/*" { capabilities = ["read"] }`);
      }),
    );
    const stores = tokens.map((token) => {
      return openStore({ address: log.address, rootToken: token });
    });
    const reads = Array.from({ length: 100 }, async (_, index) => {
      const own = index % 2;
      const store = stores[own];
      if (!store) throw new Error("no store");
      const { value } = await store.getSecret(`${names[own]}/key`);
      expect(value.expose()).toBe(`of ${names[own]}`);
      expect(await codeOf(store.getSecret(`${names[1 - own]}/key`))).toBe("PERMISSION_DENIED");
    });
    await Promise.all(reads);
    const pairs = log.requests
      .filter(({ path }) => path.startsWith("secret/data/"))
      .map(({ headers }) => headers["x-vault-token"]);
    expect(new Set(pairs)).toEqual(new Set(tokens));
  });

  test("V44: nor do two with different namespaces, in which the same key has two values", async () => {
    const names = ["left", "right"] as const;
    const tokens = await Promise.all(names.map(prepareNamespace));
    const stores = names.map((namespace, index) => {
      return openStore({ address: log.address, rootToken: tokens[index] ?? "" }, { namespace });
    });
    const start = log.requests.length;
    const calls = Array.from({ length: 100 }, async (_, index) => {
      const own = index % 2;
      const store = stores[own];
      if (!store) throw new Error("no store");
      if (index % 10 < 2) await store.putSecret("same", `of ${names[own]}`);
      expect((await store.getSecret("same")).value.expose()).toBe(`of ${names[own]}`);
    });
    await Promise.all(calls);
    const pairs = log.requests.slice(start).map(({ headers }) => {
      return `${headers["x-vault-namespace"]} ${headers["x-vault-token"]}`;
    });
    expect(new Set(pairs)).toEqual(new Set(names.map((name, index) => `${name} ${tokens[index]}`)));
  });

  test("V45: options are neither changed nor looked at again", async () => {
    const options = {
      ...{ address: server.address, mountPath: "secret", kvVersion: 2 as const, timeoutMs: 2_000 },
      auth: { method: "token" as const, token: server.rootToken },
      tls: { serverName: "vault.test" },
      generate: () => "new",
    };
    const before = JSON.stringify(options);
    const frozen = deepFreeze(structuredCloneOf(options));
    const store = openStore(server, frozen);
    const watched: VaultSecretStoreOptions = options;
    const other = openStore(server, watched);
    Object.assign(options.auth, { token: "s.another" });
    Object.assign(options, { address: "https://elsewhere.example", mountPath: "none" });
    for (const each of [store, other]) {
      await each.putSecret("options", "old");
      expect((await each.rotateSecret("options")).value.expose()).toBe("new");
    }
    expect(JSON.stringify(frozen)).toBe(before);
  });

  test("V45: nor are the options of a call", async () => {
    const store = openStore(server);
    const tags = { a: "b" };
    const put = Object.freeze({ tags: Object.freeze(tags), description: "d", map: true });
    await store.putSecret("call", '{"x":"y"}', put);
    const rotation = Object.freeze({ field: "x", minting: false, generate: () => "z" });
    await store.rotateSecret("call", rotation);
    expect((await store.getSecret("call", Object.freeze({ field: "x" }))).value.expose()).toBe("z");
    expect(tags).toEqual({ a: "b" });
  });
});

/** A namespace with a mount and one secret; a token of its own that may do anything there. */
async function prepareNamespace(name: string): Promise<string> {
  const headers = { "x-vault-namespace": name };
  await ask(server, "POST", `sys/namespaces/${name}`);
  const mount = { type: "kv", options: { version: "2" } };
  await ask(server, "PUT", "sys/mounts/secret", mount, headers);
  await until("the mount is ready", async () => {
    const data = { value: `of ${name}` };
    const { status } = await server.request("POST", "secret/data/same", { data }, headers);
    return status === 200;
  });
  const rule = 'path "secret/*" { capabilities = ["create", "read", "update"] }';
  await ask(server, "PUT", "sys/policies/acl/all", { policy: rule }, headers);
  const { auth } = await ask<{ auth: { client_token: string } }>(
    ...([server, "POST", "auth/token/create", { policies: ["all"] }, headers] as const),
  );
  return auth.client_token;
}

function structuredCloneOf<T extends object>(options: T): T {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => {
      return [name, typeof value === "object" ? { ...value } : value];
    }),
  ) as T;
}

function deepFreeze<T extends object>(subject: T): T {
  for (const part of Object.values(subject)) if (typeof part === "object") Object.freeze(part);
  return Object.freeze(subject);
}
