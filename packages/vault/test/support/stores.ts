import { SecretError } from "@llm-orchestrator/secrets-core";
import type { OpenBaoServer } from "secrets-tools/openbao";
import { afterEach } from "vitest";
import { VaultSecretStore, type VaultSecretStoreOptions } from "../../src/index.js";

const opened: VaultSecretStore[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
});

/** A store that is closed after the test. As root, unless the options say otherwise. */
export function openStore(
  server: Pick<OpenBaoServer, "address" | "rootToken">,
  options: Partial<VaultSecretStoreOptions> = {},
): VaultSecretStore {
  const login = options.auth === undefined ? { token: server.rootToken } : {};
  const store = new VaultSecretStore({ address: server.address, ...login, ...options });
  opened.push(store);
  return store;
}

let count = 0;

/** A token that may do what the policy says and nothing else. */
export async function tokenWith(
  server: OpenBaoServer,
  policy: string,
  options: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const name = `policy-${++count}`;
  await ask(server, "PUT", `sys/policies/acl/${name}`, { policy });
  const { auth } = await ask<{ auth: { client_token: string } }>(
    ...([server, "POST", "auth/token/create", { policies: [name], ...options }] as const),
  );
  return auth.client_token;
}

/** One request as root that has to succeed. */
export async function ask<Body = unknown>(
  server: Pick<OpenBaoServer, "request">,
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
): Promise<Body> {
  const reply = await server.request<Body>(method, path, body, headers);
  if (reply.status < 300) return reply.body;
  throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
}

/** What a call rejects with, which has to be one of ours. */
export async function failure(call: Promise<unknown>): Promise<SecretError> {
  const error: unknown = await call.then(
    () => new Error("It resolved."),
    (thrown: unknown) => thrown,
  );
  if (SecretError.isInstance(error)) return error;
  throw error;
}

/** Its code, and its reason where it has one. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  const { code, reason } = await failure(call);
  return reason === undefined ? code : `${code} ${reason}`;
}
