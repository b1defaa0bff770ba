import type { Environment } from "@llm-orchestrator/secrets-core";
import type { VaultSecretStoreOptions, VaultTlsOptions } from "./vault-options.js";
import { invalid } from "./vault-settings.js";

/** The options of a {@link VaultSecretStore}, under the guide's name. */
export type VaultConfig = VaultSecretStoreOptions;

export interface FromEnvOptions {
  /** What `VAULT_SKIP_VERIFY=true` needs beside it. */
  readonly dangerouslySkipVerify?: boolean | undefined;
}

/**
 * Options from the variables that Vault's and OpenBao's own tools read: `VAULT_ADDR`, `VAULT_TOKEN`,
 * `VAULT_NAMESPACE`, `VAULT_MOUNT_PATH`, `VAULT_CACERT`, `VAULT_CAPATH`, `VAULT_CLIENT_CERT`,
 * `VAULT_CLIENT_KEY`, `VAULT_TLS_SERVER_NAME`, `VAULT_SKIP_VERIFY`, `VAULT_CLIENT_TIMEOUT` (seconds,
 * or a duration such as `1m30s`) and `VAULT_MAX_RETRIES`; each under the name `BAO_…` where that is
 * not set.
 */
export const VaultConfig = Object.freeze({
  /**
   * @throws SecretError `CONFIGURATION` for a variable that does not say what it should.
   * @example
   * ```ts
   * import { VaultConfig } from "@llm-orchestrator/secrets-vault";
   *
   * const { address, token } = VaultConfig.fromEnv({ VAULT_ADDR: "https://vault.example:8200" });
   * console.log(address, token); // https://vault.example:8200 undefined
   * ```
   */
  fromEnv(
    environment: Environment = globalThis.process?.env ?? {},
    options: FromEnvOptions = {},
  ): Partial<VaultSecretStoreOptions> {
    const read = (name: string) =>
      environment[`VAULT_${name}`]?.trim() || environment[`BAO_${name}`]?.trim() || undefined;
    const timeout = readDuration(read("CLIENT_TIMEOUT"));
    const retries = readRetries(read("MAX_RETRIES"));
    const tls = readTls(read, options);
    const texts = { address: read("ADDR"), token: read("TOKEN"), namespace: read("NAMESPACE") };
    const all = {
      ...{ ...texts, mountPath: read("MOUNT_PATH"), maxRetries: retries, deadlineMs: timeout },
      timeoutMs: timeout === undefined ? undefined : Math.min(timeout, 2_000),
      tls: Object.keys(tls).length > 0 ? tls : undefined,
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  },
});

function readTls(
  read: (name: string) => string | undefined,
  { dangerouslySkipVerify }: FromEnvOptions,
): VaultTlsOptions {
  const tls = {
    ...{ caFile: read("CACERT"), caPath: read("CAPATH"), certFile: read("CLIENT_CERT") },
    ...{ keyFile: read("CLIENT_KEY"), serverName: read("TLS_SERVER_NAME") },
    dangerouslySkipVerify: readSkip(read("SKIP_VERIFY"), dangerouslySkipVerify),
  };
  return Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
}

/** Of the many texts that mean yes or no, those of Go's ParseBool. */
function readSkip(text: string | undefined, isAllowed: boolean | undefined): true | undefined {
  if (text === undefined || /^(?:0|f|false|no)$/i.test(text)) return undefined;
  if (!/^(?:1|t|true|yes)$/i.test(text)) throw wrong("SKIP_VERIFY", "true or false");
  if (isAllowed === true) return true;
  throw invalid(
    "VAULT_SKIP_VERIFY asks to trust anybody",
    "Unset it and set VAULT_CACERT, or say so in code: tls: { dangerouslySkipVerify: true }",
  );
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function readDuration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  if (!/^(?:\d+(?:ms|[smh]))+$/.test(text)) throw wrong("CLIENT_TIMEOUT", 'seconds, or "1m30s"');
  const parts = [...text.matchAll(/(\d+)(ms|[smh])/g)];
  return parts.reduce((sum, [, count, unit = "s"]) => sum + Number(count) * (units[unit] ?? 0), 0);
}

function readRetries(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,2}$/.test(text)) return Number(text);
  throw wrong("MAX_RETRIES", "a whole number from 0 to 10");
}

/** The text is not quoted: a token may have been put there. */
function wrong(name: string, expected: string): Error {
  return invalid(`the variable VAULT_${name} cannot be used`, `Set it to ${expected}`);
}
