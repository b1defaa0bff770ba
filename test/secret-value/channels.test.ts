import { onWarning, secretValue } from "@llm-orchestrator/secrets-core";
import { assertNoLeak, MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import fc from "fast-check";
import { size } from "secrets-tools/test-size";
import { describe, expect, test } from "vitest";
import { generatedSecrets } from "./generated-secrets.ts";

onWarning(() => {}); // implicit conversions are what the probe does

const fast = { slowChannels: false } as const;

/** Channels in which the probe sees the text in a plain object. */
async function channelsThatShow(text: string): Promise<number> {
  const failure = await assertNoLeak({ value: text }, [text]).then(
    () => expect.fail("the probe is blind"),
    (error: Error) => error,
  );
  return Number(/can be seen in (\d+) of/.exec(failure.message)?.[1]);
}

describe("a SecretValue of any text", () => {
  test("shows nothing in any channel of the process", {
    timeout: size(120_000, 900_000),
  }, async () => {
    const property = fc.asyncProperty(generatedSecrets, async (text) => {
      await assertNoLeak(secretValue(text), [text], fast);
    });
    await fc.assert(property, { numRuns: size(300, 10_000), seed: 1 });
  });

  test(
    "shows nothing when it was made of bytes, whatever they are",
    async () => {
      const bytes = fc.uint8Array({ minLength: 16, maxLength: 200 });
      const distinct = bytes.filter((array) => new Set(array).size > 12);
      const property = fc.asyncProperty(distinct, async (array) => {
        await assertNoLeak(secretValue(array), [array], fast);
      });
      await fc.assert(property, { numRuns: size(100, 1_000), seed: 2 });
    },
    size(60_000, 300_000),
  );

  test("shows nothing in a worker thread and a diagnostic report", async () => {
    const property = fc.asyncProperty(generatedSecrets, async (text) => {
      await assertNoLeak(secretValue(text), [text]);
    });
    await fc.assert(property, { numRuns: size(20, 200), seed: 3 });
  }, 60_000);

  test(
    "shows nothing as part of a Secret, a batch or a store",
    async () => {
      const property = fc.asyncProperty(generatedSecrets, async (text) => {
        const store = MemorySecretStore.from({ "database/password": text });
        const secret = await store.getSecret("database/password");
        const batch = await store.getSecrets(["database/password", "database/user"]);
        const put = await store.putSecret("database/password", `${text} `, { tags: { team: "a" } });
        await assertNoLeak({ store, secret, batch, put }, [text], fast);
      });
      await fc.assert(property, { numRuns: size(100, 1_000), seed: 4 });
    },
    size(60_000, 300_000),
  );

  test("would be seen in at least 20 channels if it were a plain object", async () => {
    const property = fc.asyncProperty(generatedSecrets, async (text) => {
      expect(await channelsThatShow(text)).toBeGreaterThanOrEqual(20);
    });
    await fc.assert(property, { numRuns: size(20, 200), seed: 5 });
  }, 60_000);
});
