import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { failure, folderOf, keysOf, storeOf, textOf, unprivileged } from "../test/support.js";
import { maxFileBytes } from "./read-file.js";

/** The three ways to a file, over the same file `x`. */
function storesOver(folder: string) {
  return {
    NAME_FILE: storeOf({ X_FILE: join(folder, "x") }),
    dotenv: storeOf({}, { dotenv: join(folder, "x") }),
    folder: storeOf({}, { folder }),
  };
}

test("a file of the largest size is read, a larger one is INVALID_SECRET", async () => {
  const folder = folderOf({ x: `X=${"v".repeat(maxFileBytes - 2)}` });
  const { NAME_FILE, dotenv, folder: mounted } = storesOver(folder);
  expect(await textOf(NAME_FILE, "x")).toHaveLength(maxFileBytes);
  expect(await textOf(mounted, "x")).toHaveLength(maxFileBytes);
  expect(await textOf(dotenv, "x")).toHaveLength(maxFileBytes - 2);
  writeFileSync(join(folder, "x"), `X=${"v".repeat(maxFileBytes - 1)}`);
  for (const store of [NAME_FILE, dotenv, mounted]) {
    const error = await failure(() => store.getSecret("x"), "INVALID_SECRET", "too-large");
    expect(error.message).toContain("is larger than 1048576 bytes");
  }
  truncateSync(join(folder, "x"), 2 ** 33); // 8 GiB of nothing, for which no memory is asked
  await failure(() => NAME_FILE.getSecret("x"), "INVALID_SECRET", "too-large");
});

test("a file that is not UTF-8 is INVALID_SECRET, and is not mangled", async () => {
  const folder = folderOf({ x: new Uint8Array([0x58, 0x3d, 0xff, 0xfe]) });
  for (const store of Object.values(storesOver(folder))) {
    await failure(() => store.getSecret("x"), "INVALID_SECRET", "not-text");
  }
});

test("a directory where a file should be is CONFIGURATION", async () => {
  const folder = folderOf();
  mkdirSync(join(folder, "x"));
  const { NAME_FILE, dotenv, folder: mounted } = storesOver(folder);
  for (const store of [NAME_FILE, dotenv]) {
    const error = await failure(() => store.getSecret("x"), "CONFIGURATION", "not-a-file");
    expect(error.message).toContain("is not a regular file");
  }
  await failure(() => mounted.getSecret("x"), "NOT_FOUND"); // it may hold x/y
});

test("a pipe and a device are refused and not waited for", async () => {
  const folder = folderOf();
  execFileSync("mkfifo", [join(folder, "x")]);
  for (const store of Object.values(storesOver(folder))) {
    await failure(() => store.getSecret("x"), "CONFIGURATION", "not-a-file");
  }
  const device = storeOf({ X_FILE: "/dev/zero" });
  await failure(() => device.getSecret("x"), "CONFIGURATION", "not-a-file");
});

describe("a file that this process may not read", () => {
  test("is PERMISSION_DENIED and names the file, never NOT_FOUND", async () => {
    const folder = folderOf({ x: "X=canary" });
    const stores = storesOver(folder);
    const read = (name: keyof typeof stores) => () => unprivileged(() => textOf(stores[name], "x"));
    const control = await Promise.all([read("NAME_FILE")()]);
    expect(control).toEqual(["X=canary"]);
    chmodSync(join(folder, "x"), 0);
    const named = {
      NAME_FILE: "the file that X_FILE names",
      dotenv: JSON.stringify(join(folder, "x")),
      folder: `"x" of the folder ${JSON.stringify(folder)}`,
    };
    for (const name of ["NAME_FILE", "dotenv", "folder"] as const) {
      const error = await failure(read(name), "PERMISSION_DENIED", "file-access");
      expect(error.message).toContain(`${named[name]}`);
      expect(error.message).toMatch(/^Permission denied: x \(/);
      expect(error.cause).toEqual({ name: "Error", code: "EACCES" });
    }
  });

  test("because of a folder on the way is PERMISSION_DENIED, of a listing too", async () => {
    const folder = folderOf({ "locked/x": "canary", open: "1" });
    chmodSync(join(folder, "locked"), 0);
    const store = storeOf({}, { folder });
    const read = () => unprivileged(() => textOf(store, "locked/x"));
    const error = await failure(read, "PERMISSION_DENIED", "file-access");
    expect(error.message).toContain(JSON.stringify(join(folder, "locked")));
    const list = () => unprivileged(() => keysOf(store, "locked/"));
    await failure(list, "PERMISSION_DENIED", "file-access");
    expect(await unprivileged(() => textOf(store, "open"))).toBe("1");
    expect(await unprivileged(() => store.healthCheck())).toMatchObject({ state: "denied" });
    chmodSync(join(folder, "locked"), 0o755);
  });
});
