/** Where the sections that failures point to are. */
const referenceUrl =
  "https://github.com/llm-orchestrator/secrets/blob/main/docs/testing-a-backend.md";

/** Thrown by checks: which rule was broken, and how. The harness adds the case and the section. */
export class Mismatch extends Error {
  readonly rule: string;
  readonly came: string;

  constructor(rule: string, came: string) {
    super(`${rule}: ${came}`);
    this.rule = rule;
    this.came = came;
  }
}

/** What a failed case throws. Says what the contract says, what came, and where to read on. */
export class ConformanceError extends Error {
  constructor(concern: string, contract: string, failure: unknown) {
    const { rule, came } = explain(failure);
    super(
      [
        `The contract says: ${contract}${rule ? ` (${rule})` : ""}.`,
        `What came: ${came}.`,
        `Read on: ${referenceUrl}#${anchorOf(concern)}`,
      ].join("\n"),
      failure instanceof Mismatch ? undefined : { cause: failure },
    );
    this.name = "ConformanceError";
  }
}

/** The anchor that a heading gets on the page. */
export function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(" ", "-");
}

function explain(failure: unknown): { readonly rule?: string; readonly came: string } {
  return failure instanceof Mismatch ? failure : { came: describeError(failure) };
}

/** An error in one line, as a failure message shows it. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `a rejection with ${nameOf(error)}`;
  const { code } = error as { code?: unknown };
  const label = typeof code === "string" ? `${error.name} ${code}` : error.name;
  return `${label}: ${error.message.replace(/\.$/, "")}`;
}

/** What something is, without showing what it holds. */
export function nameOf(subject: unknown): string {
  if (subject === null) return "null";
  if (Array.isArray(subject)) return `an array of ${subject.length}`;
  if (typeof subject === "boolean" || subject === undefined) return String(subject);
  if (typeof subject === "object") return `an object (${subject.constructor?.name ?? "no class"})`;
  return `a ${typeof subject}`;
}
