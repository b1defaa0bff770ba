/**
 * Rotates a secret and stands still in the step that it is told, for the parent to kill it there. What
 * it has put in force it says on its output, as the service would know it.
 */
import { AwsSecretStore } from "../../../src/index.js";

const [endpoint, key = "", step] = process.argv.slice(2);
const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const store = new AwsSecretStore({ region: "us-east-1", endpoint, credentials });

/** Tells the parent where it is, and never comes back where it is to end. */
async function at(name: string): Promise<void> {
  process.stdout.write(`${name}\n`);
  if (name === step) await new Promise(() => setInterval(() => {}, 1_000));
}

await store.rotateSecret(key, {
  generate: async () => {
    await at("generate");
    return "of the child";
  },
  set: async (candidate) => {
    await at(`set ${candidate.expose()}`);
    await at("set");
  },
  verify: () => at("verify"),
});
await at("done");
