import { LLMock } from "@copilotkit/aimock";
import type { FetchFunction } from "@llm-orchestrator/secrets-live";
import { onTestFinished } from "vitest";
import { newKey, oldKey } from "../acceptance/world.js";

export const answer = "Hello from somebody else's server.";

/** A model service that we did not write. */
export interface MockService {
  readonly url: string;
  /** What was sent and what it answered, oldest first: `["old 401", "new 200"]`. */
  readonly seen: string[];
  /** Sends, and takes note. */
  readonly fetch: FetchFunction;
  /** Its keys are fixed once it runs: it starts anew on its port, with these. */
  accept(...keys: readonly string[]): Promise<void>;
}

export async function startMockService(...keys: readonly string[]): Promise<MockService> {
  let mock = await start(0, keys);
  onTestFinished(() => mock.stop());
  const { url } = mock;
  const port = Number(new URL(url).port);
  const seen: string[] = [];
  const fetch: FetchFunction = async (input, init) => {
    const response = await globalThis.fetch(input, init);
    const headers = new Headers(init?.headers);
    const sent = headers.get("x-api-key") ?? headers.get("authorization")?.replace("Bearer ", "");
    seen.push(`${names.get(sent ?? "") ?? "other"} ${response.status}`);
    return response;
  };
  const accept = async (...others: readonly string[]) => {
    await mock.stop();
    mock = await start(port, others);
  };
  return { url, seen, fetch, accept };
}

const names = new Map([
  [oldKey, "old"],
  [newKey, "new"],
]);

async function start(port: number, apiKeys: readonly string[]): Promise<LLMock> {
  const mock = new LLMock({ port, host: "127.0.0.1", auth: { apiKeys }, chunkSize: 100 });
  mock.onMessage(/./, { content: answer });
  await mock.start();
  return mock;
}
