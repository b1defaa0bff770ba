import { toArray } from "@llm-orchestrator/secrets-core";
import { installTimeoutMs, type OpenBaoServer, startOpenBao, until } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RequestLog, startRequestLog } from "../support/request-log.ts";
import { ask, codeOf, failure, openStore, tokenWith } from "../support/stores.ts";

let server: OpenBaoServer;
let log: RequestLog;
beforeAll(async () => {
  server = await startOpenBao();
  log = await startRequestLog(server.address);
  await ask(server, "PUT", "sys/mounts/team/kv", { type: "kv", options: { version: "2" } });
  await ask(server, "PUT", "sys/mounts/old", { type: "kv", options: { version: "1" } });
  await ask(server, "PUT", "sys/mounts/locks", { type: "transit" });
  await until("team/kv is ready", async () => {
    return (await server.request("GET", "team/kv/config")).status === 200;
  });
}, installTimeoutMs);
afterAll(async () => {
  await log?.stop();
  await server?.stop();
});

const openLogged = (options = {}) =>
  openStore({ address: log.address, rootToken: server.rootToken }, options);

describe("mounts", () => {
  test("V20: a mount of another name, in a folder too, is used like secret/", async () => {
    const store = openStore(server, { mountPath: "team/kv" });
    await store.putSecret("a/b", "in team/kv");
    await store.rotateSecret("a/b", { generate: () => "rotated" });
    expect((await store.getSecret("a/b")).value.expose()).toBe("rotated");
    expect(await toArray(store.listSecrets())).toEqual(["a/b"]);
    expect(await codeOf(openStore(server).getSecret("a/b"))).toBe("NOT_FOUND absent");
  });

  test("V20: where nothing is mounted every call is CONFIGURATION, never NOT_FOUND", async () => {
    const store = openStore(server, { mountPath: "nowhere" });
    expect(await codeOf(store.getSecret("a"))).toBe("CONFIGURATION mount");
    expect(await codeOf(store.putSecret("a", "v"))).toBe("CONFIGURATION mount");
    expect(await codeOf(store.deleteSecret("a"))).toBe("CONFIGURATION mount");
    expect(await codeOf(store.describeSecret("a"))).toBe("CONFIGURATION mount");
    const transit = openStore(server, { mountPath: "locks" });
    expect(await codeOf(transit.getSecret("a"))).toBe("CONFIGURATION mount");
    expect(await codeOf(transit.putSecret("a", "v"))).toBe("CONFIGURATION mount");
  });

  test.each<[kvVersion: 1 | 2, mountPath: string, other: number]>([
    [2, "old", 1],
    [1, "secret", 2],
  ])(
    "V20: kvVersion %i on a mount of the other kind names the option, and writes nothing",
    async (kvVersion, mountPath, other) => {
      const open = () => openStore(server, { kvVersion, mountPath });
      const calls = [
        () => open().getSecret("none"),
        () => open().putSecret("none", "v"),
        () => open().deleteSecret("none", { mode: "permanent" }),
        () => toArray(open().listSecrets()),
        ...(kvVersion === 2
          ? [() => open().describeSecret("none"), () => open().getSecretVersions("none")]
          : []),
        ...(kvVersion === 2 ? [() => open().restoreSecret("none")] : []),
      ];
      for (const call of calls) {
        const error = await failure(call());
        expect([error.code, error.reason]).toEqual(["CONFIGURATION", "kv-version"]);
        expect(error.message).toContain(`Set kvVersion: ${other}`);
      }
      const listed = await server.request("LIST", other === 1 ? "old" : "secret/metadata");
      expect(listed.status).toBe(404);
    },
  );

  test("V20: a key of version 1 that looks like version 2's paths is no secret of version 2", async () => {
    await ask(server, "POST", "old/data/trap", { value: "v" });
    const store = openStore(server, { mountPath: "old" });
    expect(await codeOf(store.getSecret("trap"))).toBe("CONFIGURATION kv-version");
    await ask(server, "DELETE", "old/data/trap");
  });

  test("V20: version 1 keeps a value, a map and a list of keys, and declares no more", async () => {
    const store = openStore(server, { kvVersion: 1, mountPath: "old" });
    expect(
      Object.entries(store.capabilities)
        .filter(([, can]) => can)
        .map(([name]) => name),
    ).toEqual([...["write", "delete", "list"]]);
    await store.putSecret("one", "v");
    await store.putSecret("deep/two", '{"user":"u"}', { map: true });
    const { value, version } = await store.getSecret("one");
    expect([value.expose(), version]).toEqual(["v", undefined]);
    expect((await store.getSecret("deep/two", { field: "user" })).value.expose()).toBe("u");
    expect(await toArray(store.listSecrets())).toEqual(["deep/two", "one"]);
    expect(await codeOf(store.deleteSecret("one"))).toBe("NOT_SUPPORTED restore");
    for (const key of ["one", "deep/two"]) await store.deleteSecret(key, { mode: "permanent" });
    expect(await codeOf(store.getSecret("one"))).toBe("NOT_FOUND absent");
    expect(await codeOf(store.getSecretVersions("one"))).toBe("NOT_SUPPORTED versions");
  });

  test.each(["old", "secret"])(
    "V20: detect asks once what %s is, and then works on it",
    async (mountPath) => {
      const store = openLogged({ kvVersion: "detect", mountPath });
      expect(store.capabilities).toMatchObject({ write: true, delete: true, list: true });
      expect(store.capabilities.versions ?? false).toBe(false);
      log.take();
      await Promise.all([store.getSecret("x").catch(() => {}), store.putSecret("d/a", "v")]);
      expect((await store.getSecret("d/a")).value.expose()).toBe("v");
      expect(await toArray(store.listSecrets("d/"))).toEqual(["d/a"]);
      await store.deleteSecret("d/a", { mode: "permanent" });
      const probes = log.take().filter((request) => request.includes("sys/internal"));
      expect(probes).toEqual([`GET sys/internal/ui/mounts/${mountPath}`]);
    },
  );

  test("V20: detect of a mount that the token may not use says so, and asks again later", async () => {
    const token = await tokenWith(server, 'path "team/kv/*" { capabilities = ["read"] }');
    const store = openStore(server, { kvVersion: "detect", mountPath: "secret", token });
    const error = await failure(store.getSecret("a"));
    expect([error.code, error.message.includes("set kvVersion")]).toEqual([
      "PERMISSION_DENIED",
      true,
    ]);
    expect(await codeOf(store.getSecret("a"))).toBe("PERMISSION_DENIED");
  });

  test("V20: one caller who leaves does not end the question for the others", async () => {
    const store = openStore(server, { kvVersion: "detect", mountPath: "old" });
    const controller = new AbortController();
    const first = store.getSecret("a", { signal: controller.signal });
    const second = store.getSecret("a");
    controller.abort(new Error("no longer wanted"));
    await expect(first).rejects.toThrow("no longer wanted");
    expect(await codeOf(second)).toBe("NOT_FOUND absent");
  });

  test("a mount that was made a moment ago is waited for", async () => {
    await ask(server, "PUT", "sys/mounts/fresh", { type: "kv", options: { version: "2" } });
    const store = openStore(server, { mountPath: "fresh", maxRetries: 10 });
    expect((await store.putSecret("a", "v")).version).toBe("1");
  });
});

