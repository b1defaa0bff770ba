import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import { randomSecret } from "@llm-orchestrator/secrets-core";
import { prefix } from "./server.js";
import { heading, row } from "./terminal.js";

/** A new value by compare-and-set; the old one stays readable. */
export async function showRotation(): Promise<void> {
  heading("2. Rotate");
  const store = await SecretManagerBuilder.buildVaultFromEnv({ cached: true });
  const key = `${prefix}session/signing_key`;
  const first = await store.putSecret(key, "sk-sample-signing");
  row("put", `version ${first.version}`, first.value);

  const rotated = await store.rotateSecret(key, {
    generate: randomSecret(),
    verify: (candidate) => candidate.expose().length === 43,
  });
  row("rotated", `version ${rotated.version}`, rotated.value);
  row("the next read has it", (await store.getSecret(key)).value.equals(rotated.value));
  const previous = await store.getSecretVersion(key, "previous");
  row('"previous" is the old one', previous.value.equals(first.value));
  for (const { version, state, isCurrent, createdAt } of await store.getSecretVersions(key)) {
    row(`version ${version}`, `${state}, of ${createdAt}`, isCurrent ? "(current)" : "");
  }
  await store.close();
}
