/**
 * Logs in, reads, writes and fails in every way against the servers that its input names, and prints
 * whatever it is handed: errors, events, warnings, stores.
 */
import { json } from "node:stream/consumers";
import { inspect } from "node:util";
import { onAudit, onWarning, toArray } from "@llm-orchestrator/secrets-core";
import { type VaultAuth, VaultSecretStore, type VaultSecretStoreOptions } from "../../src/index.js";

/** What the parent gives on the standard input. */
export interface DebugInput {
  readonly address: string;
  /** A `https:` address, a CA that did not sign its certificate, and one that did. */
  readonly tls: { readonly address: string; readonly wrong: string; readonly right: string };
  /** Of servers that are dead, silent, sealed, cut their answers, send elsewhere, and repeat what they got. */
  readonly failing: readonly string[];
  /** Tokens: one that may do anything, one that may log in and no more, one that nobody knows. */
  readonly tokens: readonly string[];
  readonly value: string;
  /** Logins that succeed and that do not, on the server and on one that takes any login. */
  readonly logins: readonly { readonly address: string; readonly auth: VaultAuth }[];
}

const input = (await json(process.stdin)) as DebugInput;
const { address, tls, value } = input;
const [token = ""] = input.tokens;
const print = (seen: unknown) => console.log(inspect(seen, { depth: 10, showHidden: true }));
onAudit(print);
onWarning(print);

const open = (options: Partial<VaultSecretStoreOptions>) => {
  const all = { address, maxRetries: 1, onTokenEvent: print, ...options };
  return new VaultSecretStore(all as VaultSecretStoreOptions);
};

/** Functions do not come in JSON. */
function revive(auth: VaultAuth): VaultAuth {
  if (auth.method !== "aws") return auth;
  const { credentials } = auth;
  return { ...auth, credentials: () => credentials as never };
}

async function use(store: VaultSecretStore): Promise<void> {
  const calls = [
    () => store.putSecret("debug", value, { tags: { a: "b" } }),
    () => store.getSecret("debug"),
    () => store.getSecret("app/key"),
    () => store.getSecret("none"),
    () => store.getSecret("debug", { signal: AbortSignal.timeout(1) }),
    () => store.rotateSecret("debug", { generate: () => `${value}-new` }),
    () => toArray(store.listSecrets()),
    () => store.renewToken(),
    () => store.healthCheck(),
  ];
  for (const call of calls) print(await call().catch((error: unknown) => error));
  print(store);
  await store.close();
}

const short = { timeoutMs: 300, deadlineMs: 600 };
const stores = [
  ...input.tokens.map((each) => open({ token: each })),
  ...input.failing.map((each) => open({ token, address: each, ...short })),
  ...input.logins.map(({ auth, ...rest }) => open({ ...rest, auth: revive(auth) })),
  ...[tls.wrong, tls.right].map((caFile) => open({ token, address: tls.address, tls: { caFile } })),
];
await Promise.all(stores.map(use));