describe("namespaces", () => {
  test("V19: the header goes with every request, nested too, and keeps the same key apart", async () => {
    await ask(server, "POST", "sys/namespaces/space");
    await ask(server, "POST", "sys/namespaces/app", {}, { "x-vault-namespace": "space" });
    for (const namespace of ["space", "space/app"]) {
      const headers = { "x-vault-namespace": namespace };
      await ask(
        server,
        "PUT",
        "sys/mounts/secret",
        { type: "kv", options: { version: "2" } },
        headers,
      );
      await until("the mount is ready", async () => {
        const config = await server.request("GET", "secret/config", undefined, headers);
        return config.status === 200;
      });
    }
    const spaces = [undefined, "space", "space/app", "space/app/"];
    const stores = spaces.map((namespace) => openLogged({ namespace }));
    for (const [index, store] of stores.entries())
      await store.putSecret("same", `of ${spaces[index]}`);
    const values = await Promise.all(stores.map((store) => store.getSecret("same")));
    expect(values.map(({ value }) => value.expose())).toEqual([
      ...["of undefined", "of space", "of space/app/", "of space/app/"],
    ]);
    const start = log.requests.length;
    const nested = stores[2];
    if (!nested) throw new Error("no store");
    await toArray(nested.listSecrets());
    await nested.rotateSecret("same", { generate: () => "new" });
    await nested.describeSecret("same");
    await nested.deleteSecret("same", { mode: "permanent" });
    const sent = log.requests.slice(start);
    expect(sent.length).toBeGreaterThan(4);
    expect(new Set(sent.map(({ headers }) => headers["x-vault-namespace"]))).toEqual(
      new Set(["space/app"]),
    );
  });

  test("V19: a namespace that is not there is CONFIGURATION", async () => {
    const store = openStore(server, { namespace: "none" });
    expect(await codeOf(store.getSecret("a"))).toBe("CONFIGURATION namespace");
    expect(await codeOf(store.putSecret("a", "v"))).toBe("CONFIGURATION namespace");
  });

  test.each([5, "", "a b", "../x", "a//b", "/a", "team\r\nx-y: z"])(
    "V19: the namespace %j is refused when the store is made",
    (namespace) => {
      const make = () => openStore(server, { namespace: namespace as string });
      expect(make).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
    },
  );
});
