import { installTimeoutMs, type OpenBaoServer, startOpenBao, until } from "secrets-tools/openbao";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { ask, codeOf, openStore } from "../support/stores.ts";

let server: OpenBaoServer;
beforeAll(async () => {
  server = await startOpenBao();
}, installTimeoutMs);
afterAll(() => server?.stop());

const day = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
});

describe("versions", () => {
  test("V08: they come newest first by number, and each says what became of it", async () => {
    const store = openStore(server);
    for (let version = 1; version <= 12; version++) await store.putSecret("twelve", `v${version}`);
    await ask(server, "POST", "secret/delete/twelve", { versions: [11, 5] });
    await ask(server, "PUT", "secret/destroy/twelve", { versions: [10, 4] });
    const rows = await store.getSecretVersions("twelve");
    expect(rows.map(({ version }) => version)).toEqual(
      ["12", "11", "10", "9", "8", "7", "6", "5", "4", "3"], // the server keeps ten
    );
    const odd = rows.filter(({ state }) => state !== "live");
    expect(odd.map(({ version, state, isDeleted }) => [version, state, isDeleted])).toEqual([
      ["11", "deleted", true],
      ["10", "destroyed", true],
      ["5", "deleted", true],
      ["4", "destroyed", true],
    ]);
    expect(rows.filter(({ isCurrent }) => isCurrent).map(({ version }) => version)).toEqual(["12"]);
    expect(await codeOf(store.getSecretVersion("twelve", "previous"))).toBe("NOT_FOUND deleted");
    expect((await store.getSecretVersion("twelve", "9")).value.expose()).toBe("v9");
    expect((await store.getSecretVersion("twelve", "current")).version).toBe("12");
    expect(await codeOf(store.getSecretVersion("twelve", "0"))).toBe("NOT_FOUND absent");
    expect(await codeOf(store.getSecretVersion("twelve", "01"))).toBe("NOT_FOUND absent");
  });

  test("V08: a version that will be deleted in the future is live, and its date is told", async () => {
    const store = openStore(server);
    await ask(server, "POST", "secret/metadata/future", { delete_version_after: "24h" });
    const { createdAt = "" } = await store.putSecret("future", "v");
    const [row] = await store.getSecretVersions("future");
    expect(row).toMatchObject({ state: "live", isDeleted: false, isCurrent: true });
    const { deletedAt = "", currentVersion } = await store.describeSecret("future");
    expect([currentVersion, Date.parse(deletedAt) - Date.parse(createdAt)]).toEqual(["1", day]);
    await store.restoreSecret("future"); // it is live: nothing to do
    expect((await store.getSecret("future")).value.expose()).toBe("v");
  });

  test("V08: once that date has passed it is deleted", async () => {
    const store = openStore(server);
    await ask(server, "POST", "secret/metadata/passing", { delete_version_after: "1s" });
    await store.putSecret("passing", "v");
    await until("the version is deleted", async () => {
      return (await store.getSecretVersions("passing"))[0]?.state === "deleted";
    });
    expect(await codeOf(store.getSecret("passing"))).toBe("NOT_FOUND deleted");
    expect((await store.describeSecret("passing")).currentVersion).toBe(undefined);
  });

  test("V08: a description tells of period, last and next rotation", async () => {
    const store = openStore(server);
    await store.putSecret("scheduled", "v", { description: "d", rotationPeriodDays: 30 });
    const before = await store.describeSecret("scheduled");
    expect(before).toMatchObject({ description: "d", currentVersion: "1", rotationPeriodDays: 30 });
    expect(Date.parse(before.rotationDueAt ?? "") - Date.parse(before.createdAt ?? "")).toBe(
      30 * day,
    );
    expect(before.lastRotatedAt).toBe(undefined);
    const rotated = await store.rotateSecret("scheduled", { generate: () => "w" });
    const after = await store.describeSecret("scheduled");
    expect(after).toMatchObject({ description: "d", tags: {}, currentVersion: "2" });
    expect(after.lastRotatedAt).toBe(rotated.createdAt);
    expect(Date.parse(after.rotationDueAt ?? "") - Date.parse(rotated.createdAt ?? "")).toBe(
      30 * day,
    );
  });

  test("V08: a period that other tools wrote and that is none breaks nothing", async () => {
    const store = openStore(server);
    await store.putSecret("odd", "v");
    for (const rotation_period_days of ["soon", "-1", "1e30", "0.5", "99999999"]) {
      const custom_metadata = { rotation_period_days, last_rotated_at: "yesterday" };
      await ask(server, "POST", "secret/metadata/odd", { custom_metadata });
      const { rotationPeriodDays, rotationDueAt, lastRotatedAt, tags } =
        await store.describeSecret("odd");
      expect([rotationPeriodDays, rotationDueAt, lastRotatedAt, tags]).toEqual([
        ...[undefined, undefined, undefined, {}],
      ]);
    }
  });

  test("V09: what was deleted can be restored and read, the last version alone", async () => {
    const store = openStore(server);
    for (const value of ["1", "2"]) await store.putSecret("restored", value);
    await ask(server, "POST", "secret/delete/restored", { versions: [1] });
    await store.deleteSecret("restored");
    await store.restoreSecret("restored");
    const { value, version } = await store.getSecret("restored");
    expect([value.expose(), version]).toEqual(["2", "2"]);
    const states = (await store.getSecretVersions("restored")).map(({ state }) => state);
    expect(states).toEqual(["live", "deleted"]);
    await ask(server, "PUT", "secret/destroy/restored", { versions: [2] });
    expect(await codeOf(store.restoreSecret("restored"))).toBe("NOT_FOUND destroyed");
    await ask(server, "POST", "secret/metadata/bare", { custom_metadata: { a: "b" } });
    expect(await codeOf(store.restoreSecret("bare"))).toBe("NOT_FOUND absent");
  });

  test.each([2_000, 3_600_000])(
    "a clock that is %i ms behind the server's, or before it, changes nothing of that",
    async (ms) => {
      const store = openStore(server);
      for (const [key, shift] of [
        ["behind", -ms],
        ["ahead", ms],
      ] as const) {
        await store.putSecret(key, "v");
        await ask(server, "POST", `secret/metadata/${key}-future`, { delete_version_after: "2h" });
        await store.putSecret(`${key}-future`, "v");
        vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + shift });
        await store.deleteSecret(key);
        const [row] = await store.getSecretVersions(key);
        expect(row).toMatchObject({ state: "deleted", isCurrent: false });
        expect((await store.describeSecret(key)).currentVersion).toBe(undefined);
        await store.restoreSecret(key);
        expect((await store.getSecret(key)).value.expose()).toBe("v");
        const [future] = await store.getSecretVersions(`${key}-future`);
        expect(future).toMatchObject({ state: "live", isCurrent: true });
        vi.useRealTimers();
      }
    },
  );

  test("V10: a permanent deletion leaves nothing, and of an absent key does nothing", async () => {
    const store = openStore(server);
    await store.putSecret("purged", "v", { tags: { a: "b" } });
    await store.putSecret("purged/below", "stays");
    await store.deleteSecret("purged", { mode: "permanent" });
    for (const path of ["data", "metadata"]) {
      expect((await server.request("GET", `secret/${path}/purged`)).status).toBe(404);
    }
    await store.deleteSecret("purged", { mode: "permanent" });
    expect((await store.getSecret("purged/below")).value.expose()).toBe("stays");
    expect((await store.putSecret("purged", "again")).version).toBe("1");
    expect((await store.getSecret("purged")).tags).toEqual({});
  });
});
