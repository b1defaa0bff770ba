import { toArray } from "@llm-orchestrator/secrets-core";
import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type RequestLog, startRequestLog } from "../support/request-log.ts";
import { ask, codeOf, failure, openStore, tokenWith } from "../support/stores.ts";

const end = ".llm-orchestrator-rotation-claim";

let server: OpenBaoServer;
let log: RequestLog;
let isAnswerLost = false;
beforeAll(async () => {
  server = await startOpenBao();
  log = await startRequestLog(server.address, ({ method }) =>
    method === "DELETE" && isAnswerLost ? "lose-reply" : "pass",
  );
}, installTimeoutMs);
afterAll(async () => {
  await log?.stop();
  await server?.stop();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A generator that runs until it is let go. */
function heldGenerator(value: string) {
  let begin = () => {};
  let end = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const generate = async () => {
    begin();
    await ended;
    return value;
  };
  return { generate, begun, end };
}

const statusOf = async (key: string) =>
  (await server.request("GET", `secret/metadata/${key}${end}`)).status;

describe("the claim of a rotation", () => {
  test("that ran out is left to whoever took it over", async () => {
    await openStore(server).putSecret("slow", "old");
    const rotate = (generate: () => string | Promise<string>) =>
      openStore(server).rotateSecret("slow", { minting: true, generate });
    const first = heldGenerator("first");
    const second = heldGenerator("second");
    const firstDone = rotate(first.generate);
    await first.begun;
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 6 * 60_000 });
    const secondDone = codeOf(rotate(second.generate));
    await second.begun;
    first.end();
    expect((await firstDone).version).toBe("2");
    expect(await statusOf("slow")).toBe(200);
    let runs = 0;
    expect(await codeOf(rotate(() => `third ${++runs}`))).toBe("CONFLICT rotation-claimed");
    second.end();
    expect([await secondDone, runs]).toEqual(["CONFLICT", 0]);
    expect(await statusOf("slow")).toBe(404); // its own holder took it away
  });

  test("is removed by one request, which is not sent again when its answer is lost", async () => {
    const store = openStore({ address: log.address, rootToken: server.rootToken });
    await store.putSecret("lost", "old");
    isAnswerLost = true;
    await store.rotateSecret("lost", { minting: true, generate: () => "new" });
    isAnswerLost = false;
    const removals = log.take().filter((request) => request.startsWith("DELETE"));
    expect(removals).toEqual([`DELETE secret/metadata/lost${end}`]);
  });

  test.each<[data: object]>([
    [{ value: "somebody's own" }],
    [{ owner: "o" }],
    [{ owner: "o", until: "one day" }],
    [{ owner: 1, until: "2026-01-01T00:00:00Z" }],
  ])("does not take the place of %j, which is none", async (data) => {
    await openStore(server).putSecret("taken", "old");
    await ask(server, "POST", `secret/data/taken${end}`, { data });
    let runs = 0;
    const generate = () => `new ${++runs}`;
    const error = await failure(
      openStore(server).rotateSecret("taken", { minting: true, generate }),
    );
    expect([error.code, error.reason, runs]).toEqual(["CONFLICT", "claim-occupied", 0]);
    const entry = await ask<{ data: { data: unknown } }>(server, "GET", `secret/data/taken${end}`);
    expect(entry.data.data).toEqual(data);
  });

  test("is in no list, by a scan or by a walk, and its name is no key", async () => {
    const store = openStore(server);
    await store.putSecret("listed/a", "v");
    await ask(server, "POST", `secret/data/listed/a${end}`, { data: { owner: "o" } });
    const rule = 'path "secret/metadata/*" { capabilities = ["list"] }';
    const walking = openStore(server, { token: await tokenWith(server, rule) });
    for (const each of [store, walking]) {
      expect(await toArray(each.listSecrets("listed/"))).toEqual(["listed/a"]);
    }
    for (const key of [`listed/a${end}`, end]) {
      expect(await codeOf(store.getSecret(key))).toBe("INVALID_KEY");
      expect(await codeOf(store.putSecret(key, "v"))).toBe("INVALID_KEY");
    }
    const near = `listed/a${end}.mine`;
    await store.putSecret(near, "v");
    expect(await toArray(store.listSecrets("listed/"))).toEqual(["listed/a", near]);
  });
});
