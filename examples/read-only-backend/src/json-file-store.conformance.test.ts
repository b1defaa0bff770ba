import { rename, writeFile } from "node:fs/promises";
import { secretStoreConformance } from "@llm-orchestrator/secrets-testing";
import { describe, test } from "vitest";
import { createFile } from "./create-file.js";
import { JsonFileStore } from "./json-file-store.js";

secretStoreConformance({
  ...{ test, describe, title: "JsonFileStore", capabilities: {} },
  create: async () => {
    const file = await createFile();
    return { ...file, store: new JsonFileStore({ path: file.path }) };
  },
  seed: async (key, value, { path, secrets }) => {
    secrets[key] = value;
    await writeFile(path, JSON.stringify(secrets));
  },
  faults: {
    misconfigured: async ({ path }) => {
      await rename(path, `${path}.away`);
      return () => rename(`${path}.away`, path);
    },
    unexpected: async ({ path, secrets }) => {
      await writeFile(path, "[");
      return () => writeFile(path, JSON.stringify(secrets));
    },
  },
});
