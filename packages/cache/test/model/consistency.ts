import type { SecretAbortSignal } from "@llm-orchestrator/secrets-core";
import type { FakeClock } from "secrets-tools/fake-clock";
import { check } from "./check.js";
import type { ScheduledStore } from "./scheduled-store.js";

/** A read from the moment when it was asked for. */
export interface Reading {
  readonly key: string;
  readonly field?: string | undefined;
  /** The state that the last write before it made; none before that may be seen any more. */
  readonly floor: number;
  readonly startMs: number;
}

export interface Answer {
  /** `undefined`: that there is none. */
  readonly value: string | undefined;
  /** How old a state may be that it shows. */
  readonly lifeMs: number;
}

/**
 * Checks what was read against everything that was ever true: no read shows what was before a write
 * that had resolved when the read began, nor what was over for longer than the TTL by then.
 */
export class Consistency {
  readonly #store: ScheduledStore;
  readonly #clock: FakeClock;
  readonly #floors = new Map<string, number>();

  constructor(store: ScheduledStore, clock: FakeClock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** A write resolved: told by its signal. */
  wrote(key: string, signal: SecretAbortSignal): void {
    const index = this.#store
      .history(key)
      .map(({ by }) => by)
      .lastIndexOf(signal);
    this.#floors.set(key, Math.max(index, this.#floors.get(key) ?? 0));
  }

  begin(key: string, field?: string): Reading {
    const floor = this.#floors.get(key) ?? 0;
    return { key, field, floor, startMs: this.#clock.monotonicNow() };
  }

  end(reading: Reading, answer: Answer): void {
    const { key, field, floor, startMs } = reading;
    const states = this.#store.history(key).slice(floor);
    const isTrue = states.some(
      ({ value, endedAtMs }) =>
        fieldOf(value, field) === answer.value && startMs - endedAtMs < answer.lifeMs,
    );
    check(isTrue, "what was read was true lately, and after the last write", {
      ...{ reading, answer, states },
    });
  }
}

function fieldOf(text: string | undefined, field: string | undefined): string | undefined {
  if (text === undefined || field === undefined) return text;
  return (JSON.parse(text) as Record<string, string>)[field];
}
