import { expect, test } from "vitest";
import type { AuditEvent } from "./audit.js";
import { onAudit } from "./audit.js";
import type { OperationContext } from "./audited-call.js";
import { BaseSecretStore } from "./base-secret-store.js";
import type { OptionCheck } from "./check-options.js";
import type { SecretValue } from "./secret-value.js";

const isBoolean: OptionCheck = {
  expected: "true or false",
  test: (value) => typeof value === "boolean",
};

/** Takes `map` on a put, and has a method of its own. */
class StoreWithOwnOptions extends BaseSecretStore {
  readonly seen: unknown[] = [];

  constructor(
    callOptions: object = { putSecret: { map: isBoolean }, squeeze: { hard: isBoolean } },
  ) {
    super({ name: "own", capabilities: { write: true }, callOptions: callOptions as never });
  }

  squeeze(key: string, options?: object): Promise<string> {
    return this.run({ operation: "squeeze", key }, options, async ({ own }) => {
      this.seen.push(own);
      return "squeezed";
    });
  }

  protected override async read(_key: string, { own }: OperationContext) {
    this.seen.push(own);
    return { value: "v", store: "own(b)" };
  }

  protected override async write(_key: string, _value: SecretValue, context: OperationContext) {
    this.seen.push(context.own);
    return { version: "1" };
  }
}

const put = (store: StoreWithOwnOptions, options: object) =>
  store.putSecret("a", "b", options as never);

test("an option that only one store has reaches its hook, and no other", async () => {
  const store = new StoreWithOwnOptions();
  await put(store, { map: true, signal: new AbortController().signal });
  await put(store, {});
  await store.getSecret("a");
  expect(store.seen).toEqual([{ map: true }, {}, undefined]);
});

test("it is checked before any work, and its value is in no message", async () => {
  const store = new StoreWithOwnOptions();
  const refusal = { code: "CONFIGURATION", reason: "bad-argument" };
  const wrong = await put(store, { map: "sk-canary" }).catch((error: Error) => error);
  expect(wrong).toMatchObject({ ...refusal, message: expect.stringContaining("true or false") });
  expect(String(wrong)).not.toContain("canary");
  await expect(put(store, { mop: true })).rejects.toMatchObject({
    ...refusal,
    message: expect.stringMatching(/no option "mop".*expectedVersion, signal, map/),
  });
  await expect(store.getSecret("a", { map: true } as never)).rejects.toMatchObject(refusal);
  expect(store.seen).toEqual([]);
});

test("a method of its own is checked, audited and closed as the others are", async () => {
  const store = new StoreWithOwnOptions();
  const events: AuditEvent[] = [];
  const stop = onAudit((event) => events.push(event));
  try {
    await expect(store.squeeze("a/b", { hard: true })).resolves.toBe("squeezed");
    await expect(store.squeeze("../b")).rejects.toMatchObject({ code: "INVALID_KEY" });
    await expect(store.squeeze("a", { hard: 1 })).rejects.toMatchObject({ code: "CONFIGURATION" });
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await expect(store.squeeze("a", { signal })).rejects.toBe(reason);
    await store.close();
    await expect(store.squeeze("a")).rejects.toMatchObject({ code: "CLOSED" });
  } finally {
    stop();
  }
  expect(store.seen).toEqual([{ hard: true }]);
  expect(events.map(({ operation, outcome }) => [operation, outcome])).toEqual([
    ["squeeze", "success"],
    ...[1, 2].map(() => ["squeeze", "failure"]),
    ["squeeze", "aborted"],
    ["squeeze", "failure"],
  ]);
});

test("a backend may say more closely who answered", async () => {
  const store = new StoreWithOwnOptions();
  expect((await store.getSecret("a")).store).toBe("own(b)");
});

test("checks that are no checks are refused when the store is made", () => {
  const make = () => new StoreWithOwnOptions({ putSecret: { map: true } });
  expect(make).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  expect(() => new StoreWithOwnOptions([] as never)).toThrow(
    expect.objectContaining({ code: "CONFIGURATION" }),
  );
});
