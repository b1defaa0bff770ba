import type { TrialReport } from "./children/trial.js";

/** What a child prints. */
export interface SdkReport {
  readonly sdk: string;
  readonly trials: Readonly<Record<string, TrialReport>>;
}

export const trialsOf = ({ trials }: SdkReport): readonly TrialReport[] => Object.values(trials);

/** One call, then two after the old key was revoked. */
export const callsSeen = (header: string): string[] =>
  ["old 200", "old 401", "new 200", "new 200"].map((call) => `${call} ${header}`);

/** One call where no key is valid. */
export const refusalSeen = (header: string): string[] =>
  ["old 401", "new 401"].map((call) => `${call} ${header}`);
