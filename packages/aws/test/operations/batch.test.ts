import { describe, expect, test } from "vitest";
import { aSecret, type Reply } from "../support/scripted-aws.js";
import { onEmulators, patient, scripted } from "../support/servers.js";

const names = (count: number) => Array.from({ length: count }, (_, index) => `b/${index}`);

onEmulators(({ store, seen }) => {
  test("A22: 45 keys are three requests; order is kept, an error is one key's", async () => {
    const aws = store();
    const keys = names(43);
    await Promise.all(keys.map((key) => aws.putSecret(key, `value of ${key}`)));
    await aws.deleteSecret("b/7");
    seen();
    const asked = ["b/absent", ...keys, "b/absent-too"];
    const { secrets, errors } = await aws.getSecrets(asked);
    expect(seen()).toEqual(["BatchGetSecretValue", "BatchGetSecretValue", "BatchGetSecretValue"]);
    expect([...secrets.keys()]).toEqual(keys.filter((key) => key !== "b/7"));
    expect(secrets.get("b/42")?.value.expose()).toBe("value of b/42");
    expect([...errors].map(([key, { reason }]) => [key, reason])).toEqual([
      ["b/absent", "absent"],
      ["b/7", "pending-deletion"],
      ["b/absent-too", "absent"],
    ]);
  });
});

describe("on a scripted server", () => {
  const single = (key: unknown): Reply => aSecret(`value of ${String(key)}`);

  test.each([["AccessDeniedException"], ["ThrottlingException"]])(
    "A23: a batch that ends in %s is read one by one",
    async (error) => {
      const { server, store } = await scripted(
        ({ operation, input }) =>
          operation === "BatchGetSecretValue" ? { error } : single(input.SecretId),
        { maxAttempts: 1 },
      );
      const { secrets, errors } = await store.getSecrets(names(25));
      expect([secrets.size, errors.size]).toEqual([25, 0]);
      expect(secrets.get("b/24")?.value.expose()).toBe("value of b/24");
      const batches = server.operations.filter((name) => name === "BatchGetSecretValue").length;
      await store.getSecrets(names(25));
      const later = server.operations.filter((name) => name === "BatchGetSecretValue").length;
      // What is denied stays denied for minutes; a throttle is over soon.
      expect(later - batches).toBe(error === "AccessDeniedException" ? 0 : 2);
    },
  );

  test.each([
    ["ResourceNotFoundException"],
    ["InvalidParameterException"],
    ["InvalidRequestException"],
  ])("what %s says of a whole batch is true of no more than one of its keys", async (error) => {
    const { store } = await scripted(({ operation, input }) => {
      const isBad = operation === "BatchGetSecretValue" || input.SecretId === "b/1";
      return isBad ? { error } : single(input.SecretId);
    });
    const { secrets, errors } = await store.getSecrets(names(3));
    expect([[...secrets.keys()], [...errors.keys()]]).toEqual([["b/0", "b/2"], ["b/1"]]);
  });

  test("a key of which a batch says nothing is not absent: it is asked for by itself", async () => {
    const { server, store } = await scripted(({ operation, input }) =>
      operation === "BatchGetSecretValue" ? { json: { SecretValues: [] } } : single(input.SecretId),
    );
    const { secrets } = await store.getSecrets(["b/1", "b/2"]);
    expect([...secrets.keys()]).toEqual(["b/1", "b/2"]);
    expect(server.operations).toEqual(["BatchGetSecretValue", "GetSecretValue", "GetSecretValue"]);
  });

  test("an outage is every key's error, and no storm of single reads", async () => {
    const { server, store } = await scripted(() => ({ status: 503, body: "no" }), {
      maxAttempts: 1,
    });
    const { errors } = await store.getSecrets(names(40));
    expect([...errors.values()].map(({ code }) => code)).toEqual(
      names(40).map(() => "BACKEND_UNAVAILABLE"),
    );
    expect(server.calls).toHaveLength(2);
  });
});

test("a batch of 1,000 keys warns of no leak of listeners", async () => {
  const warnings: Error[] = [];
  const listen = (warning: Error) => warnings.push(warning);
  process.on("warning", listen);
  const { store } = await scripted(
    ({ operation }) =>
      operation === "BatchGetSecretValue" ? { error: "AccessDeniedException" } : aSecret("v"),
    patient,
  );
  const { secrets } = await store.getSecrets(names(1_000));
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", listen);
  expect(secrets.size).toBe(1_000);
  expect(warnings.filter(({ name }) => name === "MaxListenersExceededWarning")).toEqual([]);
});
