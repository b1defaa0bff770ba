import { toArray } from "@llm-orchestrator/secrets-core";
import { installTimeoutMs, type OpenBaoServer, startOpenBao, until } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VaultSecretStore } from "../../src/index.js";
import { startFakeVault } from "../support/fake-vault.ts";
import { type RequestLog, startRequestLog } from "../support/request-log.ts";
import { ask, codeOf, failure, openStore, tokenWith } from "../support/stores.ts";

const count = 2_000;
const folders = 40;
const big = Array.from({ length: count }, (_, index) => `big/${index % folders}/k${index}`).sort();
const odd = [
  "odd/a",
  "odd/a b/c",
  "odd/a-b",
  "odd/a.b",
  "odd/a/b",
  "odd/a/b/c",
  "odd/ab",
  "odd/é/ü",
];

let server: OpenBaoServer;
let log: RequestLog;
let walker: string;
beforeAll(async () => {
  server = await startOpenBao();
  log = await startRequestLog(server.address);
  const keys = [...big, ...odd, "top"];
  const store = new VaultSecretStore({ address: server.address, token: server.rootToken });
  const write = async () => {
    for (let key = keys.pop(); key; key = keys.pop()) await store.putSecret(key, key);
  };
  await Promise.all(Array.from({ length: 16 }, write));
  await store.close();
  walker = await tokenWith(server, 'path "secret/metadata/*" { capabilities = ["list"] }');
}, installTimeoutMs);
afterAll(async () => {
  await log?.stop();
  await server?.stop();
});

const openLogged = (options = {}) =>
  openStore({ address: log.address, rootToken: server.rootToken }, options);

describe("listing", () => {
  test("V11: a scan and a walk find the same keys, all of them, sorted, and no folders", async () => {
    const all = [...big, ...odd, "top"].sort();
    log.take();
    expect(await toArray(openLogged().listSecrets())).toEqual(all);
    expect(log.take()).toEqual(["SCAN secret/metadata"]);
    const walking = openLogged({ token: walker });
    expect(await toArray(walking.listSecrets())).toEqual(all);
    const walked = log.take().map((request) => request.split(" ")[0]);
    expect(walked[0]).toBe("SCAN"); // tried once
    expect(walked.slice(1).every((method) => method === "LIST")).toBe(true);
    expect(walked).toHaveLength(1 + 1 + 1 + folders + 5); // top, big/, odd/ and what is below
    await toArray(walking.listSecrets("odd/"));
    expect(log.take().some((request) => request.startsWith("SCAN"))).toBe(false);
  });

  test.each(["odd/a", "odd/a/", "odd/a/b", "odd/é", "odd/a ", "to", "top", "big/1", "none/", "o"])(
    "V11: the prefix %j is matched as text, by a scan and by a walk",
    async (prefix) => {
      const expected = [...big, ...odd, "top"].filter((key) => key.startsWith(prefix)).sort();
      expect(await toArray(openStore(server).listSecrets(prefix))).toEqual(expected);
      const walking = openStore(server, { token: walker });
      expect(await toArray(walking.listSecrets(prefix))).toEqual(expected);
    },
  );

  test("V11: a walk hands out its first keys before it has seen the last folder", async () => {
    const store = openLogged({ token: walker, concurrency: 2 });
    await toArray(store.listSecrets("none/"));
    log.take();
    const keys = store.listSecrets("big/")[Symbol.asyncIterator]();
    expect((await keys.next()).value).toBe(big[0]);
    await keys.return?.();
    expect(log.take().length).toBeLessThan(6);
  });

  test("V11: a walk that is aborted rejects with the reason, and sends nothing more", async () => {
    const store = openLogged({ token: walker, concurrency: 2 });
    await toArray(store.listSecrets("none/"));
    const controller = new AbortController();
    const { signal } = controller;
    const keys = store.listSecrets("big/", { signal })[Symbol.asyncIterator]();
    await keys.next();
    log.take();
    const reason = new Error("no longer wanted");
    controller.abort(reason);
    await expect(keys.next()).rejects.toBe(reason);
    expect(log.take().length).toBeLessThan(3);
  });

  test.each([200, 500])(
    "a scan that takes too long is a walk from then on (fake, an attempt of %i ms)",
    async (timeoutMs) => {
      const vault = await startFakeVault(({ method }) =>
        method === "SCAN" ? "hang" : { status: 200, body: { data: { keys: ["a", "b"] } } },
      );
      const times = { timeoutMs, deadlineMs: 500 };
      const store = openStore({ address: vault.address, rootToken: "t" }, times);
      expect(await toArray(store.listSecrets())).toEqual(["a", "b"]);
      const scans = () => vault.requests.filter(({ method }) => method === "SCAN").length;
      const before = scans();
      expect(await toArray(store.listSecrets())).toEqual(["a", "b"]);
      expect([before > 0, scans()]).toEqual([true, before]);
      await vault.stop();
    },
  );

  test("V12: a folder that may not be listed is PERMISSION_DENIED, and named", async () => {
    const rules = ["secret/metadata", "secret/metadata/big", "secret/metadata/big/*"];
    const policy = rules.map((path) => `path "${path}" { capabilities = ["list"] }`).join("\n");
    const store = openStore(server, { token: await tokenWith(server, policy) });
    expect((await toArray(store.listSecrets("big/"))).length).toBe(count);
    const error = await failure(toArray(store.listSecrets()));
    expect([error.code, error.reason]).toEqual(["PERMISSION_DENIED", "list"]);
    expect(error.message).toContain('"odd/"');
  });

  test("a soft-deleted secret stays listed, since it can be restored; a permanently deleted one does not", async () => {
    const store = openStore(server);
    await store.putSecret("gone/soft", "v");
    await store.putSecret("gone/hard", "v");
    await store.deleteSecret("gone/soft");
    await store.deleteSecret("gone/hard", { mode: "permanent" });
    expect(await toArray(store.listSecrets("gone/"))).toEqual(["gone/soft"]);
    await store.deleteSecret("gone/soft", { mode: "permanent" });
  });

  test("a listing of a mount that is not there, or of the other kind, is no empty list", async () => {
    await ask(server, "PUT", "sys/mounts/old", { type: "kv", options: { version: "1" } });
    await until("it is there", async () => (await server.request("LIST", "old")).status === 404);
    const list = (options: object) => codeOf(toArray(openStore(server, options).listSecrets()));
    expect(await list({ mountPath: "nowhere" })).toBe("CONFIGURATION mount");
    expect(await list({ mountPath: "old" })).toBe("CONFIGURATION kv-version");
    expect(await list({ kvVersion: 1 })).toBe("CONFIGURATION kv-version");
  });
});
