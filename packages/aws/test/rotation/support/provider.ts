import { onWarning, type SecretValue } from "@llm-orchestrator/secrets-core";
import { onTestFinished } from "vitest";

/** Codes of warnings until the test is over. */
export function listen(): string[] {
  const warnings: string[] = [];
  onTestFinished(onWarning(({ code, key }) => warnings.push(`${code} ${key}`)));
  return warnings;
}

/** A service that checks one value, and what it was told. */
export function provider(inForce = "old") {
  const told: string[] = [];
  const state = {
    inForce,
    told,
    set: (candidate: SecretValue, { current }: { current: SecretValue }) => {
      told.push(`${candidate.expose()} for ${current.expose()}`);
      state.inForce = candidate.expose();
    },
    verify: (candidate: SecretValue) => candidate.expose() === state.inForce,
  };
  return state;
}
