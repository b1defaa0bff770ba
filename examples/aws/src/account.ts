import { randomUUID } from "node:crypto";
import { AwsSecretStore } from "@llm-orchestrator/secrets-aws";
import { startMoto } from "secrets-tools/moto";

/** Of this run alone: AWS takes a while until the name of a deleted secret is free again. */
const prefix = `secrets-example-${randomUUID().slice(0, 8)}/`;

/** Everything that the example writes. */
export const keys = {
  openai: `${prefix}openai/api_key`,
  anthropic: `${prefix}anthropic/api_key`,
  database: `${prefix}database/login`,
  signing: `${prefix}session/signing_key`,
};

export interface Account {
  readonly title: string;
  /** Removes what the example wrote. */
  leave(): Promise<void>;
}

/**
 * With `EXAMPLE_LOCAL=1` Moto on this machine, which AWS's variables then name; without it whatever they,
 * the shared configuration or the instance's role say. Nothing else differs.
 */
export async function enterAccount(): Promise<Account> {
  if (process.env.EXAMPLE_LOCAL !== "1") {
    return { title: "your AWS account, in the region that the SDK finds", leave: removeAll };
  }
  const moto = await startMoto();
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("AWS_")) delete process.env[name]; // they mean another account
  }
  process.env.AWS_ENDPOINT_URL = moto.endpoint;
  process.env.AWS_REGION = moto.region;
  process.env.AWS_ACCESS_KEY_ID = moto.credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = moto.credentials.secretAccessKey;
  const leave = () => removeAll().finally(() => moto.stop());
  return { title: `Moto, process ${moto.pid} on this machine`, leave };
}

/** For good, with no window in which they could be restored, and would be paid for. */
async function removeAll(): Promise<void> {
  const store = new AwsSecretStore();
  for (const key of Object.values(keys)) await store.deleteSecret(key, { mode: "permanent" });
  await store.close();
}
