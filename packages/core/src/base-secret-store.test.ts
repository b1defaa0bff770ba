import { describe, expect, test } from "vitest";
import { type AuditEvent, onAudit } from "./audit.js";
import { BaseSecretStore } from "./base-secret-store.js";
import type { SecretData } from "./secret.js";
import { toArray } from "./to-array.js";

/** One hook, as the smallest backend has. */
class OneHookStore extends BaseSecretStore {
  reads: string[] = [];
  answer: (key: string) => SecretData | undefined | Promise<SecretData | undefined> = () => ({
    value: "v",
  });

  constructor() {
    super({ name: "one-hook" });
  }

  protected override async read(key: string) {
    this.reads.push(key);
    return this.answer(key);
  }
}

const code = (expected: string) => expect.objectContaining({ code: expected });

describe("a store with one hook", () => {
  test("reads, and is frozen all the way down", async () => {
    const store = new OneHookStore();
    store.answer = () => ({ value: "v", version: "7", tags: { a: "b" }, labels: ["x"] });
    const secret = await store.getSecret("a/b");
    expect(secret).toMatchObject({ key: "a/b", version: "7", store: "one-hook", stale: false });
    expect(secret.value.expose()).toBe("v");
    expect([secret, secret.tags, secret.labels, secret.value].every(Object.isFrozen)).toBe(true);
  });

  test("says NOT_FOUND for undefined, and never for a failure", async () => {
    const store = new OneHookStore();
    store.answer = () => undefined;
    await expect(store.getSecret("a")).rejects.toEqual(code("NOT_FOUND"));
    store.answer = () => {
      throw new Error("sk-canary: connection lost");
    };
    const error = await store.getSecret("a").catch((thrown: Error) => thrown as never);
    expect(error).toEqual(code("UNKNOWN"));
    expect(String(error) + JSON.stringify(error)).not.toContain("canary");
  });

  test("refuses everything that it does not declare", async () => {
    const store = new OneHookStore();
    const calls = [
      store.putSecret("a", "b"),
      store.deleteSecret("a"),
      store.deleteSecret("a", { mode: "permanent" }),
      store.restoreSecret("a"),
      store.describeSecret("a"),
      toArray(store.listSecrets()),
      store.rotateSecret("a"),
      store.getSecretVersions("a"),
      store.getSecretVersion("a", "1"),
    ];
    for (const call of calls) await expect(call).rejects.toEqual(code("NOT_SUPPORTED"));
    expect(store.reads).toEqual([]);
  });

  test("reads many keys one by one, each outcome in its place", async () => {
    const store = new OneHookStore();
    store.answer = (key) => {
      if (key === "bad") throw new Error("x");
      return key === "gone" ? undefined : { value: key };
    };
    const keys = ["b", "gone", "../up", "a", "bad", "b"];
    const { secrets, errors } = await store.getSecrets(keys);
    expect([...secrets.keys()]).toEqual(["b", "a"]);
    expect([...errors].map(([key, error]) => [key, error.code])).toEqual([
      ["gone", "NOT_FOUND"],
      ["../up", "INVALID_KEY"],
      ["bad", "UNKNOWN"],
    ]);
    expect(store.reads).toHaveLength(4);
  });

  test("stops at an abort, with the signal's own reason, whether or not the hook notices", async () => {
    const store = new OneHookStore();
    const reason = new Error("the caller left");
    await expect(store.getSecret("a", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(store.reads).toEqual([]);
    store.answer = () => new Promise(() => {});
    const controller = new AbortController();
    const { signal } = controller;
    const calls = [
      store.getSecret("a", { signal }),
      store.getSecrets(["a"], { signal }),
      store.healthCheck({ signal }),
    ];
    controller.abort(reason);
    for (const call of calls) await expect(call).rejects.toBe(reason);
  });

  test("is closed for good, and says so in its health", async () => {
    const store = new OneHookStore();
    await Promise.all([store.close(), store.close(), store[Symbol.asyncDispose]()]);
    await expect(store.getSecret("a")).rejects.toEqual(code("CLOSED"));
    await expect(store.getSecrets(["a"])).rejects.toEqual(code("CLOSED"));
    await expect(toArray(store.listSecrets())).rejects.toEqual(code("CLOSED"));
    expect(await store.healthCheck()).toMatchObject({ ok: false, state: "closed" });
  });

  test("tells healthy from broken", async () => {
    const store = new OneHookStore();
    store.answer = () => undefined;
    expect(await store.healthCheck()).toMatchObject({ ok: true, state: "ready" });
    store.answer = () => {
      throw new Error("x");
    };
    expect(await store.healthCheck()).toMatchObject({ ok: false, state: "unknown" });
  });

  test.each([
    ["an unknown option", { feild: "x" }],
    ["a signal in place of the options", AbortSignal.timeout(1e6)],
    ["a signal that is none", { signal: {} }],
    ["null", null],
    ["an empty field", { field: "" }],
    ["a field that names a prototype", { field: "__proto__" }],
    ["a flag that is text", { fresh: "yes" }],
    ["a rejected value that is no secret", { rejected: { value: "x" } }],
  ])("refuses %s before any read", async (_, options) => {
    const store = new OneHookStore();
    await expect(store.getSecret("a", options as never)).rejects.toEqual(code("CONFIGURATION"));
    expect(store.reads).toEqual([]);
  });

  test.each([
    ["text", "abc"],
    ["numbers", [1]],
    ["nothing", undefined],
  ])("refuses %s as the keys of getSecrets", async (_, keys) => {
    await expect(new OneHookStore().getSecrets(keys as never)).rejects.toEqual(
      code("CONFIGURATION"),
    );
  });

  test("publishes one event a call, with how it ended", async () => {
    const events: AuditEvent[] = [];
    const stop = onAudit((event) => events.push(event));
    const store = new OneHookStore();
    await store.getSecret("a");
    await store.getSecret("..").catch(() => {});
    await store.getSecrets(["a", "not a key", "b"]);
    await store.getSecret("a", { signal: AbortSignal.abort() }).catch(() => {});
    await toArray(store.listSecrets()).catch(() => {});
    stop();
    await store.getSecret("a");
    expect(events.map(({ operation, outcome, code }) => [operation, outcome, code])).toEqual([
      ["getSecret", "success", undefined],
      ["getSecret", "failure", "INVALID_KEY"],
      ["getSecrets", "failure", "INVALID_KEY"],
      ["getSecret", "aborted", undefined],
      ["listSecrets", "failure", "NOT_SUPPORTED"],
    ]);
    expect(events[0]).toMatchObject({
      key: "a",
      store: "one-hook",
      source: "backend",
      attempts: 1,
    });
    expect(events[2]?.keys).toEqual(["a", "b"]);
  });

  test("cannot declare what it does not implement", () => {
    class Boaster extends OneHookStore {}
    const boast = () =>
      new (class extends BaseSecretStore {
        constructor() {
          super({ name: "boast", capabilities: { write: true, maxBatchSize: 5 } });
        }
        protected override async read() {
          return undefined;
        }
      })();
    expect(() => new Boaster()).not.toThrow();
    expect(boast).toThrow(/implementing write, readMany/);
  });
});
