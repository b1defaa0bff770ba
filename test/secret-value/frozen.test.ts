import { type SecretValue, secretValue } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { describe, expect, test } from "vitest";

const value = secretValue("canary-61e0a7");
const prototype = Object.getPrototypeOf(value) as SecretValue;
const valueClass = prototype.constructor;
const evil = () => "changed";

const methods = Reflect.ownKeys(prototype);

describe("a SecretValue cannot be changed", () => {
  test("has the methods that this file tries", () => {
    expect(methods).toEqual(expect.arrayContaining(["expose", "toJSON", Symbol.toPrimitive]));
  });

  test.each(methods)("%s cannot be replaced on a value or for all of them", (name) => {
    for (const target of [value, prototype]) {
      expect(() => Object.assign(target, { [name]: evil })).toThrow(TypeError);
      expect(() => Object.defineProperty(target, name, { value: evil })).toThrow(TypeError);
      expect(Reflect.set(target, name, evil)).toBe(false);
      expect(Reflect.defineProperty(target, name, { get: evil })).toBe(false);
    }
    expect(Reflect.deleteProperty(prototype, name)).toBe(false);
  });

  test("takes no new property, prototype or static member", () => {
    for (const target of [value, prototype, valueClass]) {
      expect(() => Object.assign(target, { extra: 1 })).toThrow(TypeError);
      expect(() => Object.setPrototypeOf(target, { expose: evil })).toThrow(TypeError);
      expect(Object.isFrozen(target)).toBe(true);
    }
    expect(() => Object.assign(value, { id: "other" })).toThrow(TypeError);
  });

  test("gives no value to a class that extends its own or borrows a method", () => {
    const borrower = Object.create(prototype) as SecretValue;
    for (const call of [
      () => borrower.expose(),
      () => borrower.exposeBytes(),
      () => prototype.expose.call({}),
      () => new Proxy(value, {}).expose(),
      () => Reflect.apply(valueClass, value, []),
    ]) {
      expect(call).toThrow(TypeError);
    }
  });

  test("is part of a Secret that cannot be changed either", async () => {
    const store = MemorySecretStore.from({ key: "canary-61e0a7" });
    await store.putSecret("key", "canary-61e0a8", { tags: { team: "a" } });
    const secret = await store.getSecret("key");
    for (const part of [secret, secret.tags, secret.labels]) {
      expect(() => Object.assign(part as object, { extra: 1 })).toThrow(TypeError);
    }
    expect(() => Object.assign(secret, { value: "other" })).toThrow(TypeError);
    expect(secret.value.expose()).toBe("canary-61e0a8");
  });
});
