import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { expect, test } from "vitest";
import { toProviderSettings } from "./live-settings.js";

const store = MemorySecretStore.from({ key: "sk-canary-1234" });
const usual = "https://api.example/v1";

test("an empty base URL is as good as none", () => {
  for (const baseURL of ["", " ", undefined]) {
    expect(toProviderSettings({ store, secret: "key", baseURL }, usual).baseURL).toBe(usual);
  }
  const baseURL = "https://gateway.example/v1";
  expect(toProviderSettings({ store, secret: "key", baseURL }, usual).baseURL).toBe(baseURL);
});

test.each([
  ["apiKey", { store, secret: "key", apiKey: "sk-other" }],
  ["authToken", { store, secret: "key", authToken: "token" }],
  ["are not an object", undefined],
])("settings that do not go with a key from a store (%s) are refused", (says, settings) => {
  const make = () => toProviderSettings(settings as never, usual);
  expect(make).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  expect(make).toThrow(says);
});
