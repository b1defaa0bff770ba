import { startMiniStack } from "secrets-tools/ministack";
import { type AwsEmulator, installTimeoutMs, startMoto } from "secrets-tools/moto";
import { afterAll, afterEach, beforeAll } from "vitest";
import { AwsSecretStore, type AwsSecretStoreOptions } from "../../../src/index.js";
import { type AsAws, startAsAws } from "../../support/as-aws.js";
import { patient } from "../../support/servers.js";
import { motoStageCorrections } from "./moto-stages.js";

/** An emulator that behaves as AWS does with stages. */
export interface RotationServer {
  readonly title: string;
  readonly endpoint: string;
  /** A store that is closed after the test. */
  open(options?: AwsSecretStoreOptions): AwsSecretStore;
}

/** Starts Moto and MiniStack for the tests of a file. */
export function rotationServers(): readonly RotationServer[] {
  const started: Partial<Record<string, AwsEmulator>> = {};
  const stores: AwsSecretStore[] = [];
  let motoAsAws: AsAws | undefined;
  beforeAll(async () => {
    [started.Moto, started.MiniStack] = await Promise.all([startMoto(), startMiniStack()]);
    motoAsAws = await startAsAws((started.Moto as AwsEmulator).endpoint, motoStageCorrections());
  }, installTimeoutMs);
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });
  afterAll(async () => {
    await motoAsAws?.close();
    await Promise.all(Object.values(started).map((server) => server?.stop()));
  });
  return ["Moto", "MiniStack"].map((title) => ({
    title,
    get endpoint() {
      const own = (started[title] as AwsEmulator).endpoint;
      return title === "Moto" ? (motoAsAws as AsAws).endpoint : own;
    },
    open(options) {
      const { region, credentials } = started[title] as AwsEmulator;
      const given = { region, credentials, endpoint: this.endpoint };
      const store = new AwsSecretStore({ ...given, ...patient, ...options });
      stores.push(store);
      return store;
    },
  }));
}
