import { AssertionError } from "node:assert";
import { randomBytes, randomInt } from "node:crypto";
import { inspect } from "node:util";
import { onWarning, SecretError, secretValue } from "@llm-orchestrator/secrets-core";
import { describe, expect, test } from "vitest";
import { MemorySecretStore } from "../memory-secret-store.js";
import { assertNoLeak } from "./assert-no-leak.js";
import { conversionChannels } from "./conversion-channels.js";
import { copyChannels } from "./copy-channels.js";
import { errorChannels } from "./error-channels.js";
import { memberChannels } from "./member-channels.js";
import { misuseChannels } from "./misuse-channels.js";
import { printChannels } from "./print-channels.js";
import { slowChannels } from "./slow-channels.js";

onWarning(() => {}); // implicit conversions are what the probe does

const canary = `canary-${randomBytes(9).toString("hex")}`;
const digits = String(randomInt(1e13, 1e14));
const fast = { slowChannels: false } as const;

const failureOf = (...call: Parameters<typeof assertNoLeak>): Promise<Error> =>
  assertNoLeak(...call).then(
    () => expect.fail("it found no leak"),
    (error: unknown) => error as Error,
  );

const channelsIn = ({ message }: Error) =>
  [...message.matchAll(/^ {2}(.+): canary \d+ \(/gm)].map(([, channel]) => channel);

class LeakyClass {
  toString() {
    return canary;
  }
  toJSON() {
    return canary;
  }
  get value() {
    return canary;
  }
}

/** Something that shows the secret in each channel, or the channel proves nothing. */
const controls: Readonly<Record<string, unknown>> = {
  text: canary,
  digits,
  object: { value: canary },
  hidden: Object.defineProperty({}, "value", { value: canary }),
  class: new LeakyClass(),
  error: new Error(canary),
  bytes: new Uint8Array(Buffer.from(canary)),
  symbol: { [Symbol("value")]: canary },
  primitive: { [Symbol.toPrimitive]: () => canary },
  prototype: Object.create({ value: canary }),
};

describe("assertNoLeak", () => {
  test("finds a control object in every channel that it has", async () => {
    const found = new Set<string | undefined>();
    for (const subject of Object.values(controls)) {
      const failure = await failureOf(subject, [canary, digits]);
      for (const channel of channelsIn(failure)) found.add(channel);
    }
    const all = {
      ...{ ...printChannels, ...conversionChannels, ...copyChannels },
      ...{ ...errorChannels, ...memberChannels, ...misuseChannels, ...slowChannels },
    };
    expect([...found].sort()).toEqual([...Object.keys(all), "process.emitWarning"].sort());
    expect(found.size).toBeGreaterThanOrEqual(28);
  });

  test.each(Object.keys(controls))("finds the canary in the control %s", async (name) => {
    await failureOf(controls[name], [canary, digits], fast);
  });

  test("finds nothing in a SecretValue, a Secret and a store", async () => {
    const store = MemorySecretStore.from({ "database/password": canary });
    await assertNoLeak(secretValue(canary), [canary]);
    await assertNoLeak(await store.getSecret("database/password"), [canary]);
    await assertNoLeak(store, [canary]);
  });

  test("names channel, canary and encoding, and never shows the canary", async () => {
    const failure = await failureOf({ value: canary }, ["another-secret", canary], fast);
    expect(failure).toBeInstanceOf(AssertionError);
    expect(failure.message).toMatch(/^A secret can be seen in \d\d of \d\d channels\.\n/);
    expect(failure.message).toContain("\n  JSON.stringify: canary 1 (raw");
    await assertNoLeak(failure, [canary]);
  });

  test("searches what a function throws or rejects with", async () => {
    const leaky = new Error("outer", { cause: { headers: { authorization: canary } } });
    const throwing = () => {
      throw leaky;
    };
    await failureOf(throwing, [canary], fast);
    await failureOf(() => Promise.reject(leaky), [canary], fast);
    await failureOf(() => Promise.reject(canary), [canary], fast);
    const store = MemorySecretStore.from({ "database/password": canary });
    await assertNoLeak(() => store.getSecret("database/user"), [canary]);
  });

  test("searches the outcome of a promise that was not awaited", async () => {
    await failureOf(Promise.resolve({ value: canary }), [canary], fast);
    await failureOf(Promise.reject(new Error(canary)), [canary], fast);
  });

  test("fails when a function does not throw: there would be nothing to search", async () => {
    const failure = await failureOf(() => Promise.resolve(canary), ["another-secret"]);
    expect(failure).toBeInstanceOf(AssertionError);
    expect(failure.message).toMatch(/the function succeeded/);
  });

  test("refuses canaries that could not be found for certain", async () => {
    const bad = [[], ["short"], [canary, ""], [Uint8Array.of(1, 2, 3)], canary];
    for (const canaries of bad) {
      const failure = await failureOf({}, canaries as string[]);
      expect(failure).toMatchObject({ code: "CONFIGURATION", reason: "bad-argument" });
      expect(SecretError.isInstance(failure)).toBe(true);
      expect(inspect(failure)).not.toContain(canary);
    }
  });

  test("finds bytes that are not text", async () => {
    const bytes = Uint8Array.from([0xff, 0xc0, ...randomBytes(20)]);
    const failure = await failureOf({ deep: [{ bytes }] }, [bytes], fast);
    expect(channelsIn(failure)).toContain("v8.serialize");
    await assertNoLeak(secretValue(bytes), [bytes], fast);
  });

  test("reads inherited getters further up than inspect does", async () => {
    class Client {
      readonly #token = canary;
      get token() {
        return this.#token;
      }
    }
    class Second extends Client {}
    class Third extends Second {}
    class Fourth extends Third {}
    const failure = await failureOf(new Fourth(), [canary], fast);
    expect(channelsIn(failure)).toEqual(["inherited getters"]);
  });

  test.each(["toBSON", "toPostgres", "toObject"])("calls %s, as serialisers do", async (name) => {
    const failure = await failureOf({ [name]: () => ({ canary }) }, [canary], fast);
    expect(channelsIn(failure)).toEqual(["methods of serialisers"]);
  });

  test("finds what errors quote, and leaves the subject and the environment as they were", async () => {
    const named = { name: "Named", message: canary };
    const before = [Reflect.ownKeys(named), Object.keys(process.env).sort()];
    expect(channelsIn(await failureOf(named, [canary], fast))).toContain("stack trace");
    expect([Reflect.ownKeys(named), Object.keys(process.env).sort()]).toEqual(before);
    const quoted = ["language errors", "option errors", "stream", "process.env"];
    const failure = await failureOf({ toString: () => canary }, [canary], fast);
    expect(channelsIn(failure)).toEqual(expect.arrayContaining(["language errors", "process.env"]));
    expect(channelsIn(await failureOf(canary, [canary], fast))).toEqual(
      expect.arrayContaining(quoted),
    );
  });

  test("finds text that is kept as UTF-16", async () => {
    const text = `ключ-${randomBytes(9).toString("hex")}`;
    expect(channelsIn(await failureOf({ text }, [text], fast))).toContain("v8.serialize");
  });

  test("reaches what stands deeper than any print goes", async () => {
    let deep: object = { value: canary };
    for (let depth = 0; depth < 100; depth++) deep = { deep };
    expect(channelsIn(await failureOf(deep, [canary], fast))).toContain("walk of own keys");
  });

  test("searches large buffers too, without comparing them line by line", async () => {
    const bytes = Buffer.concat([new Uint8Array(65_536), Buffer.from(canary)]);
    const channels = channelsIn(await failureOf({ bytes }, [canary], fast));
    expect(channels).toContain("walk of own keys");
    expect(channels).not.toContain("assert.equal");
  });

  test("survives subjects that throw, and searches what they throw", async () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error("no");
        },
        ownKeys: () => {
          throw new Error(canary);
        },
      },
    );
    await failureOf(hostile, [canary], fast);
    const circular: { self?: unknown } = Object.create(null) as object;
    circular.self = circular;
    await assertNoLeak(circular, [canary], fast);
    for (const subject of [undefined, null, 1, 2n, Symbol("s"), [], new WeakMap()]) {
      await assertNoLeak(subject, [canary], fast);
    }
  });

  test("refuses to pass a subject that is too large to be searched", async () => {
    const large = Array.from({ length: 200_001 }, () => ({}));
    await expect(assertNoLeak({ large }, [canary], fast)).rejects.toThrow(/too large/);
  });

  test("without slow channels leaves out the worker and the report", async () => {
    const leaky = new Error(canary);
    expect(channelsIn(await failureOf(leaky, [canary]))).toEqual(
      expect.arrayContaining(Object.keys(slowChannels)),
    );
    for (const channel of channelsIn(await failureOf(leaky, [canary], fast))) {
      expect(Object.keys(slowChannels)).not.toContain(channel);
    }
  });
});

