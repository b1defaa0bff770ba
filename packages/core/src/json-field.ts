import { forgetLastMatch } from "./last-match.js";
import { SecretError } from "./secret-error.js";

/**
 * One field of a JSON object, read and changed in the text itself: siblings keep their exact
 * spelling, and a number too big for a double keeps its digits.
 */

// Bound now, as in secret-value.ts: a patched JSON would see the whole secret.
const parseJson = JSON.parse;
const printJson = JSON.stringify;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A text field as it is, any other as its JSON text. `undefined` when the object lacks it. */
export function readField(text: string, field: string): string | undefined {
  const span = fieldsOf(text).get(field);
  if (span === undefined) return undefined;
  const json = text.slice(span.start, span.end);
  return json.startsWith('"') ? (parseJson(json) as string) : json;
}

/** The text with the field set to a string, added as the last one when it is missing. */
export function replaceField(text: string, field: string, value: string): string {
  const fields = fieldsOf(text);
  const json = printJson(value);
  const span = fields.get(field);
  if (span) return text.slice(0, span.start) + json + text.slice(span.end);
  const end = text.lastIndexOf("}");
  const body = text.slice(0, end).trimEnd();
  return `${body}${fields.size > 0 ? "," : ""}${printJson(field)}:${json}${text.slice(end)}`;
}

/** Whether the text is a JSON object that has fields. */
export function hasFields(text: string): boolean {
  return isJsonObject(text) && fieldsOf(text).size > 0;
}

function isJsonObject(text: string): boolean {
  try {
    const parsed: unknown = parseJson(text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

/** Where each value of the outermost object stands. The last of a repeated name wins, as in JSON.parse. */
function fieldsOf(text: string): Map<string, Span> {
  if (!isJsonObject(text)) {
    throw new SecretError("INVALID_SECRET", {
      reason: "not-an-object",
      detail: "the value is not a JSON object, so it has no fields",
      fix: "Leave out field, or store a JSON object",
    });
  }
  const fields = new Map<string, Span>();
  const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
  let depth = 0;
  let name: string | undefined;
  let start = -1;
  let end = -1;
  const close = () => {
    if (name !== undefined && start >= 0) fields.set(name, { start, end });
    name = undefined;
    start = -1;
  };
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (depth === 1 && (token === "," || token === "}")) close();
    else if (depth === 1 && name === undefined) name = parseJson(token) as string;
    else if (depth >= 1 && !(depth === 1 && token === ":")) {
      if (start < 0) start = index;
      end = index + token.length;
    }
    if (token === "{" || token === "[") depth++;
    if (token === "}" || token === "]") depth--;
  }
  forgetLastMatch();
  return fields;
}
