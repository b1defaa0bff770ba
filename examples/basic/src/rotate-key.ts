import { randomSecret, toArray } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { heading, row } from "./terminal.js";

/** Put, list, versions, rotate, previous: on a store in this process's memory. */
export async function rotateKey(): Promise<void> {
  heading("4. Version and rotate (a store in memory)");
  const store = new MemorySecretStore();
  const key = "session/signing_key";
  await store.putSecret(key, "first value", { description: "Signs session cookies" });
  await store.putSecret(key, "second value", { tags: { team: "web" } });
  row("keys", await toArray(store.listSecrets("session/")));

  const rotated = await store.rotateSecret(key, {
    generate: randomSecret(),
    verify: (candidate) => candidate.expose().length === 43,
  });
  row("rotated to version", rotated.version, rotated.value);
  for (const { version, state, isCurrent } of await store.getSecretVersions(key)) {
    row(`version ${version}`, state, isCurrent ? "(current)" : "");
  }
  const previous = await store.getSecretVersion(key, "previous");
  row("previous still reads", previous.value.expose() === "second value");
  await store.close();
}
