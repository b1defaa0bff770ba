import {
  BaseSecretStore,
  ForwardingSecretStore,
  type KeySyntax,
} from "@llm-orchestrator/secrets-core";
import { describe, expect, test } from "vitest";
import { MemorySecretStore, secretStoreConformance } from "../src/index.js";
import { HangingMemoryStore } from "./hanging-memory-store.js";
import { memoryCapabilities, simulatedFaults } from "./memory-harness.js";

const memory = secretStoreConformance({
  ...{ test, describe, title: "MemorySecretStore" },
  create: () => new HangingMemoryStore(),
  capabilities: memoryCapabilities,
  faults: {
    ...simulatedFaults((store: HangingMemoryStore) => store),
    hanging: (store) => {
      store.hanging = true;
      return () => {
        store.hanging = false;
      };
    },
  },
});

/** A decorator that changes nothing must pass like what it wraps. */
secretStoreConformance({
  ...{ test, describe, title: "ForwardingSecretStore over MemorySecretStore" },
  create: () => {
    const inner = new MemorySecretStore();
    return { inner, store: new ForwardingSecretStore(inner) };
  },
  seed: (key, value, { inner }) => inner.putSecret(key, value),
  capabilities: memoryCapabilities,
  faults: simulatedFaults(({ inner }: { inner: MemorySecretStore }) => inner),
});

class MapSecretStore extends BaseSecretStore {
  readonly #secrets = new Map<string, string>();
  constructor(keySyntax?: KeySyntax) {
    super({ name: "map", keySyntax });
  }
  store(key: string, value: string): void {
    this.#secrets.set(key, value);
  }
  protected override async read(key: string) {
    const value = this.#secrets.get(key);
    return value === undefined ? undefined : { value };
  }
}

const readOnly = secretStoreConformance({
  ...{ test, describe, title: "a store of one hook" },
  create: () => new MapSecretStore(),
  capabilities: {},
  seed: (key, value, store) => store.store(key, value),
});

const capitals: KeySyntax = {
  pattern: /^[A-Z0-9_]+$/,
  maxLength: 100,
  description: "capital letters, digits and _",
};

class CapitalsStore extends MapSecretStore {
  constructor() {
    super(capitals);
  }
  protected override async checkHealth(): Promise<string> {
    return "ready";
  }
}

/** A syntax without lower-case letters and "/": `keyFor` writes whatever else as a code. */
secretStoreConformance({
  ...{ test, describe, title: "a store whose keys are capital letters" },
  create: () => new CapitalsStore(),
  capabilities: {},
  seed: (key, value, store) => store.store(key, value),
  keyFor: (path) =>
    path.replace(/[^a-z0-9]/g, (odd) => `_${odd.charCodeAt(0).toString(16)}_`).toUpperCase(),
});

describe("secretStoreConformance", () => {
  test("tells what it checks and what it cannot show", () => {
    expect(memory.checked.length).toBeGreaterThan(150);
    expect(memory.notShown).toEqual([
      "that a value above the limit is INVALID_SECRET (no limits.maxValueBytes)",
      "that a list of several pages is complete (no limits.listPageSize)",
    ]);
    expect(readOnly.notShown).toHaveLength(8);
    expect(readOnly.checked).toContain(
      "refusing: without write its calls are NOT_SUPPORTED, and the secret stays as it is",
    );
  });
});
