import {
  BaseSecretStore,
  type BaseSecretStoreOptions,
  isSecretValue,
  onAudit,
  requireSecrets,
  type Secret,
  secretValue,
  toArray,
} from "@llm-orchestrator/secrets-core";
import { describe, expect, test } from "vitest";
import { MemorySecretStore } from "../src/index.js";

const pair = () => MemorySecretStore.from({ "a/b": '{"x":"1","y":"2"}' });

describe("a put of one field", () => {
  test("with expectedVersion null is refused where the secret exists", async () => {
    const store = pair();
    const put = store.putSecret("a/b", "new", { field: "x", expectedVersion: null });
    await expect(put).rejects.toMatchObject({ code: "CONFLICT" });
    expect((await store.getSecret("a/b")).version).toBe("1");
  });

  test("is refused when the version read is not the one expected", async () => {
    const put = pair().putSecret("a/b", "new", { field: "x", expectedVersion: "2" });
    await expect(put).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("loses none of twenty at once", async () => {
    const store = pair();
    const fields = Array.from({ length: 20 }, (_, index) => `field-${index}`);
    await Promise.all(fields.map((field) => store.putSecret("a/b", field, { field })));
    const held = (await store.getSecret("a/b")).value.exposeJson<Record<string, string>>();
    expect(Object.keys(held).sort()).toEqual(["x", "y", ...fields].sort());
  });
});

describe("a call that was cancelled", () => {
  test("does not write what its generator makes later", async () => {
    const store = MemorySecretStore.from({ a: "old" });
    const controller = new AbortController();
    let answer = (_: string) => {};
    const generated = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const rotation = store.rotateSecret("a", {
      generate: () => generated,
      signal: controller.signal,
    });
    controller.abort(new Error("left"));
    await expect(rotation).rejects.toThrow("left");
    answer("new");
    await generated;
    await new Promise(setImmediate); // everything that the answer could set off has run
    expect((await store.getSecret("a")).value.expose()).toBe("old");
  });
});

describe("options", () => {
  test("are read once: what the caller changes later changes nothing", async () => {
    const store = pair();
    const options: { field?: string } = { field: "x" };
    const first = store.getSecret("a/b", options);
    options.field = "y";
    expect((await first).value.expose()).toBe("1");
  });

  test.each([
    ["a Map", new Map()],
    ["an array", []],
    [
      "accessors of a class",
      new (class {
        get mode() {
          return "permanent";
        }
      })(),
    ],
    [
      "a getter that throws",
      {
        get mode(): string {
          throw new Error("canary");
        },
      },
    ],
  ])("that are %s are refused, and nothing is deleted", async (_, options) => {
    const store = pair();
    await expect(store.deleteSecret("a/b", options as never)).rejects.toMatchObject({
      code: "CONFIGURATION",
    });
    await expect(store.getSecret("a/b")).resolves.toBeDefined();
  });
});

describe("what a backend says wrongly", () => {
  const make = (options: object) => () =>
    new (class extends BaseSecretStore {
      constructor() {
        super(options as BaseSecretStoreOptions);
      }
      protected override async read() {
        return undefined;
      }
    })();

  test.each([
    [{}],
    [{ name: "" }],
    [{ name: "x", nmae: "y" }],
    [{ name: "x", constructor: "y" }],
    [{ name: "x", capabilities: { wrte: true } }],
    [{ name: "x", capabilities: { maxBatchSize: Number.NaN } }],
    [{ name: "x", capabilities: { rotate: true } }],
    [{ name: "x", keySyntax: { pattern: /a/g, maxLength: 5, description: "a" } }],
    [{ name: "x", maxValueBytes: Number.NaN }],
    [{ name: "x", generate: 5 }],
  ])("is refused when the store is made: %j", (options) => {
    expect(make(options)).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  });

  test("never becomes a Secret, nor escapes as a raw error", async () => {
    for (const data of ["text", null, { value: "v", version: 3 }, { value: "v", labels: "abc" }]) {
      const store = make({ name: "odd" })();
      Object.assign(store, { read: async () => data });
      const code = expect.stringMatching(/UNKNOWN|INVALID_SECRET/);
      await expect(store.getSecret("a")).rejects.toMatchObject({ name: "SecretError", code });
    }
  });

  test("cannot put a value into a description", async () => {
    class Talkative extends MemorySecretStore {
      protected override async describe() {
        return { description: "d", value: "sk-canary" } as object;
      }
    }
    const description = await new Talkative().describeSecret("a");
    expect(JSON.stringify(description)).not.toContain("canary");
  });
});

test.each([[{ status: 401, ok: false }], [0], [null], ["fine"], [false]])(
  "a verify that returns %j, as a forgotten response.ok does, keeps the old value",
  async (verdict) => {
    const store = MemorySecretStore.from({ a: "old" });
    const rotation = store.rotateSecret("a", {
      generate: () => "new",
      verify: () => verdict as never,
    });
    await expect(rotation).rejects.toMatchObject({ reason: "verify-failed" });
    expect((await store.getSecret("a")).value.expose()).toBe("old");
  },
);

test("a listing can be iterated twice", async () => {
  const keys = pair().listSecrets();
  expect([await toArray(keys), await toArray(keys)]).toEqual([["a/b"], ["a/b"]]);
});

test("the event of a batch that was denied is a failure with its code", async () => {
  const store = pair();
  store.simulate("PERMISSION_DENIED");
  const events: unknown[] = [];
  const stop = onAudit((event) => events.push(event));
  await store.getSecrets(["a/b"]);
  stop();
  expect(events).toEqual([
    expect.objectContaining({ outcome: "failure", code: "PERMISSION_DENIED" }),
  ]);
});

test("what only bears a value's mark is no value, and leaks nothing", () => {
  const mark = Symbol.for("llm-orchestrator.secrets.SecretValue");
  const impostor = { [mark]: true, exposeBytes: () => "sk-canary" } as never;
  expect(isSecretValue(impostor)).toBe(true);
  expect(secretValue("a").equals(impostor)).toBe(false);
  expect(() => secretValue(impostor)).toThrow(/^Invalid secret: the value is of type object\./);
  expect(secretValue("a").equals(new Proxy(secretValue("a"), {}))).toBe(false);
});

test("a Map of keys requires something", async () => {
  const boot = requireSecrets(pair(), new Map([["db", "a/b"]]) as never);
  await expect(boot).rejects.toMatchObject({ code: "CONFIGURATION" });
});

test("a store made from a key that it would refuse is refused", () => {
  expect(() => MemorySecretStore.from({ "../etc": "x" })).toThrow(
    expect.objectContaining({ code: "INVALID_KEY" }),
  );
});

test("a secret passed as a version is in no message", async () => {
  const error = await pair()
    .getSecretVersion("a/b", "sk-live-canary")
    .then((secret: Secret) => secret, String);
  expect(error).not.toContain("canary");
});
