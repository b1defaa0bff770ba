import { type AuditEvent, onAudit } from "@llm-orchestrator/secrets-core";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { AwsSecretStore } from "../../src/index.js";
import { type AwsModel, lost, outage } from "./support/aws-model.js";
import { openModel } from "./support/model-store.js";
import { codeOf, failure } from "./support/outcomes.js";

let aws: AwsModel;
let store: AwsSecretStore;
let open: () => AwsSecretStore;
beforeEach(async () => {
  ({ aws, store, open } = await openModel());
  for (const value of ["oldest", "old", "new"]) await store.putSecret("app/key", value);
  aws.log.length = 0;
});

const value = (stage: string) => aws.valueOf("app/key", stage);

describe("rollback", () => {
  test("A18: makes the previous version current and the current one previous, in three requests", async () => {
    const secret = await store.rollback("app/key");
    expect([value("AWSCURRENT"), value("AWSPREVIOUS")]).toEqual(["old", "new"]);
    expect([secret.value.expose(), secret.labels]).toEqual(["old", ["AWSCURRENT"]]);
    expect(secret.version).toBe(aws.holder("app/key", "AWSCURRENT"));
    expect(aws.log).toEqual(["DescribeSecret", "GetSecretValue", "UpdateSecretVersionStage"]);
    expect(Object.isFrozen(secret)).toBe(true);
    await store.rollback("app/key"); // and back
    expect([value("AWSCURRENT"), value("AWSPREVIOUS")]).toEqual(["new", "old"]);
  });

  test("A18: of twenty at once one wins, and the others are CONFLICT", async () => {
    const stores = Array.from({ length: 20 }, open);
    let waiting = 0;
    let release = () => {};
    const allAreThere = new Promise<void>((resolve) => {
      release = resolve;
    });
    aws.script = async (operation, _input, go) => {
      if (operation !== "UpdateSecretVersionStage") return go();
      if (++waiting === stores.length) release();
      await allAreThere;
      return go();
    };
    const settled = await Promise.allSettled(stores.map((each) => each.rollback("app/key")));
    const lostRaces = settled.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    expect(lostRaces.map(({ code }) => code)).toEqual(Array.from({ length: 19 }, () => "CONFLICT"));
    expect([value("AWSCURRENT"), value("AWSPREVIOUS")]).toEqual(["old", "new"]);
  });

  test("A18: loses to a put that comes between, and leaves it current", async () => {
    aws.script = async (operation, _input, go) => {
      if (operation === "UpdateSecretVersionStage") {
        aws.add("app/key", "put", "put");
        aws.label("app/key", "AWSCURRENT", "put");
      }
      return go();
    };
    expect(await codeOf(store.rollback("app/key"))).toBe("CONFLICT version");
    expect(value("AWSCURRENT")).toBe("put");
  });

  test("has succeeded when its answer is lost", async () => {
    for (const maxAttempts of [1, 3]) {
      const { aws: other, open: openOther } = await openModel({ maxAttempts });
      const own = openOther();
      for (const each of ["old", "new"]) await own.putSecret("app/key", each);
      let count = 0;
      other.script = async (operation, _input, go) => {
        const answer = await go();
        if (operation === "UpdateSecretVersionStage" && ++count === 1) throw lost;
        return answer;
      };
      expect((await own.rollback("app/key")).value.expose()).toBe("old");
      expect(other.valueOf("app/key")).toBe("old");
    }
  });

  test("goes to whatever version is named, by id or by stage, if it has a value", async () => {
    const oldest = [...aws.secret("app/key").versions].find(([, each]) => each.value === "oldest");
    const to = oldest?.[0] ?? "";
    expect((await store.rollback("app/key", { to })).value.expose()).toBe("oldest");
    aws.label("app/key", "known-good", aws.holder("app/key", "AWSPREVIOUS"));
    expect((await store.rollback("app/key", { to: "known-good" })).value.expose()).toBe("new");
    expect(aws.secret("app/key").versions.size).toBe(3);
    const empty = "empty-0123456789-0123456789-0123456789";
    aws.add("app/key", empty, undefined);
    for (const wrong of [empty, "never-0123456789-0123456789-0123456789", "no-such-stage"]) {
      const error = await failure(store.rollback("app/key", { to: wrong }));
      expect([error.code, error.reason, error.key]).toEqual(["NOT_FOUND", "absent", "app/key"]);
      expect(error.message).toMatch(/no such version.*getSecretVersions/);
    }
    expect(value("AWSCURRENT")).toBe("new");
  });

  test("to what is current moves nothing", async () => {
    const to = aws.holder("app/key", "AWSCURRENT") as string;
    for (const each of [to, "current"]) {
      expect((await store.rollback("app/key", { to: each })).value.expose()).toBe("new");
    }
    expect(aws.log).not.toContain("UpdateSecretVersionStage");
  });

  test("holds to the version that the caller saw", async () => {
    const expectedVersion = aws.holder("app/key", "AWSPREVIOUS") as string;
    expect(await codeOf(store.rollback("app/key", { expectedVersion }))).toBe("CONFLICT version");
    const right = aws.holder("app/key", "AWSCURRENT") as string;
    await store.rollback("app/key", { expectedVersion: right });
    expect(await codeOf(store.rollback("app/key", { expectedVersion: right }))).toBe(
      "CONFLICT version",
    );
    expect(value("AWSCURRENT")).toBe("old");
  });

  test("of a secret with one version is NOT_FOUND, as is that of none", async () => {
    await store.putSecret("single", "v");
    expect(await codeOf(store.rollback("single"))).toBe("NOT_FOUND absent");
    expect(await codeOf(store.rollback("never"))).toBe("NOT_FOUND absent");
    expect(await codeOf(store.rollback("single", { to: "" }))).toBe("CONFIGURATION bad-argument");
  });

  test("takes off the label that a rotation has left on the version it leaves", async () => {
    aws.label("app/key", "AWSPENDING", aws.holder("app/key", "AWSCURRENT"));
    await store.rollback("app/key");
    expect(aws.holder("app/key", "AWSPENDING")).toBeUndefined();
    const generate = () => "generated";
    expect((await store.rotateSecret("app/key", { generate })).value.expose()).toBe("generated");
  });

  test("fails when AWS does, and is one audit event", async () => {
    const events: AuditEvent[] = [];
    onTestFinished(onAudit((event) => events.push(event)));
    aws.script = (operation, _input, go) => {
      if (operation === "UpdateSecretVersionStage") throw outage();
      return go();
    };
    expect(await codeOf(store.rollback("app/key"))).toBe("BACKEND_UNAVAILABLE server");
    expect(value("AWSCURRENT")).toBe("new");
    aws.script = (_operation, _input, go) => go();
    const { version } = await store.rollback("app/key");
    expect(events).toMatchObject([
      { operation: "rollback", key: "app/key", outcome: "failure", code: "BACKEND_UNAVAILABLE" },
      { operation: "rollback", key: "app/key", outcome: "success", version },
    ]);
    await store.close();
    expect(await codeOf(store.rollback("app/key"))).toBe("CLOSED");
  });
});
