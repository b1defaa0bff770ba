import { format } from "node:util";
import { type AuditEvent, onAudit } from "@llm-orchestrator/secrets-core";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { onTestFinished, vi } from "vitest";

/** Everything that is said while a test runs, and everything that it asked to be searched. */
export class Eavesdropper {
  /** What the SDK logged at its level `debug`: as objects and as a console would print them. */
  readonly logged: unknown[] = [];
  readonly printed: unknown[] = [];
  readonly warned: unknown[] = [];
  readonly audited: AuditEvent[] = [];

  constructor() {
    onTestFinished(onAudit((event) => this.audited.push(event)));
    process.on("warning", this.onWarning);
    onTestFinished(() => void process.off("warning", this.onWarning));
    for (const method of ["log", "info", "warn", "error", "debug", "trace"] as const) {
      const spy = vi.spyOn(console, method).mockImplementation((...line) => {
        this.printed.push(format(...line), line);
      });
      onTestFinished(() => spy.mockRestore());
    }
  }

  readonly onWarning = (warning: Error): void => void this.warned.push(warning);

  /** The logger of an SDK. */
  readonly log = (...line: unknown[]): void => {
    this.logged.push(format(...line), line);
  };

  /** Searches what was heard. */
  async assertSilent(canaries: readonly string[]): Promise<void> {
    // Warnings are emitted in the next turn of the loop.
    await new Promise((resolve) => setImmediate(resolve));
    const { logged, printed, warned, audited } = this;
    const heard = { logged: [...logged], printed: [...printed], warned: [...warned], audited };
    for (const subject of Object.values(heard)) {
      await assertNoLeak(subject, canaries, { slowChannels: false });
    }
  }
}
