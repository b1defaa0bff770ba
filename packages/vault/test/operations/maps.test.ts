import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RequestLog, startRequestLog } from "../support/request-log.ts";
import { ask, codeOf, openStore } from "../support/stores.ts";

let server: OpenBaoServer;
let log: RequestLog;
beforeAll(async () => {
  server = await startOpenBao();
  log = await startRequestLog(server.address);
}, installTimeoutMs);
afterAll(async () => {
  await log?.stop();
  await server?.stop();
});

const openLogged = () => openStore({ address: log.address, rootToken: server.rootToken });

/** As another client sees it. */
async function stored(key: string): Promise<{ data: unknown }> {
  const path = `secret/data/${key}`;
  return (await ask<{ data: { data: unknown } }>(server, "GET", path)).data;
}

describe("maps", () => {
  test("map: true stores a JSON object as the map itself; without it, as text in value", async () => {
    const store = openStore(server);
    const text = '{"user":"u","password":"p"}';
    await store.putSecret("as/map", text, { map: true });
    await store.putSecret("as/text", text);
    await store.putSecret("as/text", text, { map: false });
    expect((await stored("as/map")).data).toEqual({ user: "u", password: "p" });
    expect((await stored("as/text")).data).toEqual({ value: text });
  });

  test("map: true of more entries than the server takes is too large, and says so", async () => {
    const entries = Array.from({ length: 9_000 }, (_, index) => [`key${index}`, "v"]);
    const map = JSON.stringify(Object.fromEntries(entries));
    const put = openStore(server).putSecret("as/many", map, { map: true });
    expect(await codeOf(put)).toBe("INVALID_SECRET too-large");
    await openStore(server).putSecret("as/many", map);
  });

  test.each([1, 2] as const)(
    "a map of value and encoding is one in version %i, but where bytes are stored so",
    async (kvVersion) => {
      const mountPath = kvVersion === 2 ? "secret" : "maps";
      if (kvVersion === 1) {
        await ask(server, "PUT", "sys/mounts/maps", { type: "kv", options: { version: "1" } });
      }
      const store = openStore(server, { mountPath, kvVersion });
      const map = '{"value":"aGVsbG8=","encoding":"base64"}';
      await store.putSecret("as/base64", map, { map: true });
      expect((await store.getSecret("as/base64")).value.expose()).toBe("aGVsbG8=");
      const field = await store.getSecret("as/base64", { field: "encoding" });
      expect(field.value.expose()).toBe("base64");
      const binary = openStore(server, { mountPath, kvVersion, binaryEncoding: "base64" });
      expect((await binary.getSecret("as/base64")).value.expose()).toBe("hello");
      const put = binary.putSecret("as/bytes", map, { map: true });
      expect(await codeOf(put)).toBe("INVALID_SECRET wrong-type");
      for (const odd of [
        '"value":"aGVsbG8=","encoding":"hex"',
        '"value":"no","encoding":"base64"',
      ]) {
        await binary.putSecret("as/bytes", `{${odd}}`, { map: true });
        expect((await binary.getSecret("as/bytes")).value.expose()).toMatch(/^aGVs|^no$/);
      }
    },
  );

  test("map: true of what is no JSON object, or with field, is refused before anything is sent", async () => {
    const store = openLogged();
    log.take();
    const put = (value: string, options: object) =>
      codeOf(store.putSecret("as/map", value, options));
    expect(await put("[1]", { map: true })).toBe("INVALID_SECRET not-an-object");
    expect(await put("null", { map: true })).toBe("INVALID_SECRET not-an-object");
    expect(await put("{", { map: true })).toBe("INVALID_SECRET not-json");
    expect(await put("", { map: true })).toBe("INVALID_SECRET empty");
    expect(await put("{}", { map: "yes" })).toBe("CONFIGURATION bad-argument");
    expect(await put("{}", { maps: true })).toBe("CONFIGURATION bad-argument");
    expect(log.take()).toEqual([]);
    await store.putSecret("as/map", '{"a":"1"}', { map: true });
    log.take();
    expect(await put("2", { map: true, field: "a" })).toBe("CONFIGURATION bad-argument");
    expect(log.take().filter((request) => !request.startsWith("GET "))).toEqual([]);
  });
});
