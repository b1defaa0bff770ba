import type { HealthReport, SecretStore } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { expect, expectTypeOf, test, vi } from "vitest";
import { type LlmProvider, ProviderRegistry } from "./index.js";

class SampleProvider implements LlmProvider {
  static made = 0;
  readonly name = "sample";
  readonly answer = "hello";
  readonly #store: SecretStore;

  constructor(store: SecretStore) {
    this.#store = store;
  }

  static async fromSecretStore(store: SecretStore, key: string): Promise<SampleProvider> {
    await store.getSecret(key);
    SampleProvider.made++;
    return new SampleProvider(store);
  }

  healthCheck(): Promise<HealthReport> {
    return this.#store.healthCheck();
  }
}

const fixture = () => {
  const store = MemorySecretStore.from({ "sample/key": "value" });
  const registry = new ProviderRegistry()
    .withSecretStore(store)
    .register("sample", SampleProvider, "sample/key")
    .register("absent", SampleProvider, "absent/key");
  return { store, registry };
};

test("a provider is made when it is first asked for, once, and is of its own type", async () => {
  const { registry } = fixture();
  const before = SampleProvider.made;
  const [one, two] = await Promise.all([registry.get("sample"), registry.get("sample")]);
  expect([one === two, SampleProvider.made - before, one.answer]).toEqual([true, 1, "hello"]);
  expectTypeOf(one).toEqualTypeOf<SampleProvider>();
  // @ts-expect-error: no such name
  await expect(registry.get("other")).rejects.toMatchObject({ code: "CONFIGURATION" });
});

test("one that could not be made is tried again at the next call", async () => {
  const { store, registry } = fixture();
  await expect(registry.get("absent")).rejects.toMatchObject({ code: "NOT_FOUND" });
  await store.putSecret("absent/key", "value");
  expect((await registry.get("absent")).name).toBe("sample");
});

test("healthCheck asks all of them, those that cannot be made as well", async () => {
  const { store, registry } = fixture();
  const reports = await registry.healthCheck();
  expect(reports.sample).toMatchObject({ ok: true });
  expect(reports.absent).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
  store.simulate("BACKEND_UNAVAILABLE");
  const down = await registry.healthCheck();
  expect([down.sample.state, down.absent.state]).toEqual(["unavailable", "unavailable"]);
});

test("a later registration of a name takes the place of the earlier one", async () => {
  const { registry } = fixture();
  const other = { fromSecretStore: vi.fn(SampleProvider.fromSecretStore) };
  await registry.get("sample");
  await registry.register("sample", other, "sample/key").get("sample");
  expect(other.fromSecretStore).toHaveBeenCalledTimes(1);
});

test("what is missing is CONFIGURATION that says so", async () => {
  const registry = new ProviderRegistry();
  const wrong = { code: "CONFIGURATION" };
  expect(() => registry.withSecretStore({} as never)).toThrow(expect.objectContaining(wrong));
  expect(() => registry.register("x", {} as never, "k")).toThrow(expect.objectContaining(wrong));
  await expect(registry.register("x", SampleProvider, "k").get("x")).rejects.toMatchObject({
    ...wrong,
    message: expect.stringContaining("withSecretStore(store)"),
  });
});
