import { type AuditEvent, onAudit } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { expect, onTestFinished, test } from "vitest";
import { ReadOnlyStore } from "./read-only-store.js";

function fixture() {
  const inner = MemorySecretStore.from({ "db/password": "old" });
  const events: AuditEvent[] = [];
  onTestFinished(onAudit((event) => events.push(event)));
  return { inner, store: new ReadOnlyStore(inner), events };
}

const writes = {
  putSecret: (store: ReadOnlyStore) => store.putSecret("db/password", "new"),
  deleteSecret: (store: ReadOnlyStore) => store.deleteSecret("db/password", { mode: "permanent" }),
  restoreSecret: (store: ReadOnlyStore) => store.restoreSecret("db/password"),
  rotateSecret: (store: ReadOnlyStore) =>
    store.rotateSecret("db/password", { generate: () => "new" }),
};

test.each(Object.entries(writes))(
  "%s is NOT_SUPPORTED, audited once, and does nothing",
  async (operation, call) => {
    const { inner, store, events } = fixture();
    await expect(call(store)).rejects.toMatchObject({
      code: "NOT_SUPPORTED",
      reason: "read-only",
      message: expect.stringContaining("readOnly()"),
    });
    const [event, ...more] = events;
    expect(event).toMatchObject({ operation, key: "db/password", code: "NOT_SUPPORTED" });
    expect(more).toEqual([]);
    expect((await inner.getSecret("db/password")).value.expose()).toBe("old");
    expect(await inner.getSecretVersions("db/password")).toHaveLength(1);
  },
);

test("reads pass through, and the capabilities say what is left", async () => {
  const { store } = fixture();
  expect((await store.getSecret("db/password")).value.expose()).toBe("old");
  expect(store.capabilities).toEqual({
    ...{ write: false, delete: false, restore: false, rotate: false },
    ...{ compareAndSet: false, metadata: false },
    ...{ list: true, describe: true, versions: true, binary: true, maxBatchSize: 20 },
  });
});

test("a value that was passed where the key belongs is in no event", async () => {
  const { store, events } = fixture();
  await expect(store.putSecret(7 as never, "new")).rejects.toMatchObject({ code: "NOT_SUPPORTED" });
  expect(events).toEqual([expect.not.objectContaining({ key: expect.anything() })]);
});

test("closing closes the wrapped store, and writes then reject as CLOSED", async () => {
  const { inner, store } = fixture();
  await store.close();
  await expect(inner.getSecret("db/password")).rejects.toMatchObject({ code: "CLOSED" });
  await expect(store.putSecret("db/password", "new")).rejects.toMatchObject({ code: "CLOSED" });
});
