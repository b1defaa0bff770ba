import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { expect, test } from "vitest";
import { withStores } from "./with-stores.js";

const addresses = { from: "from", to: "to" };

function fixture() {
  const stores = { from: new MemorySecretStore(), to: new MemorySecretStore() };
  const open = async (url: string) => stores[url as keyof typeof stores];
  const areClosed = async () => {
    for (const store of Object.values(stores)) {
      await expect(store.getSecret("a")).rejects.toMatchObject({ code: "CLOSED" });
    }
  };
  return { stores, open, areClosed };
}

test("both stores are open in between, and closed afterwards", async () => {
  const { open, areClosed } = fixture();
  const put = () => withStores(addresses, (from) => from.putSecret("a", "example"), open);
  expect((await put()).key).toBe("a");
  await areClosed();
});

test("both are closed when it fails", async () => {
  const { open, areClosed } = fixture();
  const fail = () => withStores(addresses, () => Promise.reject(new Error("on purpose")), open);
  await expect(fail()).rejects.toThrow("on purpose");
  await areClosed();
});

test("the first is closed when the second cannot be opened", async () => {
  const { stores, open } = fixture();
  const openOne = (url: string) =>
    url === "to" ? Promise.reject(new Error("on purpose")) : open(url);
  await expect(withStores(addresses, async () => {}, openOne)).rejects.toThrow("on purpose");
  await expect(stores.from.getSecret("a")).rejects.toMatchObject({ code: "CLOSED" });
});
