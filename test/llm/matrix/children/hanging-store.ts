import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { startLlmServer } from "secrets-tools/llm-server";
import { oldKey } from "./strays.js";
import { type Connect, key } from "./trial.js";

/** Which error ends a call while the store does not answer. */
export interface HangingStore {
  readonly aborted: string;
  readonly timedOut: string;
  readonly requests: number;
}

export async function tryHangingStore(connect: Connect): Promise<HangingStore> {
  const server = await startLlmServer({ keys: [oldKey] });
  const store = MemorySecretStore.from({ [key]: oldKey });
  const { calls } = await connect(store, server.url);
  const hurried = await connect(store, server.url, { timeout: 50 });
  const controller = new AbortController();
  store.getSecret = (_, { signal } = {}) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
      controller.abort();
    });
  const aborted = await errorName(calls.plain({ signal: controller.signal }));
  const timedOut = await errorName(hurried.calls.plain());
  await server.close();
  return { aborted, timedOut, requests: server.requests.length };
}

async function errorName(call: Promise<unknown>): Promise<string> {
  const error = await call.catch((thrown: unknown) => thrown);
  return error instanceof Error ? error.constructor.name : "none";
}
