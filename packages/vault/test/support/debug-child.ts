/** Reads, writes and fails in every way against the server that its input names, and prints nothing. */
import { text } from "node:stream/consumers";
import { VaultSecretStore } from "../../src/index.js";

const { address, dead, token, value } = JSON.parse(await text(process.stdin)) as Record<
  string,
  string
>;
const auth = { method: "userpass", username: "somebody", password: token ?? "" } as const;
const stores = [
  new VaultSecretStore({ address: address ?? "", token: token ?? "" }),
  new VaultSecretStore({ address: dead ?? "", token: token ?? "" }),
  new VaultSecretStore({ address: address ?? "", token: `${token}-wrong` }),
  new VaultSecretStore({ address: address ?? "", auth }),
];
for (const store of stores) {
  await store.putSecret("debug", value ?? "").catch(() => {});
  await store.getSecret("debug").catch(() => {});
  await store.getSecret("none").catch(() => {});
  await store.rotateSecret("debug", { generate: () => `${value}-new` }).catch(() => {});
  await store.healthCheck();
  await store.close();
}
