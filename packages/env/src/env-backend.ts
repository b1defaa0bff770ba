import type { Environment, SecretBackend, SecretStoreUrl } from "@llm-orchestrator/secrets-core";
import { type EnvSecretStoreOptions, isParameter, refuse, unknownName } from "./env-options.js";
import { EnvSecretStore } from "./env-secret-store.js";

/**
 * What a builder makes an {@link EnvSecretStore} from: options, or a URL such as
 * `env:?prefix=APP_&dotenv=.env&folder=/run/secrets`. A URL takes `prefix`, `dotenv` (one file),
 * `folder`, `writable` and `allowCollisions` (`true` or `false`).
 *
 * @example
 * ```ts
 * import { envBackend } from "@llm-orchestrator/secrets-env";
 *
 * const store = envBackend.create({ prefix: "APP_" });
 * console.log(store.name); // env
 * ```
 */
export const envBackend: SecretBackend<EnvSecretStoreOptions, EnvSecretStore> = {
  scheme: "env",

  create(options: EnvSecretStoreOptions): EnvSecretStore {
    return new EnvSecretStore(options);
  },

  /** @throws SecretError `CONFIGURATION` for a host, a path or a parameter that env does not have. */
  optionsFromUrl({ scheme, host, path, parameters }: SecretStoreUrl): EnvSecretStoreOptions {
    if (scheme !== "env" || host !== "" || path.length > 0) {
      throw refuse("a URL of env has no suffix, host or path", "Write env: or env:?prefix=APP_");
    }
    const options = [...parameters].map(([name, text]) => [name, toOption(name, text)] as const);
    return Object.fromEntries(options);
  },

  /** Here the environment is the store itself. */
  optionsFromEnv(environment: Environment): EnvSecretStoreOptions {
    return { environment };
  },
};

function toOption(name: string, text: string): string | boolean {
  if (!isParameter(name)) throw unknownName("parameter", name);
  if (name !== "writable" && name !== "allowCollisions") return text;
  if (text === "true" || text === "false") return text === "true";
  throw refuse(`the parameter ${name} is of the wrong kind`, "Pass true or false");
}
