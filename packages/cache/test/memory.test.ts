import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  BaseSecretStore,
  type GetSecretOptions,
  type Secret,
  SecretError,
  type SecretVersionData,
} from "@llm-orchestrator/secrets-core";
import { FakeClock } from "secrets-tools/fake-clock";
import { size } from "secrets-tools/test-size";
import { expect, test } from "vitest";
import { SecretCache, type SecretCacheOptions } from "../src/index.js";

const maxEntries = 1_000;
const count = size(40_000, 1_000_000);
/** Of what could leave something behind at each step, but takes long or holds nothing. */
const fewer = size(25_000, 250_000);
const timeoutMs = size(120_000, 1_200_000);
/** Without a leak the heap moves by less than 330,000; a key left behind at each step is more. */
const toleranceBytes = (steps: number) => 400_000 + steps * 4;

Error.stackTraceLimit = 0; // half of the time of a rejection
setFlagsFromString("--expose_gc");
const collect = runInNewContext("gc") as () => void;

/** Has every key (but those under `absent/`), every field and every version, and keeps none. */
class EndlessStore extends BaseSecretStore {
  fault: SecretError | undefined;
  #writes = 1; // what `read` knows is always older

  constructor() {
    super({ name: "endless", capabilities: { write: true, versions: true } });
  }

  /** Whatever the field: reading it out of a text is not what is measured. */
  override getSecret(key: string, options: GetSecretOptions = {}): Promise<Secret> {
    return super.getSecret(key, { signal: options.signal });
  }

  protected override async read(key: string) {
    if (this.fault) throw this.fault;
    return key.startsWith("absent/") ? undefined : { value: `sk-${key}`, version: "1" };
  }

  protected override async write() {
    return { version: String(++this.#writes) };
  }

  protected override async versions(): Promise<SecretVersionData[]> {
    return [];
  }

  protected override async readVersion(key: string, version: string) {
    return { value: `sk-${key}-${version}`, version };
  }
}

interface Subject {
  readonly cache: SecretCache;
  readonly store: EndlessStore;
}

type Step = (subject: Subject, index: number) => Promise<unknown>;

function makeSubject(options: SecretCacheOptions = {}): Subject {
  const store = new EndlessStore();
  const clock = new FakeClock(); // stands still: nothing leaves because its time is over
  return { store, cache: new SecretCache(store, { maxEntries, clock, ...options }) };
}

function usedBytes(): number {
  for (let round = 0; round < 3; round++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Takes every step. By how much the last four fifths of them grew the heap, and the largest size. */
async function run(subject: Subject, steps: number, step: Step) {
  let warmBytes = 0;
  let largest = 0;
  for (let index = 0; index < steps; index++) {
    if (index === steps / 5) warmBytes = usedBytes();
    await step(subject, index);
    largest = Math.max(largest, subject.cache.size);
  }
  return { grownBytes: usedBytes() - warmBytes, largest };
}

const twice = async (read: () => Promise<unknown>) => {
  await read();
  await read();
};
const ignore = () => {};
const down = new SecretError("BACKEND_UNAVAILABLE", { reason: "network", detail: "it is down" });
const { signal } = new AbortController();

interface Case {
  readonly title: string;
  readonly step: Step;
  readonly options?: SecretCacheOptions;
  readonly steps: number;
  /** Of each step. */
  readonly misses: number;
  readonly hits: number;
  readonly backendCalls: number;
  /** Secrets held at the end. */
  readonly held: number;
}

const filling = { steps: count, misses: 1, hits: 1, backendCalls: 1, held: maxEntries };
const leaving = { steps: fewer, misses: 1, hits: 0, backendCalls: 1, held: 0 };

const cases: readonly Case[] = [
  {
    ...{ title: "distinct keys", ...filling },
    step: ({ cache }, index) => twice(() => cache.getSecret(`key/${index}`)),
  },
  {
    ...{ title: "distinct fields of one key", ...filling },
    step: ({ cache }, index) => twice(() => cache.getSecret("key", { field: `field-${index}` })),
  },
  {
    ...{ title: "distinct versions of one key", ...filling },
    step: ({ cache }, index) => twice(() => cache.getSecretVersion("key", String(index + 1))),
  },
  {
    ...{ title: "keys that are absent, remembered", ...filling, options: { negativeTtlMs: 5_000 } },
    step: ({ cache }, index) => twice(() => cache.getSecret(`absent/${index}`).catch(ignore)),
  },
  {
    ...{ title: "keys that are absent, not remembered", ...leaving },
    step: ({ cache }, index) => cache.getSecret(`absent/${index}`).catch(ignore),
  },
  {
    ...{ title: "puts of distinct keys", ...leaving, steps: count, misses: 0, backendCalls: 0 },
    step: ({ cache }, index) => cache.putSecret(`key/${index}`, "sk-one"),
  },
  {
    ...{ title: "reads that a put left behind", ...leaving },
    step: async ({ cache }, index) => {
      await cache.putSecret(`key/${index}`, "sk-one");
      await cache.getSecret(`key/${index}`);
    },
  },
  {
    ...{ title: "reads of a backend that is down", ...leaving },
    step: ({ cache, store }, index) => {
      store.fault = down;
      return cache.getSecret(`key/${index}`).catch(ignore);
    },
  },
  {
    ...{ title: "reads that were cancelled", ...leaving },
    step: ({ cache }, index) => {
      const controller = new AbortController();
      const read = cache.getSecret(`key/${index}`, { signal: controller.signal });
      controller.abort();
      return read.catch(ignore);
    },
  },
  {
    ...{ title: "distinct keys under one signal", ...filling, steps: fewer },
    step: ({ cache }, index) => twice(() => cache.getSecret(`key/${index}`, { signal })),
  },
  {
    ...{ title: "keys that are let go again", ...leaving },
    step: async ({ cache }, index) => {
      await cache.getSecret(`key/${index}`);
      cache.invalidate(`key/${index}`);
    },
  },
];

test.each(cases)(
  "memory stays flat and every access is counted: $title",
  async ({ step, options, steps, misses, hits, backendCalls, held }) => {
    const subject = makeSubject(options);
    const { grownBytes, largest } = await run(subject, steps, step);
    expect(grownBytes).toBeLessThan(toleranceBytes(steps));
    expect(largest).toBeLessThanOrEqual(maxEntries);
    expect(subject.cache.size).toBe(held);
    expect(subject.cache.stats()).toMatchObject({
      misses: misses * steps,
      hits: hits * steps,
      totalAccesses: (misses + hits) * steps,
      backendCalls: backendCalls * steps,
    });
  },
  timeoutMs,
);

test(
  "control: a cache that may hold them all is seen to grow",
  async () => {
    const subject = makeSubject({ maxEntries: fewer });
    const { grownBytes, largest } = await run(subject, fewer, ({ cache }, index) =>
      cache.getSecret(`key/${index}`),
    );
    expect(largest).toBe(fewer);
    expect(grownBytes).toBeGreaterThan(toleranceBytes(fewer));
  },
  timeoutMs,
);

test(
  "control: so is a key left behind at each read",
  async () => {
    const left: string[] = [];
    const { grownBytes } = await run(makeSubject(), fewer, ({ cache }, index) => {
      left.push(`key/${index}`);
      return cache.getSecret(`key/${index}`);
    });
    expect(left.length).toBe(fewer);
    expect(grownBytes).toBeGreaterThan(toleranceBytes(fewer));
  },
  timeoutMs,
);
