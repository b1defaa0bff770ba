// Run in a process of its own: reads one secret, then has nothing more to do.
import { VaultSecretStore } from "../../src/index.js";

const { address = "", roleId = "", secretId = "", close } = JSON.parse(process.argv[2] ?? "{}");
const auth = { method: "approle", roleId, secretId } as const;
const store = new VaultSecretStore({ address, auth });
const secret = await store.getSecret("app/key");
if (close) await store.close();
process.stdout.write(secret.value.expose());
