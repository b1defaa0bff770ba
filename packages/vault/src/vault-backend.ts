import type { Environment, SecretBackend, SecretStoreUrl } from "@llm-orchestrator/secrets-core";
import { invalid, wrong } from "./invalid-option.js";
import { VaultConfig } from "./vault-config.js";
import type { VaultSecretStoreOptions } from "./vault-options.js";
import { VaultSecretStore } from "./vault-secret-store.js";

/**
 * What a builder makes a {@link VaultSecretStore} from: options, the environment, or a URL such as
 * `vault://host:8200/secret/team?namespace=prod`. The first segment is the mount, the rest goes before
 * every key; `vault+http:` is plain HTTP. Credentials come from the environment or the options.
 *
 * @example
 * ```ts
 * import { vaultBackend } from "@llm-orchestrator/secrets-vault";
 *
 * const store = vaultBackend.create({ address: "https://vault.example:8200", token: "token" });
 * console.log(store.name); // vault
 * ```
 */
export const vaultBackend: SecretBackend<VaultSecretStoreOptions, VaultSecretStore> = {
  scheme: "vault",

  /** A login that was chosen wins over a token that the environment happens to have. */
  create(options: VaultSecretStoreOptions): VaultSecretStore {
    if (typeof options !== "object" || options === null) throw wrong("options", "an object");
    const { token, ...others } = options;
    return new VaultSecretStore(others.auth === undefined ? options : others);
  },

  /** @throws SecretError `CONFIGURATION` for a suffix or a parameter that Vault does not have. */
  optionsFromUrl({
    scheme,
    host,
    path,
    parameters,
  }: SecretStoreUrl): Partial<VaultSecretStoreOptions> {
    if (scheme !== "vault" && scheme !== "vault+http") {
      throw invalid("the URL's scheme has an unknown suffix", "Write vault: or vault+http:");
    }
    if (host === "") throw invalid("the URL names no host", "Write vault://host:8200/secret");
    const odd = [...parameters.keys()].find((name) => name !== "namespace");
    if (odd !== undefined) {
      throw invalid("the URL has a parameter that Vault does not have", "It takes namespace");
    }
    const namespace = parameters.get("namespace");
    const [mountPath] = path;
    return {
      address: `${scheme === "vault" ? "https" : "http"}://${host}`,
      ...(mountPath !== undefined && { mountPath }),
      ...(namespace !== undefined && { namespace }),
    };
  },

  keyPrefixFromUrl({ path }: SecretStoreUrl): string {
    const below = path.slice(1);
    return below.length === 0 ? "" : `${below.join("/")}/`;
  },

  optionsFromEnv(environment: Environment): Partial<VaultSecretStoreOptions> {
    return VaultConfig.fromEnv(environment);
  },
};
