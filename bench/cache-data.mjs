import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";

/** Keys of 26 characters. */
export function makeKeys(count) {
  return Array.from({ length: count }, (_, index) => {
    const number = String(index).padStart(6, "0");
    return `team-${index % 10}/services/api_${number}`;
  });
}

export const textOf = (key) => `sk-bench-${key.slice(-6)}-0123456789abcdef01234567`; // 40 characters

/** The secrets by key, as a store hands them out. */
export async function makeSecrets(keys) {
  const store = MemorySecretStore.from(Object.fromEntries(keys.map((key) => [key, textOf(key)])));
  const secrets = new Map();
  for (const key of keys) secrets.set(key, await store.getSecret(key));
  return secrets;
}

/** The same random order in every run. */
export function makeOrder(keyCount, length) {
  let state = 20_260_101;
  return Int32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * keyCount);
  });
}
