import { secretStoreConformance } from "@llm-orchestrator/secrets-testing";
import { startMiniStack } from "secrets-tools/ministack";
import { type AwsEmulator, installTimeoutMs, startMoto } from "secrets-tools/moto";
import { afterAll, beforeAll, describe, test } from "vitest";
import { AwsSecretStore } from "../src/index.js";
import { type AsAws, motoCorrections, startAsAws } from "./support/as-aws.js";

let moto: AwsEmulator;
let motoAsAws: AsAws;
let miniStack: AwsEmulator;
beforeAll(async () => {
  [moto, miniStack] = await Promise.all([startMoto(), startMiniStack()]);
  motoAsAws = await startAsAws(moto.endpoint, motoCorrections);
}, installTimeoutMs);
afterAll(async () => {
  await motoAsAws?.close();
  await Promise.all([moto?.stop(), miniStack?.stop()]);
});

/** All of them, each literally. */
const capabilities = {
  ...{ write: true, delete: true, restore: true, list: true, describe: true, versions: true },
  ...{ rotate: true, compareAndSet: true, binary: true, metadata: true, maxBatchSize: 20 },
};

secretStoreConformance({
  ...{ test, describe, capabilities, title: "AwsSecretStore on Moto" },
  create: () => {
    const { region, credentials } = moto;
    return new AwsSecretStore({ region, credentials, endpoint: motoAsAws.endpoint });
  },
});

secretStoreConformance({
  ...{ test, describe, capabilities, title: "AwsSecretStore on MiniStack" },
  create: () => {
    const { region, credentials, endpoint } = miniStack;
    return new AwsSecretStore({ region, credentials, endpoint });
  },
});
