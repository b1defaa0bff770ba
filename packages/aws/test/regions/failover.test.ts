import { toArray } from "@llm-orchestrator/secrets-core";
import { until } from "secrets-tools/openbao";
import { describe, expect, test } from "vitest";
import { AwsSecretStore } from "../../src/index.js";
import { aSecret, type Reply, type SeenCall, startScriptedAws } from "../support/scripted-aws.js";
import { track } from "../support/servers.js";

const [primary, replica, third] = ["us-east-1", "us-west-2", "eu-west-1"];
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret-example" };
type Script = (call: SeenCall) => Reply;

/** A server for each region, and a store that reads from all of them. */
async function regions(scripts: Readonly<Record<string, Script>>, options = {}) {
  const entries = await Promise.all(
    Object.entries(scripts).map(async ([region, script]) => {
      return [region, await startScriptedAws(script)] as const;
    }),
  );
  const servers = Object.fromEntries(entries);
  const store = track(
    new AwsSecretStore({
      ...{ regions: Object.keys(scripts), credentials, maxAttempts: 1, regionTimeoutMs: 300 },
      endpoint: (region) => servers[region]?.endpoint ?? "http://127.0.0.1:1",
      ...options,
    }),
  );
  const close = () => Promise.all(entries.map(([, server]) => server.close()));
  return { store, servers, close };
}

const fromReplica = () => aSecret("of the replica");
const failures: readonly (readonly [string, Reply, number])[] = [
  ["resets", "reset", 1_000],
  ["answers 503", { status: 503, body: "" }, 1_000],
  ["throttles to the end", { error: "ThrottlingException" }, 1_000],
  ["sends half", "half", 1_000],
  ["hangs", "hang", 1_300],
];

