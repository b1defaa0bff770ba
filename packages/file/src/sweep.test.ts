import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { newFile } from "../test/support.js";
import { ownerPathOf, takeoverPathOf } from "./file-lock.js";
import { abandonedAfterMs } from "./lock-holder.js";
import { newOwnerId } from "./lock-owner.js";
import { sweep } from "./sweep.js";

afterEach(() => void vi.restoreAllMocks());

test("what killed processes left is removed, and nothing else", async () => {
  const { folder, path } = newFile();
  const alive = await newOwnerId();
  const [scope, pid, began, id] = alive.split("-");
  const dead = [scope, pid, Number(began) + 1, id].join("-");
  writeFileSync(`${path}.${dead}.tmp`, "");
  writeFileSync(takeoverPathOf(path, dead), "");
  writeFileSync(ownerPathOf(path, dead), "");
  const kept = [
    path,
    ownerPathOf(path, alive),
    `${path}.bak`,
    `${path}.tmp`,
    `${path}.mine.tmp`,
    `${path}.lock`,
    join(folder, `other.age.${dead}.tmp`),
  ];
  for (const each of kept) writeFileSync(each, "");
  await sweep(path);
  expect(readdirSync(folder).sort()).toEqual(
    kept.map((each) => each.slice(folder.length + 1)).sort(),
  );
});

test("an owner that cannot be seen from here is left in peace for a minute", async () => {
  const { folder, path } = newFile();
  const strange = `${"0".repeat(16)}${(await newOwnerId()).slice(16)}`;
  writeFileSync(ownerPathOf(path, strange), "");
  await sweep(path);
  expect(readdirSync(folder)).toHaveLength(1);
  const now = Date.now();
  vi.spyOn(Date, "now").mockReturnValue(now + abandonedAfterMs + 1_000);
  await sweep(path);
  expect(readdirSync(folder)).toEqual([]);
});

test("what cannot be removed stops nothing", async () => {
  const { folder, path } = newFile();
  mkdirSync(`${path}.${await newOwnerId()}.tmp`);
  await sweep(path);
  expect(readdirSync(folder)).toHaveLength(1);
});
