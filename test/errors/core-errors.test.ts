import { randomBytes } from "node:crypto";
import {
  type AuditEvent,
  checkStore,
  ForwardingSecretStore,
  onAudit,
  onWarning,
  randomSecret,
  requireSecrets,
  SecretError,
  type SecretErrorCode,
  type SecretStore,
  secretValue,
} from "@llm-orchestrator/secrets-core";
import { assertNoLeak, MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { misplaced, plainCalls } from "./calls.ts";
import {
  checkFailures,
  checkFailure as checkOurFailure,
  fast,
  outcomeOf,
  titlesOfLeaks,
} from "./check-failure.ts";
import { HostileStore, hostileErrors } from "./hostile.ts";

/** No key of any syntax: a space, a quote, and a letter outside ASCII. */
const canary = `canary ${randomBytes(9).toString("hex")} "é`;

const codes = [
  ...["NOT_FOUND", "AUTHENTICATION_FAILED", "PERMISSION_DENIED", "THROTTLED"],
  ...["BACKEND_UNAVAILABLE", "CONFLICT", "INVALID_KEY", "INVALID_SECRET", "NOT_SUPPORTED"],
  ...["CONFIGURATION", "CLOSED", "UNKNOWN"],
] as SecretErrorCode[];

const published: unknown[] = [];
const stops: (() => void)[] = [];

beforeAll(() => {
  stops.push(onAudit((event: AuditEvent) => published.push(event)));
  stops.push(onWarning((warning) => published.push(warning)));
});
afterAll(async () => {
  for (const stop of stops) stop();
  expect(published.length).toBeGreaterThan(100);
  await assertNoLeak(published, [canary], fast);
});

const checkFailure = (call: () => unknown) => checkOurFailure(call, canary);

describe("a SecretError", () => {
  test.each(codes)("%s keeps nothing of a third party's error as cause", async (code) => {
    const errors = hostileErrors(canary).flatMap((cause) => {
      const error = new SecretError(code, { key: "key", store: "test", cause });
      const outer = new SecretError("UNKNOWN", { cause: error });
      return [error, SecretError.rewrite(error, { key: "other" }), outer];
    });
    const titled = errors.map((error, index) => [`error ${index}`, error] as const);
    expect(await titlesOfLeaks(titled, canary)).toEqual([]);
  });

  test("would show the third party's error if it were kept", async () => {
    const shown = hostileErrors(canary).filter((cause) => typeof cause !== "symbol");
    for (const cause of shown) {
      const error = new Error("outer", { cause: typeof cause === "function" ? cause() : cause });
      await expect(assertNoLeak(error, [canary], fast)).rejects.toThrow(/can be seen/);
    }
  });

  test("shows nothing in a worker or a report either", async () => {
    const [cause] = hostileErrors(canary);
    await assertNoLeak(new SecretError("BACKEND_UNAVAILABLE", { cause }), [canary]);
  });
});

describe("a value that is refused", () => {
  const inputs = [
    ...[`${canary}\ud800`, { value: canary }, [canary], Symbol(canary), () => canary],
    ...[new Uint16Array(Buffer.from(canary)), new DataView(new ArrayBuffer(8)), new String(canary)],
    ...[new Map([[canary, canary]]), new Error(canary), Promise.resolve(canary)],
  ];
  test.each([...inputs.keys()])("is not quoted (input %i)", async (index) => {
    await checkFailure(() => secretValue(inputs[index] as string));
  });

  test("is not quoted when it is not the text or JSON that was asked for", async () => {
    const broken = Buffer.concat([Buffer.from(canary), Buffer.from([0xff])]);
    await checkFailure(() => secretValue(broken).expose());
    for (const text of [canary, `{"a": ${canary}}`, `{"${canary}": 1,}`, `["${canary}`]) {
      await checkFailure(() => secretValue(text).exposeJson());
    }
  });
});

describe("a store", () => {
  const stores: Readonly<Record<string, () => SecretStore | Promise<SecretStore>>> = {
    "with every capability": () =>
      MemorySecretStore.from({ key: `${canary} value`, json: JSON.stringify({ a: canary }) }),
    "that is read only": () => new HostileStore(() => ({ value: `${canary} value` })),
    "that is wrapped": () => new ForwardingSecretStore(MemorySecretStore.from({ key: canary })),
    "that is closed": async () => {
      const store = MemorySecretStore.from({ key: canary });
      await store.close();
      return store;
    },
  };

  test.each(Object.keys(stores))(
    "%s does not quote what is in a wrong place",
    { timeout: 60_000 },
    async (name) => {
      const store = (await stores[name]?.()) as SecretStore;
      const outcomes: [string, unknown][] = []; // some calls succeed: then the result must be clean
      for (const [title, call] of misplaced(canary)) {
        outcomes.push([title, await outcomeOf(() => call(store))]);
      }
      expect(await titlesOfLeaks(outcomes, canary)).toEqual([]);
    },
  );

  test.each(Object.keys(plainCalls))(
    "passes on nothing of what the hook of %s throws",
    { timeout: 20_000 },
    async (name) => {
      const stores = hostileErrors(canary).map(
        (thrown) =>
          new HostileStore(() => {
            throw thrown;
          }),
      );
      await checkFailures(
        stores.map((store) => () => plainCalls[name]?.(store)),
        canary,
      );
    },
  );

  test("passes on nothing of what a hook returns that is not what it should be", {
    timeout: 60_000,
  }, async () => {
    const answers = [canary, { value: { nested: canary } }, [canary], { value: canary }, 7];
    const errors: [string, unknown][] = [];
    for (const answer of [...answers, new Map([["key", canary]]), [{ version: canary }]]) {
      for (const [title, call] of Object.entries(plainCalls)) {
        const outcome = await outcomeOf(() => call(new HostileStore(() => answer)));
        // Else a secret whose value is in its box; never a value outside.
        if (outcome instanceof Error) errors.push([title, outcome]);
      }
    }
    expect(await titlesOfLeaks(errors, canary)).toEqual([]);
  });

  test("passes on nothing of what a health check or a close throws", async () => {
    for (const thrown of hostileErrors(canary)) {
      const store = new HostileStore(() => {
        throw thrown;
      });
      const report = await store.healthCheck();
      expect(report.ok).toBe(false);
      await assertNoLeak(report, [canary], fast);
      await checkFailure(() => store.close());
    }
  });

  test("passes on nothing of what a generator or a verifier throws or returns", async () => {
    const store = MemorySecretStore.from({ key: `${canary} value` });
    for (const thrown of hostileErrors(canary)) {
      const fail = () => {
        throw thrown;
      };
      await checkFailure(() => store.rotateSecret("key", { generate: fail }));
      await checkFailure(() => store.rotateSecret("key", { generate: () => canary, verify: fail }));
    }
    for (const candidate of [{ value: canary }, `${canary}\ud800`, [canary], Symbol(canary)]) {
      await checkFailure(() => store.rotateSecret("key", { generate: () => candidate as string }));
    }
    await checkFailure(() => store.rotateSecret("key", { generate: ({ current }) => current }));
    const refuse = { generate: () => canary, verify: () => false };
    await checkFailure(() => store.rotateSecret("key", refuse));
  });

  test("shows no value when a write loses a race or is of too many bytes", async () => {
    const store = MemorySecretStore.from({ key: canary });
    await checkFailure(() => store.putSecret("key", canary, { expectedVersion: null }));
    await checkFailure(() => store.putSecret("key", canary, { expectedVersion: "7" }));
    await checkFailure(() => store.putSecret("key", `["${canary}"]`, { field: "user" }));
    await checkFailure(() => store.getSecret("key", { field: "user" }));
  });
});

describe("requireSecrets and other functions", () => {
  test("do not quote what is in a wrong place", async () => {
    const store = MemorySecretStore.from({ key: canary });
    const untyped = (value: unknown) => value as never;
    const calls = [
      () => requireSecrets(store, untyped(canary)),
      () => requireSecrets(store, untyped([canary])),
      () => requireSecrets(store, { one: canary, two: `${canary}\n`, three: "missing" }),
      () => requireSecrets(store, { one: untyped({ value: canary }) }),
      () => requireSecrets(store, { one: "missing" }, untyped({ [canary]: canary })),
      () => requireSecrets(untyped(canary), { one: "key" }),
      () => requireSecrets(untyped({ specificationVersion: canary }), { one: "key" }),
      () => checkStore(untyped({ specificationVersion: 2, getSecret: () => canary, name: canary })),
      () => new ForwardingSecretStore(untyped({ name: canary })),
      () => randomSecret(untyped({ bytes: canary })),
    ];
    await checkFailures(calls, canary);
  });

  test("pass on nothing of what a store throws", async () => {
    for (const thrown of hostileErrors(canary)) {
      const store = new HostileStore(() => {
        throw thrown;
      });
      const error = await checkFailure(() => requireSecrets(store, { one: "key", two: "other" }));
      expect(Object.keys(error.errors ?? {})).toEqual(["one", "two"]);
    }
  });
});
