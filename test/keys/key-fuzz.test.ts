import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import { type Secret, SecretError, type SecretStore } from "@llm-orchestrator/secrets-core";
import { EnvSecretStore } from "@llm-orchestrator/secrets-env";
import { size } from "secrets-tools/test-size";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isKeyAnywhere, isPortableKey, keyStrings } from "./key-strings.js";
import { TracedEnvironment } from "./traced-environment.js";
import { TracedStore } from "./traced-store.js";

const strings = keyStrings(size(1_000, 100_000));
const timeout = size(30_000, 900_000);

// Stack traces of a million errors take most of the time, and nobody reads them.
const { stackTraceLimit } = Error;
beforeAll(() => {
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

type Call = (store: SecretStore, key: string) => Promise<unknown>;

const reads: Readonly<Record<string, Call>> = {
  getSecret: (store, key) => store.getSecret(key),
  getSecrets: async (store, key) => {
    const { secrets, errors } = await store.getSecrets([key]);
    if (!secrets.has(key)) throw errors.get(key);
  },
};
const changes: Readonly<Record<string, Call>> = {
  putSecret: (store, key) => store.putSecret(key, "value"),
  deleteSecret: (store, key) => store.deleteSecret(key, { mode: "permanent" }),
};
const everything: Readonly<Record<string, Call>> = {
  ...reads,
  ...changes,
  restoreSecret: (store, key) => store.restoreSecret(key),
  describeSecret: (store, key) => store.describeSecret(key),
  rotateSecret: (store, key) => store.rotateSecret(key, { generate: () => "new" }),
  getSecretVersions: (store, key) => store.getSecretVersions(key),
  getSecretVersion: (store, key) => store.getSecretVersion(key, "1"),
};

interface Subject {
  readonly store: SecretStore;
  readonly calls: Readonly<Record<string, Call>>;
  /** Written by whatever would do I/O. */
  readonly trace: string[];
  readonly accepts: (text: string) => boolean;
  /** Whether the trace is that of exactly one read of this key. */
  readonly isOneRead: (trace: readonly string[], key: string) => boolean;
  readonly prepare?: (key: string) => void;
}

/** Where the subject did I/O for what is no key, let it pass, or read a key other than once. */
async function violations(subject: Subject): Promise<readonly string[]> {
  const found: string[] = [];
  for (const text of strings) {
    const isAccepted = subject.accepts(text);
    subject.prepare?.(text);
    for (const [name, call] of Object.entries(isAccepted ? reads : subject.calls)) {
      subject.trace.length = 0;
      const code = await codeOf(() => call(subject.store, text));
      const { trace } = subject;
      const isRight = isAccepted
        ? code === undefined && subject.isOneRead(trace, text)
        : code === "INVALID_KEY" && trace.length === 0;
      if (!isRight) found.push(`${name} ${JSON.stringify(text)}: ${code}, ${trace.join("; ")}`);
    }
  }
  return found;
}

async function codeOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return SecretError.isInstance(error) ? error.code : "foreign";
  }
}

const isReadOf = (trace: readonly string[], key: string) => trace.join() === `read ${key}`;

function tracedSubject(store: TracedStore, accepts: Subject["accepts"] = isPortableKey): Subject {
  return { store, trace: store.trace, calls: everything, accepts, isOneRead: isReadOf };
}

function envSubject(): Subject {
  const environment = new TracedEnvironment();
  const variableOf = (key: string) => key.toUpperCase().replace(/[^A-Z0-9]/g, "_");
  return {
    store: new EnvSecretStore({
      ...{ environment: environment.variables, writable: true, allowCollisions: true },
    }),
    trace: environment.trace,
    calls: { ...reads, ...changes },
    accepts: isPortableKey,
    isOneRead: (trace, key) =>
      trace.filter((entry) => entry === `get ${variableOf(key)}`).length === 1,
    prepare: (key) => {
      environment.variable = variableOf(key);
    },
  };
}

