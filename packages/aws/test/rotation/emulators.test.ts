import type { SecretValue } from "@llm-orchestrator/secrets-core";
import { describe, expect, test } from "vitest";
import type { AwsSecretStore } from "../../src/index.js";
import { Contest } from "./support/contest.js";
import { crashChild } from "./support/crash.js";
import { rotationServers } from "./support/emulators.js";
import { codeOf } from "./support/outcomes.js";

const rotations = 20;
const killAt = crashChild();

describe.each(rotationServers().map((server) => [server.title, server] as const))(
  "on %s",
  (_title, server) => {
    const stagesOf = async (store: AwsSecretStore, key: string) =>
      Object.fromEntries(
        (await store.getSecretVersions(key)).map(({ version, labels }) => [version, labels]),
      );

    test("a rotation from here goes through its four steps", async () => {
      const store = server.open();
      const old = await store.putSecret("four/steps", "old");
      let inForce = "old";
      const set = (candidate: SecretValue) => {
        inForce = candidate.expose();
      };
      const seen: unknown[] = [];
      const rotated = await store.rotateSecret("four/steps", {
        ...{ generate: () => "new", set },
        verify: async (candidate) => {
          const pending = await store.getSecretVersion("four/steps", "AWSPENDING");
          seen.push(pending.value.expose(), (await store.getSecret("four/steps")).value.expose());
          return candidate.expose() === inForce;
        },
      });
      expect([seen, inForce]).toEqual([["new", "old"], "new"]);
      expect(await stagesOf(store, "four/steps")).toEqual({
        [String(rotated.version)]: ["AWSCURRENT"],
        [String(old.version)]: ["AWSPREVIOUS"],
      });
      expect((await store.getSecretVersion("four/steps", "previous")).value.expose()).toBe("old");
      expect((await store.describeSecret("four/steps")).lastRotatedAt).toBeDefined();
    });

    test("A25: a test that fails leaves AWSCURRENT untouched and nothing pending", async () => {
      const store = server.open();
      const { version } = await store.putSecret("failing/test", "old");
      const told: string[] = [];
      const set = (candidate: SecretValue) => void told.push(candidate.expose());
      const options = { generate: () => "new", set, verify: () => false };
      const rotation = store.rotateSecret("failing/test", options);
      expect(await codeOf(rotation)).toBe("INVALID_SECRET verify-failed");
      expect(await stagesOf(store, "failing/test")).toEqual({ [String(version)]: ["AWSCURRENT"] });
      expect(told).toEqual(["new", "old"]);
      expect(await codeOf(store.getSecretVersion("failing/test", "AWSPENDING"))).toBe(
        "NOT_FOUND absent",
      );
    });

    test("A18: a rollback moves AWSCURRENT, and AWSPREVIOUS follows; rotating goes on from there", async () => {
      const store = server.open();
      const old = await store.putSecret("rolled/back", "old");
      const rotated = await store.rotateSecret("rolled/back", { generate: () => "new" });
      const back = await store.rollback("rolled/back", { expectedVersion: rotated.version });
      expect([back.version, back.value.expose()]).toEqual([old.version, "old"]);
      expect(await stagesOf(store, "rolled/back")).toEqual({
        [String(old.version)]: ["AWSCURRENT"],
        [String(rotated.version)]: ["AWSPREVIOUS"],
      });
      await store.rotateSecret("rolled/back", { generate: () => "newer" });
      await store.putSecret("rolled/back", "put");
      expect((await store.getSecret("rolled/back")).value.expose()).toBe("put");
      expect((await store.rollback("rolled/back")).value.expose()).toBe("newer");
    });

    test("A18: of rollbacks at once one wins, and the others lose cleanly", async () => {
      const store = server.open();
      await store.putSecret("rolled/at-once", "old");
      const { version: expectedVersion } = await store.putSecret("rolled/at-once", "new");
      const rollbacks = Array.from({ length: rotations }, () =>
        server.open().rollback("rolled/at-once", { expectedVersion }),
      );
      const settled = await Promise.allSettled(rollbacks);
      const codes = settled.flatMap((each) =>
        each.status === "rejected" ? [each.reason.code] : [],
      );
      expect(codes).toEqual(Array.from({ length: rotations - 1 }, () => "CONFLICT"));
      expect((await store.getSecret("rolled/at-once")).value.expose()).toBe("old");
    });

    test("of twenty rotations at once by twenty stores none is lost", async () => {
      const store = server.open();
      await store.putSecret("at/once", "0");
      const told: string[] = [];
      const set = (candidate: SecretValue) => void told.push(candidate.expose());
      const generate = ({ current }: { current: SecretValue }) =>
        String(Number(current.expose()) + 1);
      const contest = new Contest();
      const rotate = (own: AwsSecretStore) =>
        contest.run(() => own.rotateSecret("at/once", { generate, set }));
      const stores = Array.from({ length: rotations }, () => server.open());
      const versions = (await Promise.all(stores.map(rotate))).map(({ version }) => version);
      expect(new Set(versions).size).toBe(rotations);
      expect((await store.getSecret("at/once")).value.expose()).toBe(String(rotations));
      expect(told).toEqual(Array.from({ length: rotations }, (_, index) => String(index + 1)));
      expect(contest.conflicts).toBeGreaterThan(0);
    }, 60_000);

    test.each([
      ["generate", "of the parent"],
      ["set", "of the child"],
      ["verify", "of the child"],
    ])("a process that is killed in %s is gone on with by the next", async (step, value) => {
      const store = server.open();
      const key = `killed/in/${step}`;
      await store.putSecret(key, "old");
      const said = await killAt(server.endpoint, key, step);
      expect((await store.getSecret(key)).value.expose()).toBe("old");
      let inForce = said.includes("set of the child") ? "of the child" : "old";
      const options = {
        generate: () => "of the parent",
        set: (candidate: SecretValue) => {
          inForce = candidate.expose();
        },
        verify: (candidate: SecretValue) => candidate.expose() === inForce,
      };
      if (step !== "generate") {
        expect(await codeOf(store.rotateSecret(key, options))).toBe(
          "CONFLICT rotation-in-progress",
        );
      }
      const rotated = await store.rotateSecret(key, { ...options, resumeAfterMs: 0 });
      expect([rotated.value.expose(), inForce]).toEqual([value, value]);
      const labels = Object.values(await stagesOf(store, key)).flat();
      expect(labels.sort()).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
    });
  },
);
