import type { SecretsResult } from "@llm-orchestrator/secrets-core";
import type { Concern } from "./case.js";
import { check, checkError, checkSecret, rejects } from "./checks.js";
import type { Lab } from "./lab.js";

export const batch: Concern = {
  title: "reading many",
  cases: [
    {
      name: "getSecrets gives what exists and an error for each key that does not",
      run: async (lab) => {
        const [first, absent, second] = [lab.key("first"), lab.key("absent"), lab.key("second")];
        const [one, two] = [await lab.arrange(first), await lab.arrange(second)];
        const result = await lab.store.getSecrets([first, absent, second]);
        checkKeys(result, [first, second], [absent]);
        checkSecret(result.secrets.get(first) as never, first, one);
        checkSecret(result.secrets.get(second) as never, second, two);
        const error = result.errors.get(absent);
        checkError(error, { code: "NOT_FOUND", reason: "absent" }, "an absent key of a batch");
        check(error.key === absent, "the error names its key", "another key or none");
      },
    },
    {
      name: "the results have the order of the keys, and a key that is asked twice comes once",
      run: async (lab) => {
        const keys = await Promise.all(["d", "a", "c", "b"].map((name) => lab.arranged(name)));
        const absent = ["z", "y"].map((name) => lab.key(name));
        const asked = [absent[0], ...keys, ...keys, absent[1], absent[0]] as string[];
        checkKeys(await lab.store.getSecrets(asked), keys, absent);
      },
    },
    {
      name: "a batch larger than one request, or than many, is complete",
      run: async (lab) => {
        const count = 2 * (lab.store.capabilities.maxBatchSize ?? 10) + 3;
        const names = Array.from({ length: count }, (_, index) => `n${index}`);
        const values = new Map<string, string>();
        await Promise.all(
          names.map(async (name) => values.set(lab.key(name), await lab.arrange(lab.key(name)))),
        );
        const keys = names.map((name) => lab.key(name));
        const result = await lab.store.getSecrets([...keys, lab.key("absent")]);
        checkKeys(result, keys, [lab.key("absent")]);
        for (const [key, secret] of result.secrets) {
          checkSecret(secret, key, values.get(key) as string);
        }
      },
    },
    {
      name: "a bad key is INVALID_KEY for itself, and the others are read",
      run: async (lab) => {
        const key = await lab.arranged("good");
        const bad = ["", "../up", "a//b", "a\u0000b"];
        const result = await lab.store.getSecrets([...bad, key]);
        checkKeys(result, [key], bad);
        for (const error of result.errors.values()) checkError(error, "INVALID_KEY", "a bad key");
      },
    },
    {
      name: "a batch of no keys is empty",
      run: async (lab) => checkKeys(await lab.store.getSecrets([]), [], []),
    },
    {
      name: "what is no array of strings is CONFIGURATION",
      run: async (lab) => {
        const key = await lab.arranged("single");
        for (const keys of [undefined, null, key, { 0: key }, [key, 7], [key, undefined]]) {
          const call = lab.store.getSecrets(keys as never);
          await rejects(call, "CONFIGURATION", "getSecrets of what is no array of strings");
        }
      },
    },
    {
      name: "a deleted key is NOT_FOUND in a batch, with the reason that a single read gives",
      needs: ["restore"],
      run: async (lab) => {
        const [first, last] = [await lab.arranged("first"), await lab.arranged("last")];
        const key = await lab.arranged("deleted");
        await lab.store.deleteSecret(key);
        const single = await rejects(lab.read(key), "NOT_FOUND", "getSecret of a deleted secret");
        const result = await lab.store.getSecrets([first, key, last]);
        checkKeys(result, [first, last], [key]);
        const expected = { code: "NOT_FOUND", reason: single.reason as string } as const;
        checkError(result.errors.get(key), expected, "a deleted key of a batch");
      },
    },
    {
      name: "a batch gives the versions that single reads give",
      needs: ["versions"],
      run: async (lab) => {
        const key = await lab.arranged("versioned");
        await lab.arrange(key);
        const { secrets } = await lab.store.getSecrets([key]);
        const { version } = await lab.read(key);
        check(secrets.get(key)?.version === version, "the version is the same", "another version");
      },
    },
  ],
};

/** Whether the maps hold exactly these keys, in this order. */
function checkKeys(
  { secrets, errors }: SecretsResult,
  found: readonly string[],
  failed: readonly string[],
): void {
  for (const [name, map, keys] of [
    ["secrets", secrets, found],
    ["errors", errors, failed],
  ] as const) {
    check(typeof map?.keys === "function", `${name} is a map`, typeof map);
    const same = JSON.stringify([...map.keys()]) === JSON.stringify(keys);
    const rule = `${name} holds ${keys.length} keys in the order in which they were asked`;
    check(same, rule, `${map.size} keys, or another order`);
  }
}

/** The errors of a batch of one key that cannot be read. */
export async function batchError(lab: Lab, key: string): Promise<unknown> {
  const { secrets, errors } = await lab.store.getSecrets([key]);
  check(secrets.size === 0, "a batch that fails gives no secret", "a secret");
  return errors.get(key);
}
