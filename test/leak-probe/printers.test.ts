import { onWarning, SecretError, secretValue } from "@llm-orchestrator/secrets-core";
import { assertNoLeak, MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import fc from "fast-check";
import { size } from "secrets-tools/test-size";
import { describe, expect, test } from "vitest";
import { generatedSecrets } from "../secret-value/generated-secrets.ts";
import { printers } from "./printers.ts";

onWarning(() => {}); // implicit conversions are what printers do

const canary = "canary-93b1d0e7f24c";
const options = { slowChannels: false, printers };
const plain = { value: canary };

describe("what third parties print", () => {
  test.each(Object.keys(printers))(
    "%s shows a plain object, so it would show a leak",
    async (name) => {
      const only = { slowChannels: false, printers: { [name]: printers[name] as () => string } };
      await expect(assertNoLeak(plain, [canary], only)).rejects.toThrow(`\n  ${name}: canary 0`);
      const error = new Error(`refused ${canary}`);
      await expect(assertNoLeak(error, [canary], only)).rejects.toThrow(`\n  ${name}: canary 0`);
    },
  );

  test("shows no SecretValue, whatever its text is", {
    timeout: size(60_000, 600_000),
  }, async () => {
    const property = fc.asyncProperty(generatedSecrets, async (text) => {
      await assertNoLeak(secretValue(text), [text], options);
    });
    await fc.assert(property, { numRuns: size(50, 1_000), seed: 7 });
  });

  test("shows no Secret, store or error of a store", async () => {
    const store = MemorySecretStore.from({ "database/password": canary });
    await assertNoLeak(await store.getSecret("database/password"), [canary], options);
    await assertNoLeak(store, [canary], options);
    await assertNoLeak(() => store.getSecret(`${canary} `), [canary], options);
    const cause = Object.assign(new Error(canary), { config: { headers: { token: canary } } });
    await assertNoLeak(new SecretError("BACKEND_UNAVAILABLE", { cause }), [canary], options);
  });
});
