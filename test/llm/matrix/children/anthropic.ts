import { Anthropic } from "@anthropic-ai/sdk";
import { VERSION } from "@anthropic-ai/sdk/version";
import { anthropicOptions, createAnthropicClient } from "@llm-orchestrator/secrets-anthropic";
import { anthropicCalls } from "../../acceptance/calls.js";
import { giveFunction } from "./function-as-key.js";
import { tryHangingStore } from "./hanging-store.js";
import { type Connect, key, tryOut } from "./trial.js";

const once = { maxRetries: 1 };

const fromOptions: Connect = async (store, url, limits) => {
  const client = new Anthropic({
    ...anthropicOptions(store, key, { baseURL: url }),
    ...once,
    ...limits,
  });
  return { client, calls: anthropicCalls(client) };
};

const fromFunction: Connect = async (store, url, limits) => {
  const client = await createAnthropicClient(store, key, { baseURL: url, ...once, ...limits });
  return { client, calls: anthropicCalls(client) };
};

const isSdkError = (error: unknown) => error instanceof Anthropic.AuthenticationError;

const report = {
  sdk: VERSION,
  functionAsKey: await giveFunction((url, apiKey) => {
    const options = { apiKey: apiKey as never, authToken: null, baseURL: url, maxRetries: 0 };
    return anthropicCalls(new Anthropic(options)).plain();
  }),
  hanging: [await tryHangingStore(fromOptions), await tryHangingStore(fromFunction)],
  trials: {
    "new Anthropic({ ...anthropicOptions() })": await tryOut(fromOptions, isSdkError),
    "createAnthropicClient()": await tryOut(fromFunction, isSdkError),
  },
};
console.log(JSON.stringify(report));
