import { startAwsFaultServer } from "secrets-tools/aws-fault-server";
import { expect, onTestFinished, test } from "vitest";
import { AwsSecretStore } from "../../src/index.js";
import { track } from "../support/servers.js";

/** A service that does not delete for ever what it is going to delete, as some emulators. */
async function strict() {
  const server = await startAwsFaultServer();
  onTestFinished(() => server.close());
  const { endpoint, region, credentials } = server;
  const store = track(new AwsSecretStore({ endpoint, region, credentials, maxAttempts: 1 }));
  await store.putSecret("d/k", "value");
  await store.deleteSecret("d/k");
  server.handleNext("DeleteSecret", {
    ...{ error: "InvalidRequestException", message: "already scheduled for deletion" },
  });
  return { server, store };
}

test("what is going to be deleted may be deleted for ever", async () => {
  const { store } = await strict();
  await store.deleteSecret("d/k", { mode: "permanent" });
  await expect(store.getSecret("d/k")).rejects.toMatchObject({ reason: "absent" });
});

test("when that goes wrong half-way it is not readable again", async () => {
  const { server, store } = await strict();
  server.handleNext("DeleteSecret", { error: "ThrottlingException" });
  const deletion = store.deleteSecret("d/k", { mode: "permanent" });
  await expect(deletion).rejects.toMatchObject({ code: "THROTTLED" });
  await expect(store.getSecret("d/k")).rejects.toMatchObject({ reason: "pending-deletion" });
});

test("a restore of what is not deleted does nothing, of what is not there is NOT_FOUND", async () => {
  const { server, store } = await strict();
  await store.restoreSecret("d/k");
  server.handleNext("RestoreSecret", {
    error: "InvalidRequestException",
    message: "no such state",
  });
  await store.restoreSecret("d/k");
  await expect(store.restoreSecret("d/absent")).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect((await store.getSecret("d/k")).value.expose()).toBe("value");
});
