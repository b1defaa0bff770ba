import { expect, test } from "vitest";
import { BaseSecretStore } from "./base-secret-store.js";
import { requireSecrets } from "./require-secrets.js";
import { SecretError } from "./secret-error.js";

class PartialStore extends BaseSecretStore {
  constructor() {
    super({ name: "partial" });
  }
  protected override async read(key: string) {
    if (key === "down") throw new SecretError("BACKEND_UNAVAILABLE", { detail: "timeout" });
    if (key === "denied") throw new SecretError("PERMISSION_DENIED", { key });
    return key === "gone" ? undefined : { value: key };
  }
}

test("gives a frozen record with the caller's names", async () => {
  const found = await requireSecrets(new PartialStore(), { openai: "openai/api_key", same: "a" });
  expect(found.openai.value.expose()).toBe("openai/api_key");
  expect(Object.keys(found)).toEqual(["openai", "same"]);
  expect(Object.isFrozen(found)).toBe(true);
});

test("rejects with one error that lists all that is missing, under the gravest code", async () => {
  const keys = { a: "fine", b: "gone", c: "down", d: "denied" };
  const error: SecretError = await requireSecrets(new PartialStore(), keys).then(
    () => expect.unreachable(),
    (thrown) => thrown,
  );
  expect(error).toMatchObject({ code: "PERMISSION_DENIED", retryable: false });
  expect(Object.entries(error.errors ?? {}).map(([name, { code }]) => [name, code])).toEqual([
    ["b", "NOT_FOUND"],
    ["c", "BACKEND_UNAVAILABLE"],
    ["d", "PERMISSION_DENIED"],
  ]);
  expect(error.message).toMatch(/3 of 4 required secrets cannot be read\n {2}b: Secret not found/);
});

test("is retryable only when all that failed is", async () => {
  const keys = { a: "down", b: "fine" };
  await expect(requireSecrets(new PartialStore(), keys)).rejects.toMatchObject({ retryable: true });
});

test.each([[["a"]], ["a"], [undefined], [{ a: 5 }]])("refuses %j as the keys", async (keys) => {
  await expect(requireSecrets(new PartialStore(), keys as never)).rejects.toMatchObject({
    code: "CONFIGURATION",
  });
});
