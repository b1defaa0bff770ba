import { setTimeout as delay } from "node:timers/promises";
import {
  VaultConfig,
  VaultSecretStore,
  type VaultTokenEvent,
} from "@llm-orchestrator/secrets-vault";
import { prefix, type Server } from "./server.js";
import { dim, heading, row } from "./terminal.js";

const key = `${prefix}database/app`;

/** As a service runs: it logs in by itself, and its tokens are renewed and replaced under it. */
export async function showAppRole({ appRole, isShortLived }: Server): Promise<void> {
  heading('3. Log in: new VaultSecretStore({ auth: { method: "approle", … } })');
  if (!appRole) {
    row("left out", dim("set VAULT_ROLE_ID and VAULT_SECRET_ID to see it"));
    return;
  }
  const events: VaultTokenEvent["type"][] = [];
  const { token: _, ...server } = VaultConfig.fromEnv(); // address, namespace, mount, TLS
  const store = new VaultSecretStore({
    ...server,
    auth: { method: "approle", ...appRole },
    onTokenEvent: ({ type }) => events.push(type),
  });
  await showMap(store);
  if (isShortLived) await readWhileTokensEnd(store, events);
  else await store.renewToken();
  row("logins, renewals", count(events, "logged-in"), count(events, "renewed"));
  await store.close(); // revokes the token
}

/** A map is stored as a map, which Vault's own tools read and write, and each field is a secret. */
async function showMap(store: VaultSecretStore): Promise<void> {
  const login = { user: "app", password: "sk-sample-database" };
  await store.putSecret(key, JSON.stringify(login), { map: true });
  const password = await store.getSecret(key, { field: "password" });
  row('{ field: "password" }', password.value);
  const changed = await store.putSecret(key, "sk-sample-changed", { field: "password" });
  const user = await store.getSecret(key, { field: "user" });
  row("changed alone", `version ${changed.version},`, "user kept", user.value.expose() === "app");
}

/** Until a token was renewed, reached the end of its life, and was replaced. */
async function readWhileTokensEnd(store: VaultSecretStore, events: readonly string[]) {
  const done = { reads: 0, failed: 0 };
  while (count(events, "logged-in") < 2 && done.failed === 0) {
    done.reads++;
    await store.getSecret(key).catch(() => done.failed++);
    await delay(5);
  }
  row("reads while tokens end", `${done.reads}, of which ${done.failed} failed`);
}

function count(events: readonly string[], type: VaultTokenEvent["type"]): number {
  return events.filter((event) => event === type).length;
}
