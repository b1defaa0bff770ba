import { inspect } from "node:util";
import { type Secret, secretValue } from "@llm-orchestrator/secrets-core";
import { startLlmServer } from "secrets-tools/llm-server";
import { sampleKeys } from "./find-keys.js";
import { heading, row } from "./terminal.js";

/** Calls a model on this machine with the sample key, never with a key of the user's. */
export async function callModel(): Promise<void> {
  heading("2. Use a key (a model server on this machine, the sample key)");
  const key = secretValue(sampleKeys["openai/api_key"]);
  const server = await startLlmServer({ keys: [key.expose()] });
  try {
    const call = (authorization: string) =>
      fetch(`${server.url}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify({ model: "sample", messages: [{ role: "user", content: "Hello" }] }),
      });
    row("with .expose()", (await call(`Bearer ${key.expose()}`)).status);
    row("with a wrong key", (await call("Bearer wrong")).status);
  } finally {
    await server.close();
  }
}

/** Whatever prints it, a secret shows nothing. */
export function printByAccident(secret: Secret): void {
  heading("3. Print a secret by accident");
  const { value } = secret;
  row("console.log(value)", value);
  row("in a template", `Bearer ${value}`);
  row("JSON.stringify(secret)", JSON.stringify({ value }));
  row("inspect(value)", inspect(value, { depth: 9 }));
  row("new Error(value).message", new Error(`${value}`).message);
  row("structuredClone(value)", JSON.stringify(structuredClone({ value })));
}
