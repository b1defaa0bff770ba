// What needs Node's own modules, or a runtime that has them too.
import { AwsSecretStore } from "@llm-orchestrator/secrets-aws";
import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import { EnvSecretStore } from "@llm-orchestrator/secrets-env";
import { FileSecretStore, generateIdentity } from "@llm-orchestrator/secrets-file";
import { VaultSecretStore } from "@llm-orchestrator/secrets-vault";
import { outcomesOf } from "./work.js";

export function nodeWork({ VAULT_URL, VAULT_KEY, AWS_URL, FILE_PATH }) {
  const environment = { API_KEY: "a value" };
  return outcomesOf({
    env: () => writtenAndRead(new EnvSecretStore({ environment, writable: true })),
    builder: async () => {
      const builder = SecretManagerBuilder.fromUrl("env:", { environment }).withCache();
      return (await builder.build()).name;
    },
    file: async () => {
      const identity = await generateIdentity();
      return writtenAndRead(new FileSecretStore({ path: FILE_PATH, identity }));
    },
    vault: () => writtenAndRead(new VaultSecretStore({ address: VAULT_URL, token: VAULT_KEY })),
    aws: () => {
      const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
      return writtenAndRead(
        new AwsSecretStore({ region: "us-east-1", endpoint: AWS_URL, credentials }),
      );
    },
  });
}

async function writtenAndRead(store) {
  await store.putSecret("runtime/key", "a value");
  const { value } = await store.getSecret("runtime/key");
  const error = await store.getSecret("absent").catch(({ code }) => code);
  await store.close();
  return `${value} ${value.expose()} ${error}`;
}
