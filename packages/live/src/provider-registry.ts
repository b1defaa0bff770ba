import {
  checkStore,
  type HealthReport,
  type OperationOptions,
  SecretError,
  type SecretStore,
} from "@llm-orchestrator/secrets-core";
import type { LlmProvider, LlmProviderFactory } from "./llm-provider.js";
import { probeProvider } from "./probe-provider.js";

interface Registration {
  readonly factory: LlmProviderFactory;
  readonly key: string;
  provider?: Promise<LlmProvider> | undefined;
}

/**
 * The providers of an application, all from one store, each made when it is first asked for.
 *
 * @example
 * ```ts
 * import { type LlmProvider, ProviderRegistry } from "@llm-orchestrator/secrets-live";
 * import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
 *
 * const store = MemorySecretStore.from({ "sample/api_key": "key-example" });
 * const sample = {
 *   fromSecretStore: async (): Promise<LlmProvider> => ({
 *     name: "sample",
 *     healthCheck: async () => ({ ok: true, state: "ready", latencyMs: 0 }),
 *   }),
 * };
 * const registry = new ProviderRegistry()
 *   .withSecretStore(store)
 *   .register("sample", sample, "sample/api_key");
 * const provider = await registry.get("sample");
 * ```
 */
// biome-ignore lint/complexity/noBannedTypes: {} is what has no names yet
export class ProviderRegistry<Providers extends Record<string, LlmProvider> = {}> {
  #store: SecretStore | undefined;
  readonly #registrations = new Map<string, Registration>();

  /** The store that holds the keys of all of them. Providers made before keep theirs. */
  withSecretStore(store: SecretStore): this {
    this.#store = checkStore(store);
    return this;
  }

  /** A later registration of the same name takes the place of the earlier one. */
  register<const Name extends string, Provider extends LlmProvider>(
    name: Name,
    factory: LlmProviderFactory<Provider>,
    key: string,
  ): ProviderRegistry<Providers & Record<Name, Provider>> {
    if (typeof (factory as Partial<LlmProviderFactory>)?.fromSecretStore !== "function") {
      throw wrong("a provider was registered without fromSecretStore", "Pass OpenAIProvider, say");
    }
    this.#registrations.set(name, { factory, key });
    return this as unknown as ProviderRegistry<Providers & Record<Name, Provider>>;
  }

  /** The provider, made once. One that could not be made is tried again at the next call. */
  async get<Name extends keyof Providers & string>(name: Name): Promise<Providers[Name]> {
    const registration = this.#registrations.get(name);
    if (!registration) {
      const names = [...this.#registrations.keys()].join(", ") || "none";
      throw wrong("no provider is registered under that name", `Registered: ${names}`);
    }
    const store = this.#store;
    if (!store) throw wrong("no store was given", "Call withSecretStore(store) first");
    registration.provider ??= registration.factory.fromSecretStore(store, registration.key);
    try {
      return (await registration.provider) as Providers[Name];
    } catch (error) {
      registration.provider = undefined;
      throw error;
    }
  }

  /** Asks every registered provider, and reports those that cannot be made as well. */
  async healthCheck(
    options?: OperationOptions,
  ): Promise<{ readonly [Name in keyof Providers]: HealthReport }> {
    const reports = [...this.#registrations.keys()].map(
      async (name) => [name, await this.#check(name, options)] as const,
    );
    return Object.freeze(Object.fromEntries(await Promise.all(reports))) as {
      readonly [Name in keyof Providers]: HealthReport;
    };
  }

  async #check(
    name: keyof Providers & string,
    options: OperationOptions | undefined,
  ): Promise<HealthReport> {
    let provider: LlmProvider | undefined;
    const make = async () => {
      provider = await this.get(name);
    };
    const report = await probeProvider(name, make, options?.signal);
    return provider ? provider.healthCheck(options) : report;
  }
}

function wrong(detail: string, fix: string): SecretError {
  return new SecretError("CONFIGURATION", { reason: "bad-argument", detail, fix });
}