async function builderSubject(isReadOnly: boolean): Promise<Subject> {
  const trace: string[] = [];
  const prefix = "team/";
  const builder = new SecretManagerBuilder(new TracedStore({}, trace))
    .withKeyPrefix(prefix)
    .withFallback(new TracedStore({ name: "fallback" }, trace));
  return {
    store: await (isReadOnly ? builder.readOnly() : builder).build(),
    calls: isReadOnly ? reads : everything,
    trace,
    accepts: (text) => isPortableKey(text, 512 - prefix.length),
    isOneRead: (entries, key) => isReadOf(entries, prefix + key),
  };
}

const anyText = { pattern: /^[\s\S]*$/, maxLength: 10_000, description: "any text" };

describe("what is no key causes no I/O and is INVALID_KEY, a key is read exactly once", () => {
  it("the strings are keys, nearly keys and anything but", () => {
    const count = (test: (text: string) => boolean) => strings.filter(test).length;
    expect(count(isPortableKey)).toBeGreaterThan(strings.length / 5);
    expect(count((text) => !isPortableKey(text))).toBeGreaterThan(strings.length / 3);
    for (const part of ["..", "%2e", "\0", "\n", "\ud800", "．", "//", "\\"]) {
      expect(count((text) => text.includes(part))).toBeGreaterThan(strings.length / 200);
    }
  });

  const subjects: Readonly<Record<string, () => Subject | Promise<Subject>>> = {
    BaseSecretStore: () => tracedSubject(new TracedStore()),
    "a store that accepts whatever a store may": () =>
      tracedSubject(new TracedStore({ keySyntax: anyText }), isKeyAnywhere),
    EnvSecretStore: envSubject,
    "key prefix and fallback": () => builderSubject(false),
    "key prefix, fallback and read-only": () => builderSubject(true),
  };
  it.each(Object.entries(subjects))("%s", { timeout }, async (_, make) => {
    expect(await violations(await make())).toEqual([]);
  });

  it("in one getSecrets of all of them", { timeout }, async () => {
    const store = new TracedStore();
    const { secrets, errors } = await store.getSecrets(strings);
    const keys = [...new Set(strings)].filter((text) => isPortableKey(text));
    expect(store.trace).toEqual(keys.map((key) => `read ${key}`));
    expect([...secrets.keys()]).toEqual(keys);
    expect(errors.size).toBe(new Set(strings).size - keys.length);
    expect([...errors.values()].every(({ code }) => code === "INVALID_KEY")).toBe(true);
  });
});

it("what starts no key is no prefix of a list, and causes no I/O either", { timeout }, async () => {
  const store = new TracedStore();
  const found: string[] = [];
  for (const text of strings) {
    store.trace.length = 0;
    const code = await codeOf(() => store.listSecrets(text)[Symbol.asyncIterator]().next());
    const isPrefix = text === "" || isPortableKey(text) || isPortableKey(`${text}a`);
    const isRight = isPrefix
      ? code === undefined && store.trace.join() === `list ${text}`
      : code === "INVALID_KEY" && store.trace.length === 0;
    if (!isRight) found.push(`${JSON.stringify(text)}: ${code}, ${store.trace.join("; ")}`);
  }
  expect(found).toEqual([]);
});

describe("the controls are caught:", () => {
  it("a store that does I/O before the key is checked", { timeout }, async () => {
    class Hasty extends TracedStore {
      override async getSecret(key: string): Promise<Secret> {
        await this.read(key);
        return super.getSecret(key);
      }
    }
    expect(await violations(tracedSubject(new Hasty()))).toHaveLength(strings.length);
  });

  it("a store whose syntax is one character wider than it says", { timeout }, async () => {
    const { keySyntax } = new TracedStore();
    const pattern = new RegExp(keySyntax.pattern.source.replaceAll("_+", "~_+"));
    const store = new TracedStore({ keySyntax: { ...keySyntax, pattern } });
    expect(await violations(tracedSubject(store))).toContainEqual(expect.stringContaining("~"));
  });
});
