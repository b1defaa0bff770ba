import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { EnvSecretStore } from "@llm-orchestrator/secrets-env";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { expect, test } from "vitest";
import { type MigrationOptions, migrate, type Step } from "./migrate.js";

const environment = { OPENAI_API_KEY: "canary-one", OPENAI_ORGANIZATION: "canary-two" };
const from = new EnvSecretStore({ environment });
const prefixes = ["openai/"];

async function outcomes(to: SecretStore, options: Partial<MigrationOptions> = {}) {
  const steps: Step[] = [];
  for await (const step of migrate(from, to, { prefixes, ...options })) steps.push(step);
  return steps.map(({ outcome }) => outcome);
}

test("writes nothing in a dry run, then each secret once, and can be run again", async () => {
  const to = MemorySecretStore.from({});
  expect(await outcomes(to)).toEqual(["would be copied", "would be copied"]);
  await expect(to.getSecret("openai/api_key")).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(await outcomes(to, { apply: true })).toEqual(["copied", "copied"]);
  expect((await to.getSecret("openai/api_key")).value.expose()).toBe("canary-one");
  expect(await outcomes(to, { apply: true })).toEqual(["is there already", "is there already"]);
  expect(await to.getSecretVersions("openai/api_key")).toHaveLength(1);
});

test("leaves alone what has another value there", async () => {
  const to = MemorySecretStore.from({ "openai/api_key": "newer" });
  expect(await outcomes(to, { apply: true })).toEqual(["is there with another value", "copied"]);
  expect((await to.getSecret("openai/api_key")).value.expose()).toBe("newer");
});

test("goes on after a refusal, and says which", async () => {
  const to = MemorySecretStore.from({});
  to.simulate("PERMISSION_DENIED");
  expect(await outcomes(to, { apply: true })).toEqual(["failed", "failed"]);
});

test.each([{}, { apply: true }])(
  "foretells that a store cannot write, with %j",
  async (options) => {
    const to = new EnvSecretStore({
      environment: { Q_OPENAI_ORGANIZATION: "other" },
      prefix: "Q_",
    });
    expect(await outcomes(to, options)).toEqual(["failed", "is there with another value"]);
  },
);
