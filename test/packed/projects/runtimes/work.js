// What an application does with each package, on whatever runtime this is. One line of outcome each.
import { SecretCache } from "@llm-orchestrator/secrets-cache";
import { BaseSecretStore, secretValue } from "@llm-orchestrator/secrets-core";
import { liveKey } from "@llm-orchestrator/secrets-live";
import { createOpenAIClient } from "@llm-orchestrator/secrets-openai";

/** Over what a platform gives its programs: bindings, variables. */
class BindingStore extends BaseSecretStore {
  #bindings;

  constructor(bindings) {
    super({ name: "bindings" });
    this.#bindings = bindings;
  }

  async read(key) {
    const value = this.#bindings[key];
    return value === undefined ? undefined : { value };
  }
}

/** With the Web APIs alone. */
export async function webWork({ LLM_URL, API_KEY }) {
  const store = new SecretCache(new BindingStore({ API_KEY }));
  return outcomesOf({
    core: () => `${secretValue("a value")} ${JSON.stringify({ value: secretValue("a value") })}`,
    cache: async () => {
      await store.getSecret("API_KEY");
      await store.getSecret("API_KEY");
      return `${store.stats().hits} hit`;
    },
    live: async () => {
      const { apiKey, fetch } = liveKey(store, "API_KEY", { origin: LLM_URL });
      const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
      const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: "hello" }] });
      const url = `${LLM_URL}/v1/chat/completions`;
      return (await fetch(url, { method: "POST", headers, body })).status;
    },
    openai: async () => {
      const baseURL = `${LLM_URL}/v1`;
      const client = await createOpenAIClient(store, "API_KEY", { baseURL, maxRetries: 0 });
      const messages = [{ role: "user", content: "hello" }];
      const answer = await client.chat.completions.create({ model: "m", messages });
      return answer.choices[0].message.content;
    },
  });
}

/** Runs each, and says what came or what went wrong. */
export async function outcomesOf(works) {
  const outcomes = {};
  for (const [name, work] of Object.entries(works)) {
    try {
      outcomes[name] = await work();
    } catch (error) {
      outcomes[name] = `${error?.name} ${error?.code ?? ""} ${error?.message}`;
    }
  }
  return outcomes;
}
