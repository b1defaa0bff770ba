import { beforeEach, describe, expect, test } from "vitest";
import type { AwsSecretStore } from "../../src/index.js";
import { AwsFault, type AwsModel } from "./support/aws-model.js";
import { openModel } from "./support/model-store.js";
import { codeOf, failure } from "./support/outcomes.js";
import { configureRotation, finishAtLook } from "./support/rotation-function.js";
import { fakeTime } from "./support/time.js";

let aws: AwsModel;
let store: AwsSecretStore;
beforeEach(async () => {
  ({ aws, store } = await openModel());
  await store.putSecret("app/key", "old");
  configureRotation(aws, "app/key");
  aws.log.length = 0;
  aws.inputs.length = 0;
});

describe("who rotates", () => {
  test("A26: without a rotation at AWS managed is NOT_SUPPORTED, and writes nothing", async () => {
    for (const isOff of [undefined, false]) {
      aws.secret("app/key").rotationEnabled = isOff;
      const error = await failure(store.rotateSecret("app/key", { mode: "managed" }));
      expect([error.code, error.reason]).toEqual(["NOT_SUPPORTED", "no-rotation"]);
      expect(error.message).toMatch(/setRotationSchedule.*generate/);
    }
    expect(aws.log).toEqual(["DescribeSecret", "DescribeSecret"]);
    expect(aws.secret("app/key").versions.size).toBe(1);
  });

  test("A26: and one that is turned off between the two requests is, too", async () => {
    aws.script = (operation, _input, go) => {
      if (operation !== "RotateSecret") return go();
      aws.secret("app/key").rotationEnabled = false;
      throw new AwsFault("InvalidRequestException", "rotation is off");
    };
    const rotation = store.rotateSecret("app/key", { mode: "managed" });
    expect(await codeOf(rotation)).toBe("NOT_SUPPORTED no-rotation");
  });

  test("is this process with a generator, in whatever mode but managed", async () => {
    for (const mode of ["auto", "client", undefined] as const) {
      aws.log.length = 0;
      const { version } = await store.rotateSecret("app/key", { mode, generate: () => `${mode}` });
      expect(aws.log).not.toContain("RotateSecret");
      expect(version).toBe(aws.holder("app/key", "AWSCURRENT"));
    }
    const contradiction = { mode: "managed", generate: () => "x" } as const;
    aws.log.length = 0;
    const error = await failure(store.rotateSecret("app/key", contradiction));
    expect([error.code, error.reason, aws.log]).toEqual(["CONFIGURATION", "bad-argument", []]);
  });

  test("is AWS before the generator of the store's options, unless the mode is client", async () => {
    fakeTime();
    const { store: own, aws: other } = await openModel({ generate: () => "generated" });
    await own.putSecret("app/key", "old");
    configureRotation(other, "app/key");
    finishAtLook(other, 1);
    expect((await own.rotateSecret("app/key")).value.expose()).toBe("new");
    const rotated = await own.rotateSecret("app/key", { mode: "client" });
    expect(rotated.value.expose()).toBe("generated");
    await own.putSecret("other/key", "old");
    expect((await own.rotateSecret("other/key")).value.expose()).toBe("generated");
    expect(other.log.filter((operation) => operation === "RotateSecret")).toHaveLength(1);
  });

  test("is nobody without either, and an absent key is NOT_FOUND", async () => {
    aws.secret("app/key").rotationEnabled = undefined;
    expect(await codeOf(store.rotateSecret("app/key"))).toBe("CONFIGURATION no-generator");
    expect(await codeOf(store.rotateSecret("absent"))).toBe("NOT_FOUND absent");
    expect(await codeOf(store.rotateSecret("absent", { mode: "managed" }))).toBe(
      "NOT_FOUND absent",
    );
  });

  test("is said with options of the right kind", async () => {
    const wrong = [
      ...[{ mode: "lambda" }, { set: "x" }, { resumeAfterMs: -1 }, { resumeAfterMs: "0" }],
      ...[{ timeoutMs: 0 }, { timeoutMs: Number.NaN }, { timeoutMs: 2 ** 31 }, { rotation: {} }],
    ];
    for (const options of wrong) {
      const call = store.rotateSecret("app/key", options as never);
      expect(await codeOf(call)).toBe("CONFIGURATION bad-argument");
    }
    expect(aws.log).toEqual([]);
  });
});
