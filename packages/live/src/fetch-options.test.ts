import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { expect, test } from "vitest";
import { key, oldKey } from "../test/sample-api.js";
import { createSecretFetch } from "./index.js";

test.each([
  ["origin", {}, "origin is missing"],
  ["a list without one", { origin: [] }, "origin is missing"],
  ["no URL", { origin: "api.openai.com" }, "no web origin"],
  ["another scheme", { origin: "ftp://api.openai.com" }, "no web origin"],
  ["a password", { origin: "https://u:canary@api.example" }, "no web origin"],
  ["plain http", { origin: "http://api.example" }, "dangerouslyAllowPlainHttp"],
  ["a misspelled option", { orgin: "https://api.example" }, 'no option "orgin"'],
  ["a bad field", { origin: "https://api.example", field: "" }, "field"],
  ["a bad fetch", { origin: "https://api.example", fetch: {} }, "fetch is not a function"],
  ["a bad authFailure", { origin: "https://api.example", authFailure: 401 }, "authFailure"],
  ["a redirect as authFailure", { origin: "https://api.example", authFailure: [302] }, "from 400"],
])("%s is CONFIGURATION, at once", (_, options, says) => {
  const store = MemorySecretStore.from({ [key]: oldKey });
  const make = () => createSecretFetch(store, key, options as never);
  expect(make).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  expect(make).toThrow(says);
  expect(make).not.toThrow("canary");
});

test("plain http goes to this machine, and elsewhere by an ugly name only", () => {
  const store = MemorySecretStore.from({ [key]: oldKey });
  for (const origin of ["http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1"]) {
    expect(() => createSecretFetch(store, key, { origin })).not.toThrow();
  }
  const options = { origin: "http://gateway.internal", dangerouslyAllowPlainHttp: true };
  expect(() => createSecretFetch(store, key, options)).not.toThrow();
});

test("an origin may be a URL object, or several of either kind", async () => {
  const store = MemorySecretStore.from({ [key]: oldKey });
  const origin = [new URL("https://one.example/v1"), "https://two.example"];
  const fetch = createSecretFetch(store, key, { origin });
  for (const url of ["https://one.example", "https://two.example/v2"]) await fetch.prepare({ url });
  await expect(fetch.prepare({ url: "https://three.example" })).rejects.toMatchObject({
    reason: "origin-not-allowed",
  });
});
