import { onAudit, onWarning, type SecretError, toArray } from "@llm-orchestrator/secrets-core";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { describe, expect, test } from "vitest";
import { AwsConfig, type AwsSecretStoreOptions } from "../../src/index.js";
import { builtChild } from "../support/built-child.js";
import { aSecret, type Reply, startScriptedAws } from "../support/scripted-aws.js";
import { scripted } from "../support/servers.js";

const value = "canary-value-1c9a7e3d52";
const secretAccessKey = "canary-access-key-77b2c4d9e1";
const sessionToken = "canary-session-token-5f0c3b9a71";
const credentials = { accessKeyId: "AKIDCANARY", secretAccessKey, sessionToken };
const canaries = [value, secretAccessKey, sessionToken];

/** Replies that repeat whatever was sent. */
const echoes: readonly ((sent: string) => Reply)[] = [
  ...["ResourceNotFoundException", "AccessDeniedException", "InvalidRequestException"],
  ...["InvalidParameterException", "LimitExceededException", "InternalServiceError", "Odd"],
].map(
  (error) =>
    (message: string): Reply => ({ error, message }),
);
const odd: readonly ((sent: string) => Reply)[] = [
  (sent) => ({ status: 200, body: `{"SecretString":${sent}` }),
  (sent) => ({ status: 500, body: sent }),
  (sent) => ({ status: 403, body: sent, type: "text/xml" }),
  (sent) => ({ json: { SecretString: { sent } } }),
  (sent) => ({ json: { Name: sent, VersionId: sent, SecretString: 7 } }),
  (sent) => ({ error: sent.replace(/[^\w-]/g, "") }),
  () => "half",
  () => "reset",
];

/** What every call leaves behind. */
async function leftBehind(echo: (sent: string) => Reply): Promise<unknown[]> {
  const seen: unknown[] = [];
  const stops = [onAudit((event) => seen.push(event)), onWarning((warning) => seen.push(warning))];
  const options: AwsSecretStoreOptions = { credentials, maxAttempts: 1, deadlineMs: 1_000 };
  const { store } = await scripted(({ body }) => echo(`${canaries.join(" ")} ${body}`), options);
  const calls: Promise<unknown>[] = [
    store.getSecret("a"),
    store.putSecret("a", value),
    store.putSecret("a", value, { field: "x", tags: { a: "b" } }),
    store.putSecret("a", value, { expectedVersion: "v".repeat(32) }),
    store.rotateSecret("a", { generate: () => value }),
    store.describeSecret("a"),
    toArray(store.listSecrets()),
    store.getSecretVersions("a"),
    store.deleteSecret("a"),
  ];
  const errors = (await Promise.allSettled(calls)).flatMap((call) => {
    return call.status === "rejected" ? [call.reason as SecretError] : [];
  });
  expect(errors.length).toBeGreaterThan(2);
  seen.push(await store.healthCheck(), (await store.getSecrets(["a", "b"])).errors, store);
  for (const stop of stops) stop();
  return [...seen, ...errors, ...errors.map(({ cause }) => cause)];
}

/** One of those that say the same: to look at one takes some milliseconds. */
function distinct(left: readonly unknown[]): unknown[] {
  const shape = (each: unknown) =>
    JSON.stringify(each, (_, part: unknown) => (typeof part === "number" ? 0 : part));
  return [...new Map(left.map((each) => [shape(each), each])).values()];
}

describe("A38: value, secret key and session token are found in no", () => {
  test.each([
    ["errors of AWS that repeat them", echoes],
    ["what is no proper answer", odd],
  ])("error, event, warning or store, after %s", async (_, replies) => {
    const left: unknown[] = [];
    for (const reply of replies) left.push(...(await leftBehind(reply)));
    await assertNoLeak({ left: distinct(left) }, canaries, { slowChannels: false });
  });

  test("config that was made for a store", async () => {
    const config = new AwsConfig({ region: "us-east-1", credentials });
    await assertNoLeak({ config }, canaries, { slowChannels: false });
  });
});

describe("A38: what a process prints", () => {
  const run = builtChild(new URL("../support/debug-child.ts", import.meta.url));

  test.each([
    { DEBUG: "*" },
    { NODE_DEBUG: "http,https,net,tls,timer,fetch,undici" },
    { AWS_SDK_JS_DEBUG: "1", NODE_DEBUG: "https" },
    {},
  ])("with %j has none of them, and it ends by itself", async (environment) => {
    const good = await startScriptedAws(({ operation }) =>
      operation === "PutSecretValue" ? { json: { VersionId: "v".repeat(32) } } : aSecret(value),
    );
    const denies = await startScriptedAws(() => ({ error: "AccessDeniedException" }));
    const hangs = await startScriptedAws(() => "hang");
    const servers = { good: good.endpoint, denies: denies.endpoint, hangs: hangs.endpoint };
    const { code, printed } = await run({ ...servers, value, credentials }, environment);
    await Promise.all([good.close(), denies.close(), hangs.close()]);
    expect(code).toBe(0);
    expect(good.calls.length).toBeGreaterThan(2);
    for (const canary of canaries) expect(printed.includes(canary)).toBe(false);
  });
});
