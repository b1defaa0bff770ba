import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { failure, newFile } from "../test/support.js";
import { FileSecretStore, generateIdentity } from "./index.js";
import { replaceFile } from "./replace-file.js";

const bytes = new TextEncoder().encode("new");
const check = () => {};

test("a file that replaces another is of a later time, whatever the clock says", async () => {
  const { path } = newFile();
  const store = new FileSecretStore({ path, identity: await generateIdentity() });
  await store.putSecret("key", "value");
  const inAnHour = Date.now() / 1_000 + 3_600; // the clock has gone back since
  utimesSync(path, inAnHour, inAnHour);
  for (let round = 0; round < 20; round++) {
    const before = statSync(path, { bigint: true }).mtimeNs;
    await store.putSecret("key", "value");
    expect(statSync(path, { bigint: true }).mtimeNs).toBeGreaterThan(before);
  }
});

test("what is refused at the last moment leaves the old file, and no other", async () => {
  const { folder, path } = newFile();
  writeFileSync(path, "old");
  const refuse = () => {
    throw new Error("held for too long");
  };
  const replacement = { bytes, temporaryPath: `${path}.tmp`, previousMs: 0 };
  await failure(replaceFile(path, { ...replacement, check: refuse }));
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["secrets.age"]);
  await replaceFile(path, { ...replacement, check });
  expect(readFileSync(path, "utf8")).toBe("new");
});
