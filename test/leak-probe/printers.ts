import type { LeakPrinter } from "@llm-orchestrator/secrets-testing";
import { jestPrinter, vitestPrinter } from "./diff-printers.ts";
import { bunyanPrinter, pinoPrinter, winstonPrinter } from "./log-printers.ts";
import { openTelemetryPrinter, sentryPrinter } from "./telemetry-printers.ts";

/** Every third party that our own secrets and errors are sent through. */
export const printers: Readonly<Record<string, LeakPrinter>> = {
  pino: pinoPrinter,
  winston: winstonPrinter,
  bunyan: bunyanPrinter,
  OpenTelemetry: openTelemetryPrinter,
  Sentry: sentryPrinter,
  vitest: vitestPrinter,
  jest: jestPrinter,
};
