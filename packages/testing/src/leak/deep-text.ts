import { types } from "node:util";

/** More objects than any error or event has; a subject beyond it drags half a program along. */
const objectLimit = 200_000;

const builtInPrototypes: ReadonlySet<unknown> = new Set(
  Object.values(Object.getOwnPropertyDescriptors(globalThis)).flatMap(({ value }) =>
    typeof value === "function"
      ? [value.prototype, Object.getPrototypeOf(value.prototype ?? {})]
      : [],
  ),
);

/** Whether it is the prototype of a global class: what it has, every program has. */
export function isBuiltInPrototype(prototype: unknown): boolean {
  return builtInPrototypes.has(prototype);
}

/**
 * All text that can be reached from a value by its own properties (symbols, hidden ones and
 * getters too), entries of collections, bytes and prototypes. Reads no function's source.
 */
export function deepText(root: unknown): string {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
    if (!isObject) parts.push(String(value));
    else if (!seen.has(value)) {
      seen.add(value);
      if (seen.size > objectLimit) throw new RangeError("the subject is too large to be searched");
      for (const child of childrenOrError(value as object)) waiting.push(child);
    }
  }
  return parts.join("\n");
}

/** A proxy may throw at anything, and what it throws is text too. */
function childrenOrError(value: object): unknown[] {
  try {
    return childrenOf(value);
  } catch (error) {
    return [error];
  }
}

function childrenOf(value: object): unknown[] {
  if (ArrayBuffer.isView(value)) return bytesOf(value.buffer, value.byteOffset, value.byteLength);
  if (types.isAnyArrayBuffer(value)) return bytesOf(value);
  if (types.isBoxedPrimitive(value)) return [Object.prototype.valueOf.call(value).valueOf()];
  const children: unknown[] = contentOf(value);
  const isClass = isPrototypeOfClass(value);
  for (const key of Reflect.ownKeys(value)) {
    children.push(key);
    if (!isClass || !hasGetter(value, key)) children.push(read(value, key));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!isBuiltInPrototype(prototype)) children.push(prototype);
  return children;
}

/** Its getters are read on its instances: one may keep what it made on what it was called on. */
function isPrototypeOfClass(value: object): boolean {
  const owner = Object.getOwnPropertyDescriptor(value, "constructor")?.value as unknown;
  return typeof owner === "function" && owner.prototype === value;
}

function hasGetter(value: object, key: PropertyKey): boolean {
  return Object.getOwnPropertyDescriptor(value, key)?.get !== undefined;
}

/** As text of one character a byte, and as the list that the needles of bytes match. */
function bytesOf(buffer: ArrayBufferLike, offset = 0, length = buffer.byteLength): string[] {
  const bytes = new Uint8Array(buffer, offset, length);
  return [Buffer.from(bytes).toString("latin1"), bytes.join(",")];
}

/** What built-in objects keep beside their properties. */
function contentOf(value: object): unknown[] {
  if (types.isMap(value) || types.isSet(value)) return [...value].flat();
  if (value instanceof Headers || value instanceof FormData || value instanceof URLSearchParams) {
    return [...value].flat();
  }
  if (value instanceof URL || types.isRegExp(value)) return [String(value)];
  return [];
}

function read(value: object, key: PropertyKey): unknown {
  try {
    const found: unknown = Reflect.get(value, key);
    if (found instanceof Promise) found.catch(() => {}); // a getter of a stream, say, rejects
    return found;
  } catch (error) {
    return error; // a getter that throws, and what it throws
  }
}
