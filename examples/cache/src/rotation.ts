import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import { randomSecret } from "@llm-orchestrator/secrets-core";
import { HttpSecretStore } from "./http-secret-store.js";
import { heading, row } from "./terminal.js";

/** A rotation is seen at once: through the cache by itself, past it by the first refusal. */
export async function showRotation(url: string, key: string): Promise<void> {
  heading("2. Rotate");
  const cache = await new SecretManagerBuilder(new HttpSecretStore(url)).withCache().build();
  const old = await cache.getSecret(key);
  row("held", `version ${old.version}`, old.value);

  await cache.rotateSecret(key, { generate: randomSecret() });
  const rotated = await cache.getSecret(key);
  const previous = await cache.getSecretVersion(key, "previous");
  row("read after rotating through it", `version ${rotated.version}`, rotated.value);
  row('"previous" is still the old one', previous.value.equals(old.value));

  const somebodyElse = new HttpSecretStore(url);
  await somebodyElse.rotateSecret(key, { generate: randomSecret() });
  const refused = await cache.getSecret(key);
  row("after somebody else rotated it", `version ${refused.version}, until it is refused`);
  const accepted = await cache.getSecret(key, { rejected: refused }); // on a 401, say
  row("{ rejected: secret }", `version ${accepted.version}`, accepted.value);
  row("and from then on for everybody", `version ${(await cache.getSecret(key)).version}`);
  await somebodyElse.close();
  await cache.close();
}
