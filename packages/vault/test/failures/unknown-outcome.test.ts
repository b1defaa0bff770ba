import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { size } from "secrets-tools/test-size";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FakeAnswer, secretAnswer, startFakeVault } from "../support/fake-vault.ts";
import { type Fate, type RequestLog, startRequestLog } from "../support/request-log.ts";
import { codeOf, failure, openStore, tokenWith } from "../support/stores.ts";

let server: OpenBaoServer;
let proxy: RequestLog;
/** What becomes of the next writes, in turn. */
const fates: Fate[] = [];
beforeAll(async () => {
  server = await startOpenBao();
  proxy = await startRequestLog(server.address, ({ method, path }) => {
    const isWrite = method === "POST" && path.startsWith("secret/data/");
    return (isWrite && fates.shift()) || "pass";
  });
}, installTimeoutMs);
afterAll(async () => {
  await proxy?.stop();
  await server?.stop();
});

const open = (options = {}) =>
  openStore({ address: proxy.address, rootToken: server.rootToken }, options);
const versionsOf = async (key: string) => (await openStore(server).getSecretVersions(key)).length;

describe("a write of which nobody knows whether it was carried out", () => {
  test("is made exactly once, whether its request or its reply was lost", async () => {
    const store = open();
    const count = size(100, 1_000);
    for (let index = 1; index <= count; index++) {
      fates.push(index % 4 === 0 ? "lose" : "lose-reply");
      const { version } = await store.putSecret(`plain/${index}`, `value ${index}`);
      expect([version, await versionsOf(`plain/${index}`)]).toEqual(["1", 1]);
    }
    expect(fates).toEqual([]);
  }, 120_000);

  test("and so is one that comes after others of the same key", async () => {
    const store = open();
    for (let index = 1; index <= 9; index++) {
      fates.push(index % 3 === 0 ? "lose" : "lose-reply");
      const { version } = await store.putSecret("plain/many", `value ${index}`);
      expect(version).toBe(String(index));
    }
    expect(await versionsOf("plain/many")).toBe(9);
  });

  test.each<[fates: Fate[]]>([
    [["lose-reply"]],
    [["lose"]],
    [["lose", "lose-reply"]],
    [["lose", "lose"]],
  ])("that expects a version is made once: %j", async (lost) => {
    const store = open();
    const key = `cas/${lost.join("-")}`;
    fates.push(...lost);
    expect((await store.putSecret(key, "1", { expectedVersion: null })).version).toBe("1");
    fates.push(...lost);
    expect((await store.putSecret(key, "2", { expectedVersion: "1" })).version).toBe("2");
    await store.deleteSecret(key);
    fates.push("pass", ...lost); // refused at first, since the number of a deleted one counts
    expect((await store.putSecret(key, "3", { expectedVersion: null })).version).toBe("3");
    expect(await versionsOf(key)).toBe(3);
  });

  test("of a rotation is made once, and the generator runs once", async () => {
    const store = open();
    await store.putSecret("rotated", "old");
    let runs = 0;
    for (const fate of ["lose-reply", "lose"] as const) {
      fates.push(fate);
      await store.rotateSecret("rotated", { generate: () => `new ${++runs}` });
    }
    expect([runs, await versionsOf("rotated")]).toEqual([2, 3]);
    expect((await store.getSecretVersion("rotated", "previous")).value.expose()).toBe("new 1");
  });

  test("and lost its race meanwhile is CONFLICT, and the other's value stays", async () => {
    const store = open();
    const other = openStore(server);
    await store.putSecret("raced", "1");
    fates.push("lose");
    const put = store.putSecret("raced", "ours", { expectedVersion: "1" });
    const theirs = (async () => {
      while (fates.length > 0) await new Promise(setImmediate);
      await other.putSecret("raced", "theirs");
    })();
    const [outcome] = await Promise.allSettled([put, theirs]);
    const { value } = await other.getSecret("raced");
    // Whoever came second: either theirs is on top of ours, or ours was refused.
    expect(value.expose()).toBe("theirs");
    if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "CONFLICT" });
    else expect(outcome.value.version).toBe("2");
  });

  test("says so where the token may not look", async () => {
    const rule = 'path "secret/data/*" { capabilities = ["create", "update"] }';
    const store = open({ token: await tokenWith(server, rule) });
    fates.push("lose-reply");
    const error = await failure(store.putSecret("blind", "v"));
    expect([error.code, error.retryable]).toEqual(["BACKEND_UNAVAILABLE", true]);
    expect(error.message).toContain("whether the value was written is not known");
    expect(await versionsOf("blind")).toBe(1); // and is not repeated
  });

  test("of which the same version is there with another value is CONFLICT", async () => {
    const vault = await startFakeVault(({ method, path }) => {
      if (path.includes("sys/internal")) return { status: 403, body: { errors: ["preflight"] } };
      return method === "POST" ? { status: 502, body: "" } : secretAnswer("theirs", 2);
    });
    const store = openStore({ address: vault.address, rootToken: "t" });
    const put = store.putSecret("a", "ours", { expectedVersion: "1" });
    expect(await codeOf(put)).toBe("CONFLICT");
    expect(vault.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
    await vault.stop();
  });

  test.each([0, 2])(
    "is sent %i more times at most, as the server asks for it",
    async (maxRetries) => {
      const times: number[] = [];
      const vault = await startFakeVault(({ method, path }) => {
        if (path.includes("sys/internal")) return { status: 403, body: { errors: ["preflight"] } };
        if (method !== "POST") return secretAnswer("old");
        times.push(performance.now());
        return {
          status: 500,
          headers: { "retry-after": "1" },
          body: { errors: ["internal error"] },
        };
      });
      const store = openStore({ address: vault.address, rootToken: "t" }, { maxRetries });
      const error = await failure(store.putSecret("a", "new"));
      expect([error.code, error.reason]).toEqual(["BACKEND_UNAVAILABLE", "server"]);
      expect(error.message).toContain("whether the value was written is not known");
      expect(times).toHaveLength(1 + maxRetries);
      for (let index = 1; index < times.length; index++) {
        expect((times[index] ?? 0) - (times[index - 1] ?? 0)).toBeGreaterThan(990);
      }
      await vault.stop();
    },
  );

  test("takes its retries from what all calls of a store have together", async () => {
    const vault = await startFakeVault(({ method, path }) => {
      if (path.includes("sys/internal")) return { status: 403, body: { errors: ["preflight"] } };
      return method === "POST" ? { status: 502, body: "" } : secretAnswer("old");
    });
    const store = openStore({ address: vault.address, rootToken: "t" });
    let left = 300;
    const write = async () => {
      while (left-- > 0) expect(await codeOf(store.putSecret("a", "v"))).toMatch(/^BACKEND_UNAV/);
    };
    await Promise.all(Array.from({ length: 20 }, write));
    const sent = vault.requests.filter(({ method }) => method === "POST").length;
    expect(sent).toBeGreaterThan(300);
    expect(sent).toBeLessThanOrEqual(500); // a look that is answered gives a fifth of a retry back
    await vault.stop();
  });

  test.each<[what: string, answer: FakeAnswer]>([
    ["an empty object", { status: 200, body: "{}" }],
    ["nothing", { status: 200 }],
    ["data without a version", { status: 200, body: { data: {} } }],
  ])("is looked for where the answer is %s", async (_, answer) => {
    const isThere = [true, false];
    for (const found of isThere) {
      const vault = await startFakeVault(({ method, path }) => {
        if (path.includes("sys/internal")) return { status: 403, body: { errors: ["preflight"] } };
        return method === "POST" ? answer : secretAnswer(found ? "ours" : "theirs", 7);
      });
      const store = openStore({ address: vault.address, rootToken: "t" }, { maxRetries: 0 });
      const put = store.putSecret("a", "ours");
      if (found) expect((await put).version).toBe("7");
      else {
        const error = await failure(put);
        expect([error.code, error.reason]).toEqual(["BACKEND_UNAVAILABLE", "malformed"]);
        expect(error.message).toContain("whether the value was written is not known");
      }
      await vault.stop();
    }
  });

  test("says so where the call ends before its answer", async () => {
    const vault = await startFakeVault(({ method, path }) => {
      if (path.includes("sys/internal")) return { status: 403, body: { errors: ["preflight"] } };
      return method === "POST" ? "hang" : secretAnswer("theirs", 7);
    });
    const times = { timeoutMs: 300, deadlineMs: 300 };
    const store = openStore({ address: vault.address, rootToken: "t" }, times);
    const error = await failure(store.putSecret("a", "ours"));
    expect([error.code, error.reason]).toEqual(["BACKEND_UNAVAILABLE", "timeout"]);
    expect(error.message).toContain("whether the value was written is not known");
    await vault.stop();
  });

  test.each([429, 412, 503])(
    "that was refused with %i was not carried out, and is just sent again",
    async (status) => {
      let writes = 0;
      const errors =
        status === 503 ? ["local node not active but active cluster node not found"] : [];
      const vault = await startFakeVault(({ method, path }) => {
        if (path.includes("sys/internal")) return { status: 403, body: { errors: ["preflight"] } };
        if (method !== "POST") return { status: 500, body: {} };
        if (++writes < 3) return { status, body: { errors } };
        return {
          status: 200,
          body: { data: { version: 1, created_time: "", custom_metadata: null } },
        };
      });
      const store = openStore({ address: vault.address, rootToken: "t" });
      expect((await store.putSecret("a", "v")).version).toBe("1");
      expect(vault.requests.filter(({ method }) => method !== "POST")).toHaveLength(1);
      await vault.stop();
    },
  );
});
