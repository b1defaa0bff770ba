import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startFakeVault } from "../support/fake-vault.ts";
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

const openLogged = (options = {}) =>
  openStore({ address: log.address, rootToken: server.rootToken }, options);

/** As another client sees it. */
async function stored(key: string): Promise<{ data: unknown; custom: unknown }> {
  const answer = await ask<{ data: { data: unknown; metadata: { custom_metadata: unknown } } }>(
    ...([server, "GET", `secret/data/${key}`] as const),
  );
  return { data: answer.data.data, custom: answer.data.metadata.custom_metadata };
}

describe("writing", () => {
  test("V05: tags and description are custom metadata, and the data holds the value alone", async () => {
    const store = openLogged();
    await store.putSecret("tagged", "v", {
      ...{ description: "d", tags: { team: "a", empty: "", space: " " }, rotationPeriodDays: 30 },
    });
    expect(await stored("tagged")).toEqual({
      data: { value: "v" },
      custom: { team: "a", empty: " ", space: "  ", description: "d", rotation_period_days: "30" },
    });
    expect((await store.getSecret("tagged")).tags).toEqual({ team: "a", empty: "", space: " " });
  });

  test("V05: a put with tags is two requests, one without is one, after the first", async () => {
    const store = openLogged();
    await store.putSecret("requests", "first");
    log.take();
    await store.putSecret("requests", "v", { tags: { a: "b" } });
    expect(log.take()).toEqual(["POST secret/data/requests", "PATCH secret/metadata/requests"]);
    await store.putSecret("requests", "v2");
    expect(log.take()).toEqual(["POST secret/data/requests"]);
  });

  test("V05: tags that are given replace the set, and keep what else is there", async () => {
    const store = openLogged();
    await store.putSecret("replaced", "v", { description: "d", tags: { a: "1", b: "2" } });
    const written = await store.putSecret("replaced", "v", { tags: { b: "3", c: "4" } });
    expect([written.tags, written.description]).toEqual([{ b: "3", c: "4" }, "d"]);
    expect((await stored("replaced")).custom).toEqual({ b: "3", c: "4", description: "d" });
    const kept = await store.putSecret("replaced", "v");
    expect(kept.tags).toEqual({ b: "3", c: "4" });
    await store.putSecret("replaced", "v", { tags: {} });
    expect((await stored("replaced")).custom).toEqual({ description: "d" });
  });

  test("V05: without patch the metadata is read and written back", async () => {
    const paths = ["secret/data/*", "secret/metadata/*"].map((path) => {
      return `path "${path}" { capabilities = ["create", "read", "update"] }`;
    });
    const token = await tokenWith(server, paths.join("\n"));
    const store = openLogged({ token });
    await store.putSecret("unpatched", "v", { description: "d", tags: { a: "1", b: "2" } });
    await store.putSecret("unpatched", "v", { tags: { b: "3" } });
    expect((await stored("unpatched")).custom).toEqual({ b: "3", description: "d" });
    log.take();
    await store.putSecret("unpatched", "v", { description: "e" });
    expect(log.take().slice(1)).toEqual([
      "PATCH secret/metadata/unpatched", // a policy may allow it for another key
      "GET secret/metadata/unpatched",
      "POST secret/metadata/unpatched",
    ]);
    expect((await stored("unpatched")).custom).toEqual({ b: "3", description: "e" });
  });

  test("where a policy allows no patch is no reason not to patch elsewhere", async () => {
    const rules = [
      'path "secret/data/*" { capabilities = ["create", "read", "update"] }',
      'path "secret/metadata/patched/*" { capabilities = ["patch"] }',
    ];
    const store = openStore(server, { token: await tokenWith(server, rules.join("\n")) });
    await store.putSecret("patched/a", "v", { description: "x" });
    const denied = store.putSecret("elsewhere/b", "v", { description: "x" });
    expect(await codeOf(denied)).toBe("PERMISSION_DENIED");
    await store.putSecret("patched/a", "v", { description: "y" });
    expect((await stored("patched/a")).custom).toEqual({ description: "y" });
  });

  test("a server that does not know patch is asked for it once", async () => {
    const vault = await startFakeVault(({ method, path }) => {
      if (path.includes("sys/internal")) return { status: 403, body: { errors: ["preflight"] } };
      if (method === "PATCH") return { status: 405, body: { errors: ["unsupported operation"] } };
      const data = { version: 1, created_time: "", custom_metadata: null };
      return path.startsWith("secret/metadata") && method === "POST"
        ? { status: 204 }
        : { status: 200, body: { data } };
    });
    const store = openStore({ address: vault.address, rootToken: "t" });
    for (const description of ["x", "y"]) await store.putSecret("a", "v", { description });
    expect(vault.requests.filter(({ method }) => method === "PATCH")).toHaveLength(1);
    await vault.stop();
  });

  test("V05: a value whose tags could not be written is said to be there", async () => {
    const rule = 'path "secret/data/*" { capabilities = ["create", "update"] }';
    const store = openStore(server, { token: await tokenWith(server, rule) });
    const error = await failure(store.putSecret("half", "v", { tags: { a: "b" } }));
    expect([error.code, error.key]).toEqual(["PERMISSION_DENIED", "half"]);
    expect(error.message).toContain("version 1 is written, but not its tags");
    expect((await stored("half")).data).toEqual({ value: "v" });
  });

  test.each<[what: string, tags: Record<string, string>]>([
    ["too many", Object.fromEntries(Array.from({ length: 62 }, (_, i) => [`t${i}`, "v"]))],
    ["a long name", { ["é".repeat(65)]: "v" }],
    ["an empty name", { "": "v" }],
    ["a name with a line", { "a\nb": "v" }],
    ["a long value", { a: "é".repeat(257) }],
    ["a value with a line", { a: "1\n2" }],
    ["a no-break space", { a: "\u00a0" }],
    ["a name that has a meaning", { rotation_period_days: "1" }],
  ])("V05: %s is refused before anything is sent", async (_, tags) => {
    const store = openLogged();
    log.take();
    expect(await codeOf(store.putSecret("refused", "v", { tags }))).toBe(
      "CONFIGURATION bad-argument",
    );
    expect(log.take()).toEqual([]);
  });

  test("V05: what is at a limit is taken", async () => {
    const many = Array.from({ length: 60 }, (_, i) => [`t${i}`, "v"] as const);
    const tags = { ...Object.fromEntries(many), ["é".repeat(64)]: "é".repeat(256) };
    const store = openStore(server);
    await store.putSecret("limits", "v", { tags, description: "x".repeat(512) });
    expect((await store.getSecret("limits")).tags).toEqual(tags);
  });

  test("V06: a put of one field keeps the others as the server has them, and a map stays one", async () => {
    const others = { count: 5432, ratio: 0.5, on: true, none: null, deep: { list: ["a", 1] } };
    await ask(server, "POST", "secret/data/merge", { data: { user: "u", ...others } });
    const store = openStore(server);
    await store.putSecret("merge", "other", { field: "user" });
    expect((await stored("merge")).data).toEqual({ user: "other", ...others });
  });

  test("V06: a number that version 2 would change is refused, and version 1 keeps every digit", async () => {
    const text = '{"id":12345678901234567890,"price":1.10,"deep":{"n":-9007199254740993}}';
    const put = openStore(server).putSecret("long", text, { map: true });
    expect(await codeOf(put)).toBe("INVALID_SECRET inexact-number");
    for (const odd of ["0.12345678901234567890", "1e400", "-1e-400"]) {
      const other = openStore(server).putSecret("long", `{"a":[${odd}]}`, { map: true });
      expect(await codeOf(other)).toBe("INVALID_SECRET inexact-number");
    }
    await openStore(server).putSecret("kept", '{"a":[1.10,0.1,1e21,-0.0]}', { map: true });
    expect(JSON.parse((await openStore(server).getSecret("kept")).value.expose())).toEqual({
      a: [1.1, 0.1, 1e21, -0],
    });
    await ask(server, "PUT", "sys/mounts/exact", { type: "kv", options: { version: "1" } });
    const store = openStore(server, { mountPath: "exact", kvVersion: 1 });
    await store.putSecret("long", text, { map: true });
    const read = (await store.getSecret("long")).value.expose();
    for (const part of ['"id":12345678901234567890', '"price":1.10', '"n":-9007199254740993']) {
      expect(read).toContain(part);
    }
    const id = await store.getSecret("long", { field: "id" });
    expect(id.value.expose()).toBe("12345678901234567890");
  });

  test("V06: puts of different fields at the same time are all kept", async () => {
    const store = openStore(server);
    await store.putSecret("merged", '{"first":"0"}', { map: true });
    const fields = Array.from({ length: 8 }, (_, index) => `field${index}`);
    await Promise.all(fields.map((field) => store.putSecret("merged", field, { field })));
    const all = Object.fromEntries(fields.map((field) => [field, field]));
    expect((await stored("merged")).data).toEqual({ first: "0", ...all });
  });

  test("V06: a field beside value is put there, and value stays what the secret yields", async () => {
    const store = openStore(server);
    await ask(server, "POST", "secret/data/beside", { data: { value: "v", note: "n" } });
    await store.putSecret("beside", "m", { field: "note" });
    expect((await stored("beside")).data).toEqual({ value: "v", note: "m" });
    expect((await store.getSecret("beside")).value.expose()).toBe("v");
  });

  test("V13: a put that must create is CONFLICT where there is something, and not where it was deleted", async () => {
    const store = openStore(server);
    const create = (value: string) => store.putSecret("created", value, { expectedVersion: null });
    expect((await create("1")).version).toBe("1");
    expect(await codeOf(create("2"))).toBe("CONFLICT");
    await store.deleteSecret("created");
    expect((await create("3")).version).toBe("2");
    await ask(server, "PUT", "secret/destroy/created", { versions: [2] });
    expect((await create("4")).version).toBe("3");
    await ask(server, "POST", "secret/metadata/empty", { custom_metadata: { a: "b" } });
    expect((await store.putSecret("empty", "v", { expectedVersion: null })).version).toBe("1");
  });

  test("V13: a put that expects a version is written for that version alone", async () => {
    const store = openStore(server);
    const expecting = (expectedVersion: string) =>
      store.putSecret("expected", "v", { expectedVersion });
    await store.putSecret("expected", "v");
    expect((await expecting("1")).version).toBe("2");
    expect(await codeOf(expecting("1"))).toBe("CONFLICT");
    expect(await codeOf(expecting("3"))).toBe("CONFLICT");
    expect(await codeOf(expecting("v2"))).toBe("CONFLICT");
  });

  test("a deleted version is not current, so a put that expects it is CONFLICT", async () => {
    const store = openLogged();
    await store.putSecret("gone", "1");
    log.take();
    await store.putSecret("gone", "2", { expectedVersion: "1" });
    expect(log.take()).toEqual(["GET secret/data/gone", "POST secret/data/gone"]);
    await store.deleteSecret("gone");
    const error = await failure(store.putSecret("gone", "3", { expectedVersion: "2" }));
    expect([error.code, error.reason]).toEqual(["CONFLICT", undefined]);
    await ask(server, "PUT", "secret/destroy/gone", { versions: [2] });
    expect(await codeOf(store.putSecret("gone", "3", { expectedVersion: "2" }))).toBe("CONFLICT");
    expect(await store.getSecretVersions("gone")).toHaveLength(2);
    expect((await store.putSecret("gone", "3", { expectedVersion: null })).version).toBe("3");
  });

  test("where the token may not read, the server's own comparison has to do", async () => {
    const rule = 'path "secret/data/*" { capabilities = ["create", "update"] }';
    const store = openStore(server, { token: await tokenWith(server, rule) });
    await store.putSecret("unread", "1");
    expect((await store.putSecret("unread", "2", { expectedVersion: "1" })).version).toBe("2");
    expect(await codeOf(store.putSecret("unread", "3", { expectedVersion: "1" }))).toBe("CONFLICT");
  });

  test("a rotation and a put of a field have read what they compare with", async () => {
    const store = openLogged();
    await store.putSecret("compared", '{"user":"u"}', { map: true });
    log.take();
    await store.putSecret("compared", "v", { field: "user" });
    await store.rotateSecret("compared", { field: "user", generate: () => "w" });
    await store.putSecret("single", "v");
    await store.rotateSecret("single", { generate: () => "w" });
    const sent = log.take().filter((request) => request.includes("secret/data/"));
    expect(sent).toEqual([
      ...["GET secret/data/compared", "POST secret/data/compared"],
      ...["GET secret/data/compared", "POST secret/data/compared"],
      ...["POST secret/data/single", "GET secret/data/single", "POST secret/data/single"],
    ]);
  });

  test("V13: on a mount that wants a version with every write, a put brings one by itself", async () => {
    await ask(server, "PUT", "sys/mounts/strict", { type: "kv", options: { version: "2" } });
    const store = openStore(server, { mountPath: "strict" });
    await store.putSecret("warm", "up").catch(() => {}); // the new mount prepares itself
    await ask(server, "POST", "strict/config", { cas_required: true });
    const written = await Promise.all(["1", "2", "3"].map((value) => store.putSecret("a", value)));
    expect(written.map(({ version }) => version).sort()).toEqual(["1", "2", "3"]);
  });
});
