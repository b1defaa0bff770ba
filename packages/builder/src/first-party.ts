import { packageError, type SecretBackend } from "@llm-orchestrator/secrets-core";
import { checkBackend } from "./check-backend.js";
import { configurationError } from "./configuration-error.js";

/** The stores that have a name, for `new SecretManagerBuilder(SecretStoreType.Vault)`. */
export const SecretStoreType = Object.freeze({
  Environment: "env",
  EncryptedFile: "file",
  Vault: "vault",
  AwsSecretsManager: "aws",
} as const);

/** A store that the builder knows by name: `"env"`, `"file"`, `"vault"` or `"aws"`. */
export type SecretStoreType = (typeof SecretStoreType)[keyof typeof SecretStoreType];

/** Options of each store that has a name; those of a package that is not installed are `any`. */
export interface NamedStoreOptions {
  env: EnvOptions;
  file: FileOptions;
  vault: VaultOptions;
  aws: AwsOptions;
}

// The comments stay in the declarations, where the package may be absent: then the type is `any`.
// biome-ignore-start lint/suspicious/noTsIgnore: nothing to expect where the package is installed
/** @ts-ignore */
type EnvOptions = import("@llm-orchestrator/secrets-env").EnvSecretStoreOptions;
/** @ts-ignore */
type FileOptions = import("@llm-orchestrator/secrets-file").FileSecretStoreOptions;
/** @ts-ignore */
type VaultOptions = import("@llm-orchestrator/secrets-vault").VaultSecretStoreOptions;
/** @ts-ignore */
type AwsOptions = import("@llm-orchestrator/secrets-aws").AwsSecretStoreOptions;

/**
 * The only imports of backend packages, each written out: a bundler sees it, and forgives it
 * inside `try`. Nothing that is read at run time ever becomes a specifier.
 */
const importers: Readonly<Record<SecretStoreType, () => Promise<object>>> = {
  env: async () => {
    try {
      return await import("@llm-orchestrator/secrets-env");
    } catch (error) {
      throw packageError("@llm-orchestrator/secrets-env", error);
    }
  },
  file: async () => {
    try {
      /** @ts-ignore */
      return await import("@llm-orchestrator/secrets-file");
    } catch (error) {
      throw packageError("@llm-orchestrator/secrets-file", error);
    }
  },
  vault: async () => {
    try {
      /** @ts-ignore */
      return await import("@llm-orchestrator/secrets-vault");
    } catch (error) {
      throw packageError("@llm-orchestrator/secrets-vault", error);
    }
  },
  aws: async () => {
    try {
      /** @ts-ignore */
      return await import("@llm-orchestrator/secrets-aws");
    } catch (error) {
      throw packageError("@llm-orchestrator/secrets-aws", error);
    }
  },
};
// biome-ignore-end lint/suspicious/noTsIgnore: see above

export const storeNames: readonly SecretStoreType[] = Object.freeze(Object.values(SecretStoreType));

export function isStoreName(name: unknown): name is SecretStoreType {
  return (storeNames as readonly unknown[]).includes(name);
}

/**
 * The backend object of an installed package.
 *
 * @throws SecretError `CONFIGURATION`: `package-absent` with the install command,
 * `package-broken`, or `package-mismatch`.
 */
export async function loadBackend(name: SecretStoreType): Promise<SecretBackend> {
  const exported = (await importers[name]()) as Readonly<Record<string, unknown>>;
  try {
    return checkBackend(exported[`${name}Backend`]);
  } catch {
    throw configurationError(
      `@llm-orchestrator/secrets-${name} does not export ${name}Backend`,
      "Install versions of the packages that belong together",
      "package-mismatch",
    );
  }
}
