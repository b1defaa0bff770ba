import { checkKey, portableKeySyntax, secretValue } from "@llm-orchestrator/secrets-core";
import { EnvSecretStore } from "@llm-orchestrator/secrets-env";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { interleave, report } from "./interleave.mjs";

const text = "sk-bench-0123456789abcdef0123456789abcdef0123456789"; // 51 characters, as a vendor's key

const repeat = (operation) => (count) => {
  for (let index = 0; index < count; index++) operation(index);
};
const repeatAsync = (operation) => async (count) => {
  for (let index = 0; index < count; index++) await operation(index);
};

export async function benchValues() {
  const value = secretValue(text);
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const bytes = encoder.encode(text);
  report(
    "A value of 51 characters",
    await interleave({
      "TextDecoder.decode (floor of expose)": repeat(() => decoder.decode(bytes)),
      "expose()": repeat(() => value.expose()),
      "TextEncoder.encode (floor of create)": repeat(() => encoder.encode(text)),
      "secretValue(text)": repeat(() => secretValue(text)),
      "equals()": repeat(() => value.equals(value)),
      checkKey: repeat(() => checkKey("openai/api_key", portableKeySyntax)),
    }),
  );
}

export async function benchReads() {
  process.env.BENCH_API_KEY = text;
  const environment = { BENCH_API_KEY: text };
  const readVariable = async () => process.env.BENCH_API_KEY;
  const env = new EnvSecretStore();
  const injected = new EnvSecretStore({ environment });
  const memory = MemorySecretStore.from({ "bench/api_key": text });
  const { signal } = new AbortController();
  report(
    "A read, nothing cached",
    await interleave({
      "await async () => process.env.X (floor)": repeatAsync(readVariable),
      "env, process.env": repeatAsync(() => env.getSecret("bench/api_key")),
      "env, an injected environment": repeatAsync(() => injected.getSecret("bench/api_key")),
      "env, with a signal": repeatAsync(() => env.getSecret("bench/api_key", { signal })),
      memory: repeatAsync(() => memory.getSecret("bench/api_key")),
    }),
  );
}
