import { VaultSecretStore } from "@llm-orchestrator/secrets-vault";
import { type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";

/** Below it lies everything that the example writes. */
export const prefix = "secrets-example/";

interface AppRole {
  readonly roleId: string;
  /** A function, called at each login: where it comes from may hand out another one by then. */
  readonly secretId: () => string;
}

export interface Server {
  readonly title: string;
  /** `undefined`: nobody has set one up. */
  readonly appRole: AppRole | undefined;
  /** Tokens of the role end within seconds: worth watching. */
  readonly isShortLived: boolean;
  stop(): Promise<void>;
}

/** A real OpenBao in memory, on a free port of this machine. Vault's variables then name it. */
export async function startServer(): Promise<Server> {
  const server = await startOpenBao();
  for (const name of Object.keys(process.env)) {
    if (/^(?:VAULT|BAO)_/.test(name)) delete process.env[name]; // they mean another server
  }
  process.env.VAULT_ADDR = server.address;
  process.env.VAULT_TOKEN = server.rootToken;
  const appRole = await makeAppRole(server);
  const title = `OpenBao, process ${server.pid} on this machine`;
  return { title, appRole, isShortLived: true, stop: () => server.stop() };
}

/** The user's, as `VAULT_ADDR`, `VAULT_TOKEN` and so on say. What the example wrote is removed. */
export function useOwnServer(): Server {
  const store = VaultSecretStore.fromEnv();
  const { VAULT_ADDR, VAULT_ROLE_ID: roleId, VAULT_SECRET_ID: secretId } = process.env;
  return {
    title: `your server, ${VAULT_ADDR ?? process.env.BAO_ADDR}`,
    appRole: roleId && secretId ? { roleId, secretId: () => secretId } : undefined,
    isShortLived: false,
    stop: async () => {
      for await (const key of store.listSecrets(prefix)) {
        await store.deleteSecret(key, { mode: "permanent" });
      }
      await store.close();
    },
  };
}

/** All that section 3 needs. The README of the package has the list, by operation. */
export const policy = `
  path "secret/data/${prefix}*"     { capabilities = ["create", "read", "update"] }
  path "secret/metadata/${prefix}*" { capabilities = ["read", "list", "update"] }
`;

/** What an administrator does once: a role whose tokens live two seconds, and four at most. */
async function makeAppRole(server: OpenBaoServer): Promise<AppRole> {
  const path = "auth/approle/role/example";
  const role = { token_policies: ["example"], token_ttl: "2s", token_max_ttl: "4s" };
  await ask(server, "PUT", "sys/policies/acl/example", { policy });
  await ask(server, "POST", "sys/auth/approle", { type: "approle" });
  await ask(server, "POST", path, role);
  const { role_id } = await ask(server, "GET", `${path}/role-id`);
  const { secret_id } = await ask(server, "POST", `${path}/secret-id`, {});
  return { roleId: String(role_id), secretId: () => String(secret_id) };
}

async function ask(server: OpenBaoServer, method: string, path: string, body?: object) {
  type Answer = { readonly data?: Readonly<Record<string, unknown>> } | undefined;
  const reply = await server.request<Answer>(method, path, body);
  if (reply.status >= 300) throw new Error(`OpenBao answered ${reply.status} to ${path}`);
  return reply.body?.data ?? {};
}
