import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { expect, test, vi } from "vitest";
import { anthropicOptions, createAnthropicClient } from "./index.js";

const key = "anthropic/api_key";
const wrong = { code: "CONFIGURATION", reason: "bad-argument" };
const fixture = () => MemorySecretStore.from({ [key]: "sk-ant-canary-1234" });

test.each([
  ["apiKey", { apiKey: "sk-other" }],
  ["authToken", { authToken: "token" }],
  ["credentials", { credentials: async () => ({ token: "x" }) }],
  ["profile", { profile: "work" }],
  ["config", { config: {} }],
  ["are not an object", null],
])("options that do not go with a key from a store (%s) are refused", async (says, options) => {
  const store = fixture();
  const reads = vi.spyOn(store, "getSecret");
  const made = createAnthropicClient(store, key, options as never);
  await expect(made).rejects.toMatchObject({ ...wrong, message: expect.stringContaining(says) });
  expect(reads).not.toHaveBeenCalled();
});

test("an empty base URL is as good as none; null for the options is a mistake", () => {
  expect(anthropicOptions(fixture(), key, { baseURL: "" }).baseURL).toBe(
    "https://api.anthropic.com",
  );
  const make = () => anthropicOptions(fixture(), key, null as never);
  expect(make).toThrow(expect.objectContaining(wrong));
});

test("another base URL is refused at once, with the fix, and nothing is read", async () => {
  const store = fixture();
  const client = await createAnthropicClient(store, key);
  const reads = vi.spyOn(store, "getSecret");
  const other = client.withOptions({ baseURL: "https://gateway.example", maxRetries: 5 });
  await expect(other.models.list()).rejects.toMatchObject({
    message: expect.stringContaining("may not go to https://gateway.example"),
    cause: expect.objectContaining({ code: "CONFIGURATION", reason: "origin-not-allowed" }),
  });
  expect(reads).not.toHaveBeenCalled();
});
