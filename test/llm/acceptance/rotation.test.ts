import { expect, vi } from "vitest";
import { isRefusal } from "./errors.js";
import { bothBackends, errorOf, everyWay } from "./every-way.js";
import { answer, key, newKey, ttlMs } from "./world.js";

everyWay(
  "L01: a key rotated in the store is used when the cache's time is over, with no restart",
  async ({ world, connect }) => {
    const client = await connect();
    expect(await client.ask()).toBe(answer);
    await world.put(newKey);
    world.server.keys.add(newKey);
    await client.ask();
    world.clock.advance(ttlMs);
    await client.ask();
    expect(world.seen()).toEqual(["old 200", "old 200", "new 200"]);
    expect(world.forcedReads()).toBe(0);
  },
  { backends: bothBackends },
);

everyWay(
  "L01: a key rotated in the store is used by the next call after invalidate()",
  async ({ world, connect }) => {
    const client = await connect();
    await client.ask();
    await world.put(newKey);
    world.accept(newKey);
    world.store.invalidate(key);
    expect(await client.ask()).toBe(answer);
    expect(world.seen()).toEqual(["old 200", "new 200"]);
  },
  { backends: bothBackends },
);

everyWay(
  "L02: a revoked key costs one refusal, one read past the cache and one repetition",
  async ({ world, connect }) => {
    const client = await connect();
    await world.store.getSecret(key);
    await world.put(newKey);
    world.accept(newKey);
    expect(await client.ask()).toBe(answer);
    expect(world.seen()).toEqual(["old 401", "new 200"]);
    expect(world.forcedReads()).toBe(1);
    expect(await client.ask()).toBe(answer);
    expect(world.seen()).toEqual(["old 401", "new 200", "new 200"]);
    expect(world.watched.reads).toHaveLength(2);
  },
  { backends: bothBackends },
);

for (const maxRetries of [0, 2, 5]) {
  everyWay(
    `L03: with both keys bad and maxRetries ${maxRetries} two requests are sent, and the SDK's own error is thrown`,
    async ({ subject, world, connect }) => {
      const client = await connect({ maxRetries });
      await world.store.getSecret(key);
      await world.put(newKey);
      world.accept();
      const error = await errorOf(client.ask());
      expect(isRefusal(subject, error)).toBe(true);
      expect(world.seen()).toEqual(["old 401", "new 401"]);
      expect(world.forcedReads()).toBe(1);
    },
    { backends: bothBackends },
  );
}

everyWay(
  "L04: a store that has nothing else sends nothing twice: the refusal is handed on",
  async ({ subject, world, connect }) => {
    const client = await connect();
    world.accept();
    const error = await errorOf(client.ask());
    expect(isRefusal(subject, error)).toBe(true);
    expect(world.seen()).toEqual(["old 401"]);
    expect(world.forcedReads()).toBe(1);
  },
);

everyWay(
  "L05: the refresh is no retry of the SDK: with maxRetries 0 it is made all the same",
  async ({ world, connect }) => {
    const client = await connect({ maxRetries: 0 });
    await client.ask();
    await world.put(newKey);
    world.accept(newKey);
    expect(await client.ask()).toBe(answer);
    expect(world.seen()).toEqual(["old 200", "old 401", "new 200"]);
    expect(world.forcedReads()).toBe(1);
  },
);

/** So that the SDKs do not wait seconds before they try again. */
const headers = { "retry-after-ms": "1" };

everyWay(
  "L06: a failure, a refusal and a success in one call: the SDK retries the first, we the second",
  async ({ world, connect }) => {
    const client = await connect({ maxRetries: 2 });
    await world.store.getSecret(key);
    await world.put(newKey);
    world.accept(newKey);
    world.server.failures.push({ status: 500, headers });
    expect(await client.ask()).toBe(answer);
    expect(world.seen()).toEqual(["old 500", "old 401", "new 200"]);
    expect(world.forcedReads()).toBe(1);
  },
);

everyWay(
  "L06: a limit with Retry-After is the SDK's to wait for, and costs no read of the store",
  async ({ world, connect }) => {
    const client = await connect({ maxRetries: 2 });
    world.server.failures.push({ status: 429, headers: { ...headers, "retry-after": "0" } });
    expect(await client.ask()).toBe(answer);
    expect(world.seen()).toEqual(["old 429", "old 200"]);
    expect(world.watched.reads).toHaveLength(1);
  },
);

everyWay(
  "L07: fifty calls at once on a revoked key share one read past the cache",
  async ({ world, connect }) => {
    const client = await connect();
    await world.store.getSecret(key);
    await world.put(newKey);
    world.accept(newKey);
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.ask()));
    expect(answers).toEqual(Array(50).fill(answer));
    expect(world.forcedReads()).toBe(1);
    expect(world.server.requests.length).toBeLessThanOrEqual(100);
  },
  { backends: bothBackends },
);

everyWay(
  "L08: a hundred calls on a dead key ask the store once in the cooldown, then once again",
  async ({ world, connect }) => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      const client = await connect({ maxRetries: 0 });
      world.accept();
      for (let call = 0; call < 100; call++) await errorOf(client.ask());
      expect(world.forcedReads()).toBe(1);
      expect(world.server.requests).toHaveLength(100);
      vi.advanceTimersByTime(1_000);
      world.clock.advance(1_000);
      for (let call = 0; call < 10; call++) await errorOf(client.ask());
      expect(world.forcedReads()).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  },
);
