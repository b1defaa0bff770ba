import type { Environment } from "@llm-orchestrator/secrets-core";
import { readDuration, readFlag, readRetries, type Variable } from "./environment-values.js";
import { wrong } from "./invalid-option.js";
import type { VaultSecretStoreOptions, VaultTlsOptions } from "./vault-options.js";

/** The options of a {@link VaultSecretStore}, under the guide's name. */
export type VaultConfig = VaultSecretStoreOptions;

export interface FromEnvOptions {
  /** What `VAULT_SKIP_VERIFY=true` needs beside it; false: the variable counts for nothing. */
  readonly dangerouslySkipVerify?: boolean | undefined;
}

/**
 * Options from the variables that Vault's and OpenBao's own tools read: `VAULT_ADDR`, `VAULT_TOKEN`,
 * `VAULT_NAMESPACE`, `VAULT_MOUNT_PATH`, `VAULT_CACERT`, `VAULT_CAPATH`, `VAULT_CLIENT_CERT`,
 * `VAULT_CLIENT_KEY`, `VAULT_TLS_SERVER_NAME`, `VAULT_SKIP_VERIFY`, `VAULT_CLIENT_TIMEOUT` (seconds,
 * or a duration such as `1m30s`) and `VAULT_MAX_RETRIES`; each under the name `BAO_…` where that is
 * not set. As in those tools the timeout is that of a request with its retries, and one attempt may take
 * all of it: it is both `timeoutMs` and `deadlineMs`. What `VAULT_SKIP_VERIFY=true` asks for is in
 * `tls.skipVerifyAskedBy`: a store is made of it when `tls.dangerouslySkipVerify` says so too.
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
    if (!isObject(environment)) throw wrong("environment", "an object such as process.env");
    if (!isObject(options)) throw wrong("options of fromEnv", "an object");
    const find = (name: string) =>
      readVariable(environment, `VAULT_${name}`) ?? readVariable(environment, `BAO_${name}`);
    const read = (name: string) => find(name)?.text;
    const timeoutMs = readDuration(find("CLIENT_TIMEOUT"));
    const tls = readTls(find, options);
    return defined({
      ...{ address: read("ADDR"), token: read("TOKEN"), namespace: read("NAMESPACE") },
      ...{ mountPath: read("MOUNT_PATH"), maxRetries: readRetries(find("MAX_RETRIES")) },
      ...{ timeoutMs, deadlineMs: timeoutMs },
      tls: Object.keys(tls).length > 0 ? tls : undefined,
    });
  },
});

type Find = (name: string) => Variable | undefined;

function readVariable(environment: Environment, name: string): Variable | undefined {
  const text = environment[name]?.trim();
  return text ? { name, text } : undefined;
}

function readTls(find: Find, { dangerouslySkipVerify }: FromEnvOptions): VaultTlsOptions {
  const read = (name: string) => find(name)?.text;
  const skip = find("SKIP_VERIFY");
  const isAsked = readFlag(skip);
  return defined({
    ...{ caFile: read("CACERT"), caPath: read("CAPATH"), certFile: read("CLIENT_CERT") },
    ...{ keyFile: read("CLIENT_KEY"), serverName: read("TLS_SERVER_NAME") },
    dangerouslySkipVerify: isAsked && dangerouslySkipVerify === true ? true : undefined,
    skipVerifyAskedBy: isAsked && dangerouslySkipVerify === undefined ? skip?.name : undefined,
  });
}

/** What can go before the options of `fromEnv`: where one of a group is given, it stands for the group. */
const groups: readonly (readonly (keyof VaultTlsOptions)[])[] = [
  ["ca", "caFile", "caPath"],
  ["cert", "certFile", "key", "keyFile"],
  ["dangerouslySkipVerify", "skipVerifyAskedBy"],
];

/**
 * The options over those of the environment. They win wherever both would say the same thing twice.
 *
 * @throws SecretError `CONFIGURATION` for a variable that does not say what it should.
 */
export function overEnvironment(given: unknown): VaultSecretStoreOptions {
  if (!isObject(given)) throw wrong("options", "an object");
  const options: Partial<VaultSecretStoreOptions> = defined(given);
  const { token, address, namespace, tls, ...variables } = VaultConfig.fromEnv();
  if (options.client !== undefined) return { ...variables, ...options }; // it has its own of the rest
  const login = options.auth === undefined ? { token } : {};
  const ambient = defined({ ...variables, address, namespace, ...login });
  return { ...ambient, ...options, ...defined({ tls: overTls(tls, options.tls) }) };
}

function overTls(
  ambient: VaultTlsOptions | undefined,
  given: VaultTlsOptions | undefined,
): VaultTlsOptions | undefined {
  if (!ambient || (given !== undefined && !isObject(given))) return given;
  const own: VaultTlsOptions = defined(given ?? {});
  const kept = Object.entries(ambient).filter(([name]) => {
    const group = groups.find((names) => names.some((each) => each === name)) ?? [];
    return !group.some((each) => own[each] !== undefined);
  });
  return { ...Object.fromEntries(kept), ...own };
}

function defined<Values extends object>(values: Values): Values {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Values;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
