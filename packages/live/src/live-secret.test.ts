import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { afterEach, expect, test, vi } from "vitest";
import { liveSecret } from "./index.js";

const key = "sample/api_key";
afterEach(() => void vi.useRealTimers());

function fixture() {
  const store = MemorySecretStore.from({ [key]: "one", db: '{"user":"u","password":"p1"}' });
  return { store, reads: vi.spyOn(store, "getSecret"), live: liveSecret(store, key) };
}

test("there is one handle for a store, key and field", () => {
  const { store, live } = fixture();
  expect(liveSecret(store, key)).toBe(live);
  expect(liveSecret(store, "db", { field: "user" })).toBe(
    liveSecret(store, "db", { field: "user" }),
  );
  expect(liveSecret(store, "db", { field: "user" })).not.toBe(liveSecret(store, "db"));
  expect(liveSecret(MemorySecretStore.from({}), key)).not.toBe(live);
});

test("each get asks the store, so that nothing here grows old", async () => {
  const { store, live } = fixture();
  expect((await live.get()).value.expose()).toBe("one");
  await store.putSecret(key, "two");
  expect((await live.get()).value.expose()).toBe("two");
});

test("however many refresh at once, the store is asked once; one who aborts leaves alone", async () => {
  const { store, reads, live } = fixture();
  const rejected = await live.get();
  await store.putSecret(key, "two");
  const controller = new AbortController();
  const leaving = live.refresh(rejected, { signal: controller.signal });
  const staying = Array.from({ length: 49 }, () => live.refresh(rejected));
  controller.abort(new Error("enough"));
  await expect(leaving).rejects.toThrow("enough");
  for (const secret of await Promise.all(staying)) expect(secret.value.expose()).toBe("two");
  expect(reads).toHaveBeenCalledTimes(2);
});

/** Reads past every cache. */
const forced = ({ mock }: ReturnType<typeof fixture>["reads"]) =>
  mock.calls.filter(([, options]) => options?.rejected).length;

const timed = ["performance", "setTimeout", "clearTimeout"] as const;

test("a refresh that brings the same value is not made again for a second, of that value", async () => {
  vi.useFakeTimers({ toFake: [...timed] });
  const { store, reads, live } = fixture();
  const one = await live.get();
  for (let refusal = 0; refusal < 10; refusal++) expect(await live.refresh(one)).toMatchObject(one);
  expect(forced(reads)).toBe(1);
  await store.putSecret(key, "two");
  const two = await live.get();
  expect((await live.refresh(two)).value.expose()).toBe("two");
  expect(forced(reads)).toBe(2);
  vi.advanceTimersByTime(1_000);
  expect((await live.refresh(one)).value.expose()).toBe("two");
  expect(forced(reads)).toBe(3);
  expect(vi.getTimerCount()).toBe(0); // nothing is remembered
});

test("within that second, what the store has meanwhile is what comes back", async () => {
  const { store, reads, live } = fixture();
  const one = await live.get();
  expect((await live.refresh(one)).value.expose()).toBe("one"); // the service was mistaken
  await store.putSecret(key, "two");
  expect((await live.refresh(one)).value.expose()).toBe("two");
  expect(forced(reads)).toBe(1);
});

test("a refresh that does not end is shared for ten seconds, then the next one asks anew", async () => {
  vi.useFakeTimers({ toFake: [...timed] });
  const { store, reads, live } = fixture();
  const rejected = await live.get();
  let end = (_: typeof rejected) => {};
  reads.mockReturnValueOnce(new Promise((resolve) => (end = resolve)));
  const first = live.refresh(rejected);
  await store.putSecret(key, "two");
  vi.advanceTimersByTime(9_999);
  const second = live.refresh(rejected);
  expect(forced(reads)).toBe(1);
  vi.advanceTimersByTime(1);
  expect((await live.refresh(rejected)).value.expose()).toBe("two");
  end(rejected);
  for (const late of [first, second]) expect((await late).value.expose()).toBe("one");
  // What came late decides nothing.
  expect((await live.refresh(rejected)).value.expose()).toBe("two");
  expect(forced(reads)).toBe(3);
});

test("get and overlap end with their signal, whatever the store does, and never throw at once", async () => {
  const { store, reads, live } = fixture();
  const reason = new Error("enough");
  const getting = new AbortController();
  reads.mockReturnValueOnce(new Promise(() => {}));
  const read = live.get({ signal: getting.signal });
  getting.abort(reason);
  await expect(read).rejects.toBe(reason);
  await expect(live.get({ signal: getting.signal })).rejects.toBe(reason);
  expect(reads).toHaveBeenCalledTimes(1);

  const overlapping = new AbortController();
  const previous = vi.spyOn(store, "getSecretVersion").mockReturnValueOnce(new Promise(() => {}));
  const overlap = live.overlap({ signal: overlapping.signal });
  await vi.waitUntil(() => previous.mock.calls.length > 0);
  overlapping.abort(reason);
  await expect(overlap).rejects.toBe(reason);

  const secret = await live.get();
  reads.mockImplementation(() => {
    throw new Error("a store that breaks its contract");
  });
  await expect(live.get()).rejects.toThrow("contract");
  await expect(live.refresh(secret)).rejects.toThrow("contract");
});

test("a refresh that fails fails for all who wait, and the next one asks again", async () => {
  const { store, live } = fixture();
  const rejected = await live.get();
  store.simulate("THROTTLED");
  const refreshes = [live.refresh(rejected), live.refresh(rejected)];
  for (const refresh of refreshes)
    await expect(refresh).rejects.toMatchObject({ code: "THROTTLED" });
  store.simulate(undefined);
  await store.putSecret(key, "two");
  expect((await live.refresh(rejected)).value.expose()).toBe("two");
});

test("overlap has current and previous, or only current", async () => {
  const { store, live } = fixture();
  expect(Object.keys(await live.overlap())).toEqual(["current"]);
  await store.putSecret(key, "two");
  const { current, previous } = await live.overlap();
  expect([current.value.expose(), previous?.value.expose()]).toEqual(["two", "one"]);
  store.simulate("PERMISSION_DENIED");
  await expect(live.overlap()).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
});

test("a field is read, refreshed and overlapped as a field", async () => {
  const { store } = fixture();
  const live = liveSecret(store, "db", { field: "password" });
  const rejected = await live.get();
  await store.putSecret("db", "p2", { field: "password" });
  expect((await live.refresh(rejected)).value.expose()).toBe("p2");
  expect((await live.overlap()).previous?.value.expose()).toBe("p1");
});

test("what is no store or no key is CONFIGURATION", () => {
  const { store } = fixture();
  for (const make of [
    () => liveSecret({} as never, key),
    () => liveSecret(undefined as never, key),
    () => liveSecret(store, ""),
    () => liveSecret(store, 7 as never),
    () => liveSecret(store, key, { field: "" }),
  ]) {
    expect(make).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  }
});

test("uses keep to the newest versions", () => {
  const { live } = fixture();
  for (let version = 1; version <= 40; version++) {
    live.noteUse({ version: String(version) } as never);
  }
  expect(live.uses()).toHaveLength(16);
});
