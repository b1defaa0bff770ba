import { setTimeout as latency } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import type { AwsSecretStore } from "../../src/index.js";
import { AwsFault, type AwsModel, lost, outage } from "./support/aws-model.js";
import { openModel } from "./support/model-store.js";
import { codeOf, failure } from "./support/outcomes.js";
import { configureRotation, finishAtLook, makeCurrent } from "./support/rotation-function.js";
import { fakeTime } from "./support/time.js";

const minuteMs = 60_000;
const pendingId = "pending-0123456789-0123456789-0123456789";

let aws: AwsModel;
let store: AwsSecretStore;
beforeEach(async () => {
  ({ aws, store } = await openModel());
  await store.putSecret("app/key", "old");
  configureRotation(aws, "app/key");
  aws.log.length = 0;
  aws.inputs.length = 0;
});

describe("a rotation that AWS carries out", () => {
  test("A24: is waited for until its version is current, asking less and less often", async () => {
    const { pauses } = fakeTime();
    finishAtLook(aws, 7);
    const rotated = await store.rotateSecret("app/key");
    expect([rotated.value.expose(), rotated.labels]).toEqual(["new", ["AWSPENDING", "AWSCURRENT"]]);
    expect(rotated.version).toBe(aws.holder("app/key", "AWSCURRENT"));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
    const looks = Array.from({ length: 7 }, () => "DescribeSecret");
    expect(aws.log).toEqual(["DescribeSecret", "RotateSecret", ...looks, "GetSecretValue"]);
    expect(aws.inputs[1]).toEqual({
      SecretId: "app/key",
      ClientRequestToken: rotated.version,
    });
  });

  test("A24: that ends too late is a timeout that names the version and how to go on", async () => {
    const { pauses } = fakeTime();
    const error = await failure(store.rotateSecret("app/key", { timeoutMs: 12_345 }));
    expect(error).toMatchObject({
      ...{ code: "BACKEND_UNAVAILABLE", reason: "rotation-timeout", key: "app/key" },
      retryable: false,
    });
    expect(error.message).toContain(aws.holder("app/key", "AWSPENDING"));
    expect(error.message).toMatch(/getSecretVersions.*timeoutMs.*cancelRotation/);
    expect(pauses.reduce((sum, ms) => sum + ms)).toBe(12_345);
    expect(aws.valueOf("app/key")).toBe("old");
  });

  test("A24: waits five minutes unless the call or the store says otherwise", async () => {
    const { pauses } = fakeTime();
    await failure(store.rotateSecret("app/key"));
    expect(pauses.reduce((sum, ms) => sum + ms)).toBe(5 * minuteMs);
  });

  test("A24: an outage while it is waited for does not end it, and is told of at the end", async () => {
    fakeTime();
    finishAtLook(aws, 9);
    const script = aws.script;
    let looks = 0;
    aws.script = (operation, input, go) => {
      if (operation !== "DescribeSecret" || ++looks < 3 || looks > 6)
        return script(operation, input, go);
      throw looks % 2 ? outage() : lost;
    };
    expect((await store.rotateSecret("app/key")).value.expose()).toBe("new");
    let isDown = false;
    aws.script = (operation, _input, go) => {
      if (operation === "RotateSecret") isDown = true;
      else if (isDown) throw outage();
      return go();
    };
    const error = await failure(store.rotateSecret("app/key"));
    expect(error.reason).toBe("rotation-timeout");
    expect(error.cause).toMatchObject({ code: "BACKEND_UNAVAILABLE", reason: "server" });
  });

  test("A24: a refusal while it is waited for ends it at once", async () => {
    const { pauses } = fakeTime();
    aws.script = (operation, _input, go) => {
      if (pauses.length > 0 && operation === "DescribeSecret") {
        throw new AwsFault("AccessDeniedException");
      }
      return go();
    };
    expect(await codeOf(store.rotateSecret("app/key"))).toBe("PERMISSION_DENIED");
    expect(pauses).toEqual([1_000]);
  });

  test("A24: whoever aborts gets the reason of the signal, in a request and in a pause", async () => {
    const inPause = new AbortController();
    const looked = new Promise<void>((resolve) => {
      let looks = 0;
      aws.script = (operation, _input, go) => {
        if (operation === "DescribeSecret" && ++looks === 1) resolve();
        return go();
      };
    });
    const pausing = store.rotateSecret("app/key", { signal: inPause.signal }); // a real one, of 1 s
    await looked;
    inPause.abort("enough");
    await expect(pausing).rejects.toBe("enough");

    fakeTime();
    const inRequest = new AbortController();
    aws.script = (operation, _input, go) => {
      if (operation === "RotateSecret") inRequest.abort("at once");
      return go();
    };
    const asking = store.rotateSecret("app/key", { signal: inRequest.signal });
    await expect(asking).rejects.toBe("at once");
  });

  test("A24: another that is under way is CONFLICT, and is not disturbed", async () => {
    const { now } = fakeTime();
    aws.now = now;
    aws.add("app/key", pendingId, "half-way");
    aws.label("app/key", "AWSPENDING", pendingId);
    aws.secret("app/key").changedMs = now();
    const error = await failure(store.rotateSecret("app/key"));
    expect([error.code, error.reason]).toEqual(["CONFLICT", "rotation-in-progress"]);
    expect(error.message).toMatch(/version pending-0123.*is pending.*resumeAfterMs/);
    expect(aws.holder("app/key", "AWSPENDING")).toBe(pendingId);
    expect(aws.log).not.toContain("PutSecretValue");
  });

  test.each([
    ["with a value", "half-way"],
    ["without one", undefined],
  ])("A24: a version %s that an old one left pending is told from that", async (_how, value) => {
    const { now, advance } = fakeTime();
    aws.now = now;
    aws.add("app/key", pendingId, value);
    aws.label("app/key", "AWSPENDING", pendingId);
    aws.secret("app/key").changedMs = now();
    advance(15 * minuteMs);
    if (value !== undefined) aws.secret("app/key").changedMs = now(); // a tag, say
    const error = await failure(store.rotateSecret("app/key"));
    expect([error.code, error.reason]).toEqual(["CONFLICT", "rotation-stuck"]);
    expect(error.message).toMatch(/cancelRotation/);
  });

  test("that somebody cancels is over, whether the label stays or goes", async () => {
    const { pauses } = fakeTime();
    finishAtLook(aws, 2, () => {
      aws.secret("app/key").rotationEnabled = false;
    });
    expect(await codeOf(store.rotateSecret("app/key"))).toBe("CONFLICT rotation-cancelled");
    expect(pauses).toEqual([1_000, 2_000]);
    aws.secret("app/key").rotationEnabled = true;
    aws.label("app/key", "AWSPENDING", undefined);
    finishAtLook(aws, 2, () => aws.label("app/key", "AWSPENDING", undefined));
    expect(await codeOf(store.rotateSecret("app/key"))).toBe("CONFLICT rotation-cancelled");
    expect(pauses.slice(2)).toEqual([1_000, 2_000, 4_000]);
  });

  test("is one that AWS does not show at first, or that is previous by the time one looks", async () => {
    fakeTime();
    let looks = 0;
    aws.script = async (operation, _input, go) => {
      const answer = (await go()) as { VersionIdsToStages: Record<string, string[]> };
      if (operation !== "DescribeSecret") return answer;
      looks++;
      if (looks === 1 || looks > 4) return answer;
      const pending = aws.holder("app/key", "AWSPENDING") as string;
      if (looks === 4) {
        makeCurrent(aws, pending, "new");
        aws.add("app/key", "newest", "put by somebody");
        aws.label("app/key", "AWSCURRENT", "newest");
        return go();
      }
      delete answer.VersionIdsToStages[pending];
      return answer;
    };
    const rotated = await store.rotateSecret("app/key");
    expect([rotated.value.expose(), looks]).toEqual(["new", 4]);
  });

  test("is found again when the answer to its start is lost", async () => {
    fakeTime();
    finishAtLook(aws, 2);
    const script = aws.script;
    aws.script = async (operation, input, go) => {
      const answer = await script(operation, input, go);
      if (operation === "RotateSecret") throw lost;
      return answer;
    };
    expect((await store.rotateSecret("app/key")).value.expose()).toBe("new");
    expect(aws.log.filter((operation) => operation === "RotateSecret")).toHaveLength(1);
  });

  test("may take longer than a call may: each request has a deadline of its own", async () => {
    const deadlineMs = 1_000;
    const { aws: slow, store: hasty } = await openModel({ deadlineMs });
    await hasty.putSecret("app/key", "old");
    configureRotation(slow, "app/key");
    fakeTime();
    finishAtLook(slow, 20);
    const { script } = slow;
    slow.script = async (operation, input, go) => {
      await latency(deadlineMs / 10);
      return script(operation, input, go);
    };
    const start = performance.now();
    expect((await hasty.rotateSecret("app/key")).value.expose()).toBe("new");
    expect(performance.now() - start).toBeGreaterThan(2 * deadlineMs);
  });

  test("takes no option that AWS does not know of, and says so before it starts", async () => {
    const verify = () => true;
    const set = () => {};
    const options = [{ verify }, { set }, { field: "a" }, { mode: "managed", verify } as const];
    for (const each of options) {
      const error = await failure(store.rotateSecret("app/key", each));
      expect([error.code, error.reason]).toEqual(["NOT_SUPPORTED", "managed-rotation"]);
    }
    expect(aws.log).not.toContain("RotateSecret");
  });
});
