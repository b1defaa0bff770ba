import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import { randomSecret } from "@llm-orchestrator/secrets-core";
import { keys } from "./account.js";
import { heading, row } from "./terminal.js";

/** A new value that is tried before it becomes current; the old one stays readable. */
export async function showRotation(): Promise<void> {
  heading("3. Rotate");
  const store = await SecretManagerBuilder.buildAwsDefault({ cached: true });
  const first = await store.putSecret(keys.signing, "sk-sample-signing");
  row("put", `version ${first.version}`, first.value);

  const rotated = await store.rotateSecret(keys.signing, {
    generate: randomSecret(),
    verify: (candidate) => candidate.expose().length === 43,
  });
  row("rotated", `version ${rotated.version}`, rotated.value);
  row("the next read has it", (await store.getSecret(keys.signing)).value.equals(rotated.value));
  const previous = await store.getSecretVersion(keys.signing, "previous");
  row('"previous" is the old one', previous.value.equals(first.value));
  for (const { version, labels } of await store.getSecretVersions(keys.signing)) {
    row("version", version, labels.join());
  }
  await store.close();
}
