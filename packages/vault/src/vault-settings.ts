import type { ConnectionOptions } from "node:tls";
import { checkAuth } from "./auth-options.js";
import { invalid, isVaultPath, withoutLastSlash, wrong } from "./invalid-option.js";
import type { NodeVaultClient } from "./node-vault-client.js";
import { tlsSettings } from "./tls-settings.js";
import type { TokenListener } from "./token-events.js";
import type { VaultAuth } from "./vault-auth.js";
import type { VaultSecretStoreOptions } from "./vault-options.js";

/** What a connection needs, checked. */
export interface ConnectionSettings {
  /** The caller's own; then `address`, `namespace` and `tls` say nothing. */
  readonly client: NodeVaultClient | undefined;
  readonly address: string;
  readonly namespace: string | undefined;
  /** Reads files, so it is called when the first connection is made. */
  readonly tls: () => Promise<ConnectionOptions>;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly maxRetries: number;
}

export interface VaultSettings extends ConnectionSettings {
  readonly auth: VaultAuth;
  readonly mountPath: string;
  readonly kvVersion: 1 | 2 | "detect";
  readonly concurrency: number;
  readonly keepsBinary: boolean;
  readonly revokeOnClose: boolean;
  readonly onTokenEvent: TokenListener | undefined;
}

const names: Readonly<Record<keyof VaultSecretStoreOptions, true>> = {
  ...{ address: true, token: true, auth: true, mountPath: true, kvVersion: true, namespace: true },
  ...{ tls: true, timeoutMs: true, deadlineMs: true, maxRetries: true, concurrency: true },
  ...{ binaryEncoding: true, generate: true, revokeOnClose: true },
  onTokenEvent: true,
  client: true,
  dangerouslyAllowPlainHttp: true,
};
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** @throws SecretError `CONFIGURATION` that names the option and the fix, and quotes nothing. */
export function checkVaultOptions(options: VaultSecretStoreOptions): VaultSettings {
  if (typeof options !== "object" || options === null) throw wrong("options", "an object");
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (unknown !== undefined) {
    const shown = /^\w{1,40}$/.test(unknown) ? unknown : "of that name";
    throw invalid(`there is no option ${shown}`, `It takes ${Object.keys(names).join(", ")}`);
  }
  const { mountPath: mount = "secret", kvVersion = 2, binaryEncoding, tls = {} } = options;
  const mountPath = vaultPath("mountPath", mount, '"secret" or "team/kv"');
  if (![1, 2, "detect"].includes(kvVersion)) throw wrong("kvVersion", '1, 2 or "detect"');
  const { namespace: given } = options;
  const namespace =
    given === undefined ? undefined : vaultPath("namespace", given, '"team" or "team/app"');
  if (binaryEncoding !== undefined && binaryEncoding !== "base64") {
    throw wrong("binaryEncoding", '"base64", or leave it out');
  }
  const { onTokenEvent } = options;
  if (onTokenEvent !== undefined && typeof onTokenEvent !== "function") {
    throw wrong("onTokenEvent", "a function");
  }
  return {
    ...{ mountPath, kvVersion, namespace, keepsBinary: binaryEncoding === "base64" },
    ...(options.client === undefined
      ? { client: undefined, address: checkAddress(options), auth: checkAuth(options) }
      : { client: checkClient(options), address: "", auth: ownToken }),
    tls: tlsSettings(tls),
    timeoutMs: time("timeoutMs", options.timeoutMs, 2_000),
    deadlineMs: time("deadlineMs", options.deadlineMs, 5_000),
    maxRetries: whole("maxRetries", options.maxRetries, 2, 0, 10),
    concurrency: whole("concurrency", options.concurrency, 10, 1, 1_000),
    revokeOnClose: flag("revokeOnClose", options.revokeOnClose, true),
    onTokenEvent,
  };
}

/** The client brings its own, and takes care of it. */
const ownToken: VaultAuth = { method: "token", token: "of-the-client", lookUp: false };

function checkClient(options: VaultSecretStoreOptions): NodeVaultClient {
  const { client } = options;
  const methods = ["read", "write", "update", "list", "delete", "request"] as const;
  if (methods.some((name) => typeof client?.[name] !== "function")) {
    throw wrong("client", `a node-vault client, with ${methods.join(", ")}`);
  }
  const own = ["address", "token", "auth", "namespace", "tls", "onTokenEvent"] as const;
  const doubled = own.find((name) => options[name] !== undefined);
  if (doubled === undefined) return client as NodeVaultClient;
  throw invalid(
    `${doubled} and client are both set`,
    `Leave out ${doubled}: the client has its own`,
  );
}

/** The text is not quoted: a URL may hold a token. */
function checkAddress({ address, dangerouslyAllowPlainHttp }: VaultSecretStoreOptions): string {
  if (address === undefined) {
    throw invalid(
      "address is missing",
      'Pass address: "https://vault.example:8200", or set VAULT_ADDR and use fromEnv()',
    );
  }
  const url = typeof address === "string" && URL.canParse(address) ? new URL(address) : undefined;
  const isGood =
    url && ["https:", "http:"].includes(url.protocol) && !url.username && !url.password;
  if (!isGood || url.search || url.hash || !["/", ""].includes(url.pathname)) {
    throw wrong("address", 'an origin such as "https://vault.example:8200"');
  }
  if (
    url.protocol === "https:" ||
    loopback.test(url.hostname) ||
    flag("dangerouslyAllowPlainHttp", dangerouslyAllowPlainHttp, false)
  ) {
    return url.origin;
  }
  throw invalid(
    "address is plain http on another machine, where everybody on the way can read the token",
    "Use https, or set dangerouslyAllowPlainHttp: true",
  );
}

function vaultPath(name: string, value: unknown, such: string): string {
  const text = typeof value === "string" ? withoutLastSlash(value) : "";
  if (isVaultPath(text)) return text;
  throw wrong(name, `text such as ${such}`);
}

function flag(name: string, value: boolean | undefined, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value === "boolean") return value;
  throw wrong(name, "true or false");
}

function time(name: string, value: number | undefined, fallback: number): number {
  return whole(name, value, fallback, 1, 2_147_483_647);
}

function whole(
  name: string,
  value: number | undefined,
  fallback: number,
  low: number,
  high: number,
): number {
  if (value === undefined) return fallback;
  if (Number.isSafeInteger(value) && value >= low && value <= high) return value;
  throw wrong(name, `a whole number from ${low} to ${high}`);
}
