/** Longest error text that is kept, in characters. */
const maxErrorText = 1_000_000;

export interface ErrorResponse {
  readonly response: Response;
  /** Keys that were sent: services repeat them in their refusals, and clients print those. */
  readonly sent: readonly string[];
  /** The client must not try again by itself. */
  readonly isFinal: boolean;
  /** Added to the service's own message. */
  readonly note?: string | undefined;
}

/** An error response without the keys that it repeats. */
export async function scrubResponse(error: ErrorResponse): Promise<Response> {
  const { response, sent, isFinal, note } = error;
  const headers = new Headers(response.headers);
  for (const [name, value] of response.headers) {
    const scrubbed = scrub(value, sent);
    if (scrubbed !== value) headers.set(name, scrubbed);
  }
  if (isFinal) headers.set("x-should-retry", "false"); // asked by openai's and Anthropic's SDKs
  // The platform has unpacked it.
  for (const name of ["content-length", "content-encoding"]) headers.delete(name);
  const { status, url } = response;
  const statusText = scrub(response.statusText, sent);
  const hasBody = ![204, 205, 304].includes(status);
  const body = cleanBody(await response.arrayBuffer(), sent, note);
  const clean = new Response(hasBody ? body : null, { status, statusText, headers });
  return Object.defineProperty(clean, "url", { value: url });
}

/** Of whatever type it says it is: clients read every error as text. As it came if nothing is in it. */
function cleanBody(
  bytes: ArrayBuffer,
  sent: readonly string[],
  note: string | undefined,
): ArrayBuffer | string {
  const text = new TextDecoder().decode(bytes);
  const clean = addNote(scrub(text, sent).slice(0, maxErrorText), note);
  return clean === text ? bytes : clean;
}

/** As it was sent, in JSON, in a URL, in base64 by itself. */
function scrub(text: string, sent: readonly string[]): string {
  let scrubbed = text;
  for (const key of sent) {
    const forms = [key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key), btoa(key)];
    for (const form of new Set(forms)) scrubbed = scrubbed.replaceAll(form, "[redacted]");
  }
  return scrubbed;
}

/** Into the message that the vendor's client shows, where there is one. */
function addNote(text: string, note: string | undefined): string {
  if (note === undefined) return text;
  try {
    const body = JSON.parse(text) as { error?: { message?: unknown } };
    if (typeof body.error?.message === "string") {
      body.error.message += ` (${note})`;
      return JSON.stringify(body);
    }
  } catch {} // not JSON
  return `${text}\n${note}`;
}
