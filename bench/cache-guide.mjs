import { SecretCache } from "@llm-orchestrator/secrets-cache";
import { EnvSecretStore } from "@llm-orchestrator/secrets-env";
import { textOf } from "./cache-data.mjs";
import { interleave, report } from "./interleave.mjs";

const key = "bench/api_key";

/** What the guide gives in milliseconds: a hit, and a miss where the backend is the environment. */
export async function benchGuide() {
  process.env.BENCH_API_KEY = textOf(key);
  const env = new EnvSecretStore();
  const cache = new SecretCache(env);
  const repeat = (operation) => async (count) => {
    for (let index = 0; index < count; index++) await operation();
  };
  report(
    "The guide's rows: a hit (under 1 ms there), and the environment (about 1 ms there)",
    await interleave({
      hit: repeat(() => cache.getSecret(key)),
      "miss, the environment behind it": repeat(() => {
        cache.invalidate(key);
        return cache.getSecret(key);
      }),
      "the environment, without a cache": repeat(() => env.getSecret(key)),
    }),
  );
}
