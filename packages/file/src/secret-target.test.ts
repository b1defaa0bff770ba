import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { failure, newFile } from "../test/support.js";
import { FileSecretStore, generateIdentity } from "./index.js";

const identity = await generateIdentity();

/** A link to a link to a file that is not there yet, in another folder. */
function dangling() {
  const { folder } = newFile();
  const disk = join(folder, "disk");
  mkdirSync(disk);
  symlinkSync("disk/secrets.age", join(folder, "middle.age"));
  const path = join(folder, "link.age");
  symlinkSync(join(folder, "middle.age"), path);
  return { disk, path, target: join(disk, "secrets.age") };
}

test("a link to what does not exist yet is followed, and stays a link", async () => {
  const { path, target } = dangling();
  const store = new FileSecretStore({ path, identity });
  await store.putSecret("key", "value");
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  const direct = new FileSecretStore({ path: target, identity });
  expect((await direct.getSecret("key")).value.expose()).toBe("value");
  expect((await store.getSecret("key")).value.expose()).toBe("value");
});

test("whoever comes by such a link waits for the lock of the file that it names", async () => {
  const { path, target } = dangling();
  writeFileSync(`${target}.lock`, "another program's");
  const store = new FileSecretStore({ path, identity, lockTimeoutMs: 5 });
  expect(await failure(store.putSecret("key", "x"))).toMatchObject({ reason: "locked" });
});

test("a link into a folder that is missing is CONFIGURATION, for reads and writes", async () => {
  const { disk, path, target } = dangling();
  rmSync(disk, { recursive: true });
  const store = new FileSecretStore({ path, identity });
  const expected = { code: "CONFIGURATION", reason: "dangling-link" };
  const calls = [() => store.getSecret("key"), () => store.putSecret("key", "value")];
  for (const call of calls) {
    const error = await failure(call());
    expect(error).toMatchObject(expected);
    expect(error.message).toContain(`${path} is a link to ${target}`);
    expect(error.message).toContain("Mount the disk");
  }
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(existsSync(disk)).toBe(false);
});

test("links that lead to each other are CONFIGURATION", async () => {
  const { folder, path } = newFile();
  symlinkSync(join(folder, "other.age"), path);
  symlinkSync(path, join(folder, "other.age"));
  const store = new FileSecretStore({ path, identity });
  const error = await failure(store.putSecret("key", "value"));
  expect(error).toMatchObject({ code: "CONFIGURATION", reason: "bad-path" });
});
