import type { FakeClock } from "secrets-tools/fake-clock";
import { afterEach } from "vitest";
import { AwsApi } from "../../../src/aws-api.js";
import { checkAwsOptions } from "../../../src/aws-settings.js";
import { AwsSecretStore, type AwsSecretStoreOptions } from "../../../src/index.js";
import { RegionCircuit } from "../../../src/region-circuit.js";
import { RegionReads } from "../../../src/region-reads.js";
import { SecretReader } from "../../../src/secret-reader.js";
import { SeenVersions } from "../../../src/seen-versions.js";
import {
  aSecret,
  type Reply,
  type ScriptedAws,
  type SeenCall,
  startScriptedAws,
} from "../../support/scripted-aws.js";

export const [east, west, ireland] = ["us-east-1", "us-west-2", "eu-west-1"] as const;
export const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret-example" };
/** What a call to the network fails with. */
export const down = { code: "BACKEND_UNAVAILABLE" };

const toClose: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

/** Closed after the test. */
export function closing<T extends { close(): Promise<unknown> }>(what: T): T {
  toClose.push(() => what.close());
  return what;
}

export type Script = (call: SeenCall, index: number) => Reply | Promise<Reply>;

/** What a region does; another script may take its place at any time. */
interface Region {
  script: Script;
  readonly server: ScriptedAws;
}

/** A server for each region, the primary's first, and the options of stores on them. */
export async function startRegions(scripts: Readonly<Record<string, Script | Reply>>) {
  const regions: Record<string, Region> = {};
  for (const [name, given] of Object.entries(scripts)) {
    const script: Script = typeof given === "function" ? given : () => given;
    const server = closing(
      await startScriptedAws((call, index) => (regions[name] as Region).script(call, index)),
    );
    regions[name] = { script, server };
  }
  const options: AwsSecretStoreOptions = {
    ...{ regions: Object.keys(scripts), credentials, maxAttempts: 1 },
    endpoint: (name) => regions[name]?.server.endpoint ?? nobody,
  };
  return {
    options,
    store: (more: AwsSecretStoreOptions = {}) =>
      closing(new AwsSecretStore({ ...options, ...more })),
    region: (name: string) => regions[name] as Region,
    /** The operations that a region was asked for. */
    asked: (name: string) => regions[name]?.server.operations ?? [],
  };
}

/** An address where nobody listens: port 1 is not given away. */
export const nobody = "http://127.0.0.1:1";

/** What the store reads with, and the time by which it leaves regions alone. */
export function readerWith(clock: FakeClock, options: AwsSecretStoreOptions) {
  const settings = checkAwsOptions(options);
  const api = closing(new AwsApi(settings));
  const circuit = new RegionCircuit(clock.monotonicNow);
  const reader = new SecretReader(new RegionReads(api, settings, circuit), new SeenVersions());
  return {
    read: (key: string, signal?: AbortSignal) => reader.read(key, { signal, countRetry() {} }),
  };
}

/** A secret whose version is so many seconds old: of 1970. */
export function dated(text: string, createdAt: number, name = "k"): { readonly json: object } {
  const { json } = aSecret(text) as { readonly json: object };
  return { json: { ...json, Name: name, CreatedDate: createdAt } };
}

/** What a batch answers. @param absent Keys that are not there. */
export function aBatch(
  found: readonly { readonly json: object }[],
  absent: readonly string[] = [],
) {
  const Errors = absent.map((SecretId) => itemError(SecretId, "ResourceNotFoundException"));
  return { json: { SecretValues: found.map(({ json }) => json), Errors } };
}

export function itemError(SecretId: string, ErrorCode: string) {
  return { SecretId, ErrorCode, Message: "" };
}

export const unavailable: Reply = { status: 503, body: "" };
