import { existsSync } from "node:fs";
import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import { onWarning, type SecretStore } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { dim, green, heading, row } from "./terminal.js";

const variables = {
  "openai/api_key": "OPENAI_API_KEY",
  "anthropic/api_key": "ANTHROPIC_API_KEY",
} as const;

/** The sample's values; the loopback server accepts the first. */
export const sampleKeys = {
  "openai/api_key": "sk-sample-openai",
  "anthropic/api_key": "sk-sample-anthropic",
};

/** The environment first, then `.env`, then the sample. */
export async function openStore(): Promise<SecretStore> {
  const sample = MemorySecretStore.from(sampleKeys, { name: "sample" });
  const dotenv = existsSync(".env") ? [".env"] : [];
  return new SecretManagerBuilder("env", { dotenv }).withFallback(sample).readOnly().build();
}

export async function reportKeys(store: SecretStore): Promise<void> {
  heading("1. Find the keys");
  const stop = onWarning(() => {}); // the sample is a fallback on purpose
  for (const [key, variable] of Object.entries(variables)) {
    const secret = await store.getSecret(key);
    const isSample = secret.store === "sample";
    row(
      key,
      secret.value,
      isSample
        ? dim(`built-in sample; set ${variable} for yours`)
        : green(`found ${variable}: yours, and sent nowhere`),
    );
  }
  stop();
}
