import type { OpenBaoServer } from "secrets-tools/openbao";

/** What roles and tokens of the tests may do: read whatever lies below `secret/app/`. */
export const readerPolicy = "reader";
export const key = "app/key";
export const value = "value-of-app-key";

/** One request as root that has to succeed. */
export async function ask<Body = Record<string, never>>(
  server: OpenBaoServer,
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
): Promise<Body> {
  const reply = await server.request<Body>(method, path, body, headers);
  if (reply.status < 300) return reply.body;
  throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
}

/** A secret, the policy that reads it, and AppRole. */
export async function prepare(
  server: OpenBaoServer,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const policy = 'path "secret/data/app/*" { capabilities = ["read"] }';
  await ask(server, "PUT", `sys/policies/acl/${readerPolicy}`, { policy }, headers);
  await ask(server, "POST", `secret/data/${key}`, { data: { value } }, headers);
  await ask(server, "POST", "sys/auth/approle", { type: "approle" }, headers);
}

export interface AppRole {
  readonly roleId: string;
  readonly secretId: string;
}

/** A role with one secret-id. */
export async function makeAppRole(
  server: OpenBaoServer,
  name: string,
  options: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<AppRole> {
  const path = `auth/approle/role/${name}`;
  const role = { token_policies: [readerPolicy], token_ttl: "60s", ...options };
  await ask(server, "POST", path, role, headers);
  const id = await ask<{ data: { role_id: string } }>(
    server,
    "GET",
    `${path}/role-id`,
    undefined,
    headers,
  );
  const secretId = await makeSecretId(server, name, headers);
  return { roleId: id.data.role_id, secretId };
}

export async function makeSecretId(
  server: OpenBaoServer,
  role: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const path = `auth/approle/role/${role}/secret-id`;
  const made = await ask<{ data: { secret_id: string } }>(server, "POST", path, {}, headers);
  return made.data.secret_id;
}

/** A wrapping token with one secret-id in it. */
export async function wrapSecretId(
  server: OpenBaoServer,
  role: string,
  { ttl = "60s", headers = {} }: { ttl?: string; headers?: Record<string, string> } = {},
): Promise<string> {
  const path = `auth/approle/role/${role}/secret-id`;
  const all = { ...headers, "x-vault-wrap-ttl": ttl };
  const made = await ask<{ wrap_info: { token: string } }>(server, "POST", path, {}, all);
  return made.wrap_info.token;
}

/** A token by root, as somebody hands one over. */
export async function makeToken(
  server: OpenBaoServer,
  options: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const wanted = { policies: [readerPolicy], ttl: "60s", ...options };
  const made = await ask<{ auth: { client_token: string } }>(
    server,
    "POST",
    "auth/token/create",
    wanted,
  );
  return made.auth.client_token;
}

export async function revoke(server: OpenBaoServer, token: string | undefined): Promise<void> {
  await ask(server, "POST", "auth/token/revoke", { token });
}

/** Whether the server still knows a token. */
export async function isAlive(server: OpenBaoServer, token: string | undefined): Promise<boolean> {
  const { status } = await server.request("POST", "auth/token/lookup", { token });
  return status === 200;
}
