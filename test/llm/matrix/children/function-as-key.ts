import { startLlmServer } from "secrets-tools/llm-server";
import { oldKey, straysIn } from "./strays.js";

/** What an SDK does with a function that it is given as its key. */
export type FunctionAsKey = "called" | "dropped" | "its source sent as the key";

/** The control: without our care, this is what the SDK does. */
export async function giveFunction(
  ask: (url: string, apiKey: () => Promise<string>) => Promise<unknown>,
): Promise<FunctionAsKey> {
  const server = await startLlmServer({ keys: [oldKey] });
  await ask(server.url, async () => oldKey).catch(() => {}); // the server says how it went
  await server.close();
  if (straysIn(server).includes("a function's source")) return "its source sent as the key";
  return server.requests[0]?.key === oldKey ? "called" : "dropped";
}