describe("A28: the primary cannot be had", () => {
  test.each(failures)(
    "it %s: the replica answers, in time, and is named",
    async (_, reply, most) => {
      const { store, servers, close } = await regions({
        [primary]: () => reply,
        [replica]: fromReplica,
      });
      const start = performance.now();
      const secret = await store.getSecret("k");
      expect(performance.now() - start).toBeLessThan(most);
      expect(secret.value.expose()).toBe("of the replica");
      expect(secret.store).toBe("aws(us-west-2)");
      const call = servers[replica]?.calls[0];
      expect(call?.region).toBe(replica);
      await until("the socket to the primary is gone", async () => {
        await store.close();
        return (await servers[primary]?.connections()) === 0;
      });
      await close();
    },
  );

  test("nobody listens there", async () => {
    const { store, servers, close } = await regions({
      [primary]: () => "hang",
      [replica]: fromReplica,
    });
    await servers[primary]?.close();
    const start = performance.now();
    expect((await store.getSecret("k")).store).toBe("aws(us-west-2)");
    expect(performance.now() - start).toBeLessThan(1_000);
    await servers[replica]?.close();
    await expect(store.getSecret("k")).rejects.toMatchObject({
      ...{ code: "BACKEND_UNAVAILABLE", reason: "network" },
      errors: { [primary]: { reason: "network" }, [replica]: { reason: "network" } },
    });
    await close().catch(() => {});
  });

  test.each([
    ["ResourceNotFoundException", "NOT_FOUND"],
    ["AccessDeniedException", "PERMISSION_DENIED"],
    ["UnrecognizedClientException", "AUTHENTICATION_FAILED"],
    ["DecryptionFailure", "PERMISSION_DENIED"],
    ["InvalidParameterException", "INVALID_SECRET"],
  ])("what it says is believed: %s does not fail over", async (error, code) => {
    const { store, servers, close } = await regions({
      [primary]: () => ({ error }),
      [replica]: fromReplica,
    });
    await expect(store.getSecret("k")).rejects.toMatchObject({ code });
    const { errors } = await store.getSecrets(["k", "l"]);
    expect(errors.size).toBe(error === "AccessDeniedException" ? 2 : errors.size);
    expect(servers[replica]?.calls).toEqual([]);
    await close();
  });

  test("what a replica does not have says nothing: the error is the primary's", async () => {
    const { store, servers, close } = await regions({
      [primary]: () => ({ status: 503, body: "" }),
      [replica]: () => ({ error: "ResourceNotFoundException" }),
      [third]: () => ({ error: "AccessDeniedException" }),
    });
    await expect(store.getSecret("k")).rejects.toMatchObject({
      ...{ code: "BACKEND_UNAVAILABLE", reason: "server" },
      errors: { [replica]: { code: "NOT_FOUND" }, [third]: { code: "PERMISSION_DENIED" } },
    });
    expect(servers[third]?.calls).toHaveLength(1);
    await close();
  });

  test("a batch fails over as a whole, and a key that the replica lacks is not absent", async () => {
    const { store, close } = await regions({
      [primary]: () => "reset",
      [replica]: () => ({
        json: {
          SecretValues: [{ Name: "a", SecretString: "1", VersionId: "v".repeat(32) }],
          Errors: [{ SecretId: "b", ErrorCode: "ResourceNotFoundException", Message: "" }],
        },
      }),
    });
    const { secrets, errors } = await store.getSecrets(["a", "b"]);
    expect(secrets.get("a")).toMatchObject({ store: "aws(us-west-2)" });
    expect(errors.get("b")).toMatchObject({ code: "BACKEND_UNAVAILABLE" });
    await close();
  });

  test("after three failures it is left alone, and comes last", async () => {
    const { store, servers, close } = await regions({
      [primary]: () => "reset",
      [replica]: fromReplica,
    });
    for (let read = 1; read <= 10; read++) await store.getSecret(`k${read}`);
    expect(servers[primary]?.calls).toHaveLength(3);
    expect(servers[replica]?.calls).toHaveLength(10);
    await close();
  });

  test("an older answer of a replica is not used; the next one's is", async () => {
    let isDown = false;
    const dated = (text: string, CreatedDate: number) => {
      const reply = aSecret(text) as { readonly json: object };
      return { json: { ...reply.json, CreatedDate } };
    };
    const { store, close } = await regions({
      [primary]: () => (isDown ? "reset" : dated("new", 2_000)),
      [replica]: () => dated("old", 1_000),
      [third]: () => dated("new", 2_000),
    });
    await store.getSecret("k");
    isDown = true;
    const secret = await store.getSecret("k");
    expect([secret.value.expose(), secret.store]).toEqual(["new", "aws(eu-west-1)"]);
    await close();
  });

  test("a read that is cancelled keeps the caller's reason, and asks nobody else", async () => {
    const reason = new Error("enough");
    const { store, servers, close } = await regions({
      [primary]: () => "hang",
      [replica]: fromReplica,
    });
    const controller = new AbortController();
    const running = store.getSecret("k", { signal: controller.signal }).catch((error) => error);
    await until("it is asked", () => servers[primary]?.calls.length === 1);
    controller.abort(reason);
    expect(await running).toBe(reason);
    expect(servers[replica]?.calls).toEqual([]);
    await close();
  });
});

test("A29: writes, descriptions, versions and lists go to the primary only", async () => {
  const { store, servers, close } = await regions({
    [primary]: () => ({ status: 503, body: "" }),
    [replica]: fromReplica,
  });
  const outcomes = await Promise.allSettled([
    store.putSecret("k", "v"),
    store.deleteSecret("k"),
    store.restoreSecret("k"),
    store.describeSecret("k"),
    store.getSecretVersions("k"),
    toArray(store.listSecrets()),
  ]);
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ status: "rejected", reason: { code: "BACKEND_UNAVAILABLE" } });
  }
  expect(servers[replica]?.calls).toEqual([]);
  await close();
});

test("with one region the result names no region", async () => {
  const { store, close } = await regions({ [primary]: fromReplica });
  expect((await store.getSecret("k")).store).toBe("aws");
  await close();
});
