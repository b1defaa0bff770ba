// Says whether an earlier request left its secret, then writes it.
import { FileSecretStore } from "@llm-orchestrator/secrets-file";
import { outcomesOf } from "./work.js";

async function fileWork({ FILE_PATH: path }) {
  const passphrase = "correct horse battery";
  const store = new FileSecretStore({ path, passphrase, scryptWorkFactor: 10 });
  return outcomesOf({
    before: () => store.getSecret("key").catch(({ code }) => code),
    written: async () => (await store.putSecret("key", "a value")).version,
    after: async () => (await store.getSecret("key")).value.expose(),
  });
}

export default { fetch: async (_, env) => Response.json(await fileWork(env)) };
