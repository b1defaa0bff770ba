import { isKey } from "@llm-orchestrator/secrets-core";
import type { AwsSecretStoreOptions } from "./aws-options.js";
import { clientByRegion } from "./caller-client.js";
import { checkCredentialOptions } from "./credential-options.js";
import { checkEndpoint } from "./endpoint.js";
import { invalid, wrong } from "./invalid-option.js";
import { isRegion } from "./region-name.js";
import { awsKeySyntax } from "./secret-name.js";
import { takeOptions } from "./take-options.js";

type Options = AwsSecretStoreOptions;

/** Options, checked and completed. */
export interface AwsSettings
  extends Pick<
    Options,
    "credentials" | "profile" | "assumeRole" | "endpoint" | "client" | "generate"
  > {
  /** The primary first; empty: as the SDK finds it. */
  readonly regions: readonly string[];
  readonly regionTimeoutMs: number;
  readonly kmsKeyId: string | undefined;
  readonly connectTimeoutMs: number;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly maxAttempts: number;
  readonly maxSockets: number;
  readonly recoveryWindowDays: number;
  readonly restoresPending: boolean;
  readonly healthKey: string | undefined;
  readonly rotationTimeoutMs: number;
  readonly allowsPlainHttp: boolean;
}

const names: Readonly<Record<keyof Options, true>> = {
  ...{ region: true, regions: true, regionTimeoutMs: true, endpoint: true, credentials: true },
  ...{ profile: true, assumeRole: true, kmsKeyId: true, connectTimeoutMs: true, timeoutMs: true },
  ...{ deadlineMs: true, maxAttempts: true, maxSockets: true, recoveryWindowDays: true },
  ...{ onPendingDeletion: true, healthKey: true, rotationTimeoutMs: true, generate: true },
  ...{ client: true, dangerouslyAllowPlainHttp: true, defaults: true },
};

/** @throws SecretError `CONFIGURATION` that names the option and the fix, and quotes nothing. */
export function checkAwsOptions(given: Options): AwsSettings {
  const options = takeOptions(given);
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (unknown !== undefined) {
    const shown = /^\w{1,40}$/.test(unknown) ? unknown : "of that name";
    throw invalid(`there is no option ${shown}`, `It takes ${Object.keys(names).join(", ")}`);
  }
  checkKinds(options);
  checkClient(options);
  checkCredentialOptions(options);
  const { credentials, profile, assumeRole, generate, kmsKeyId, healthKey } = options;
  return {
    ...{ credentials, profile, assumeRole, generate, kmsKeyId, healthKey },
    client: clientByRegion(options.client),
    regions: checkRegions(options),
    endpoint: checkEndpointOption(options),
    allowsPlainHttp: options.dangerouslyAllowPlainHttp === true,
    restoresPending: options.onPendingDeletion === "restore",
    regionTimeoutMs: time("regionTimeoutMs", options.regionTimeoutMs, 2_000),
    connectTimeoutMs: time("connectTimeoutMs", options.connectTimeoutMs, 1_000),
    timeoutMs: time("timeoutMs", options.timeoutMs, 3_000),
    deadlineMs: time("deadlineMs", options.deadlineMs, 10_000),
    rotationTimeoutMs: time("rotationTimeoutMs", options.rotationTimeoutMs, 300_000),
    maxAttempts: whole("maxAttempts", options.maxAttempts, 3, 1, 10),
    maxSockets: whole("maxSockets", options.maxSockets, 50, 1, 10_000),
    recoveryWindowDays: whole("recoveryWindowDays", options.recoveryWindowDays, 30, 7, 30),
  };
}

function checkKinds(options: Options): void {
  const { kmsKeyId, healthKey, onPendingDeletion, dangerouslyAllowPlainHttp } = options;
  if (kmsKeyId !== undefined && !(typeof kmsKeyId === "string" && kmsKeyId !== "")) {
    throw wrong("kmsKeyId", "the id, ARN or alias of a KMS key");
  }
  if (healthKey !== undefined && !isKey(healthKey, awsKeySyntax)) {
    throw wrong("healthKey", "the key of a secret");
  }
  if (onPendingDeletion !== undefined && !["error", "restore"].includes(onPendingDeletion)) {
    throw wrong("onPendingDeletion", '"error" or "restore"');
  }
  if (!["boolean", "undefined"].includes(typeof dangerouslyAllowPlainHttp)) {
    throw wrong("dangerouslyAllowPlainHttp", "true or false");
  }
}

function checkClient({ client, regions }: Options): void {
  const isClient = typeof client === "function" || typeof client?.send === "function";
  if (client !== undefined && !isClient) {
    throw wrong("client", "a SecretsManagerClient, or a function that returns one");
  }
  if (Array.isArray(regions) && regions.length > 1 && client && typeof client !== "function") {
    throw invalid("client is one for several regions", "Pass a function that has one for a region");
  }
}

function checkRegions({ region, regions, client }: Options): readonly string[] {
  if (region !== undefined && regions !== undefined) {
    throw invalid("region and regions are both set", "Pass one of them");
  }
  if (regions !== undefined && (!Array.isArray(regions) || regions.length === 0)) {
    throw wrong("regions", 'a list such as ["us-east-1", "us-west-2"], the primary first');
  }
  const ambient = typeof client === "object" ? [] : ambientRegion(); // a client has its own
  const all = regions ?? (region === undefined ? ambient : [region]);
  for (const name of all) {
    if (typeof name === "string" && isRegion(name)) continue;
    throw wrong(regions ? "regions" : "region", 'the name of a region, such as "us-east-1"');
  }
  if (new Set(all).size === all.length) return [...all];
  throw invalid("a region stands twice in regions", "Name each region once");
}

/** The SDK itself reads `AWS_REGION` and the shared files, but not the other variable. */
function ambientRegion(): readonly string[] {
  const { AWS_REGION, AWS_DEFAULT_REGION } = globalThis.process?.env ?? {};
  const region = AWS_REGION?.trim() || AWS_DEFAULT_REGION?.trim();
  return region ? [region] : [];
}

function checkEndpointOption(options: Options): Options["endpoint"] {
  const { endpoint, dangerouslyAllowPlainHttp } = options;
  if (endpoint === undefined || typeof endpoint === "function") return endpoint;
  checkEndpoint(endpoint, dangerouslyAllowPlainHttp === true);
  return endpoint;
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
