import { AwsSecretStore } from "@llm-orchestrator/secrets-aws";
import { SecretCache } from "@llm-orchestrator/secrets-cache";
import { secretStoreConformance } from "@llm-orchestrator/secrets-testing";
import { startMiniStack } from "secrets-tools/ministack";
import { type AwsEmulator, installTimeoutMs, startMoto } from "secrets-tools/moto";
import { afterAll, beforeAll, describe, test } from "vitest";
import { motoStageCorrections } from "../../packages/aws/test/rotation/support/moto-stages.js";
import { type AsAws, startAsAws } from "../../packages/aws/test/support/as-aws.js";

let moto: AwsEmulator;
let motoAsAws: AsAws;
let miniStack: AwsEmulator;
beforeAll(async () => {
  [moto, miniStack] = await Promise.all([startMoto(), startMiniStack()]);
  motoAsAws = await startAsAws(moto.endpoint, motoStageCorrections());
}, installTimeoutMs);
afterAll(async () => {
  await motoAsAws?.close();
  await Promise.all([moto?.stop(), miniStack?.stop()]);
});

/** The suite that every store passes, through a cache around AWS. */
function conformance(title: string, find: () => Pick<AwsEmulator, "endpoint">): void {
  secretStoreConformance({
    ...{ test, describe, title },
    capabilities: {
      ...{ write: true, delete: true, restore: true, list: true, describe: true, versions: true },
      ...{ rotate: true, compareAndSet: true, binary: true, metadata: true, maxBatchSize: 20 },
    },
    create: () => {
      const { region, credentials } = moto; // both emulators take the same
      return new SecretCache(new AwsSecretStore({ region, credentials, ...find() }));
    },
  });
}

conformance("SecretCache around AwsSecretStore on Moto", () => ({ endpoint: motoAsAws.endpoint }));
conformance("SecretCache around AwsSecretStore on MiniStack", () => ({
  endpoint: miniStack.endpoint,
}));
