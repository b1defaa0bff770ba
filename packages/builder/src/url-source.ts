import type { Environment, SecretBackend, SecretStoreUrl } from "@llm-orchestrator/secrets-core";
import { checkBackend } from "./check-backend.js";
import { checkedOptions, configurationError } from "./configuration-error.js";
import { isStoreName, loadBackend, storeNames } from "./first-party.js";
import { parseStoreUrl } from "./url.js";

/** What `fromUrl` was passed, unchecked until `build()`. */
export class UrlSource {
  readonly url: unknown;
  readonly options: unknown;

  constructor(url: unknown, options: unknown) {
    this.url = url;
    this.options = options;
  }
}

export interface ResolvedUrl {
  readonly backend: SecretBackend;
  /** From the environment, and over them those of the URL. */
  readonly options: Record<string, unknown>;
  readonly keyPrefix: unknown;
}

/** @throws SecretError `CONFIGURATION` for a bad URL, a bad option or a scheme nobody has. */
export async function resolveUrl({ url, options }: UrlSource): Promise<ResolvedUrl> {
  const { backends, environment } = checkedOptions(options, "fromUrl", ["backends", "environment"]);
  const own = checkBackends(backends);
  const variables = checkEnvironment(environment);
  const parsed = parseStoreUrl(url);
  const backend = await findBackend(parsed.scheme, own);
  checkUnderstood(backend, parsed);
  return {
    backend,
    options: {
      ...checkedOptions(backend.optionsFromEnv?.(variables), `${backend.scheme}'s optionsFromEnv`),
      ...checkedOptions(backend.optionsFromUrl?.(parsed), `${backend.scheme}'s optionsFromUrl`),
    },
    keyPrefix: backend.keyPrefixFromUrl?.(parsed) ?? "",
  };
}

/** Own ones first; never a package by what the URL says, beyond the four that are built in. */
async function findBackend(scheme: string, own: readonly SecretBackend[]): Promise<SecretBackend> {
  const base = scheme.replace(/\+.*/, "");
  for (const name of [scheme, base]) {
    const found = own.find((backend) => backend.scheme === name);
    if (found) return found;
  }
  if (isStoreName(base)) return loadBackend(base);
  const known = [...own.map((backend) => backend.scheme), ...storeNames];
  throw configurationError(
    `the URL's scheme is none of ${known.join(", ")}`,
    "Correct it, or pass its backend: SecretManagerBuilder.fromUrl(url, { backends: [yourBackend] })",
    "url-scheme",
  );
}

/** A backend that reads nothing from a URL would ignore all but its scheme. */
function checkUnderstood(backend: SecretBackend, url: SecretStoreUrl): void {
  if (backend.optionsFromUrl) return;
  const isBare = url.scheme === backend.scheme && url.host === "" && url.parameters.size === 0;
  if (isBare && (url.path.length === 0 || backend.keyPrefixFromUrl)) return;
  throw configurationError(
    `the backend ${backend.scheme} reads no options from a URL`,
    `Pass "${backend.scheme}:" alone, and the options by withConfig()`,
  );
}

function checkBackends(backends: unknown): readonly SecretBackend[] {
  if (backends === undefined) return [];
  if (!Array.isArray(backends)) {
    throw configurationError("backends is not an array", "Pass { backends: [yourBackend] }");
  }
  const checked = backends.map(checkBackend);
  const schemes = checked.map(({ scheme }) => scheme);
  const twice = schemes.find((scheme, index) => schemes.indexOf(scheme) !== index);
  if (twice === undefined) return checked;
  throw configurationError(`two of the backends have the scheme ${twice}`, "Pass one of them");
}

function checkEnvironment(environment: unknown): Environment {
  if (environment === undefined) return globalThis.process?.env ?? {};
  if (typeof environment === "object" && environment !== null) return environment as Environment;
  throw configurationError(
    "environment is not an object",
    "Pass an object of variables such as process.env",
  );
}
