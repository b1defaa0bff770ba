import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { failure, newFile } from "../test/support.js";
import { abandonedAfterMs, lockPathOf, takeLock, takeoverPathOf } from "./file-lock.js";
import { newOwnerId } from "./lock-owner.js";

/** What happens just before a lock is linked, as another process would do it. */
const before: { link?: ((path: string) => Promise<void>) | undefined } = {};

vi.mock("node:fs/promises", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:fs/promises")>();
  const link = async (from: string, to: string) => {
    await before.link?.(to);
    return original.link(from, to);
  };
  return { ...original, link };
});

afterEach(() => {
  before.link = undefined;
  vi.restoreAllMocks();
});

const waitFor = (timeoutMs: number, signal?: AbortSignal) => ({
  ...{ timeoutMs, signal, endsAt: performance.now() + timeoutMs },
});
const wait = () => waitFor(5_000);
const short = () => waitFor(20);

/** Of a process that began at another time: its number was given to this one. */
const deadOwner = async () => {
  const [scope, pid, began, id] = (await newOwnerId()).split("-");
  return [scope, pid, Number(began) + 1, id].join("-");
};

/** Of a container or a machine that this process cannot look into. */
const strangeOwner = async () => `${"0".repeat(16)}${(await newOwnerId()).slice(16)}`;

describe("a lock", () => {
  test("is one holder's at a time, and leaves nothing", async () => {
    const { folder, path } = newFile();
    let inside = 0;
    const take = async () => {
      const lock = await takeLock(path, wait());
      expect(++inside).toBe(1);
      await new Promise(setImmediate);
      inside--;
      await lock.release();
    };
    await Promise.all(Array.from({ length: 10 }, take));
    expect(readdirSync(folder)).toEqual([]);
  });

  test("that stays held is BACKEND_UNAVAILABLE, and says who holds it and what to do", async () => {
    const { path } = newFile();
    const lock = await takeLock(path, wait());
    const error = await failure(takeLock(path, short()));
    expect(error).toMatchObject({ code: "BACKEND_UNAVAILABLE", reason: "locked", retryable: true });
    expect(error.message).toContain(`the process ${process.pid} has held ${path}.lock`);
    expect(error.message).toContain("remove that lock file");
    await lock.release();
    await (await takeLock(path, short())).release();
  });

  test("is no longer waited for when the signal aborts", async () => {
    const { folder, path } = newFile();
    const lock = await takeLock(path, wait());
    const controller = new AbortController();
    const waiting = takeLock(path, waitFor(5_000, controller.signal));
    const reason = new Error("no longer wanted");
    before.link = async () => controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(readdirSync(folder)).toEqual(["secrets.age.lock"]);
    await lock.release();
  });

  test("that was held for too long is not relied on", async () => {
    const { path } = newFile();
    const lock = await takeLock(path, wait());
    lock.check();
    const now = performance.now();
    vi.spyOn(performance, "now").mockReturnValue(now + abandonedAfterMs / 2 + 1_000);
    expect(() => lock.check()).toThrow(/nothing was written/);
    await lock.release();
  });
});

describe("the lock of a process that is gone", () => {
  test("is taken over at once", async () => {
    const { path, folder } = newFile();
    writeFileSync(lockPathOf(path), await deadOwner());
    const lock = await takeLock(path, short());
    expect(lock.wasAbandoned).toBe(true);
    expect(readFileSync(lockPathOf(path), "utf8")).toBe(lock.owner);
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is taken over once, by whoever is first", async () => {
    const { path } = newFile();
    const dead = await deadOwner();
    writeFileSync(lockPathOf(path), dead);
    let faster: Awaited<ReturnType<typeof takeLock>> | undefined;
    before.link = async (to) => {
      if (to !== takeoverPathOf(path, dead)) return;
      before.link = undefined;
      faster = await takeLock(path, wait()); // between what the slower one saw and what it does
    };
    const error = await failure(takeLock(path, short()));
    expect(error).toMatchObject({ reason: "locked" });
    expect(readFileSync(lockPathOf(path), "utf8")).toBe(faster?.owner);
    await faster?.release();
    expect(existsSync(lockPathOf(path))).toBe(false);
  });

  test("is taken over also when another one died while it did so", async () => {
    const { path, folder } = newFile();
    const dead = await deadOwner();
    writeFileSync(lockPathOf(path), dead);
    writeFileSync(takeoverPathOf(path, dead), await deadOwner());
    await (await takeLock(path, short())).release();
    expect(readdirSync(folder)).toEqual([]);
  });
});

test.each<[string, () => Promise<string>]>([
  ["of a process that cannot be seen from here", strangeOwner],
  ["that is empty", async () => ""],
  ["that holds something else", async () => "canary of another program"],
])("a lock %s is waited for, and taken over when it is old", async (_, owner) => {
  const { path } = newFile();
  writeFileSync(lockPathOf(path), await owner());
  expect(await failure(takeLock(path, short()))).toMatchObject({ reason: "locked" });
  const now = Date.now();
  vi.spyOn(Date, "now").mockReturnValue(now + abandonedAfterMs + 1_000);
  await (await takeLock(path, short())).release();
});
