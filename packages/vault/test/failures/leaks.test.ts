import { onAudit, onWarning, type SecretError, toArray } from "@llm-orchestrator/secrets-core";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { describe, expect, test } from "vitest";
import type { VaultSecretStoreOptions } from "../../src/index.js";
import { type FakeAnswer, startFakeVault } from "../support/fake-vault.ts";
import { openStore } from "../support/stores.ts";

const token = "s.canary-token-5f0c3b9a71";
const password = "canary-password-8d2e6f1b04";
const value = "canary-value-1c9a7e3d52";
const canaries = [token, password, value];

type Echo = (echo: string) => FakeAnswer;

const statuses = [400, 403, 404, 405, 412, 413, 429, 500, 503, 418].map((status): Echo => {
  return (echo) => {
    const headers = { "x-echo": echo, "retry-after": "9" };
    return { status, headers, body: { errors: [echo] } };
  };
});
const oddities: readonly Echo[] = [
  (echo) => ({ status: 403, body: { errors: ["permission denied"], data: echo } }),
  (echo) => ({ status: 200, body: `<html>${echo}` }),
  (echo) => ({ status: 200, body: { data: echo, errors: [echo] } }),
  (echo) => ({ status: 302, headers: { location: `http://127.0.0.1/${echo}` } }),
  (echo) => ({ raw: `HTTP/1.1 200 ${echo}\r\n${echo}: \u0000\r\n\r\n` }),
  () => "drop",
  () => "hang",
];

/** What every call leaves behind where the server repeats whatever it got. */
async function leftBehind(echo: Echo): Promise<unknown[]> {
  const seen: unknown[] = [];
  const stops = [onAudit((event) => seen.push(event)), onWarning((warning) => seen.push(warning))];
  const vault = await startFakeVault(({ body }) => echo(`${token} ${password} ${value} ${body}`));
  const options = { timeoutMs: 300, deadlineMs: 400, maxRetries: 1, revokeOnClose: false };
  const onTokenEvent = (event: unknown) => seen.push(event);
  const open = (more: Partial<VaultSecretStoreOptions> = {}) =>
    openStore({ address: vault.address, rootToken: token }, { ...options, ...more, onTokenEvent });
  const store = open();
  const calls = [
    store.getSecret("a"),
    store.putSecret("a", value),
    store.putSecret("a", value, { field: "x", tags: { a: "b" } }),
    store.rotateSecret("a", { generate: () => value }),
    store.describeSecret("a"),
    toArray(store.listSecrets()),
    open({ auth: { method: "userpass", username: "u", password } }).getSecret("a"),
  ];
  const errors = (await Promise.allSettled(calls)).flatMap((call) => {
    return call.status === "rejected" ? [call.reason as SecretError] : [];
  });
  expect(errors.length).toBeGreaterThan(4);
  seen.push(await store.healthCheck(), (await store.getSecrets(["a"])).errors, store);
  for (const stop of stops) stop();
  await vault.stop();
  return [...seen, ...errors, ...errors.map(({ cause }) => cause)];
}

/** One of those that say the same: to look at one takes some milliseconds. */
function distinct(left: readonly unknown[]): unknown[] {
  const shape = (each: unknown) => JSON.stringify(each, dropNumbers);
  return [...new Map(left.map((each) => [shape(each), each])).values()];
}

function dropNumbers(_: string, value: unknown): unknown {
  return typeof value === "number" ? 0 : value;
}

describe("V39: token, password and value are found in no", () => {
  test.each<[what: string, echoes: readonly Echo[]]>([
    ["every status that repeats them", statuses],
    ["what is no proper answer", oddities],
  ])("error, event, warning or store, after %s", async (_, echoes) => {
    const left = distinct((await Promise.all(echoes.map(leftBehind))).flat());
    await assertNoLeak({ left }, canaries, { slowChannels: false });
  });

  test("control: the same look finds them in a third party's error", async () => {
    const error = Object.assign(new Error("failed"), { config: { headers: { token } } });
    await expect(assertNoLeak({ error }, canaries, { slowChannels: false })).rejects.toThrow(
      /leak|seen|found/i,
    );
  });
});
