import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { onWarning, type SecretWarning } from "@llm-orchestrator/secrets-core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { failure, newFile, seededRandom } from "../test/support.js";
import { FileSecretStore, generateIdentity } from "./index.js";

const identity = await generateIdentity();

async function fileWith(value: string) {
  const { folder, path } = newFile();
  await new FileSecretStore({ path, identity }).putSecret("key", value);
  return { folder, path, bytes: readFileSync(path) };
}

const readOf = (path: string) => failure(new FileSecretStore({ path, identity }).getSecret("key"));

describe("a file that is damaged", () => {
  test("is never read, wherever it is cut off", async () => {
    const { path, bytes } = await fileWith("value");
    for (let length = 0; length < bytes.length; length += 3) {
      writeFileSync(path, bytes.subarray(0, length));
      expect(await readOf(path)).toMatchObject({ code: "UNKNOWN", reason: "damaged-file" });
    }
  });

  test("is never read, whichever bit is another one", async () => {
    const { path, bytes } = await fileWith("value");
    const random = seededRandom(7);
    const codes = new Set<string>();
    for (let round = 0; round < 100; round++) {
      const changed = Uint8Array.from(bytes);
      const at = Math.floor(random() * bytes.length);
      changed[at] = (changed[at] as number) ^ (1 << Math.floor(random() * 8));
      writeFileSync(path, changed);
      const { code, reason } = await readOf(path);
      codes.add(`${code} ${reason}`);
    }
    // A change in the head's first line, or in what says for whom it is, looks like another file's.
    expect([...codes].sort()).toEqual([
      "AUTHENTICATION_FAILED wrong-identity",
      "CONFIGURATION foreign-file",
      "UNKNOWN damaged-file",
    ]);
  });

  test("refuses writes, too, and keeps its bytes", async () => {
    const { path, bytes } = await fileWith("value");
    writeFileSync(path, bytes.subarray(0, -1));
    const store = new FileSecretStore({ path, identity });
    const error = await failure(store.putSecret("key", "new"));
    expect(error.message).toMatch(/was changed or cut off\. Restore it from a copy/);
    expect(readFileSync(path)).toEqual(bytes.subarray(0, -1));
    expect(await store.healthCheck()).toMatchObject({ ok: false, error: { code: "UNKNOWN" } });
  });

  test("that is mended is read by the same store", async () => {
    const { path, bytes } = await fileWith("value");
    const store = new FileSecretStore({ path, identity });
    writeFileSync(path, bytes.subarray(0, -1));
    await failure(store.getSecret("key"));
    writeFileSync(path, bytes);
    expect((await store.getSecret("key")).value.expose()).toBe("value");
  });
});

test.each<[string, (path: string) => void, string]>([
  ["a text", (path) => writeFileSync(path, "DB_PASSWORD=canary", { mode: 0o600 }), "foreign-file"],
  ["a folder", (path) => mkdirSync(path), "not-a-file"],
])("%s in its place is CONFIGURATION", async (_, make, reason) => {
  const { path } = newFile();
  make(path);
  const error = await readOf(path);
  expect(error).toMatchObject({ code: "CONFIGURATION", reason });
  expect(error.message).not.toContain("canary");
});

test("a folder that is missing is CONFIGURATION, for reads and writes", async () => {
  const path = join(newFile().folder, "absent", "secrets.age");
  const expected = { code: "CONFIGURATION", reason: "missing-folder" };
  expect(await readOf(path)).toMatchObject(expected);
  const store = new FileSecretStore({ path, identity });
  expect(await failure(store.putSecret("key", "value"))).toMatchObject(expected);
  expect(await store.healthCheck()).toMatchObject({ ok: false, error: expected });
  const below = new FileSecretStore({ path: join(newFile().path, "x.age"), identity });
  expect(await failure(below.getSecret("key"))).toMatchObject(expected);
});

test("a file is made for its owner alone, whatever it was", async () => {
  const { path } = await fileWith("value");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  chmodSync(path, 0o400);
  await new FileSecretStore({ path, identity }).putSecret("key", "new");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("a file that others may read is read, with a warning", async () => {
  const { path } = await fileWith("value");
  chmodSync(path, 0o644);
  const warnings: SecretWarning[] = [];
  onTestFinished(onWarning((warning) => void warnings.push(warning)));
  const store = new FileSecretStore({ path, identity });
  await store.getSecret("key");
  await store.getSecret("key");
  expect(warnings).toMatchObject([{ code: "SECRETS_FILE_READABLE", store: "file" }]);
});

test.each([0o620, 0o602])("a file that others may write (%o) is refused", async (mode) => {
  const { path } = await fileWith("value");
  const store = new FileSecretStore({ path, identity });
  await store.getSecret("key");
  chmodSync(path, mode);
  const expected = { code: "CONFIGURATION", reason: "writable-by-others" };
  expect(await failure(store.getSecret("key"))).toMatchObject(expected);
  expect(await failure(store.putSecret("key", "new"))).toMatchObject(expected);
});

/** Root can give it away; for anybody else, this process becomes another user's. */
function giveAway(path: string): void {
  if (process.geteuid?.() === 0) {
    chownSync(path, 54_321, 54_321);
    return;
  }
  const posix = process as Required<Pick<NodeJS.Process, "geteuid">>;
  const own = vi.spyOn(posix, "geteuid").mockReturnValue(54_321);
  onTestFinished(() => own.mockRestore());
}

const refused = { code: "CONFIGURATION", reason: "writable-by-others" };

test.each<[string, "path" | "folder"]>([
  ["a file", "path"],
  ["a folder", "folder"],
])("%s that belongs to another user is refused, whatever its mode", async (_, which) => {
  const made = await fileWith("value");
  giveAway(made[which]);
  const error = await readOf(made.path);
  expect(error).toMatchObject(refused);
  expect(error.message).toContain(" belongs to another user");
  const store = new FileSecretStore({ path: made.path, identity });
  expect(await failure(store.putSecret("key", "new"))).toMatchObject(refused);
});

test.each([0o777, 0o707])("a folder that all may write (%o) is refused", async (mode) => {
  const { folder, path } = await fileWith("value");
  chmodSync(folder, mode);
  const error = await readOf(path);
  expect(error).toMatchObject(refused);
  expect(error.message).toContain(`may write the folder ${folder}`);
  const store = new FileSecretStore({ path: `${path}.new`, identity });
  expect(await failure(store.putSecret("key", "new"))).toMatchObject(refused);
});

test.each<[string, number]>([
  ["others may write, and in which each has its own files,", 0o1777],
  ["its group may write, which may be that of one user,", 0o775],
  ["others may not search, so that they cannot write it,", 0o766],
])("a folder that %s is taken", async (_, mode) => {
  const { folder, path } = await fileWith("value");
  chmodSync(folder, mode);
  const store = new FileSecretStore({ path, identity });
  expect((await store.getSecret("key")).value.expose()).toBe("value");
});

test("a file that is larger than any of this store's is not read", async () => {
  const { path } = await fileWith("value");
  truncateSync(path, 2 ** 31); // a hole: no disk is filled
  const error = await readOf(path);
  expect(error).toMatchObject({ code: "CONFIGURATION", reason: "foreign-file" });
  expect(error.message).toContain("is larger than 2 GiB");
});
