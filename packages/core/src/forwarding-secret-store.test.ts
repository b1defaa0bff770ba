import { expect, test } from "vitest";
import { BaseSecretStore } from "./base-secret-store.js";
import { checkStore, ForwardingSecretStore } from "./forwarding-secret-store.js";

class OneKeyStore extends BaseSecretStore {
  constructor() {
    super({ name: "one-key" });
  }
  protected override async read(key: string) {
    return key === "a" ? { value: "v" } : undefined;
  }
}

test("a decorator that overrides nothing is the store that it wraps", async () => {
  const inner = new OneKeyStore();
  const outer = new ForwardingSecretStore(inner);
  expect((await outer.getSecret("a")).value.expose()).toBe("v");
  expect(outer.name).toBe("one-key");
  expect(outer.keySyntax).toBe(inner.keySyntax);
  await outer[Symbol.asyncDispose]();
  await expect(inner.getSecret("a")).rejects.toMatchObject({ code: "CLOSED" });
});

test("every method of the contract is forwarded", () => {
  const names = (prototype: object) => Object.getOwnPropertyNames(prototype);
  const contract = names(BaseSecretStore.prototype).filter((name) =>
    /^(?:get|put|delete|restore|describe|list|rotate)Secret|^(?:close|healthCheck)$/.test(name),
  );
  expect(contract.length).toBe(12);
  expect(names(ForwardingSecretStore.prototype)).toEqual(expect.arrayContaining(contract));
});

test.each([
  [undefined, "not-a-store"],
  [{}, "not-a-store"],
  ["vault", "not-a-store"],
  [{ specificationVersion: 2, getSecret: () => {} }, "specification-version"],
])("%j is refused as a store", (store, reason) => {
  expect(() => checkStore(store as never)).toThrow(
    expect.objectContaining({ code: "CONFIGURATION", reason }),
  );
});
