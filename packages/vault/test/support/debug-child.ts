/** Logs in, reads, writes and fails in every way against the servers that its input names, and prints nothing. */
import { json } from "node:stream/consumers";
import { VaultSecretStore, type VaultSecretStoreOptions } from "../../src/index.js";

/** What the parent gives on the standard input. */
export interface DebugInput {
  readonly address: string;
  /** A `https:` address whose certificate nobody vouches for. */
  readonly untrusted: string;
  /** Nobody listens there; takes connections and never answers. */
  readonly dead: string;
  readonly silent: string;
  readonly token: string;
  /** May log in and no more. */
  readonly deniedToken: string;
  readonly value: string;
  readonly roleId: string;
  readonly secretId: string;
  readonly password: string;
}

const input = (await json(process.stdin)) as DebugInput;
const { address, token, value, roleId, secretId, password } = input;
const limits = { timeoutMs: 300, deadlineMs: 600, maxRetries: 1 };
const open = (options: Partial<VaultSecretStoreOptions>) =>
  new VaultSecretStore({ address, ...limits, ...options } as VaultSecretStoreOptions);

const stores = [
  open({ token }),
  open({ auth: { method: "approle", roleId, secretId } }),
  open({ auth: { method: "userpass", username: "somebody", password } }),
  open({ auth: { method: "userpass", username: "somebody", password: `${password}-wrong` } }),
  open({ token: input.deniedToken }),
  open({ token: `${token}-wrong` }),
  open({ token, address: input.dead }),
  open({ token, address: input.silent }),
  open({ token, address: input.untrusted }),
];
for (const store of stores) {
  await store.putSecret("debug", value).catch(() => {});
  await store.getSecret("debug").catch(() => {});
  await store.getSecret("none").catch(() => {});
  await store.getSecret("debug", { signal: AbortSignal.timeout(1) }).catch(() => {});
  await store.rotateSecret("debug", { generate: () => `${value}-new` }).catch(() => {});
  await store.renewToken().catch(() => {});
  await store.healthCheck();
  await store.close();
}
