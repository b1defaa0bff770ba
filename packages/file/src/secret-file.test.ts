import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { failure, newFile } from "../test/support.js";
import { FileSecretStore, generateIdentity } from "./index.js";

/** How often the file system was asked, but for locks. */
const calls = { stat: 0, open: 0 };

vi.mock("node:fs/promises", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:fs/promises")>();
  const counted = (name: "stat" | "open") =>
    ((...call: Parameters<typeof original.open>) => {
      if (!String(call[0]).endsWith(".lock")) calls[name]++;
      return (original[name] as typeof original.open)(...call);
    }) as never;
  return { ...original, stat: counted("stat"), open: counted("open") };
});

beforeEach(() => void Object.assign(calls, { stat: 0, open: 0 }));
afterEach(() => void vi.restoreAllMocks());

const identity = await generateIdentity();

test("a read of a file that is unchanged is one stat, and a batch too", async () => {
  const { path } = newFile();
  await new FileSecretStore({ path, identity }).putSecret("key", "value");
  const store = new FileSecretStore({ path, identity });
  Object.assign(calls, { stat: 0, open: 0 });
  await store.getSecret("key");
  expect(calls).toEqual({ stat: 2, open: 1 }); // of the file and of its folder
  Object.assign(calls, { stat: 0, open: 0 });
  await store.getSecret("key");
  expect(calls).toEqual({ stat: 1, open: 0 });
  await store.getSecrets(Array.from({ length: 50 }, (_, index) => `key/${index}`));
  expect(calls).toEqual({ stat: 2, open: 0 });
});

test("reads side by side decrypt the file once", async () => {
  const { path } = newFile();
  await new FileSecretStore({ path, identity }).putSecret("key", "value");
  const store = new FileSecretStore({ path, identity });
  calls.open = 0;
  await Promise.all(Array.from({ length: 20 }, () => store.getSecret("key")));
  expect(calls.open).toBe(1);
});

test("what another process wrote is seen by the next read, also within one tick of the clock", async () => {
  const { path } = newFile();
  const now = Date.now();
  vi.spyOn(Date, "now").mockReturnValue(now); // a clock that stands still
  const writer = new FileSecretStore({ path, identity });
  const reader = new FileSecretStore({ path, identity });
  for (let round = 100; round < 200; round++) {
    await writer.putSecret("key", `value ${round}`); // always of the same length
    expect((await reader.getSecret("key")).value.expose()).toBe(`value ${round}`);
  }
});

test("a file that is gone is an empty store, and one that comes back is read", async () => {
  const { path } = newFile();
  const store = new FileSecretStore({ path, identity });
  expect(await failure(store.getSecret("key"))).toMatchObject({ code: "NOT_FOUND" });
  await store.putSecret("key", "value");
  rmSync(path);
  expect(await failure(store.getSecret("key"))).toMatchObject({ reason: "absent" });
  await store.putSecret("key", "again");
  expect((await store.getSecret("key")).value.expose()).toBe("again");
});

test("whoever comes by a link writes the file that it names, under the same lock", async () => {
  const { folder, path } = newFile();
  const linked = join(folder, "link.age");
  symlinkSync(path, linked);
  const store = new FileSecretStore({ path, identity });
  await store.putSecret("key", "value");
  const byLink = new FileSecretStore({ path: linked, identity });
  await byLink.putSecret("other", "value");
  expect((await store.getSecret("other")).version).toMatch(/^2-/);
  writeFileSync(`${path}.lock`, "another program's");
  const waiting = new FileSecretStore({ path: linked, identity, lockTimeoutMs: 5 });
  expect(await failure(waiting.putSecret("key", "x"))).toMatchObject({ reason: "locked" });
  rmSync(`${path}.lock`);
});

test("a deletion of what is not there writes nothing", async () => {
  const { path } = newFile();
  const store = new FileSecretStore({ path, identity });
  await store.deleteSecret("absent");
  await store.deleteSecret("absent", { mode: "permanent" });
  await store.putSecret("key", "value");
  calls.open = 0;
  await store.restoreSecret("key");
  expect(calls.open).toBe(0);
});

test("close waits for the write that is under way", async () => {
  const { path } = newFile();
  const store = new FileSecretStore({ path, identity });
  const put = store.putSecret("key", "value");
  await new Promise(setImmediate); // the put is past its checks
  await store.close();
  await put;
  const next = new FileSecretStore({ path, identity });
  expect((await next.getSecret("key")).value.expose()).toBe("value");
});

test("puts that come while one is under way are written together, each for itself", async () => {
  const { path } = newFile();
  const store = new FileSecretStore({ path, identity });
  const { version: expectedVersion = "" } = await store.putSecret("raced", "first");
  calls.open = 0;
  const puts = Array.from({ length: 100 }, (_, index) => store.putSecret(`key/${index}`, "value"));
  const races = Array.from({ length: 5 }, () =>
    store.putSecret("raced", "mine", { expectedVersion }),
  );
  const [outcomes, written] = await Promise.all([Promise.allSettled(races), Promise.all(puts)]);
  expect(new Set(written.map(({ version }) => version)).size).toBe(100);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(calls.open).toBeLessThan(10); // of the temporary file and the folder, a few times
});

test("a put that is cancelled while it waits writes nothing, and the others are written", async () => {
  const { path } = newFile();
  writeFileSync(`${path}.lock`, "another program's");
  const store = new FileSecretStore({ path, identity });
  const controller = new AbortController();
  const cancelled = store.putSecret("cancelled", "value", { signal: controller.signal });
  const other = store.putSecret("other", "value");
  controller.abort(new Error("no longer wanted"));
  await expect(cancelled).rejects.toThrow("no longer wanted");
  rmSync(`${path}.lock`);
  await other;
  expect(await failure(store.getSecret("cancelled"))).toMatchObject({ reason: "absent" });
});

test("when nobody waits any more, nothing waits for the lock", async () => {
  const { path } = newFile();
  writeFileSync(`${path}.lock`, "another program's");
  const store = new FileSecretStore({ path, identity, lockTimeoutMs: 60_000 });
  const controller = new AbortController();
  const put = store.putSecret("cancelled", "value", { signal: controller.signal });
  await new Promise(setImmediate);
  controller.abort(new Error("no longer wanted"));
  await expect(put).rejects.toThrow("no longer wanted");
  await store.close(); // within the test's own time
});

test("each put waits for the lock as long as lockTimeoutMs says, counted from its own call", async () => {
  const { path } = newFile();
  writeFileSync(`${path}.lock`, "another program's");
  const store = new FileSecretStore({ path, identity });
  let passedMs = 0;
  const now = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => now() + passedMs);
  const first = failure(store.putSecret("first", "value"));
  passedMs = 5_000;
  const second = store.putSecret("second", "value");
  passedMs = 10_000; // the default, and a little
  expect(await first).toMatchObject({ code: "BACKEND_UNAVAILABLE", reason: "locked" });
  rmSync(`${path}.lock`);
  expect((await second).version).toMatch(/^1-/);
  expect(await failure(store.getSecret("first"))).toMatchObject({ code: "NOT_FOUND" });
});
