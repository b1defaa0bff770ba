import type { SecretGenerator } from "@llm-orchestrator/secrets-core";
import type { NodeVaultClient } from "./node-vault-client.js";
import type { VaultTokenEvent } from "./token-events.js";
import type { VaultAuth } from "./vault-auth.js";

/** How the server is trusted, and how it knows this process. Texts are PEM; `…File` are read. */
export interface VaultTlsOptions {
  readonly ca?: string | undefined;
  readonly caFile?: string | undefined;
  /** A folder of CA certificates. */
  readonly caPath?: string | undefined;
  /** This process's own certificate, for mTLS. */
  readonly cert?: string | undefined;
  readonly certFile?: string | undefined;
  readonly key?: string | undefined;
  readonly keyFile?: string | undefined;
  /** The name in the server's certificate, where that is not the host. */
  readonly serverName?: string | undefined;
  /** Talks to anybody who calls himself the server. */
  readonly dangerouslySkipVerify?: boolean | undefined;
  /**
   * The variable that asks for `dangerouslySkipVerify`, such as `"VAULT_SKIP_VERIFY"`. Set by
   * `VaultConfig.fromEnv()`; no store is made of it until code says yes or no as well.
   */
  readonly skipVerifyAskedBy?: string | undefined;
}

/** Times in milliseconds. */
export interface VaultSecretStoreOptions {
  /**
   * `https://vault.example:8200`. `http:` only for this machine, or with `dangerouslyAllowPlainHttp`.
   * Required, but with `client`.
   */
  readonly address?: string | undefined;
  /** A token; the same as `auth: { method: "token", token }`. */
  readonly token?: string | undefined;
  /** How to log in. */
  readonly auth?: VaultAuth | undefined;
  /** Default `"secret"`. */
  readonly mountPath?: string | undefined;
  /** Of the mount. Default 2; `"detect"` asks the server once, and declares only what both have. */
  readonly kvVersion?: 1 | 2 | "detect" | undefined;
  /** Sent with every request, logins included, but for the server's own health; nested: `"team/app"`. */
  readonly namespace?: string | undefined;
  readonly tls?: VaultTlsOptions | undefined;
  /** Longest time for one attempt. Default 2,000. */
  readonly timeoutMs?: number | undefined;
  /** Longest time for a call with all its attempts. Default 5,000. */
  readonly deadlineMs?: number | undefined;
  /** Attempts after the first. Default 2. */
  readonly maxRetries?: number | undefined;
  /** Folders that one list asks for at once, where the server cannot list all of them. Default 10. */
  readonly concurrency?: number | undefined;
  /** Keeps bytes that are not text, in base64 beside a mark. Default: they are refused. */
  readonly binaryEncoding?: "base64" | undefined;
  /** Makes new values for `rotateSecret` calls that bring no generator of their own. */
  readonly generate?: SecretGenerator | undefined;
  /**
   * Revokes the token in use when the store closes, if a login brought it. Default true. Those that were
   * replaced before end by themselves: calls with them may still be under way.
   */
  readonly revokeOnClose?: boolean | undefined;
  /** Told when a token was had, renewed, cannot be had, or ends. What it throws is ignored. */
  readonly onTokenEvent?: ((event: VaultTokenEvent) => unknown) | undefined;
  /**
   * A configured `node-vault` client in place of `address`, login, `namespace` and `tls`. Its errors and
   * answers are translated as ours, but it sends in its own way: what is given up is not cancelled, and
   * redirects, proxies, `Retry-After` and what its debugging prints are its own affair.
   */
  readonly client?: NodeVaultClient | undefined;
  /** Lets tokens and secrets go over plain HTTP to other machines. */
  readonly dangerouslyAllowPlainHttp?: boolean | undefined;
}
