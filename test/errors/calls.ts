import { type SecretStore, toArray } from "@llm-orchestrator/secrets-core";

/** A call of a store, made with what should not be there. */
export type Call = (store: SecretStore) => unknown;

/** Every operation with arguments that are right. */
export const plainCalls: Readonly<Record<string, Call>> = {
  getSecret: (store) => store.getSecret("key"),
  getField: (store) => store.getSecret("key", { field: "user" }),
  putSecret: (store) => store.putSecret("key", "new value"),
  putField: (store) => store.putSecret("key", "new value", { field: "user" }),
  deleteSecret: (store) => store.deleteSecret("key"),
  restoreSecret: (store) => store.restoreSecret("key"),
  describeSecret: (store) => store.describeSecret("key"),
  listSecrets: (store) => toArray(store.listSecrets()),
  rotateSecret: (store) => store.rotateSecret("key", { generate: () => "next value" }),
  getSecretVersions: (store) => store.getSecretVersions("key"),
  getSecretVersion: (store) => store.getSecretVersion("key", "1"),
  getPrevious: (store) => store.getSecretVersion("key", "previous"),
};

type KeyedCall = (store: SecretStore, key: never, options?: never) => unknown;

const keyedCalls: Readonly<Record<string, KeyedCall>> = {
  getSecret: (store, key, options) => store.getSecret(key, options),
  putSecret: (store, key, options) => store.putSecret(key, "value", options),
  deleteSecret: (store, key, options) => store.deleteSecret(key, options),
  restoreSecret: (store, key, options) => store.restoreSecret(key, options),
  describeSecret: (store, key, options) => store.describeSecret(key, options),
  listSecrets: (store, key, options) => toArray(store.listSecrets(key, options)),
  rotateSecret: (store, key, options) => store.rotateSecret(key, options),
  getSecretVersions: (store, key, options) => store.getSecretVersions(key, options),
  getSecretVersion: (store, key, options) => store.getSecretVersion(key, "1", options),
};

/** The secret where a key, a prefix, a version, an option's name or an option's value belongs. */
export function misplaced(canary: string): [title: string, call: Call][] {
  const untyped = (value: unknown) => value as never;
  const wrongTypes = [{ value: canary }, [canary], Symbol(canary), () => canary];
  const badOptions = [
    ...[canary, [canary], { [canary]: canary }, { [canary]: 1 }, { signal: canary }],
    ...[{ fresh: canary }, { rejected: canary }, { field: { name: canary } }, { mode: canary }],
    ...[{ tags: canary }, { tags: { [canary]: Symbol(canary) } }, { rotationPeriodDays: canary }],
    ...[{ description: { text: canary } }, { expectedVersion: { id: canary } }],
    ...[{ generate: canary }, { verify: canary }, { rejected: { value: canary } }],
  ];
  const calls: [string, Call][] = [];
  for (const [operation, call] of Object.entries(keyedCalls)) {
    for (const key of [canary, `a/../${canary}`, `${canary}\n`, ...wrongTypes]) {
      calls.push([`${operation}: a key`, (store) => call(store, untyped(key))]);
      calls.push([
        `${operation}: a key and an option`,
        (store) => call(store, untyped(key), untyped({ [canary]: canary })),
      ]);
    }
    for (const options of badOptions) {
      const names = typeof options === "object" ? Object.keys(options).join() : typeof options;
      const title = `${operation}: the option ${names.replaceAll(canary, "…")}`;
      calls.push([title, (store) => call(store, untyped("key"), untyped(options))]);
    }
  }
  for (const value of wrongTypes) {
    calls.push(["putSecret: a value", (store) => store.putSecret("key", untyped(value))]);
    calls.push(["getSecrets: keys", (store) => store.getSecrets(untyped([value]))]);
    calls.push([
      "getSecretVersion: a version",
      (store) => store.getSecretVersion("key", untyped(value)),
    ]);
  }
  calls.push(
    ["putSecret: a lone surrogate", (store) => store.putSecret("key", `${canary}\ud800`)],
    ["getSecrets: errors of keys", (store) => errorsOf(store, [canary, `${canary}/a`, "missing"])],
    ["getSecretVersion: a version that is text", (store) => store.getSecretVersion("key", canary)],
    [
      "putSecret: a version that is text",
      (store) => store.putSecret("key", "value", { expectedVersion: canary }),
    ],
    ["getSecrets: keys as text", (store) => store.getSecrets(untyped(canary))],
    ["getSecrets: an option", (store) => store.getSecrets(["key"], untyped({ [canary]: canary }))],
    ["getSecret: a field that is missing", (store) => store.getSecret("json", { field: canary })],
    ["getSecret: a field of what is no JSON", (store) => store.getSecret("key", { field: canary })],
    ["healthCheck: an option", (store) => store.healthCheck(untyped({ [canary]: canary }))],
  );
  return calls;
}

/** Without the map's keys, which are what the caller passed. */
async function errorsOf(store: SecretStore, keys: string[]): Promise<unknown[]> {
  return [...(await store.getSecrets(keys)).errors.values()];
}
