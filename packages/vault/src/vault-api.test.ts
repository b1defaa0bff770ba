import { type OperationContext, SecretError } from "@llm-orchestrator/secrets-core";
import { afterEach, expect, test, vi } from "vitest";
import {
  appRole,
  down,
  passSeconds,
  revoked,
  startKeeper,
  stopTime,
} from "../test/support/keeper.js";
import { TokenKeeper } from "./token-keeper.js";
import { VaultApi } from "./vault-api.js";
import type { VaultAuth } from "./vault-auth.js";
import type { Outcome, VaultSession } from "./vault-session.js";

afterEach(() => vi.useRealTimers());

const read = { method: "GET", path: "secret/data/key", below: "secret/" } as const;
const context = {} as OperationContext;
const done: Outcome = { reply: { status: 200, headers: {}, body: {} }, meaning: undefined };
const absent = failed("NOT_FOUND", 404);
const denied = failed("PERMISSION_DENIED", 403);

function failed(code: "NOT_FOUND" | "PERMISSION_DENIED", status: number): Outcome {
  return { reply: { status, headers: {}, body: {} }, meaning: { code, detail: "" } };
}

/** Reads answered so, in turn, and what the keeper was told of them. */
function start(answers: readonly Outcome[], auth: VaultAuth = appRole) {
  const { keeper } = startKeeper({ ttlSeconds: 300 }, auth);
  const told: string[] = [];
  const left = [...answers];
  keeper.noteAccepted = (token) => void told.push(`accepted ${token}`);
  keeper.noteRefusedAgain = (token, { message }) => void told.push(`refused ${token}: ${message}`);
  const send: VaultSession["send"] = async () => left.shift() ?? done;
  return { api: new VaultApi({ send } as VaultSession, keeper), told };
}

test.each<[string, Outcome, string[]]>([
  ["what is there", done, ["accepted t1"]],
  ["what is not", absent, ["accepted t1"]],
  ["what is denied", denied, []],
  ["a server that is down", down, []],
])("a read of %s says so much of its token", async (_, answer, expected) => {
  const { api, told } = start([answer]);
  await api.send(read, context);
  expect(told).toEqual(expected);
});

test("a read that the next token succeeds for says so of that one", async () => {
  const { api, told } = start([revoked, done]);
  await api.send(read, context);
  expect(told).toEqual(["accepted t2"]);
});

test("one that is refused again says of which token, and what helps with such a login", async () => {
  const { api, told } = start([revoked, revoked]);
  const { meaning } = await api.send(read, context);
  expect(meaning?.fix).toMatch(/what the login's role binds its tokens to/);
  expect(told).toEqual([expect.stringMatching(/^refused t2: .*binds its tokens to/)]);
});

test("of a plain token it is advised to log in, of a file to look after its agent", async () => {
  const plain = start([revoked], { method: "token", token: "t" });
  expect((await plain.api.send(read, context)).meaning?.fix).toBe(revoked.meaning?.fix);
  const path = new URL(import.meta.url).pathname;
  const { keeper } = startKeeper({ ttlSeconds: 300 }, { method: "token-file", path });
  keeper.current = async () => "t";
  keeper.after = async () => undefined;
  const api = new VaultApi({ send: async () => revoked } as unknown as VaultSession, keeper);
  expect((await api.send(read, context)).meaning?.fix).toMatch(/agent/);
});

test("V28: twenty reads at once that a new token is refused for cost a pause of a second", async () => {
  stopTime();
  let logins = 0;
  const send: VaultSession["send"] = async ({ path }) => {
    if (!path.endsWith("login")) return revoked;
    const auth = { client_token: `t${++logins}`, lease_duration: 300, renewable: true };
    return { reply: { status: 200, headers: {}, body: { auth } }, meaning: undefined };
  };
  const failures: SecretError[] = [];
  const keeper = new TokenKeeper(
    appRole,
    { send },
    ({ error }) => void (error && failures.push(error)),
  );
  const api = new VaultApi({ send } as VaultSession, keeper);
  await Promise.all(Array.from({ length: 20 }, () => api.send(read, context)));
  expect(logins).toBe(2);
  await expect(api.send(read, context)).rejects.toSatisfy(SecretError.isInstance);
  await passSeconds(1.1);
  await api.send(read, context);
  expect(logins).toBe(3);
  expect(failures).toHaveLength(2);
});
