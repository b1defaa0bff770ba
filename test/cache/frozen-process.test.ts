import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  freezeProcess,
  installTimeoutMs,
  type OpenBaoServer,
  startOpenBao,
  untilFrozen,
} from "secrets-tools/openbao";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bundleChild, type Child } from "../support/run-child.ts";
import type { Awakening, Task } from "./frozen-process-child.ts";

const ttlMs = 1_000;
const key = "frozen/key";

describe("a process that is stopped past the TTL of what it holds, and goes on", () => {
  let server: OpenBaoServer;
  let script: Child;
  let child: ChildProcess;
  beforeAll(async () => {
    server = await startOpenBao();
    script = await bundleChild(new URL("./frozen-process-child.ts", import.meta.url));
  }, installTimeoutMs);
  afterAll(() => server?.stop());
  afterAll(() => script?.dispose());

  beforeEach(async () => {
    await server.request("DELETE", `secret/metadata/${key}`);
    await put("one");
    child = spawn(process.execPath, [join(script.folder, "child.mjs")], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      env: { PATH: process.env.PATH },
    });
  });
  afterEach(() => child.kill("SIGKILL"));

  const put = (value: string) => server.request("POST", `secret/data/${key}`, { data: { value } });

  function give(task: Pick<Task, "cache" | "freezesItself">): void {
    child.send({ ...task, address: server.address, token: server.rootToken, key, ttlMs });
  }

  /** The secret changes and its TTL passes while the child stands still. */
  async function thaw(): Promise<Awakening> {
    await put("two");
    await wait(ttlMs + 100);
    child.kill("SIGCONT");
    const [awakening] = (await once(child, "message")) as [Awakening];
    return awakening;
  }

  test("serves nothing expired when it was stopped between two reads", async () => {
    give({ cache: "SecretCache", freezesItself: true });
    await untilFrozen(child.pid as number);
    expect(await thaw()).toEqual({ reads: 1_000, expired: 0, lastVersion: "2" });
  });

  test("serves nothing expired when it was stopped anywhere", async () => {
    give({ cache: "SecretCache", freezesItself: false });
    await once(child, "message");
    await wait(20); // into the midst of its reads
    await freezeProcess(child.pid as number);
    expect(await thaw()).toEqual({ reads: 1_000, expired: 0, lastVersion: "2" });
  });

  test("control: serves what has expired when timers are to notice", async () => {
    give({ cache: "TimerCache", freezesItself: true });
    await untilFrozen(child.pid as number);
    expect((await thaw()).expired).toBeGreaterThan(0);
  });
});
