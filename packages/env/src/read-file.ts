import type { FileHandle } from "node:fs/promises";
import { SecretError, type SecretValue, secretValue } from "@llm-orchestrator/secrets-core";
import { badFile, emptySource, type FileName } from "./source-errors.js";

/** The longest file that is read: a secret is short, a file that is not was named by mistake. */
export const maxFileBytes = 1_048_576;

const byteOrderMark = 0xfeff;
const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * A file that holds one secret, without one newline at its end.
 *
 * @throws SecretError, or the file system's own error (see `fileError`).
 */
export async function readSecretFile(path: string, name: FileName): Promise<SecretValue> {
  const bytes = await readRegularFile(path, name);
  try {
    if (!(await isText(bytes))) throw invalid("not-text", `${name.what} is not UTF-8 text`);
    const length = lengthWithoutNewline(bytes);
    if (length === 0) throw emptySource(`${name.what} is empty`);
    return secretValue(bytes.subarray(0, length)); // a copy
  } finally {
    bytes.fill(0);
  }
}

/** A file of UTF-8 text, without a byte order mark. */
export async function readTextFile(path: string, name: FileName): Promise<string> {
  const bytes = await readRegularFile(path, name);
  if (await isText(bytes)) {
    const text = bytes.toString("utf8");
    // Not by a pattern: that leaves the whole file in RegExp.input, for everybody to read.
    return text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
  }
  throw invalid("not-text", `${name.what} is not UTF-8 text`);
}

async function readRegularFile(path: string, name: FileName): Promise<Buffer> {
  // Imported here, as a static import loads Node's streams for those who have variables only.
  const { constants, open } = await import("node:fs/promises");
  // Without waiting: a pipe that nobody writes to would hold the call for ever. Not on Windows.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await file.stat();
    if (!stats.isFile()) {
      throw badFile("not-a-file", `${name.what} is not a regular file`, name.fix);
    }
    if (stats.size > maxFileBytes) throw tooLarge(name);
    return await readToEnd(file, stats.size, name);
  } finally {
    await file.close();
  }
}

/** Reads on when the file grows meanwhile, and where the system tells no size (`/proc`). */
async function readToEnd(file: FileHandle, expected: number, name: FileName): Promise<Buffer> {
  let buffer = Buffer.allocUnsafeSlow(expected + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length);
    length += bytesRead;
    if (bytesRead === 0) return buffer.subarray(0, length);
    if (length > maxFileBytes) throw tooLarge(name);
    if (length === buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(length * 2 + 1_024, maxFileBytes + 1));
      buffer.copy(larger);
      buffer.fill(0);
      buffer = larger;
    }
  }
}

async function isText(bytes: Uint8Array): Promise<boolean> {
  const { isUtf8 } = await import("node:buffer");
  return isUtf8(bytes);
}

function lengthWithoutNewline(bytes: Uint8Array): number {
  const { length } = bytes;
  if (bytes[length - 1] !== newline) return length;
  return bytes[length - 2] === carriageReturn ? length - 2 : length - 1;
}

function tooLarge({ what }: FileName): SecretError {
  return invalid("too-large", `${what} is larger than ${maxFileBytes} bytes`);
}

function invalid(reason: string, detail: string): SecretError {
  return new SecretError("INVALID_SECRET", {
    ...{ reason, detail },
    fix: "Check that this is the file that was meant; bytes belong there as base64",
  });
}
