import { createOpenAIClient, openAIOptions } from "@llm-orchestrator/secrets-openai";
import { OpenAI } from "openai";
import { VERSION } from "openai/version";
import { openAiCalls } from "../../acceptance/calls.js";
import { giveFunction } from "./function-as-key.js";
import { tryHangingStore } from "./hanging-store.js";
import { type Connect, key, tryOut } from "./trial.js";

const once = { maxRetries: 1 };

const fromOptions: Connect = async (store, url, limits) => {
  const options = openAIOptions(store, key, { baseURL: `${url}/v1` });
  const client = new OpenAI({ ...options, ...once, ...limits });
  return { client, calls: openAiCalls(client) };
};

const fromFunction: Connect = async (store, url, limits) => {
  const client = await createOpenAIClient(store, key, { baseURL: `${url}/v1`, ...once, ...limits });
  return { client, calls: openAiCalls(client) };
};

const isSdkError = (error: unknown) => error instanceof OpenAI.AuthenticationError;

const report = {
  sdk: VERSION,
  functionAsKey: await giveFunction((url, apiKey) => {
    const options = { apiKey: apiKey as never, baseURL: `${url}/v1`, maxRetries: 0 };
    return openAiCalls(new OpenAI(options)).plain();
  }),
  hanging: [await tryHangingStore(fromOptions), await tryHangingStore(fromFunction)],
  trials: {
    "new OpenAI({ ...openAIOptions() })": await tryOut(fromOptions, isSdkError),
    "createOpenAIClient()": await tryOut(fromFunction, isSdkError),
  },
};
console.log(JSON.stringify(report));
