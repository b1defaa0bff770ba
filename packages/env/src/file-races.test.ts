import { appendFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { failure, folderOf, storeOf, textOf } from "../test/support.js";
import { maxFileBytes } from "./read-file.js";

/** What happens just before a step of a read, as another process would do it. */
const before: { open?: (() => void) | undefined; read?: (() => void) | undefined } = {};
let opened = 0;
let closed = 0;

vi.mock("node:fs/promises", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:fs/promises")>();
  return { ...original, open: (...call: Parameters<typeof original.open>) => open(original, call) };
});

async function open(
  original: typeof import("node:fs/promises"),
  call: Parameters<typeof original.open>,
): Promise<Pick<FileHandle, "stat" | "read" | "close">> {
  before.open?.();
  const handle = await original.open(...call);
  opened++;
  return {
    stat: handle.stat.bind(handle) as FileHandle["stat"],
    read: ((...rest: Parameters<FileHandle["read"]>) => {
      before.read?.();
      return handle.read(...rest);
    }) as FileHandle["read"],
    close: () => {
      closed++;
      return handle.close();
    },
  };
}

beforeEach(() => {
  opened = 0;
  closed = 0;
});

afterEach(() => {
  Object.assign(before, { open: undefined, read: undefined });
  expect(closed).toBe(opened);
});

function once(step: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) step();
    isDone = true;
  };
}

function failing(code: string): () => void {
  return () => {
    throw Object.assign(new Error("canary"), { code });
  };
}

test("a folder that is replaced between look and open is looked at again", async () => {
  const parent = folderOf({ "old/s/x": "old", "new/s/x": "new" });
  const folder = join(parent, "old", "s");
  before.open = once(() => {
    rmSync(folder, { recursive: true });
    renameSync(join(parent, "new", "s"), join(parent, "old", "s-new"));
    renameSync(join(parent, "old", "s-new"), folder);
    rmSync(join(folder, "x"));
    writeFileSync(join(folder, "X"), "new");
  });
  expect(await textOf(storeOf({}, { folder }), "x")).toBe("new");
});

test("a file that is deleted between look and open is absent", async () => {
  const folder = folderOf({ x: "1", y: "2" });
  before.open = () => rmSync(join(folder, "x"), { force: true });
  await failure(() => storeOf({}, { folder }).getSecret("x"), "NOT_FOUND", "absent");
});

test("a file that grows while it is read is read to its end", async () => {
  const folder = folderOf({ x: "start " });
  before.read = once(() => appendFileSync(join(folder, "x"), `${"more ".repeat(5_000)}end\n`));
  const store = storeOf({ X_FILE: join(folder, "x") });
  expect(await textOf(store, "x")).toBe(`start ${"more ".repeat(5_000)}end`);
});

test("a file that grows without end is refused", async () => {
  const folder = folderOf({ x: "start" });
  before.read = () => appendFileSync(join(folder, "x"), "x".repeat(maxFileBytes / 4));
  const store = storeOf({ X_FILE: join(folder, "x") });
  await failure(() => store.getSecret("x"), "INVALID_SECRET", "too-large");
});

test("a file system that fails is BACKEND_UNAVAILABLE, retryable, and never NOT_FOUND", async () => {
  const folder = folderOf({ x: "X=1" });
  const path = join(folder, "x");
  const stores = [
    storeOf({ X_FILE: path }),
    storeOf({}, { dotenv: path }),
    storeOf({}, { folder }),
  ];
  for (const step of ["open", "read"] as const) {
    for (const code of ["EMFILE", "EIO", "ESTALE", "not a code"]) {
      before[step] = failing(code);
      for (const store of stores) {
        const call = () => store.getSecret("x");
        const error = await failure(call, "BACKEND_UNAVAILABLE", "file-system");
        expect(error.retryable).toBe(true);
        expect(error.message).toContain(code.startsWith("E") ? code : "unknown fault");
        expect(error.message + error.stack + JSON.stringify(error.cause)).not.toContain("canary");
      }
    }
    before[step] = undefined;
  }
});
