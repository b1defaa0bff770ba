import { startMiniStack } from "secrets-tools/ministack";
import { type AwsEmulator, startMoto } from "secrets-tools/moto";
import { type Correction, motoCorrections, startAsAws } from "./as-aws.js";

const starts = { moto: startMoto, ministack: startMiniStack } as const;

export type EmulatorName = keyof typeof starts;
export const emulatorNames = ["moto", "ministack"] as const;

/** An emulator with what makes it like AWS before it. */
export interface Corrected {
  readonly server: AwsEmulator;
  /** Of what stands before it. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

interface CorrectedOptions {
  readonly onRequest?: (operation: string) => void;
  /** Default: those that every test needs. */
  readonly ofMoto?: Readonly<Record<string, Correction>>;
}

export async function startCorrected(
  name: EmulatorName,
  { onRequest, ofMoto = motoCorrections }: CorrectedOptions = {},
): Promise<Corrected> {
  const server = await starts[name]();
  const corrections = name === "moto" ? ofMoto : {};
  if (name !== "moto" && !onRequest) {
    return { server, endpoint: server.endpoint, stop: () => server.stop() };
  }
  const { endpoint, close } = await startAsAws(server.endpoint, corrections, onRequest);
  const stop = async () => {
    await close();
    await server.stop();
  };
  return { server, endpoint, stop };
}
