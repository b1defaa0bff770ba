import { onWarning, type SecretWarning } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { type LlmServer, startLlmServer } from "secrets-tools/llm-server";
import { onTestFinished, vi } from "vitest";
import { liveKey, type SecretFetchOptions } from "../src/index.js";

export const key = "sample/api_key";
export const oldKey = "sk-canary-old-5f31";
export const newKey = "sk-canary-new-9c02";

/** A server that takes the old key, a store that holds it, and a client of the simplest kind. */
export async function sampleApi(options: Partial<SecretFetchOptions> = {}) {
  const server = await startLlmServer({ keys: [oldKey] });
  onTestFinished(() => server.close());
  const store = MemorySecretStore.from({ [key]: oldKey });
  const reads = vi.spyOn(store, "getSecret");
  const { apiKey, fetch } = liveKey(store, key, { origin: server.url, ...options });
  const call = (init: RequestInit = {}, path = "/v1/chat/completions") =>
    fetch(`${server.url}${path}`, {
      method: "POST",
      body: JSON.stringify({ model: "sample" }),
      ...init,
      headers: { authorization: `Bearer ${apiKey}`, ...(init.headers as object) },
    });
  /** The service takes the new key only; the store has it. */
  const rotate = async () => {
    await store.putSecret(key, newKey);
    server.keys.clear();
    server.keys.add(newKey);
  };
  return { server, store, reads, apiKey, fetch, call, rotate, seen: () => sequence(server) };
}

/** What the server saw: which key, and what it answered. */
export function sequence({ requests }: LlmServer): string[] {
  const names = new Map([
    [oldKey, "old"],
    [newKey, "new"],
  ]);
  return requests.map(({ key: sent = "", status }) => `${names.get(sent) ?? "other"} ${status}`);
}

/** What is warned of until the test ends. */
export function warnings(): SecretWarning[] {
  const seen: SecretWarning[] = [];
  onTestFinished(onWarning((warning) => seen.push(warning)));
  return seen;
}