describe("a printer of a third party", () => {
  const subject = { toText: () => `key=${canary}` };

  test("is searched like a channel", async () => {
    const printers = {
      "some logger": async (printed: unknown) => (printed as typeof subject).toText(),
      clean: () => "[redacted]",
    };
    const failure = await failureOf(subject, [canary], { ...fast, printers });
    expect(channelsIn(failure)).toEqual(["some logger"]);
    await assertNoLeak(subject, [canary], { ...fast, printers: { clean: () => "[redacted]" } });
  });

  test("fails the check when it throws or gives no text, and shows nothing of its error", async () => {
    const throwing = () => {
      throw new Error(canary);
    };
    for (const printer of [throwing, () => Promise.reject(new Error(canary)), () => undefined]) {
      const printers = { broken: printer as unknown as () => string };
      const failure = await failureOf(subject, [canary], { ...fast, printers });
      expect(failure.message).toBe("The printer broken threw or returned no text.");
      await assertNoLeak(failure, [canary], fast);
    }
  });
});

describe("the warning channel", () => {
  test("leaves the listeners as they were, and hands them what is not its own", async () => {
    const seen: string[] = [];
    const listener = ({ name }: Error) => void seen.push(name);
    process.on("warning", listener);
    const before = process.listeners("warning");
    const probes = [1, 2, 3].map((n) => assertNoLeak({ n }, [canary], fast));
    process.emitWarning("of somebody else", "OtherWarning");
    await Promise.all(probes);
    expect(process.listeners("warning")).toEqual(before);
    process.off("warning", listener);
    expect(seen).toEqual(["OtherWarning"]);
  });
});

test("a subject works after it was probed: getters are called on it, never on its class", async () => {
  class Lazy {
    source = "text";
    get value(): string {
      const value = this.source;
      Object.defineProperty(this, "value", { value });
      return value;
    }
  }
  await assertNoLeak(new Lazy(), ["canary-1a2b3c"], { slowChannels: false });
  expect(new Lazy().value).toBe("text");
  const leaking = new (class {
    readonly #secret = "canary-1a2b3c";
    get value(): string {
      return this.#secret;
    }
  })();
  const probe = assertNoLeak(leaking, ["canary-1a2b3c"], { slowChannels: false });
  await expect(probe).rejects.toThrow();
});
