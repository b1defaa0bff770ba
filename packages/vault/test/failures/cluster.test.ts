import { SecretError } from "@llm-orchestrator/secrets-core";
import { installTimeoutMs, until } from "secrets-tools/openbao";
import {
  type OpenBaoCluster,
  type OpenBaoNode,
  startOpenBaoCluster,
} from "secrets-tools/openbao-cluster";
import { size } from "secrets-tools/test-size";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf, openStore } from "../support/stores.ts";

let cluster: OpenBaoCluster;
let active: OpenBaoNode;
let standby: OpenBaoNode;
beforeAll(async () => {
  cluster = await startOpenBaoCluster(3);
  active = await cluster.active();
  standby = cluster.nodes.find((node) => node !== active) as OpenBaoNode;
}, installTimeoutMs);
afterAll(() => cluster?.stop());

const open = ({ address }: OpenBaoNode, options = {}) =>
  openStore({ address, rootToken: cluster.rootToken }, options);

describe("a cluster", () => {
  test("V41: a standby is told from an active node, and reads as well", async () => {
    expect(await open(active).healthCheck()).toMatchObject({ ok: true, state: "ready" });
    expect(await open(standby).healthCheck()).toMatchObject({ ok: true, state: "standby" });
  });

  test("V35: what was put is read through a standby at once, never what was there before", async () => {
    const store = open(standby);
    let stale = 0;
    for (let count = 1; count <= 1_000; count++) {
      await store.putSecret("fresh", String(count));
      if ((await store.getSecret("fresh")).value.expose() !== String(count)) stale++;
    }
    expect(stale).toBe(0);
  }, 120_000);

  test("V35: so is each of several keys that are put and read side by side", async () => {
    const store = open(standby);
    const rounds = size(20, 200);
    const work = Array.from({ length: 8 }, async (_, index) => {
      for (let count = 1; count <= rounds; count++) {
        await store.putSecret(`beside/${index}`, String(count));
        const { value, version } = await store.getSecret(`beside/${index}`);
        expect([value.expose(), version]).toEqual([String(count), String(count)]);
      }
    });
    await Promise.all(work);
  }, 120_000);

  test("V35: control: a client that does not send back what the server told does read old values", async () => {
    const store = open(standby);
    let stale = 0;
    await until("a read was stale", async () => {
      const { version } = await store.putSecret("control", "v");
      const reply = await standby.request<{ data: { metadata: { version: number } } } | undefined>(
        ...(["GET", "secret/data/control"] as const),
      );
      if (String(reply.body?.data?.metadata?.version) !== version) stale++;
      return stale > 0;
    });
  });

  test("V35: a rotation through a standby compares with what is current", async () => {
    const store = open(standby);
    await store.putSecret("rotated", "0");
    for (let count = 1; count <= 10; count++) {
      await store.rotateSecret("rotated", {
        generate: ({ current }) => String(Number(current.expose()) + 1),
      });
    }
    expect((await store.getSecret("rotated")).value.expose()).toBe("10");
  });

  test("V34: when the active node ends, writes are BACKEND_UNAVAILABLE, and work again by themselves", async () => {
    const store = open(standby);
    await store.putSecret("failover", "before");
    await active.kill();
    const codes = new Set<string>();
    await until("a write succeeds", async () => {
      try {
        await store.putSecret("failover", "after");
        return true;
      } catch (error) {
        if (!SecretError.isInstance(error)) throw error;
        expect([error.code, error.retryable]).toEqual(["BACKEND_UNAVAILABLE", true]);
        codes.add(error.reason ?? "");
        return false;
      }
    });
    expect((await store.getSecret("failover")).value.expose()).toBe("after");
    expect([...codes].every((reason) => reason !== "")).toBe(true);
  });

  test("V34: with one node of three left there is no leader, and every call says so", async () => {
    const rest = cluster.nodes.filter((node) => node !== active);
    const [kept, other] = [standby, rest.find((node) => node !== standby) as OpenBaoNode];
    await other.kill();
    const store = open(kept, { deadlineMs: 1_000 });
    await until("it has noticed", async () => {
      const code = await codeOf(store.putSecret("x", "v")).catch(() => "");
      return /^BACKEND_UNAVAILABLE (?:no-leader|standby|server)/.test(code);
    });
    // What the node holds it may still read out, and that may be behind: health says whether it does.
    const read = open(kept).getSecret("failover");
    const outcome = await read.then(
      ({ value }) => value.expose(),
      ({ code }) => code,
    );
    const { ok, state } = await open(kept).healthCheck();
    expect(["before", "after", "BACKEND_UNAVAILABLE"]).toContain(outcome);
    expect(ok).toBe(outcome !== "BACKEND_UNAVAILABLE");
    // A node that has lost its followers may call itself active for a moment longer.
    expect(ok ? ["ready", "standby"] : ["no-leader", "server", "standby"]).toContain(state);
    await other.restart();
    await cluster.active();
    const again = open(kept, { maxRetries: 10, deadlineMs: 20_000 });
    expect((await again.getSecret("failover")).value.expose()).toBe("after");
  });
});
