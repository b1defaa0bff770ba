import { type AuditEvent, onAudit } from "@llm-orchestrator/secrets-core";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { afterAll, afterEach, expect, test } from "vitest";
import { VaultSecretStore, type VaultSecretStoreOptions } from "../../src/index.js";
import { type Answer, type ScriptedVault, startScriptedVault } from "../support/scripted-vault.js";

const token = "s.canary-token-to-renew";
const auth = { client_token: token, lease_duration: 3_600, renewable: true };
const renewed: Answer = { status: 200, body: { auth } };

let vault: ScriptedVault;
let store: VaultSecretStore;
const events: AuditEvent[] = [];
afterAll(onAudit((event) => events.push(event)));
afterEach(async () => {
  events.length = 0;
  await store.close();
  await vault.stop();
});

/** A store whose every request is answered so. */
async function start(
  answer: Answer | (() => Answer),
  options: Partial<VaultSecretStoreOptions> = {},
) {
  vault = await startScriptedVault(() => (typeof answer === "function" ? answer() : answer));
  store = new VaultSecretStore({ address: vault.address, token, maxRetries: 0, ...options });
  return store;
}

const audited = () => events.map(({ operation, outcome, code }) => [operation, outcome, code]);

test("a renewal by hand is one request with the token, and one event", async () => {
  await (await start(renewed)).renewToken();
  expect(vault.requests).toMatchObject([{ method: "POST", path: "auth/token/renew-self", token }]);
  expect(audited()).toEqual([["renewToken", "success", undefined]]);
});

test.each<[what: string, answer: Answer, code: string, reason: string]>([
  ["a bad token", forbidden("permission denied"), "AUTHENTICATION_FAILED", "token"],
  ["a token that may not", forbidden("1 error occurred:\n\t* permission denied"), ...denied()],
  ["a token that cannot", notRenewable(), "AUTHENTICATION_FAILED", "not-renewable"],
  ["a sealed server", sealed(), "BACKEND_UNAVAILABLE", "sealed"],
  ["no answer", "drop", "BACKEND_UNAVAILABLE", "network"],
  ["another's answer", { status: 200, body: {} }, "BACKEND_UNAVAILABLE", "malformed"],
])("%s is told as it is, once, and shows nothing", async (_, answer, code, reason) => {
  const error = await (await start(answer)).renewToken().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code, store: "vault", ...(reason && { reason }) });
  expect(audited()).toEqual([["renewToken", "failure", code]]);
  await assertNoLeak({ error, events }, [token], { slowChannels: false });
});

test("a server that never answers ends it by the deadline", async () => {
  const renewing = (await start("hang", { timeoutMs: 60_000, deadlineMs: 200 })).renewToken();
  await expect(renewing).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE", reason: "timeout" });
});

test("whoever cancels it gets the signal's own reason, at once and before anything is sent", async () => {
  const reason = new Error("no longer wanted");
  const controller = new AbortController();
  const { signal } = controller;
  const patient = await start(
    () => {
      controller.abort(reason);
      return "hang";
    },
    { timeoutMs: 60_000, deadlineMs: 60_000 },
  );
  await expect(patient.renewToken({ signal })).rejects.toBe(reason);
  await expect(patient.renewToken({ signal })).rejects.toBe(reason);
  expect(vault.requests).toHaveLength(1);
  expect(audited().map(([, outcome]) => outcome)).toEqual(["aborted", "aborted"]);
});

test("it takes a signal and nothing else, and ends with the store", async () => {
  const closed = await start(renewed);
  const odd = closed.renewToken({ key: "a" } as never);
  await expect(odd).rejects.toMatchObject({ code: "CONFIGURATION", reason: "bad-argument" });
  await closed.close();
  await expect(closed.renewToken()).rejects.toMatchObject({ code: "CLOSED" });
  expect(vault.requests).toHaveLength(0);
  expect(audited()).toEqual([
    ["renewToken", "failure", "CONFIGURATION"],
    ["renewToken", "failure", "CLOSED"],
  ]);
});

function forbidden(error: string): Answer {
  return { status: 403, body: { errors: [error] } };
}

function denied(): [code: string, reason: string] {
  return ["PERMISSION_DENIED", ""];
}

function notRenewable(): Answer {
  return { status: 400, body: { errors: ["lease is not renewable"] } };
}

function sealed(): Answer {
  return { status: 503, body: { errors: ["Vault is sealed"] } };
}
