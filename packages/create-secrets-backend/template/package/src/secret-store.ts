import {
  BaseSecretStore,
  type Environment,
  type OperationContext,
  type SecretData,
  type SecretValue,
  secretValue,
  type WriteContext,
  type WrittenData,
} from "@llm-orchestrator/secrets-core";
import { checkOptions } from "./check-options.js";
import { ServiceClient } from "./client.js";
import { optionsFromEnvironment } from "./environment.js";
import { malformed } from "./error-map.js";
import { healthKey, keySyntax, toKey, toName } from "./keys.js";
import type { MyServiceOptions } from "./options.js";

/** What the service's documentation says. */
const maxValueBytes = 65_536;

/**
 * Secrets that are kept in My Service.
 *
 * @throws SecretError `CONFIGURATION` from the constructor, for a wrong or unknown option.
 * @example
 * ```ts
 * import { MyServiceSecretStore } from "@my-scope/secrets-my-service";
 *
 * const store = new MyServiceSecretStore({ address: "https://secrets.example", token: "example" });
 * console.log(store.capabilities.write); // true
 * await store.close();
 * ```
 */
export class MyServiceSecretStore extends BaseSecretStore {
  readonly #client: ServiceClient;

  constructor(options: MyServiceOptions) {
    checkOptions(options);
    super({
      name: options.name ?? "my-service",
      // Each needs its hook below. Take out what the service cannot do: the suite checks both ways.
      capabilities: { write: true, delete: true, list: true, compareAndSet: true },
      keySyntax,
      maxValueBytes,
    });
    this.#client = new ServiceClient(options);
  }

  /** With the address and the token of `MY_SERVICE_ADDRESS` and `MY_SERVICE_TOKEN`. */
  static fromEnv(environment: Environment = process.env): MyServiceSecretStore {
    return makeStore(optionsFromEnvironment(environment) as MyServiceOptions);
  }

  protected override async read(
    key: string,
    context: OperationContext,
  ): Promise<SecretData | undefined> {
    const found = await this.#client.send({ method: "GET", path: pathOf(key) }, context);
    if (found === undefined) return undefined;
    const { value, version } = found as { value?: unknown; version?: unknown };
    if (typeof value !== "string" || typeof version !== "string") throw malformed();
    return { value: secretValue(value), version };
  }

  protected override async write(
    key: string,
    value: SecretValue,
    context: WriteContext,
  ): Promise<WrittenData> {
    // The service compares: a read followed by a write would lose a race.
    const body = { value: value.expose(), ifVersion: context.expectedVersion };
    const written = await this.#client.send({ method: "PUT", path: pathOf(key), body }, context);
    const { version } = Object(written) as { version?: unknown };
    if (typeof version !== "string") throw malformed();
    return { version };
  }

  /** Of a key that is not there, too: a deletion that is repeated has succeeded. */
  protected override async remove(key: string, context: OperationContext): Promise<void> {
    await this.#client.send({ method: "DELETE", path: pathOf(key) }, context);
  }

  protected override async *list(prefix: string, context: OperationContext) {
    let after = "";
    do {
      const query = new URLSearchParams({ prefix: toName(prefix), after });
      const page = await this.#client.send({ method: "GET", path: `/secrets?${query}` }, context);
      const { names, next } = Object(page) as { names?: unknown; next?: unknown };
      if (!Array.isArray(names)) throw malformed();
      for (const name of names as string[]) {
        const key = toKey(name);
        if (key?.startsWith(prefix)) yield key;
      }
      after = typeof next === "string" ? next : "";
    } while (after !== "");
  }

  protected override async checkHealth(context: OperationContext): Promise<string> {
    await this.read(healthKey, context);
    return "ready";
  }
}

/** A class that names itself is bundled, and then printed, as `_MyServiceSecretStore`. */
function makeStore(options: MyServiceOptions): MyServiceSecretStore {
  return new MyServiceSecretStore(options);
}

function pathOf(key: string): string {
  return `/secrets/${encodeURIComponent(toName(key))}`;
}
