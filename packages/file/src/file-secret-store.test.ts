import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomSecret, toArray } from "@llm-orchestrator/secrets-core";
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";
import { expect, test } from "vitest";
import { failure, newFile } from "../test/support.js";
import { FileSecretStore, generateIdentity } from "./index.js";

const identity = await generateIdentity();

test("the newest versions are kept, as many as maxVersions says", async () => {
  const { path } = newFile();
  const store = new FileSecretStore({ path, identity, maxVersions: 3 });
  await store.putSecret("key", "one");
  const { version: second = "" } = await store.putSecret("key", "two");
  for (const value of ["three", "four", "five"]) await store.putSecret("key", value);
  const rows = await store.getSecretVersions("key");
  expect(rows.map(({ version }) => version.split("-")[0])).toEqual(["5", "4", "3"]);
  const call = store.getSecretVersion("key", second);
  expect(await failure(call)).toMatchObject({ code: "NOT_FOUND", key: "key" });
  expect((await store.getSecretVersion("key", "previous")).value.expose()).toBe("four");
});

test("without maxVersions ten are kept", async () => {
  const { path } = newFile();
  const store = new FileSecretStore({ path, identity });
  for (let count = 0; count < 12; count++) await store.putSecret("key", `value ${count}`);
  expect(await store.getSecretVersions("key")).toHaveLength(10);
});

test("no version id comes twice, not even of a key that was deleted for ever", async () => {
  const { path } = newFile();
  const store = new FileSecretStore({ path, identity });
  const first = await store.putSecret("key", "value", { tags: { old: "yes" } });
  await store.deleteSecret("key", { mode: "permanent" });
  const second = await store.putSecret("key", "value");
  expect([first.version, second.version]).toEqual([
    expect.stringMatching(/^1-[\w-]{8}$/),
    expect.stringMatching(/^2-[\w-]{8}$/),
  ]);
  expect(second.tags).toEqual({});
  const call = store.putSecret("key", "late", { expectedVersion: first.version ?? null });
  expect(await failure(call)).toMatchObject({ code: "CONFLICT" });
});

test.each<[string, (path: string) => void]>([
  ["an older copy of the file is put back", (path) => copyFileSync(`${path}.bak`, path)],
  ["the file is gone", (path) => rmSync(path)],
])("nor does one when %s", async (_, goBack) => {
  const { path } = newFile();
  const store = new FileSecretStore({ path, identity });
  await store.putSecret("key", "one");
  copyFileSync(path, `${path}.bak`);
  const seen = [(await store.putSecret("key", "two")).version];
  goBack(path);
  seen.push((await store.putSecret("key", "another")).version);
  seen.push((await store.putSecret("key", "and another")).version);
  expect(new Set(seen).size).toBe(3);
  const late = store.putSecret("key", "late", { expectedVersion: seen[0] ?? null });
  expect(await failure(late)).toMatchObject({ code: "CONFLICT" });
});

test("a file whose versions are numbers alone is read, and goes on", async () => {
  const { path } = newFile();
  const before = new FileSecretStore({ path, identity });
  const { version = "" } = await before.putSecret("key", "old");
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity.expose());
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity.expose()));
  const text = (await decrypter.decrypt(readFileSync(path), "text")).replace(version, "1");
  writeFileSync(path, await encrypter.encrypt(text));
  const store = new FileSecretStore({ path, identity });
  expect(await store.getSecret("key")).toMatchObject({ version: "1" });
  const next = await store.putSecret("key", "new", { expectedVersion: "1" });
  expect(next.version).toMatch(/^2-/);
  expect((await store.getSecretVersion("key", "1")).value.expose()).toBe("old");
});

test("a put of a deleted secret makes it live, and may expect that there is none", async () => {
  const { path } = newFile();
  const store = new FileSecretStore({ path, identity });
  await store.putSecret("key", "old");
  await store.deleteSecret("key");
  expect(await toArray(store.listSecrets())).toEqual([]);
  expect((await store.describeSecret("key")).deletedAt).toBeDefined();
  await store.putSecret("key", "new", { expectedVersion: null });
  const rows = await store.getSecretVersions("key");
  expect(rows.map(({ state }) => state)).toEqual(["live", "deleted"]);
});

test("a rotation is told from a put, and says when the next one is due", async () => {
  const { path } = newFile();
  const store = new FileSecretStore({ path, identity, generate: randomSecret() });
  const { createdAt } = await store.putSecret("key", "first", { rotationPeriodDays: 30 });
  const due = (from: string) => new Date(Date.parse(from) + 30 * 86_400_000).toISOString();
  const before = await store.describeSecret("key");
  expect(before.lastRotatedAt).toBeUndefined();
  expect(before.rotationDueAt).toBe(due(createdAt as string));
  const rotated = await store.rotateSecret("key");
  expect(rotated.version).toMatch(/^2-/);
  expect(await store.describeSecret("key")).toMatchObject({
    lastRotatedAt: rotated.createdAt,
    rotationDueAt: due(rotated.createdAt as string),
    currentVersion: rotated.version,
  });
  await store.putSecret("key", "by hand");
  expect((await store.describeSecret("key")).lastRotatedAt).toBe(rotated.createdAt);
});

test("another store on the same file sees all of it", async () => {
  const { path } = newFile();
  const store = new FileSecretStore({ path, identity });
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  const metadata = {
    description: "first\nline",
    tags: { "odd tag": "ünï" },
    rotationPeriodDays: 7,
  };
  await store.putSecret("binary/one", bytes, metadata);
  await store.putSecret("text/zwei", "\n{} ünï \u{1f511}\n");
  await store.putSecret("__proto__", "kept");
  const other = new FileSecretStore({ path, identity });
  expect((await other.getSecret("binary/one")).value.exposeBytes()).toEqual(bytes);
  expect(await other.describeSecret("binary/one")).toMatchObject(metadata);
  expect((await other.getSecret("text/zwei")).value.expose()).toBe("\n{} ünï \u{1f511}\n");
  const keys = await toArray(other.listSecrets());
  expect(keys).toEqual(["__proto__", "binary/one", "text/zwei"]);
});
