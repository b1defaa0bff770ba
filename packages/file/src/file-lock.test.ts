import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { failure, newFile } from "../test/support.js";
import { lockPathOf, takeLock, takeoverPathOf } from "./file-lock.js";
import { abandonedAfterMs } from "./lock-holder.js";
import { newOwnerId } from "./lock-owner.js";

/** What happens just before a lock is linked, as another process would do it. */
const before: { link?: ((path: string) => Promise<void>) | undefined } = {};
/** What happens just after somebody asked how old a lock is, and what the answer is then. */
const after: { stat?: (() => { readonly ctimeMs: number } | undefined) | undefined } = {};

vi.mock("node:fs/promises", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:fs/promises")>();
  const link = async (from: string, to: string) => {
    await before.link?.(to);
    return original.link(from, to);
  };
  const open = async (...call: Parameters<typeof original.open>) => {
    const handle = await original.open(...call);
    const stat = handle.stat.bind(handle);
    handle.stat = (async () => Object.assign(await stat(), after.stat?.())) as FileHandle["stat"];
    return handle;
  };
  const lstat = async (path: string) => Object.assign(await original.lstat(path), after.stat?.());
  return { ...original, link, open, lstat };
});

afterEach(() => {
  before.link = undefined;
  after.stat = undefined;
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

/** Sets the clocks forward. */
function clocks() {
  const aheadMs = { wall: 0, steady: 0 };
  const { now: wall } = Date;
  const steady = performance.now.bind(performance);
  vi.spyOn(Date, "now").mockImplementation(() => wall() + aheadMs.wall);
  vi.spyOn(performance, "now").mockImplementation(() => steady() + aheadMs.steady);
  return aheadMs;
}

/** Runs the steps one by one, each before one more attempt to link that very lock. */
function atEachAttempt(lockPath: string, steps: readonly (() => void)[]): void {
  let attempt = 0;
  before.link = async (to) => {
    if (to === lockPath) steps[attempt++]?.();
  };
}

describe("the lock of a process that cannot be seen", () => {
  const nothing = () => {};

  test.each<[string, () => Promise<string>]>([
    ["of a process that cannot be seen from here", strangeOwner],
    ["that is empty", async () => ""],
    ["that holds something else", async () => "canary of another program"],
  ])("%s is waited for, and taken over when it is old", async (_, owner) => {
    const { path } = newFile();
    writeFileSync(lockPathOf(path), await owner());
    expect(await failure(takeLock(path, short()))).toMatchObject({ reason: "locked" });
    const ahead = clocks();
    ahead.wall = abandonedAfterMs + 1_000;
    const pass = () => {
      ahead.steady += 4_000;
    };
    atEachAttempt(lockPathOf(path), [nothing, pass]);
    const lock = await takeLock(path, waitFor(10_000));
    expect(lock.wasAbandoned).toBe(true);
    await lock.release();
  });

  test("is not taken away because the wall clock was set forward", async () => {
    const { path } = newFile();
    clocks().wall = 120_000;
    writeFileSync(lockPathOf(path), await strangeOwner());
    const giveBack = () => rmSync(lockPathOf(path));
    atEachAttempt(lockPathOf(path), [nothing, nothing, nothing, giveBack]);
    const lock = await takeLock(path, waitFor(10_000));
    expect(lock.wasAbandoned).toBe(false);
    await lock.release();
  });

  test("that is old is taken away once it was seen unchanged for four seconds", async () => {
    const { path } = newFile();
    const ahead = clocks();
    ahead.wall = 120_000;
    const ids = [await strangeOwner(), await strangeOwner()] as const;
    writeFileSync(lockPathOf(path), ids[0]);
    const seen: string[] = [];
    const pass = (milliseconds: number) => () => {
      seen.push(readFileSync(lockPathOf(path), "utf8"));
      ahead.steady += milliseconds;
    };
    const changeHands = () => {
      rmSync(lockPathOf(path));
      writeFileSync(lockPathOf(path), ids[1]);
      ahead.steady += 3_000;
    };
    atEachAttempt(lockPathOf(path), [nothing, pass(3_000), changeHands, pass(3_000), pass(1_500)]);
    const lock = await takeLock(path, waitFor(20_000));
    expect(seen).toEqual([ids[0], ids[1], ids[1]]);
    expect(lock.wasAbandoned).toBe(true);
    await lock.release();
  });

  test("is not taken away for the age of the one before it", async () => {
    const { path } = newFile();
    writeFileSync(lockPathOf(path), await strangeOwner());
    const next = await strangeOwner();
    after.stat = () => {
      after.stat = undefined;
      rmSync(lockPathOf(path));
      writeFileSync(lockPathOf(path), next); // between its age and its id
      return { ctimeMs: 0 };
    };
    expect(await failure(takeLock(path, short()))).toMatchObject({ reason: "locked" });
    expect(readFileSync(lockPathOf(path), "utf8")).toBe(next);
  });

  test("is looked at once more, whole, before it is taken away", async () => {
    const { path } = newFile();
    writeFileSync(lockPathOf(path), "canary of another program");
    const takeover = takeoverPathOf(path, "canary of another program");
    after.stat = () => ({ ctimeMs: 0 });
    before.link = async (to) => {
      if (to !== takeover) return;
      after.stat = undefined; // that program has taken it anew, under the same words
      rmSync(lockPathOf(path));
      writeFileSync(lockPathOf(path), "canary of another program");
    };
    expect(await failure(takeLock(path, short()))).toMatchObject({ reason: "locked" });
    expect(existsSync(lockPathOf(path))).toBe(true);
  });
});

test.each<[string, (path: string) => void]>([
  ["a folder", (path) => mkdirSync(path)],
  ["a link", (path) => symlinkSync("nowhere", path)],
])("%s in the place of a lock is CONFIGURATION, and named", async (_, make) => {
  const { path } = newFile();
  make(lockPathOf(path));
  const error = await failure(takeLock(path, short()));
  expect(error).toMatchObject({ code: "CONFIGURATION", reason: "not-a-file" });
  expect(error.message).toContain(`${path}.lock is in the place of a lock`);
});
