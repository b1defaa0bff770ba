import { beforeEach, describe, expect, test } from "vitest";
import type { AwsSecretStore } from "../../src/index.js";
import { AwsFault, type AwsModel, lost, outage } from "./support/aws-model.js";
import { openModel } from "./support/model-store.js";
import { codeOf, failure } from "./support/outcomes.js";
import { listen, provider } from "./support/provider.js";

const generate = () => "new";

let aws: AwsModel;
let store: AwsSecretStore;
let open: () => AwsSecretStore;
beforeEach(async () => {
  ({ aws, store, open } = await openModel());
  await store.putSecret("app/key", "old");
  aws.log.length = 0;
  aws.inputs.length = 0;
});

/** Breaks the n-th request of an operation. */
function breakAt(operation: string, nth: number, fault: Error, isAfter = false): void {
  let count = 0;
  aws.script = async (asked, _input, go) => {
    if (asked !== operation || ++count !== nth) return go();
    if (isAfter) await go();
    throw fault;
  };
}

describe("a rotation from here", () => {
  test("takes eight requests, and ends with the new value current and nothing pending", async () => {
    const { set, verify, told } = provider();
    const seen: unknown[] = [];
    const rotated = await store.rotateSecret("app/key", {
      generate,
      set,
      verify: (candidate) => {
        seen.push(aws.valueOf("app/key"), aws.valueOf("app/key", "AWSPENDING"));
        return verify(candidate);
      },
    });
    expect(aws.log).toEqual([
      ...["GetSecretValue", "DescribeSecret", "PutSecretValue"],
      ...["UpdateSecretVersionStage", "DescribeSecret"],
      ...["UpdateSecretVersionStage", "UpdateSecretVersionStage", "TagResource"],
    ]);
    expect(seen).toEqual(["old", "new"]);
    expect(told).toEqual(["new for old"]);
    expect([rotated.value.expose(), rotated.labels]).toEqual(["new", ["AWSCURRENT"]]);
    expect(aws.holder("app/key", "AWSCURRENT")).toBe(rotated.version);
    expect(aws.valueOf("app/key", "AWSPREVIOUS")).toBe("old");
    expect(aws.holder("app/key", "AWSPENDING")).toBeUndefined();
    expect((await store.describeSecret("app/key")).lastRotatedAt).toBeDefined();
  });

  test("takes seven without set, also when it first looks whether AWS rotates the secret", async () => {
    const { aws: other, store: own } = await openModel({ generate });
    await own.putSecret("app/key", "old");
    other.log.length = 0;
    await own.rotateSecret("app/key");
    expect(other.log).toHaveLength(7);
    await store.rotateSecret("app/key", { generate, verify: () => true });
    expect(aws.log).toHaveLength(7);
  });

  test("A25: a failed test leaves AWSCURRENT untouched, nothing pending, and the old value in force", async () => {
    const before = aws.holder("app/key", "AWSCURRENT");
    const { set, told } = provider();
    const rotation = store.rotateSecret("app/key", { generate, set, verify: () => false });
    expect(await codeOf(rotation)).toBe("INVALID_SECRET verify-failed");
    expect(told).toEqual(["new for old", "old for new"]);
    expect(aws.holder("app/key", "AWSCURRENT")).toBe(before);
    expect(aws.holder("app/key", "AWSPENDING")).toBeUndefined();
    expect(aws.holder("app/key", "AWSPREVIOUS")).toBeUndefined();
    expect(aws.secret("app/key").tags.size).toBe(0);
    expect((await store.rotateSecret("app/key", { generate: () => "newer" })).value.expose()).toBe(
      "newer",
    );
  });

  test("A25: so does a set that fails, which is undone, as it may have been done in part", async () => {
    const { set, told } = provider();
    const failing = [
      () => {
        throw new Error("canary-3141");
      },
      () => false,
      async () => ({ ok: true }) as never,
    ];
    for (const fail of failing) {
      told.length = 0;
      let isFirst = true;
      const once: typeof set = (...given) => {
        set(...given);
        if (!isFirst) return undefined;
        isFirst = false;
        return fail();
      };
      const error = await failure(store.rotateSecret("app/key", { generate, set: once }));
      expect([error.code, error.reason]).toEqual(["INVALID_SECRET", "set-failed"]);
      expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain("3141");
      expect(told).toEqual(["new for old", "old for new"]);
      expect(aws.holder("app/key", "AWSPENDING")).toBeUndefined();
      expect(aws.valueOf("app/key")).toBe("old");
    }
  });

  test("of one field sets, tests and returns that field, and keeps the others", async () => {
    await store.putSecret("app/map", '{"user":"app","password":"old"}');
    const { set, verify, told } = provider();
    const options = { generate, set, verify, field: "password" };
    expect((await store.rotateSecret("app/map", options)).value.expose()).toBe("new");
    expect(told).toEqual(["new for old"]);
    expect(aws.valueOf("app/map")).toBe('{"user":"app","password":"new"}');
  });

  test("that has been overtaken sets nothing", async () => {
    const { set, told } = provider();
    const slow = async () => {
      await open().rotateSecret("app/key", { generate: () => "faster" });
      return "new";
    };
    expect(await codeOf(store.rotateSecret("app/key", { generate: slow, set }))).toBe(
      "CONFLICT version",
    );
    expect([told, aws.valueOf("app/key")]).toEqual([[], "faster"]);
    expect(aws.holder("app/key", "AWSPENDING")).toBeUndefined();
  });

  test("that loses to a put is CONFLICT, and what was put is put in force", async () => {
    const { set, told } = provider();
    const verify = async () => void (await open().putSecret("app/key", "put"));
    const rotation = store.rotateSecret("app/key", { generate, set, verify });
    expect(await codeOf(rotation)).toBe("CONFLICT version");
    expect(told).toEqual(["new for old", "put for new"]);
    expect(aws.valueOf("app/key")).toBe("put");
    expect(aws.holder("app/key", "AWSPENDING")).toBeUndefined();

    await store.putSecret("app/map", '{"password":"old","port":1}');
    for (const [field, fresh, replaced] of [
      ["password", "put", "new"],
      ["port", "2", "3"],
    ] as const) {
      told.length = 0;
      const rest = field === "port" ? '"password":"x","port":2' : '"password":"put","port":1';
      const put = async () => void (await open().putSecret("app/map", `{${rest}}`));
      const options = { generate: () => replaced, set, verify: put, field };
      expect(await codeOf(store.rotateSecret("app/map", options))).toBe("CONFLICT version");
      expect(told.at(-1)).toBe(`${fresh} for ${replaced}`);
    }
  });

  test("whose caller leaves is put in order all the same", async () => {
    const { set, told } = provider();
    const controller = new AbortController();
    const verify = () => controller.abort("enough");
    const options = { generate, set, verify, signal: controller.signal };
    await expect(store.rotateSecret("app/key", options)).rejects.toBe("enough");
    await store.close(); // waits for what is under way
    expect(told).toEqual(["new for old", "old for new"]);
    expect(aws.holder("app/key", "AWSPENDING")).toBeUndefined();
    expect(aws.valueOf("app/key")).toBe("old");
  });

  test("whose old value cannot be put back warns, and stays to be gone on with", async () => {
    const warnings = listen();
    const { set } = provider();
    let isDown = false;
    const flaky: typeof set = (...given) => {
      if (isDown) throw new Error("down");
      isDown = true;
      return set(...given);
    };
    const rotation = store.rotateSecret("app/key", { generate, set: flaky, verify: () => false });
    expect(await codeOf(rotation)).toBe("INVALID_SECRET verify-failed");
    expect(warnings).toEqual(["AWS_ROTATION_NOT_RESTORED app/key"]);
    expect(aws.valueOf("app/key", "AWSPENDING")).toBe("new");
    const resumed = await store.rotateSecret("app/key", {
      ...{ set, resumeAfterMs: 0 },
      generate: () => "another",
    });
    expect(resumed.value.expose()).toBe("new");
  });

  test("that cannot know whether it succeeded changes nothing more, and warns", async () => {
    const warnings = listen();
    const { set, told } = provider();
    let isDown = false;
    aws.script = async (_operation, { VersionStage, MoveToVersionId }, go) => {
      if (isDown) throw outage();
      const answer = await go();
      isDown = VersionStage === "AWSCURRENT" && MoveToVersionId !== undefined;
      if (isDown) throw lost;
      return answer;
    };
    const error = await failure(store.rotateSecret("app/key", { generate, set }));
    expect(error.code).toBe("BACKEND_UNAVAILABLE");
    expect(told).toEqual(["new for old"]);
    expect(warnings).toEqual(["AWS_ROTATION_NOT_RESTORED app/key"]);
    expect(aws.valueOf("app/key")).toBe("new");
    isDown = false;
    aws.script = (_operation, _input, go) => go();
    const next = await store.rotateSecret("app/key", { generate: () => "newer" });
    expect([next.value.expose(), aws.holder("app/key", "AWSPENDING")]).toEqual([
      "newer",
      undefined,
    ]);
  });

  test("that has succeeded after all puts nothing back", async () => {
    const { set, told } = provider();
    let faults = 0;
    aws.script = async (operation, { VersionStage, MoveToVersionId }, go) => {
      const answer = await go();
      const isFinish = VersionStage === "AWSCURRENT" && MoveToVersionId !== undefined;
      if (isFinish || (faults === 1 && operation === "DescribeSecret")) {
        faults++;
        throw lost;
      }
      return answer;
    };
    expect(await codeOf(store.rotateSecret("app/key", { generate, set }))).toMatch(/UNAVAILABLE/);
    expect(faults).toBe(2);
    expect([told, aws.valueOf("app/key")]).toEqual([["new for old"], "new"]);
    expect(aws.holder("app/key", "AWSPENDING")).toBeUndefined();
  });

  test.each([1, 2, 3])("is not told of a lost answer of label change %i", async (nth) => {
    const { set, verify, told } = provider();
    breakAt("UpdateSecretVersionStage", nth, lost, true);
    const warnings = listen();
    const rotated = await store.rotateSecret("app/key", { generate, set, verify });
    expect([rotated.value.expose(), aws.valueOf("app/key")]).toEqual(["new", "new"]);
    expect(aws.holder("app/key", "AWSPENDING")).toBeUndefined();
    expect(told).toEqual(["new for old"]);
    expect(warnings).toEqual([]);
  });

  test("that cannot take the label off has succeeded, and warns; the next one does", async () => {
    breakAt("UpdateSecretVersionStage", 3, outage());
    const warnings = listen();
    await store.rotateSecret("app/key", { generate });
    expect(warnings).toEqual(["AWS_PENDING_NOT_REMOVED app/key"]);
    expect(aws.valueOf("app/key", "AWSPENDING")).toBe("new");
    await store.rotateSecret("app/key", { generate: () => "newer" });
    expect([aws.valueOf("app/key"), aws.holder("app/key", "AWSPENDING")]).toEqual([
      ...["newer", undefined],
    ]);
  });

  test("whose date cannot be written has succeeded, and warns", async () => {
    const warnings = listen();
    breakAt("TagResource", 1, new AwsFault("AccessDeniedException"));
    expect((await store.rotateSecret("app/key", { generate })).value.expose()).toBe("new");
    expect(warnings).toEqual(["AWS_ROTATION_NOT_NOTED app/key"]);
  });

  test("that may not use the label leaves nothing behind", async () => {
    breakAt("UpdateSecretVersionStage", 1, new AwsFault("AccessDeniedException"));
    expect(await codeOf(store.rotateSecret("app/key", { generate }))).toBe("PERMISSION_DENIED");
    const labelled = [...aws.secret("app/key").versions.values()].filter(
      ({ stages }) => stages.size,
    );
    expect(labelled.map(({ value }) => value)).toEqual(["old"]);
  });
});
