import type { SecretStore } from "@llm-orchestrator/secrets-core";
import type { Provider } from "./provider.js";

/** Both keys are valid until somebody revokes the retired one. */
export interface RotatedKey {
  readonly retired: string;
  readonly retiredVersion: string | undefined;
  readonly current: string;
  readonly currentVersion: string | undefined;
}

/** The provider issues a key, it is tried, and only then the store takes it. */
export async function rotateKey(
  store: SecretStore,
  secret: string,
  provider: Provider,
): Promise<RotatedKey> {
  const old = await store.getSecret(secret, { fresh: true });
  const rotated = await store.rotateSecret(secret, {
    generate: () => provider.createKey(),
    verify: async (candidate) => {
      const authorization = `Bearer ${candidate.expose()}`;
      const response = await fetch(`${provider.url}/v1/models`, { headers: { authorization } });
      await response.body?.cancel();
      return response.ok;
    },
  });
  return {
    ...{ retired: old.value.expose(), retiredVersion: old.version },
    ...{ current: rotated.value.expose(), currentVersion: rotated.version },
  };
}
