import type { LeakPrinter } from "@llm-orchestrator/secrets-testing";
import { format, inspect, stringify } from "@vitest/utils/display";
import { processError } from "@vitest/utils/error";
import { expect as jestExpect } from "expect";
import { expect as vitestExpect } from "vitest";

type Expect = (subject: unknown) => {
  toBe(other: unknown): void;
  toEqual(other: unknown): void;
  toStrictEqual(other: unknown): void;
  toMatchObject(other: object): void;
  toHaveLength(length: number): void;
  toThrow(message: string): void;
};

/** The errors of claims that are wrong about the subject, alone and inside other objects. */
function failures(expect: Expect, subject: unknown): unknown[] {
  const claims = [
    () => expect(subject).toBe("other"),
    () => expect(subject).toEqual({ value: "other" }),
    () => expect({ subject, list: [subject] }).toStrictEqual({ subject: {}, list: [] }),
    () => expect({ value: "other" }).toEqual(subject),
    () => expect({ subject }).toMatchObject({ subject: { value: "other" } }),
    () => expect([subject]).toHaveLength(7),
    () =>
      expect(() => {
        throw subject;
      }).toThrow("other"),
  ];
  return claims.flatMap((claim) => {
    try {
      claim();
      return [];
    } catch (error) {
      return [error];
    }
  });
}

/** vitest: messages, the diffs that its reporters print, and its formatters. */
export const vitestPrinter: LeakPrinter = (subject) => {
  const errors = failures(vitestExpect as unknown as Expect, subject);
  const reported = errors.map((error) => {
    const { message, diff, actual, expected } = processError(error) as Record<string, unknown>;
    return [message, diff, actual, expected].join("\n");
  });
  return [
    ...reported,
    stringify({ subject }),
    inspect({ subject }),
    format("%s %o %j", subject, subject, subject),
  ].join("\n");
};

/** jest: its messages contain the diffs, made by pretty-format. */
export const jestPrinter: LeakPrinter = (subject) =>
  failures(jestExpect as unknown as Expect, subject)
    .map((error) => (error as Error).message)
    .join("\n");
