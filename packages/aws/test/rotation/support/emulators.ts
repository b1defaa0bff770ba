import { installTimeoutMs } from "secrets-tools/moto";
import { afterAll, beforeAll } from "vitest";
import { AwsSecretStore, type AwsSecretStoreOptions } from "../../../src/index.js";
import { type Corrected, emulatorNames, startCorrected } from "../../support/emulator.js";
import { patient, track } from "../../support/servers.js";
import { motoStageCorrections } from "./moto-stages.js";

/** An emulator that behaves as AWS does with stages. */
export interface RotationServer {
  readonly title: string;
  readonly endpoint: string;
  /** A store that is closed after the test. */
  open(options?: AwsSecretStoreOptions): AwsSecretStore;
}

/** Starts both emulators for the tests of a file. */
export function rotationServers(): readonly RotationServer[] {
  const started: Partial<Record<string, Corrected>> = {};
  beforeAll(async () => {
    await Promise.all(
      emulatorNames.map(async (name) => {
        started[name] = await startCorrected(name, { ofMoto: motoStageCorrections() });
      }),
    );
  }, installTimeoutMs);
  afterAll(async () => {
    await Promise.all(Object.values(started).map((emulator) => emulator?.stop()));
  });
  return emulatorNames.map((title) => ({
    title,
    get endpoint() {
      return (started[title] as Corrected).endpoint;
    },
    open(options) {
      const { server, endpoint } = started[title] as Corrected;
      const { region, credentials } = server;
      return track(new AwsSecretStore({ region, credentials, endpoint, ...patient, ...options }));
    },
  }));
}
