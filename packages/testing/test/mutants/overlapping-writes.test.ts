import { BaseSecretStore, type SecretValue } from "@llm-orchestrator/secrets-core";
import { expect, test } from "vitest";
import { secretStoreConformance } from "../../src/index.js";

/** Copies, waits, replaces: what a store in one file does without a queue. */
class OverlappingStore extends BaseSecretStore {
  #values = new Map<string, string>();

  constructor() {
    super({ name: "overlapping", capabilities: { write: true } });
  }

  protected override async read(key: string) {
    const value = this.#values.get(key);
    return value === undefined ? undefined : { value };
  }

  protected override async write(key: string, value: SecretValue) {
    const copy = new Map(this.#values).set(key, value.expose());
    await new Promise(setImmediate);
    this.#values = copy;
    return {};
  }
}

test("a store whose writes of different keys undo each other is caught where it fails", async () => {
  const cases = new Map<string, () => unknown>();
  secretStoreConformance({
    test: (name, body) => void cases.set(name, body),
    create: () => new OverlappingStore(),
    capabilities: { write: true },
  });
  const [, body] = [...cases].find(([name]) => name.includes("side by side are all kept")) ?? [];
  await expect(body?.()).rejects.toThrow("The contract says");
});
