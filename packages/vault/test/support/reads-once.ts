// Run in a process of its own: reads a secret once, or more often, then has nothing more to do.
import { VaultSecretStore } from "../../src/index.js";

const { options, reads = 1, close } = JSON.parse(process.argv[2] ?? "{}");
const store = new VaultSecretStore(options);
let secret = await store.getSecret("app/key");
for (let count = 1; count < reads; count++) secret = await store.getSecret("app/key");
if (close) await store.close();
process.stdout.write(secret.value.expose());
