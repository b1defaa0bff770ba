// Every login that the server at hand can serve; Kubernetes' own API, which it asks, is scripted.
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { installTimeoutMs, type OpenBaoServer, startOpenBao, until } from "secrets-tools/openbao";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type VaultAuth, VaultSecretStore, type VaultSecretStoreOptions } from "../../src/index.js";
import { type Certificates, makeCertificates, pem } from "../support/certificates.js";
import { logEvents } from "../support/events.js";
import { makeIssuer } from "../support/json-web-token.js";
import { ask, key, makeToken, prepare, readerPolicy, revoke, value } from "../support/logins.js";
import { startRecordingProxy, startScriptedVault } from "../support/scripted-vault.js";

let server: OpenBaoServer;
let pki: Certificates;
beforeAll(async () => {
  pki = await makeCertificates();
  const clientCaFile = pki.ca.certFile;
  server = await startOpenBao({ tls: [{ ...pki.server, clientCaFile }] });
  await prepare(server);
}, installTimeoutMs);
afterAll(async () => {
  await server?.stop();
  await pki?.remove();
});

const path = (name: string) => join(pki.folder, name);
const issuer = makeIssuer();
const granted = { token_policies: [readerPolicy], token_ttl: "60s" };
const nowSeconds = () => Math.floor(Date.now() / 1_000);

/** One read by that login. */
async function read(auth: VaultAuth, options: Partial<VaultSecretStoreOptions> = {}) {
  const store = new VaultSecretStore({ address: server.address, auth, ...options });
  try {
    return (await store.getSecret(key)).value.expose();
  } finally {
    await store.close();
  }
}

const refused = { code: "AUTHENTICATION_FAILED", reason: "login-refused" };

test("V23: userpass logs in by name and password, where it is mounted", async () => {
  const password = " päss 'word\" ";
  await ask(server, "POST", "sys/auth/people/users", { type: "userpass" });
  await ask(server, "POST", "auth/people/users/users/ann", { password, ...granted });
  const auth = { method: "userpass", mountPath: "people/users", username: "ann" } as const;
  expect(await read({ ...auth, password })).toBe(value);
  expect(await read({ ...auth, password: async () => `${password}\n` })).toBe(value);
  await expect(read({ ...auth, password: "wrong-word" })).rejects.toMatchObject(refused);
  await expect(read({ ...auth, username: "nobody", password })).rejects.toMatchObject(refused);
  const elsewhere = read({ ...auth, mountPath: "elsewhere", password });
  await expect(elsewhere).rejects.toMatchObject(refused);
});

test("V28: a user who is locked out is a refused login, with the right password too", async () => {
  await ask(server, "POST", "sys/auth/lockable", { type: "userpass" });
  await ask(server, "POST", "auth/lockable/users/bob", { password: "right-word", ...granted });
  const auth = { method: "userpass", mountPath: "lockable", username: "bob" } as const;
  for (let count = 0; count < 6; count++) {
    await expect(read({ ...auth, password: "wrong-word" })).rejects.toMatchObject(refused);
  }
  await expect(read({ ...auth, password: "right-word" })).rejects.toMatchObject(refused);
});

test("V23: JWT logs in with a token that is asked for at each login", async () => {
  await ask(server, "POST", "sys/auth/ci", { type: "jwt" });
  const validation = { jwt_validation_pubkeys: [issuer.publicKey], bound_issuer: "ci" };
  await ask(server, "POST", "auth/ci/config", validation);
  const role = { role_type: "jwt", user_claim: "sub", bound_audiences: ["vault"], ...granted };
  await ask(server, "POST", "auth/ci/role/app", role);
  const claims = () => ({ iss: "ci", aud: "vault", sub: "job", exp: nowSeconds() + 60 });
  let asked = 0;
  const auth: VaultAuth = {
    ...{ method: "jwt", mountPath: "ci", role: "app" },
    jwt: () => {
      asked++;
      return issuer.sign(claims());
    },
  };
  const proxy = await startRecordingProxy(server);
  const store = new VaultSecretStore({ address: proxy.address, auth });
  await store.getSecret(key);
  await revoke(server, proxy.requests[1]?.token);
  expect((await store.getSecret(key)).value.expose()).toBe(value);
  expect(asked).toBe(2);
  await store.close();
  await proxy.stop();

  const expired = issuer.sign({ ...claims(), exp: nowSeconds() - 600, iat: nowSeconds() - 900 });
  await expect(read({ ...auth, jwt: expired })).rejects.toMatchObject(refused);
  const forged = makeIssuer().sign(claims());
  await expect(read({ ...auth, jwt: forged })).rejects.toMatchObject(refused);
  await expect(read({ ...auth, role: "none" })).rejects.toMatchObject(refused);
});

