import { onWarning, randomSecret } from "@llm-orchestrator/secrets-core";
import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, codeOf, failure, openStore, tokenWith } from "../support/stores.ts";

let server: OpenBaoServer;
beforeAll(async () => {
  server = await startOpenBao();
}, installTimeoutMs);
afterAll(() => server?.stop());

const rotations = 20;

describe("rotating", () => {
  test("V14: of twenty rotations at once by twenty stores none is lost", async () => {
    await openStore(server).putSecret("pure", "0");
    let runs = 0;
    const rotate = () =>
      openStore(server).rotateSecret("pure", {
        minting: false,
        generate: ({ current }) => {
          runs++;
          return String(Number(current.expose()) + 1);
        },
      });
    const rotated = await Promise.all(Array.from({ length: rotations }, rotate));
    const { value, version } = await openStore(server).getSecret("pure");
    expect([value.expose(), version]).toEqual([String(rotations), String(rotations + 1)]);
    expect(new Set(rotated.map((secret) => secret.version)).size).toBe(rotations);
    expect(runs).toBeGreaterThanOrEqual(rotations);
  });

  test("V14: without a word on the generator it runs once, and who loses a race is CONFLICT", async () => {
    const store = openStore(server);
    await store.putSecret("plain", "0");
    let runs = 0;
    const generate = () => String(++runs);
    const all = Array.from({ length: rotations }, () => store.rotateSecret("plain", { generate }));
    const settled = await Promise.allSettled(all);
    const won = settled.filter(({ status }) => status === "fulfilled").length;
    const lost = settled.flatMap((each) => (each.status === "rejected" ? [each.reason.code] : []));
    expect(runs).toBe(rotations);
    expect(new Set(lost)).toEqual(new Set(["CONFLICT"]));
    expect((await store.getSecret("plain")).version).toBe(String(won + 1));
  });

  test("V15: of twenty rotations at once one mints, once, and the others are CONFLICT", async () => {
    await openStore(server).putSecret("minted", "old");
    let runs = 0;
    let lost = 0;
    let release = () => {};
    const allOthersLost = new Promise<void>((resolve) => {
      release = resolve;
    });
    const generate = async () => {
      runs++;
      await allOthersLost;
      return "minted by the provider";
    };
    const rotate = () =>
      openStore(server)
        .rotateSecret("minted", { minting: true, generate })
        .catch((error: unknown) => {
          if (++lost === rotations - 1) release();
          return error;
        });
    const outcomes = await Promise.all(Array.from({ length: rotations }, rotate));
    const losers = outcomes.filter((outcome) => outcome instanceof Error);
    expect(runs).toBe(1);
    expect(losers.map((error) => (error as { code?: unknown }).code)).toEqual(
      Array.from({ length: rotations - 1 }, () => "CONFLICT"),
    );
    const store = openStore(server);
    const { value, version } = await store.getSecret("minted");
    expect([value.expose(), version]).toEqual(["minted by the provider", "2"]);
    expect((await store.getSecretVersion("minted", "previous")).value.expose()).toBe("old");
    expect(await namesOf("minted")).toEqual(["minted"]); // no claim is left behind
  });

  test("V15: who asks after another has rotated, and read before, mints nothing", async () => {
    const store = openStore(server);
    await store.putSecret("late", "old");
    const claim = { owner: "another", until: new Date(Date.now() + 60_000).toISOString() };
    await ask(server, "POST", "secret/data/late.llm-orchestrator-rotation-claim", { data: claim });
    const mint = () => store.rotateSecret("late", { minting: true, generate: () => "new" });
    const error = await failure(mint());
    expect([error.code, error.reason, error.key]).toEqual(["CONFLICT", "rotation-claimed", "late"]);
    await ask(server, "POST", "secret/data/late.llm-orchestrator-rotation-claim", {
      data: { ...claim, until: new Date(Date.now() - 1).toISOString() },
    });
    expect((await mint()).version).toBe("2"); // the claim of a process that ended is over
    expect(await namesOf("late")).toEqual(["late"]);
  });

  test("V15: a generator that fails, and an absent key, leave no claim and the old value", async () => {
    const store = openStore(server);
    await store.putSecret("failing", "old");
    const generate = () => {
      throw new Error("the provider is down");
    };
    const failing = store.rotateSecret("failing", { minting: true, generate });
    expect(await codeOf(failing)).toBe("INVALID_SECRET generate-failed");
    expect((await store.getSecret("failing")).value.expose()).toBe("old");
    const absent = store.rotateSecret("absent", { minting: true, generate: () => "x" });
    expect(await codeOf(absent)).toBe("NOT_FOUND absent");
    expect(await namesOf("failing")).toEqual(["failing"]);
    expect(await namesOf("absent")).toEqual([]);
  });

  test("V15: a claim that may not be removed is let go, and can be taken again", async () => {
    const rules = [
      'path "secret/data/*" { capabilities = ["create", "read", "update"] }',
      'path "secret/metadata/*" { capabilities = ["read", "update", "patch"] }',
    ];
    const store = openStore(server, { token: await tokenWith(server, rules.join("\n")) });
    await store.putSecret("kept", "0");
    for (const value of ["1", "2"]) {
      await store.rotateSecret("kept", { minting: true, generate: () => value });
    }
    expect((await store.getSecret("kept")).version).toBe("3");
  });

  test("V15: minting that is neither true nor false is CONFIGURATION; without generator too", async () => {
    const store = openStore(server);
    const rotate = (options: object) => codeOf(store.rotateSecret("pure", options));
    expect(await rotate({ minting: "yes", generate: () => "x" })).toBe(
      "CONFIGURATION bad-argument",
    );
    expect(await rotate({ minting: true })).toBe("CONFIGURATION no-generator");
    expect(await rotate({ minting: true, generate: "x" })).toBe("CONFIGURATION bad-argument");
  });

  test("V15: minting goes with the generator among the store's options", async () => {
    const store = openStore(server, { generate: randomSecret() });
    await store.putSecret("own", "old");
    const rotated = await store.rotateSecret("own", { minting: true });
    expect(rotated.value.expose()).toHaveLength(43);
  });

  test("V16: a candidate that verify refuses never becomes current, and previous stays what it was", async () => {
    const store = openStore(server);
    await store.putSecret("verified", "first");
    await store.putSecret("verified", "second");
    for (const minting of [true, false, undefined]) {
      const verify = () => false;
      const rotation = store.rotateSecret("verified", { minting, generate: () => "bad", verify });
      expect(await codeOf(rotation)).toBe("INVALID_SECRET verify-failed");
    }
    const { value, version } = await store.getSecret("verified");
    expect([value.expose(), version]).toEqual(["second", "2"]);
    expect((await store.getSecretVersion("verified", "previous")).value.expose()).toBe("first");
  });

  test("V17: a deleted secret is not rotated, and can be once it is restored", async () => {
    const store = openStore(server);
    await store.putSecret("deleted", "old");
    await store.deleteSecret("deleted");
    for (const minting of [true, false, undefined]) {
      const rotation = store.rotateSecret("deleted", { minting, generate: () => "new" });
      expect(await codeOf(rotation)).toBe("NOT_FOUND deleted");
    }
    await store.restoreSecret("deleted");
    expect((await store.rotateSecret("deleted", { generate: () => "new" })).version).toBe("2");
  });

  test("V18: the old value is readable until the rotation is finalized, and then gone for ever", async () => {
    const store = openStore(server);
    await store.putSecret("overlap", "oldest");
    await store.putSecret("overlap", "old");
    const { version } = await store.rotateSecret("overlap", { generate: () => "new" });
    expect((await store.getSecretVersion("overlap", "previous")).value.expose()).toBe("old");
    const early = store.finalizeRotation("overlap", { expectedVersion: "2" });
    expect(await codeOf(early)).toBe("CONFLICT");
    await store.finalizeRotation("overlap", { expectedVersion: version });
    expect(await codeOf(store.getSecretVersion("overlap", "previous"))).toBe("NOT_FOUND destroyed");
    expect(await codeOf(store.getSecretVersion("overlap", "2"))).toBe("NOT_FOUND destroyed");
    await store.finalizeRotation("overlap"); // once more destroys nothing older
    expect((await store.getSecretVersion("overlap", "1")).value.expose()).toBe("oldest");
    expect((await store.getSecret("overlap")).value.expose()).toBe("new");
  });

  test("V18: there is nothing to finalize of a secret with one version, and an error of an absent one", async () => {
    const store = openStore(server);
    await store.putSecret("single", "v");
    await store.finalizeRotation("single");
    expect((await store.getSecret("single")).value.expose()).toBe("v");
    expect(await codeOf(store.finalizeRotation("never"))).toBe("NOT_FOUND absent");
    const first = openStore(server, { kvVersion: 1 }).finalizeRotation("single");
    expect(await codeOf(first)).toBe("NOT_SUPPORTED rotate");
    await store.close();
    expect(await codeOf(store.finalizeRotation("single"))).toBe("CLOSED");
  });

  test("V18: a rotation whose date cannot be noted has succeeded, and warns", async () => {
    const rule = 'path "secret/data/*" { capabilities = ["create", "read", "update"] }';
    const store = openStore(server, { token: await tokenWith(server, rule) });
    await store.putSecret("unnoted", "old");
    const warnings: string[] = [];
    const stop = onWarning(({ code, key }) => warnings.push(`${code} ${key}`));
    const rotated = await store.rotateSecret("unnoted", { generate: () => "new" });
    stop();
    expect([rotated.version, warnings]).toEqual(["2", ["VAULT_ROTATION_NOT_NOTED unnoted"]]);
  });
});

/** Keys on the server that begin so. */
async function namesOf(start: string): Promise<string[]> {
  const { data } = await ask<{ data: { keys: string[] } }>(server, "LIST", "secret/metadata");
  return data.keys.filter((name) => name.startsWith(start));
}
