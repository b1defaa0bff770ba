/** What could be read of an error's body. */
export interface ErrorBody {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** `false`: it broke off, stalled or was too long, and what is here is its beginning. */
  readonly isWhole: boolean;
}

/** A service's refusal is a few lines; what is longer, or slower, is not waited for. */
const maxBytes = 1_000_000;
const maxMs = 2_000;

/**
 * Reads the body of an error response, once and within bounds: 1 MB and two seconds. Never rejects;
 * a body that breaks off, stalls or is longer is returned as far as it came, so that text of a
 * structure (JSON) may end in the middle of it.
 */
export async function readErrorBody(response: Response): Promise<ErrorBody> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(resolve, maxMs, "late");
  });
  const source = openBody(response);
  try {
    while (length <= maxBytes) {
      const chunk = await Promise.race([source.next(), late]);
      if (chunk === undefined) return { bytes: join(chunks, length), isWhole: true };
      if (chunk === "late") break;
      const bytes = toBytes(chunk);
      chunks.push(bytes);
      length += bytes.length;
    }
  } catch {
    // It broke off. The status and what came before are worth more than the reason.
  } finally {
    clearTimeout(timer);
  }
  source.cancel();
  return { bytes: join(chunks, Math.min(length, maxBytes)), isWhole: false };
}

/** Lets the connection go, whatever kind of body it is. Nobody waits: a cancel may take for ever. */
export function discardBody({ body }: { readonly body: unknown }): void {
  const { cancel, destroy } = (body ?? {}) as Record<string, unknown>;
  const end = typeof cancel === "function" ? cancel : destroy; // of a Node stream
  if (typeof end === "function") void quietly(async () => end.call(body));
}

interface Source {
  /** A chunk, of whatever kind it is; `undefined` at the end. */
  next(): Promise<unknown>;
  cancel(): void;
}

/** A stream of the platform, or of Node, which `fetch` functions of older packages have. */
function openBody(response: Response): Source {
  const body = response.body as AsyncIterable<Uint8Array> & Partial<ReadableStream<Uint8Array>>;
  if (typeof body?.getReader === "function") {
    const opened = (async () => body.getReader?.())(); // rejects when it is in use
    return {
      next: async () => (await (await opened)?.read())?.value,
      cancel: () => void quietly(async () => (await opened)?.cancel()),
    };
  }
  if (body && Symbol.asyncIterator in body) {
    const iterator = body[Symbol.asyncIterator]();
    const next = async () => {
      const { value, done } = await iterator.next();
      return done ? undefined : value;
    };
    return { next, cancel: () => discardBody({ body }) };
  }
  let whole: Promise<Uint8Array> | undefined;
  const next = async () => {
    if (whole) return undefined;
    whole = response.arrayBuffer().then((buffer) => new Uint8Array(buffer));
    return whole;
  };
  return { next, cancel: () => {} };
}

/** What is neither text nor bytes is left out. */
function toBytes(chunk: unknown): Uint8Array {
  if (typeof chunk === "string") return new TextEncoder().encode(chunk);
  if (chunk instanceof Uint8Array) return chunk;
  return chunk instanceof ArrayBuffer ? new Uint8Array(chunk) : new Uint8Array();
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    const fitting = chunk.subarray(0, length - offset);
    bytes.set(fitting, offset);
    offset += fitting.length;
  }
  return bytes;
}

async function quietly(end: () => Promise<unknown>): Promise<void> {
  try {
    await end();
  } catch {} // it was given up anyway
}
