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
  readonly make: (store: SecretStore) => Promise<LlmProvider>;
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

  /**
   * A later registration of the same name takes the place of the earlier one.
   *
   * @param options Of the factory: `{ baseURL }`, say.
   */
  register<const Name extends string, Provider extends LlmProvider, Options = undefined>(
    name: Name,
    factory: LlmProviderFactory<Provider, Options>,
    key: string,
    options?: NoInfer<Options>,
  ): ProviderRegistry<Omit<Providers, Name> & Record<Name, Provider>> {
    if (typeof (factory as Partial<typeof factory> | undefined)?.fromSecretStore !== "function") {
      throw wrong("a provider was registered without fromSecretStore", "Pass OpenAIProvider, say");
    }
    const make = async (store: SecretStore) => factory.fromSecretStore(store, key, options);
    this.#registrations.set(name, { make });
    return this as unknown as ProviderRegistry<Omit<Providers, Name> & Record<Name, Provider>>;
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
    registration.provider ??= registration.make(store);
    try {
      return (await registration.provider) as Providers[Name];
    } catch (error) {
      registration.provider = undefined;
      throw error;
    }
  }

  /**
   * Asks every registered provider. Those that cannot be made, that fail to say or that say nothing
   * for ten seconds are reported as well.
   */
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
    let own: HealthReport | undefined;
    const ask = async (signal: AbortSignal) => {
      const provider = await this.get(name);
      own = await provider.healthCheck({ signal });
    };
    const report = await probeProvider(name, ask, options?.signal);
    return own ?? report;
  }
}

function wrong(detail: string, fix: string): SecretError {
  return new SecretError("CONFIGURATION", { reason: "bad-argument", detail, fix });
}
