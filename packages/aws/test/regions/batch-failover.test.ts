import { describe, expect, test } from "vitest";
import type { SeenCall } from "../support/scripted-aws.js";
import {
  aBatch,
  dated,
  down,
  east,
  ireland,
  itemError,
  nobody,
  startRegions,
  unavailable,
  west,
} from "./support/regions.js";

const at = (createdAt: number, ...names: string[]) =>
  names.map((name) => dated(`${name} of ${createdAt}`, createdAt, name));
const denied = { error: "AccessDeniedException" } as const;
const isBatch = ({ operation }: SeenCall) => operation === "BatchGetSecretValue";
/** Answers with those that are asked for. */
const asAsked =
  (createdAt: number) =>
  ({ input }: SeenCall) =>
    Array.isArray(input.SecretIdList)
      ? aBatch(at(createdAt, ...(input.SecretIdList as string[])))
      : dated(`${input.SecretId} of ${createdAt}`, createdAt, String(input.SecretId));

describe("a batch", () => {
  test("goes to the replica as a whole: a request each", async () => {
    const aws = await startRegions({ [east]: "reset", [west]: aBatch(at(5, "a", "b")) });
    const { secrets, errors } = await aws.store().getSecrets(["a", "b"]);
    expect([...secrets.values()].map(({ store }) => store)).toEqual(
      Array(2).fill("aws(us-west-2)"),
    );
    expect([errors.size, aws.asked(west)]).toEqual([0, ["BatchGetSecretValue"]]);
  });

  test("asks the next region for what one lacks or is behind with, and for nothing else", async () => {
    const aws = await startRegions({
      [east]: aBatch(at(5, "a", "b", "c")),
      [west]: aBatch([...at(5, "a"), ...at(4, "b")], ["c"]),
      [ireland]: asAsked(5),
    });
    const store = aws.store();
    await store.getSecrets(["a", "b", "c"]);
    aws.region(east).script = () => "reset";
    const { secrets } = await store.getSecrets(["a", "b", "c"]);
    expect([...secrets].map(([key, secret]) => [key, secret.value.expose(), secret.store])).toEqual(
      [
        ["a", "a of 5", "aws(us-west-2)"],
        ["b", "b of 5", "aws(eu-west-1)"],
        ["c", "c of 5", "aws(eu-west-1)"],
      ],
    );
    expect(aws.region(ireland).server.calls.map(({ input }) => input)).toEqual([
      { SecretIdList: ["b", "c"] },
    ]);
  });

  test("has an error of its own for each key that nobody has", async () => {
    const aws = await startRegions({
      [east]: aBatch(at(5, "a", "b", "c")),
      [west]: aBatch([...at(5, "a"), ...at(4, "b")], ["c"]),
    });
    const store = aws.store();
    await store.getSecrets(["a", "b", "c"]);
    aws.region(east).script = () => "reset";
    const { secrets, errors } = await store.getSecrets(["a", "b", "c"]);
    expect([...secrets.keys()]).toEqual(["a"]);
    expect(errors.get("b")).toMatchObject({
      ...{ ...down, reason: "replica-behind" },
      errors: { [east]: { reason: "network" }, [west]: { reason: "replica-behind" } },
    });
    expect(errors.get("c")).toMatchObject({
      ...{ ...down, reason: "network" },
      errors: { [east]: { reason: "network" }, [west]: { code: "NOT_FOUND" } },
    });
  });

  test("believes what the primary says of a key, but not that it has a fault", async () => {
    const Errors = [
      itemError("a", "ResourceNotFoundException"),
      itemError("b", "AccessDeniedException"),
      itemError("c", "InternalServiceError"),
    ];
    const aws = await startRegions({ [east]: { json: { Errors } }, [west]: asAsked(5) });
    const { secrets, errors } = await aws.store().getSecrets(["a", "b", "c"]);
    expect([errors.get("a")?.code, errors.get("b")?.code, secrets.get("c")?.store]).toEqual([
      ...["NOT_FOUND", "PERMISSION_DENIED", "aws(us-west-2)"],
    ]);
    expect(aws.region(west).server.calls.map(({ input }) => input)).toEqual([
      { SecretIdList: ["c"] },
    ]);
  });

  test("that the replica does not allow is read from it one by one", async () => {
    const aws = await startRegions({
      [east]: unavailable,
      [west]: (call) => (isBatch(call) ? denied : asAsked(5)(call)),
    });
    const { secrets, errors } = await aws.store().getSecrets(["a", "b"]);
    expect([...errors.values()]).toEqual([]);
    expect([...secrets.values()].map(({ store }) => store)).toEqual(
      Array(2).fill("aws(us-west-2)"),
    );
  });

  test("that the primary does not allow is read from the primary one by one", async () => {
    const aws = await startRegions({
      [east]: (call) => (isBatch(call) ? denied : asAsked(5)(call)),
      [west]: asAsked(5),
    });
    const { secrets } = await aws.store().getSecrets(["a", "b"]);
    expect([...secrets.values()].map(({ store }) => store)).toEqual(
      Array(2).fill("aws(us-east-1)"),
    );
    expect(aws.asked(west)).toEqual([]);
  });

  test("of a region that is left alone asks it last, for what the replica lacks", async () => {
    const aws = await startRegions({ [east]: "reset", [west]: aBatch(at(5, "a"), ["b"]) });
    const store = aws.store();
    for (let read = 0; read < 3; read++) await store.getSecrets(["a", "b"]);
    const before = aws.asked(east).length;
    aws.region(east).script = asAsked(6);
    const { secrets } = await store.getSecrets(["a", "b"]);
    expect([...secrets].map(([key, { store: by }]) => [key, by])).toEqual([
      ["a", "aws(us-west-2)"],
      ["b", "aws(us-east-1)"],
    ]);
    expect(aws.asked(east)).toHaveLength(before + 1);
  });

  test("of keys of several regions: the one that is down takes only its own with it", async () => {
    const arnOf = (name: string) =>
      `arn:aws:secretsmanager:${ireland}:123456789012:secret:${name}-AbCdEf`;
    const aws = await startRegions({ [east]: asAsked(5) });
    const { endpoint } = aws.region(east).server;
    const store = aws.store({ endpoint: (name) => (name === east ? endpoint : nobody) });
    const { secrets, errors } = await store.getSecrets(["a", arnOf("x"), "b", arnOf("y")]);
    expect([[...secrets.keys()], [...errors.keys()]]).toEqual([
      ...[
        ["a", "b"],
        [arnOf("x"), arnOf("y")],
      ],
    ]);
    for (const error of errors.values())
      expect(error).toMatchObject({ ...down, reason: "network" });
  });

  test("of names and ARNs of the store's region is one request", async () => {
    const ARN = `arn:aws:secretsmanager:${east}:123456789012:secret:b-AbCdEf`;
    const found = [...at(5, "a"), { json: { ...at(5, "b")[0]?.json, ARN } }];
    const aws = await startRegions({ [east]: aBatch(found) });
    const { secrets } = await aws.store().getSecrets(["a", ARN]);
    expect([secrets.size, aws.asked(east)]).toEqual([2, ["BatchGetSecretValue"]]);
  });
});
