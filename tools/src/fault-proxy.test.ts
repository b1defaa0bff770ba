import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FaultProxy, type FaultProxyOptions, startFaultProxy } from "./fault-proxy.ts";

/** Answers every piece that it gets with the same bytes, and notes what it got. */
let server: Server;
let received: Buffer;
let proxy: FaultProxy;
const clients: Socket[] = [];

beforeEach(async () => {
  received = Buffer.alloc(0);
  server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      received = Buffer.concat([received, bytes]);
      socket.write(bytes);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.close();
  server.close();
});

async function start(options?: FaultProxyOptions): Promise<void> {
  proxy = await startFaultProxy((server.address() as AddressInfo).port, options);
}

async function open(): Promise<Socket> {
  const client = connect(proxy.port, "127.0.0.1");
  clients.push(client);
  await once(client, "connect");
  return client;
}

async function readBytes(client: Socket, count: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < count) {
    const [chunk] = (await once(client, "data")) as [Buffer];
    bytes = Buffer.concat([bytes, chunk]);
  }
  return bytes;
}

/** What the connection ends with: an error's code, or `"end"`; and the bytes until then. */
async function readToEnd(client: Socket): Promise<[end: string, bytes: number]> {
  let bytes = 0;
  client.on("data", (chunk) => {
    bytes += chunk.length;
  });
  const [error] = await Promise.race([once(client, "close").then(() => []), failureOf(client)]);
  return [error ?? "end", bytes];
}

async function failureOf(client: Socket): Promise<[string]> {
  const error = await new Promise<NodeJS.ErrnoException>((resolve) =>
    client.once("error", resolve),
  );
  return [error.code ?? "unknown"];
}

/** A delay that the test ends, one after the other. */
function manualDelay() {
  const waits: { durationMs: number; end: () => void }[] = [];
  let wake = () => {};
  const delay = (durationMs: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      waits.push({ durationMs, end: resolve });
      wake();
    });
  const next = async () => {
    while (waits.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return waits.shift() as (typeof waits)[number];
  };
  return { delay, next };
}

describe("the fault proxy", () => {
  test("without a fault passes bytes both ways, unchanged, and an end too", async () => {
    await start();
    const client = await open();
    const sent = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    client.write(sent);
    expect((await readBytes(client, sent.length)).equals(sent)).toBe(true);
    client.end();
    expect(await readToEnd(client)).toEqual(["end", 0]);
    expect([proxy.acceptedConnections, received.equals(sent)]).toEqual([1, true]);
  });

  test("holds replies back for the latency", async () => {
    const { delay, next } = manualDelay();
    await start({ delay });
    proxy.set({ latencyMs: 400 });
    const client = await open();
    let arrived = 0;
    client.on("data", (bytes) => {
      arrived += bytes.length;
    });
    client.write("ping");
    const { durationMs, end } = await next();
    expect([durationMs, arrived]).toEqual([400, 0]);
    const reply = once(client, "data");
    end();
    await reply;
    expect(arrived).toBe(4);
  });

  test("as a blackhole takes everything and answers nothing", async () => {
    await start();
    const client = await open();
    client.write("before");
    await readBytes(client, 6);
    proxy.set({ blackhole: true });
    client.write("lost");
    while (proxy.swallowedBytes < 4) await new Promise(setImmediate);
    const silent = await open(); // a connection still comes about
    expect([received.toString(), proxy.openConnections]).toEqual(["before", 2]);
    proxy.set({});
    client.write("after");
    expect((await readBytes(client, 5)).toString()).toBe("after");
    expect(received.toString()).toBe("beforeafter");
    expect(silent.readableEnded).toBe(false);
  });

  test("as a blackhole also takes replies that are on their way", async () => {
    const { delay, next } = manualDelay();
    await start({ delay });
    proxy.set({ latencyMs: 10 });
    const client = await open();
    client.write("ping");
    const { end } = await next();
    proxy.set({ blackhole: true });
    end();
    while (proxy.swallowedBytes < 4) await new Promise(setImmediate);
    expect(client.bytesRead).toBe(0);
  });

  test("resets connections, open and new", async () => {
    await start();
    const client = await open();
    const failure = failureOf(client);
    proxy.set({ reset: true });
    expect(await failure).toEqual(["ECONNRESET"]);
    const next = connect(proxy.port, "127.0.0.1");
    clients.push(next);
    expect(await failureOf(next)).toEqual(["ECONNRESET"]);
    proxy.set({});
    const healed = await open();
    healed.write("ok");
    expect((await readBytes(healed, 2)).toString()).toBe("ok");
    const once = failureOf(healed);
    proxy.resetConnections();
    expect(await once).toEqual(["ECONNRESET"]);
    const again = await open();
    again.write("ok");
    await readBytes(again, 2);
  });

  test("cuts a reply after so many bytes", async () => {
    await start();
    proxy.set({ cutAfterBytes: 40 });
    const client = await open();
    client.write(Buffer.alloc(100, 1));
    expect(await readToEnd(client)).toEqual(["end", 40]);
    const second = await open();
    second.write(Buffer.alloc(30, 1));
    expect(await readBytes(second, 30)).toHaveLength(30);
    second.write(Buffer.alloc(30, 1));
    expect(await readToEnd(second)).toEqual(["end", 10]);
  });

  test("throttles replies", async () => {
    const { delay, next } = manualDelay();
    await start({ delay });
    proxy.set({ bytesPerSecond: 1_000 });
    const client = await open();
    client.write(Buffer.alloc(120, 1));
    const durations: number[] = [];
    for (let arrived = 0; arrived < 120; ) {
      arrived += (await readBytes(client, 1)).length;
      const { durationMs, end } = await next();
      durations.push(durationMs);
      end();
    }
    expect(durations).toEqual([50, 50, 20]);
  });

  test("slices replies", async () => {
    const { delay, next } = manualDelay();
    await start({ delay });
    proxy.set({ sliceBytes: 4 });
    const client = await open();
    client.write("one reply!");
    const slices: string[] = [];
    for (let left = 3; left > 0; left--) {
      slices.push((await readBytes(client, 1)).toString());
      (await next()).end();
    }
    expect(slices).toEqual(["one ", "repl", "y!"]);
  });

  test("resets its clients when the server cannot be reached", async () => {
    await start();
    server.close();
    await once(server, "close");
    const client = connect(proxy.port, "127.0.0.1");
    clients.push(client);
    expect(await failureOf(client)).toEqual(["ECONNRESET"]);
  });

  test("closes with connections open and replies held back, and leaves nothing running", async () => {
    const { delay, next } = manualDelay();
    await start({ delay });
    proxy.set({ latencyMs: 1_000_000 });
    const client = await open();
    client.write("ping");
    await next();
    const ended = readToEnd(client);
    await proxy.close();
    await ended;
    expect(proxy.openConnections).toBe(0);
    await start();
  });
});
