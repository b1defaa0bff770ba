// Logins that no server at hand can serve, by the exchange that Vault's documentation has; and what
// goes wrong with a login of any kind.
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { afterEach, expect, test } from "vitest";
import { type VaultAuth, VaultSecretStore } from "../../src/index.js";
import { type Answer, type ScriptedVault, startScriptedVault } from "../support/scripted-vault.js";

let vault: ScriptedVault | undefined;
let store: VaultSecretStore | undefined;
afterEach(async () => {
  await store?.close();
  await vault?.stop();
});

const token = "hvs.canary-token-of-the-login";
const auth = { client_token: token, lease_duration: 3_600, renewable: true, num_uses: 0 };
const loggedIn: Answer = { status: 200, body: { auth } };
const secret: Answer = {
  status: 200,
  body: { data: { data: { value: "v" }, metadata: { version: 1 } } },
};

/** A server that answers a login so, and a store that logs in there. */
async function start(login: VaultAuth, answer: Answer = loggedIn): Promise<VaultSecretStore> {
  vault = await startScriptedVault(({ path }) => (path.startsWith("secret/") ? secret : answer));
  store = new VaultSecretStore({ address: vault.address, auth: login, maxRetries: 0 });
  return store;
}

test("V23: LDAP sends the password to the user's path, and the token with the read", async () => {
  const reader = await start({ method: "ldap", username: "ann b", password: " pass word\n" });
  await reader.getSecret("key");
  expect(vault?.requests).toMatchObject([
    { method: "POST", path: "auth/ldap/login/ann%20b", body: { password: " pass word" } },
    { method: "GET", path: "secret/data/key", token },
  ]);
  expect(vault?.requests[0]?.token).toBeUndefined();
});

test("V23: AWS sends a signed request, a role, and nothing of the secret key", async () => {
  const secretAccessKey = "canary-secret-access-key";
  const credentials = async () => ({ accessKeyId: "AKIDEXAMPLE", secretAccessKey });
  const reader = await start({ method: "aws", mountPath: "aws-eu", role: "app", credentials });
  await reader.getSecret("key");
  const [login] = vault?.requests ?? [];
  expect(login).toMatchObject({
    ...{ method: "POST", path: "auth/aws-eu/login" },
    body: { role: "app", iam_http_request_method: "POST" },
  });
  expect(JSON.stringify(login)).not.toContain(secretAccessKey);
  await assertNoLeak(reader, [secretAccessKey, token], { slowChannels: false });
});

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "s" };
const canary = "canary-in-an-error-of-theirs";
const fails = () => {
  throw new Error(canary);
};

test.each<[string, VaultAuth]>([
  ["a function that throws", { method: "jwt", role: "r", jwt: fails }],
  ["an empty text", { method: "approle", roleId: "r", secretId: " \n" }],
  ["AWS credentials that cannot be had", { method: "aws", role: "r", credentials: fails }],
  ["half of them", { method: "aws", role: "r", credentials: () => ({ ...keys, accessKeyId: "" }) }],
  ["a file that is not there", { method: "token-file", path: "/nonexistent/token" }],
  ["no pod around", { method: "kubernetes", role: "r" }],
  ["a token with a line in it", { method: "token", token: "one\ntwo" }],
])("V39: %s is AUTHENTICATION_FAILED, and nothing is sent or quoted", async (_, login) => {
  const reader = await start(login);
  const error = await reader.getSecret("key").catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "AUTHENTICATION_FAILED", reason: "credential" });
  expect(vault?.requests).toHaveLength(0);
  await assertNoLeak({ error }, [canary], { slowChannels: false });
});

const denied = { errors: ["permission denied"] };

test.each<[string, Answer, object]>([
  ["400", { status: 400, body: { errors: ["role could not be found"] } }, refused()],
  ["403 as for a token", { status: 403, body: denied }, refused()],
  ["403 as for a path", { status: 403, body: { errors: ["1 error occurred: x"] } }, refused()],
  ["404", { status: 404, body: { errors: [] } }, { code: "CONFIGURATION", reason: "mount" }],
  ["503", { status: 503, body: { errors: ["Vault is sealed"] } }, down("sealed")],
  ["no answer", "drop", down("network")],
  ["no token in it", { status: 200, body: { auth: {} } }, down("malformed")],
  [
    "a second factor",
    { status: 200, body: { auth: { client_token: "", mfa_requirement: { mfa_request_id: "1" } } } },
    { code: "AUTHENTICATION_FAILED", reason: "second-factor" },
  ],
])("V23: a login that is answered with %s never looks like a missing secret", async (...row) => {
  const [, answer, expected] = row;
  const reader = await start({ method: "userpass", username: "u", password: "pass-word" }, answer);
  await expect(reader.getSecret("key")).rejects.toMatchObject(expected);
  expect(vault?.count(/^secret/)).toBe(0);
});

function refused() {
  return { code: "AUTHENTICATION_FAILED", reason: "login-refused" };
}

function down(reason: string) {
  return { code: "BACKEND_UNAVAILABLE", reason };
}

test("an onTokenEvent that is no function is CONFIGURATION", () => {
  const onTokenEvent = "listener" as never;
  const make = () => new VaultSecretStore({ address: "https://vault", token: "t", onTokenEvent });
  expect(make).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
});
