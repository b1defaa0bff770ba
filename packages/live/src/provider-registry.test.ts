import type { HealthReport, SecretStore } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { expect, expectTypeOf, onTestFinished, test, vi } from "vitest";
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

const report: HealthReport = { ok: true, state: "ready", latencyMs: 0 };

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

/** A provider whose health is what the function says. */
const sayingOf = (healthCheck: LlmProvider["healthCheck"]) => ({
  fromSecretStore: async (): Promise<LlmProvider> => ({ name: "sample", healthCheck }),
});

test("one that throws, or that does not answer, does not hide the others", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const never = () => new Promise<never>(() => {});
  const registry = fixture()
    .registry.register(
      "throwing",
      sayingOf(() => Promise.reject(new Error("boom"))),
      "key",
    )
    .register("hanging", sayingOf(never), "key")
    .register("unmade", { fromSecretStore: never }, "key");
  const checking = registry.healthCheck();
  await vi.advanceTimersByTimeAsync(10_000);
  const reports = await checking;
  expect(reports.sample).toMatchObject({ ok: true, state: "ready" });
  for (const report of [reports.throwing, reports.hanging, reports.unmade]) {
    expect(report).toMatchObject({ ok: false, state: "unavailable" });
  }
  const reason = new Error("enough");
  const controller = new AbortController();
  const aborted = registry.healthCheck({ signal: controller.signal });
  controller.abort(reason);
  await expect(aborted).rejects.toBe(reason);
});

test("options go to the factory, and are of its own type", async () => {
  const fromSecretStore = vi.fn(
    async (store: SecretStore, _key: string, _options?: { readonly baseURL?: string }) =>
      new SampleProvider(store),
  );
  const registry = new ProviderRegistry().withSecretStore(fixture().store);
  await registry.register("a", { fromSecretStore }, "k", { baseURL: "https://a.example" }).get("a");
  expect(fromSecretStore.mock.lastCall?.slice(1)).toEqual(["k", { baseURL: "https://a.example" }]);
  // @ts-expect-error: not one of its options
  registry.register("b", { fromSecretStore }, "k", { baseUrl: "https://b.example" });
  // @ts-expect-error: it takes none
  registry.register("c", SampleProvider, "k", { baseURL: "https://c.example" });
});

test("a call that fails does not throw away what another call has begun meanwhile", async () => {
  const { store } = fixture();
  const ends: (() => void)[] = [];
  const fromSecretStore = vi.fn(
    () => new Promise<LlmProvider>((_, reject) => ends.push(() => reject(new Error("down")))),
  );
  const registry = new ProviderRegistry()
    .withSecretStore(store)
    .register("a", { fromSecretStore }, "k");
  const again = () => registry.get("a").catch(() => registry.get("a").catch(() => undefined));
  const calls = [again(), again(), again()];
  for (const made of [1, 2]) {
    await vi.waitUntil(() => ends.length === made);
    ends.at(-1)?.();
  }
  await Promise.all(calls);
  expect(fromSecretStore).toHaveBeenCalledTimes(2);
});

test("a later registration of a name takes the place of the earlier one", async () => {
  const { registry } = fixture();
  const other = { fromSecretStore: vi.fn(SampleProvider.fromSecretStore) };
  await registry.get("sample");
  await registry.register("sample", other, "sample/key").get("sample");
  expect(other.fromSecretStore).toHaveBeenCalledTimes(1);
  const another = registry.register(
    "sample",
    sayingOf(async () => report),
    "sample/key",
  );
  expectTypeOf(another.get("sample")).resolves.toEqualTypeOf<LlmProvider>();
  expect((await another.healthCheck()).sample).toBe(report);
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
