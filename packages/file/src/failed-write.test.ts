import { readdirSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { afterEach, expect, test, vi } from "vitest";
import { failure, newFile } from "../test/support.js";
import { FileSecretStore, generateIdentity } from "./index.js";

/** The system call that fails, and how. */
let failing: { readonly call: string; readonly code: string } | undefined;

const failIf = (call: string) => {
  if (failing?.call === call) throw Object.assign(new Error("canary"), { code: failing.code });
};

vi.mock("node:fs/promises", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:fs/promises")>();
  const open = async (...call: Parameters<typeof original.open>) => {
    failIf("open");
    const handle = await original.open(...call);
    const { writeFile, sync } = handle;
    handle.writeFile = (async (...rest: Parameters<FileHandle["writeFile"]>) => {
      failIf("write");
      return writeFile.apply(handle, rest);
    }) as FileHandle["writeFile"];
    handle.sync = async () => {
      failIf(call[1] === "r" ? "sync of the folder" : "sync");
      return sync.call(handle);
    };
    return handle;
  };
  const rename = async (...call: Parameters<typeof original.rename>) => {
    failIf("rename");
    return original.rename(...call);
  };
  const link = async (...call: Parameters<typeof original.link>) => {
    failIf("link");
    return original.link(...call);
  };
  return { ...original, open, rename, link };
});

afterEach(() => {
  failing = undefined;
});

const identity = await generateIdentity();

test.each([
  ["write", "ENOSPC", "BACKEND_UNAVAILABLE"],
  ["write", "EDQUOT", "BACKEND_UNAVAILABLE"],
  ["sync", "EIO", "BACKEND_UNAVAILABLE"],
  ["rename", "EACCES", "PERMISSION_DENIED"],
  ["rename", "EXDEV", "BACKEND_UNAVAILABLE"],
  ["rename", "EBUSY", "CONFIGURATION"],
  ["open", "EROFS", "PERMISSION_DENIED"],
  ["open", "EMFILE", "BACKEND_UNAVAILABLE"],
  ["link", "EPERM", "CONFIGURATION"],
  ["link", "EIO", "BACKEND_UNAVAILABLE"],
])("a %s that fails with %s is %s, and changes nothing", async (call, code, expected) => {
  const { folder, path } = newFile();
  const store = new FileSecretStore({ path, identity });
  await store.putSecret("key", "old");
  failing = { call, code };
  const put = store.putSecret("key", "new");
  const beside = store.putSecret("key", "late", { expectedVersion: null });
  const errors = await Promise.all([failure(put), failure(beside)]);
  for (const error of errors) {
    expect(error.code).toBe(expected); // not CONFLICT with what was never written
    expect(error.message).toContain(path);
    expect(error.message).not.toContain("canary");
  }
  failing = undefined;
  expect((await store.getSecret("key")).value.expose()).toBe("old");
  expect(readdirSync(folder)).toEqual(["secrets.age"]);
  await store.putSecret("key", "new");
  expect((await store.getSecret("key")).version).toMatch(/^2-/);
});

test("a file that is a mount of its own cannot be replaced, and the error says what to mount", async () => {
  const store = new FileSecretStore({ path: newFile().path, identity });
  failing = { call: "rename", code: "EBUSY" };
  const error = await failure(store.putSecret("key", "value"));
  expect(error).toMatchObject({ code: "CONFIGURATION", reason: "mounted-file" });
  expect(error.message).toContain("Mount the folder that holds it, and not the file");
});

test.each(["EIO", "EINVAL"])("a folder that does not come onto the disk (%s)", async (code) => {
  const { folder, path } = newFile();
  const store = new FileSecretStore({ path, identity });
  await store.putSecret("key", "old");
  failing = { call: "sync of the folder", code };
  const error = await failure(store.putSecret("key", "new"));
  const expected = { code: "BACKEND_UNAVAILABLE", reason: "not-synced", retryable: false };
  expect(error).toMatchObject(expected);
  expect(error.message).toContain(`${path} was written, and may be lost again`);
  expect((await store.getSecret("key")).value.expose()).toBe("new"); // as the error says
  expect(readdirSync(folder)).toEqual(["secrets.age"]);
});

test("a folder that may not be read is PERMISSION_DENIED, and the fix asks for reading", async () => {
  const store = new FileSecretStore({ path: newFile().path, identity });
  failing = { call: "open", code: "EACCES" };
  const error = await failure(store.putSecret("key", "value"));
  expect(error.message).toContain("read, write and search on its folder");
});
