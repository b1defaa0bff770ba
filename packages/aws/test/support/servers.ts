import { type AwsEmulator, installTimeoutMs } from "secrets-tools/moto";
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { AwsSecretStore, type AwsSecretStoreOptions } from "../../src/index.js";
import { type Corrected, type EmulatorName, emulatorNames, startCorrected } from "./emulator.js";
import { type Reply, type ScriptedAws, type SeenCall, startScriptedAws } from "./scripted-aws.js";

const toClose: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

/** A busy machine is no outage. */
export const patient = { connectTimeoutMs: 20_000, timeoutMs: 20_000, deadlineMs: 60_000 };

/** An emulator for the tests of one file, and stores on it that count their requests. */
export interface Emulated {
  readonly name: EmulatorName;
  /** A store; its requests are counted from its making. */
  store(options?: AwsSecretStoreOptions): AwsSecretStore;
  /** Operations since the last look. */
  seen(): readonly string[];
  readonly server: AwsEmulator;
}

/** Runs the same tests on both emulators. */
export function onEmulators(tests: (emulated: Emulated) => void, only?: EmulatorName): void {
  for (const name of emulatorNames) {
    if (only !== undefined && only !== name) continue;
    describe(`on ${name}`, () => {
      let corrected: Corrected;
      let seen: string[] = [];
      beforeAll(async () => {
        const onRequest = (operation: string) => void seen.push(operation);
        corrected = await startCorrected(name, { onRequest });
      }, installTimeoutMs);
      afterAll(() => corrected?.stop());
      tests({
        name,
        get server() {
          return corrected.server;
        },
        store: (options = {}) => {
          const { server, endpoint } = corrected;
          const { region, credentials } = server;
          seen = [];
          const given = { region, credentials, endpoint, ...patient, ...options };
          return track(new AwsSecretStore(given));
        },
        seen: () => seen.splice(0),
      });
    });
  }
}

/** A scripted server and a store on it, both closed after the test. */
export async function scripted(
  script: (call: SeenCall, index: number) => Reply | Promise<Reply>,
  options: AwsSecretStoreOptions = {},
): Promise<{ readonly server: ScriptedAws; readonly store: AwsSecretStore }> {
  const server = await startScriptedAws(script);
  toClose.push(() => server.close());
  const { endpoint } = server;
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret-example" };
  const own = options.client === undefined ? { endpoint, credentials } : {};
  return { server, store: track(new AwsSecretStore({ region: "us-east-1", ...own, ...options })) };
}

export function track(store: AwsSecretStore): AwsSecretStore {
  toClose.push(() => store.close());
  return store;
}
