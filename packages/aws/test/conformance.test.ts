import { secretStoreConformance } from "@llm-orchestrator/secrets-testing";
import { installTimeoutMs } from "secrets-tools/moto";
import { afterAll, beforeAll, describe, test } from "vitest";
import { AwsSecretStore } from "../src/index.js";
import { type Corrected, emulatorNames, startCorrected } from "./support/emulator.js";

const started = new Map<string, Corrected>();
beforeAll(async () => {
  await Promise.all(
    emulatorNames.map(async (name) => started.set(name, await startCorrected(name))),
  );
}, installTimeoutMs);
afterAll(async () => {
  await Promise.all([...started.values()].map((emulator) => emulator.stop()));
});

/** All of them, each literally. */
const capabilities = {
  ...{ write: true, delete: true, restore: true, list: true, describe: true, versions: true },
  ...{ rotate: true, compareAndSet: true, binary: true, metadata: true, maxBatchSize: 20 },
};

for (const name of emulatorNames) {
  secretStoreConformance({
    ...{ test, describe, capabilities, title: `AwsSecretStore on ${name}` },
    create: () => {
      const { server, endpoint } = started.get(name) as Corrected;
      const { region, credentials } = server;
      return new AwsSecretStore({ region, credentials, endpoint });
    },
  });
}