test("V23: Kubernetes logs in with a service account's token, which the cluster reviews", async () => {
  let isKnown = true;
  const cluster = await startScriptedVault(() => {
    const user = { username: "system:serviceaccount:prod:app", uid: "uid-1" };
    const known = { authenticated: true, user, audiences: [audience] };
    return { status: 201, body: review(isKnown ? known : {}) };
  });
  await ask(server, "POST", "sys/auth/kubernetes", { type: "kubernetes" });
  await ask(server, "POST", "auth/kubernetes/config", {
    ...{ kubernetes_host: cluster.address, kubernetes_ca_cert: await pem(pki.ca.certFile) },
    ...{ disable_local_ca_jwt: true, token_reviewer_jwt: issuer.sign({ sub: "reviewer" }) },
  });
  const bound_service_account_names = ["app"];
  const bound = { bound_service_account_names, bound_service_account_namespaces: ["prod"] };
  await ask(server, "POST", "auth/kubernetes/role/app", { ...bound, ...granted });
  await writeFile(path("service-account"), `${issuer.sign(serviceAccount())}\n`);
  const jwt = () => readFile(path("service-account"), "utf8");
  const auth = { method: "kubernetes", role: "app", jwt } as const;
  expect(await read(auth)).toBe(value);
  isKnown = false;
  await expect(read(auth)).rejects.toMatchObject(refused);
  expect(cluster.requests).toHaveLength(2);
  await cluster.stop();
});

const audience = "https://kubernetes.default.svc";

function review(status: object): object {
  return { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", status };
}

function serviceAccount(): Record<string, unknown> {
  const serviceaccount = { name: "app", uid: "uid-1" };
  return {
    ...{ iss: "kubernetes/serviceaccount", sub: "system:serviceaccount:prod:app" },
    ...{ aud: [audience], exp: nowSeconds() + 600, iat: nowSeconds(), nbf: nowSeconds() },
    "kubernetes.io": { namespace: "prod", serviceaccount },
  };
}

test("V23: a client certificate logs in by itself", async () => {
  await ask(server, "POST", "sys/auth/cert", { type: "cert" });
  const role = { certificate: await pem(pki.ca.certFile), ...granted };
  await ask(server, "POST", "auth/cert/certs/app", role);
  const [address] = server.tlsAddresses;
  const tls = { caFile: pki.ca.certFile, ...pki.client };
  const options = { address: address as string, tls };
  expect(await read({ method: "cert" }, options)).toBe(value);
  expect(await read({ method: "cert", role: "app" }, options)).toBe(value);
  await expect(read({ method: "cert", role: "none" }, options)).rejects.toMatchObject(refused);
  await expect(read({ method: "cert" })).rejects.toMatchObject(refused); // no TLS, no certificate
});

test("V23: a token file is read anew when its token is refused, and never revoked", async () => {
  const [first, second] = [await makeToken(server), await makeToken(server)];
  await writeFile(path("sink"), `${first}\n`);
  const log = logEvents();
  const { onTokenEvent } = log;
  const auth = { method: "token-file", path: path("sink") } as const;
  const proxy = await startRecordingProxy(server);
  const store = new VaultSecretStore({ address: proxy.address, auth, onTokenEvent });
  await store.getSecret(key);
  await revoke(server, first);
  await expect(store.getSecret(key)).rejects.toMatchObject({ reason: "token" });
  await expect(store.getSecret(key)).rejects.toMatchObject({ reason: "token" });
  await writeSink(second);
  const secrets = await Promise.all(Array.from({ length: 20 }, () => store.getSecret(key)));
  expect(secrets).toHaveLength(20);
  expect(log.types).toEqual(["logged-in", "logged-in"]);
  await assertNoLeak({ events: log.events, store }, [first, second], { slowChannels: false });
  await store.close();
  expect(proxy.count(/revoke/)).toBe(0);
  await proxy.stop();
});

test("V23: a token that an agent replaces in time is taken over before it ends", async () => {
  await writeSink(await makeToken(server, { ttl: "3s" }));
  const log = logEvents();
  const { onTokenEvent } = log;
  const auth = { method: "token-file", path: path("sink") } as const;
  const proxy = await startRecordingProxy(server);
  const store = new VaultSecretStore({ address: proxy.address, auth, onTokenEvent });
  await store.getSecret(key);
  await until("the token was looked at", () => proxy.count(/lookup-self$/) === 1);
  await writeSink(await makeToken(server, { ttl: "1h" }));
  await log.until("logged-in", 2);
  expect((await store.getSecret(key)).value.expose()).toBe(value);
  expect(proxy.count(/^secret/)).toBe(2); // no read was refused
  expect(proxy.count(/renew-self$/)).toBe(0); // the old one was left alone
  expect(log.count("failed") + log.count("expiring")).toBe(0);
  await store.close();
  await proxy.stop();
});

test("V23: while the agent's file stays as it is, its token is renewed", async () => {
  const token = await makeToken(server, { ttl: "3s" });
  await writeSink(token);
  const log = logEvents();
  const { onTokenEvent } = log;
  const auth = { method: "token-file", path: path("sink") } as const;
  const store = new VaultSecretStore({ address: server.address, auth, onTokenEvent });
  await store.getSecret(key);
  await log.until("renewed");
  expect((await store.getSecret(key)).value.expose()).toBe(value);
  expect(log.types.slice(0, 2)).toEqual(["logged-in", "renewed"]);
  await store.close();
});

/** As an agent does: never half a file. */
async function writeSink(token: string): Promise<void> {
  await writeFile(path("sink.new"), token);
  await rename(path("sink.new"), path("sink"));
}
