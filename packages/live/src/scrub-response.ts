import { cutKeyAtEnd, keyPattern, shortestKey } from "./key-forms.js";
import type { ErrorBody } from "./read-error-body.js";
import { rebuildResponse } from "./rebuild-response.js";

export interface HandedBack {
  /** Keys that were sent: services repeat them in their refusals, and clients print those. */
  readonly sent: readonly string[];
  /** The client must not try again by itself. */
  readonly isFinal: boolean;
  /** Added to the service's own message. */
  readonly note?: string | undefined;
}

/** An error response without the keys that it repeats. */
export function scrubResponse(
  response: Response,
  { bytes, isWhole }: ErrorBody,
  { sent, isFinal, note }: HandedBack,
): Response {
  const keys = sent.filter((key) => key.length >= shortestKey);
  const scrub = scrubber(keys);
  const headers = new Headers();
  for (const [name, value] of response.headers) headers.append(name, scrub(value));
  if (isFinal) headers.set("x-should-retry", "false"); // asked by openai's and Anthropic's SDKs
  const { status, url } = response;
  const statusText = scrub(response.statusText);
  // Whatever type it says it is, clients read every error as text.
  const text = new TextDecoder().decode(bytes);
  const whole = isWhole ? text : withoutCutKey(text, keys);
  const clean = addNote(scrub(whole), note);
  const body = clean === text ? bytes : clean; // as it came if nothing is in it
  return rebuildResponse({ status, statusText, url }, body, headers);
}

/** The longest key first: an older one may be the beginning of a newer one. */
function scrubber(keys: readonly string[]): (text: string) => string {
  const patterns = [...keys].sort((a, b) => b.length - a.length).map(keyPattern);
  return (text) =>
    patterns.reduce((scrubbed, pattern) => scrubbed.replace(pattern, "[redacted]"), text);
}

/** Also of a key that was cut at the end, nothing is left. */
function withoutCutKey(text: string, keys: readonly string[]): string {
  const end = Math.min(...keys.map((key) => cutKeyAtEnd(text, key)));
  return end < text.length ? `${text.slice(0, end)}[redacted]` : text;
}

/** Into the message that the vendor's client shows; JSON without one is left as it is. */
function addNote(text: string, note: string | undefined): string {
  if (note === undefined) return text;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return text === "" ? note : `${text}\n${note}`;
  }
  const outer = (body ?? {}) as Record<string, unknown>;
  const inner = (outer.error ?? {}) as Record<string, unknown>;
  const places = [
    [inner, "message"] as const,
    [outer, "message"] as const,
    [outer, "detail"] as const,
  ];
  const place = places.find(([object, name]) => typeof object[name] === "string");
  if (!place) return text;
  const [object, name] = place;
  object[name] += ` (${note})`;
  return JSON.stringify(body);
}
