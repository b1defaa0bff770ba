/**
 * Stands in for a script that got into the process after core was loaded: replaces methods and
 * getters of built-in objects by ones that note what passes through them.
 */

/** Everything that a value could pass through on its way into a box, between boxes, or out. */
const targets: Readonly<Record<string, object>> = {
  Buffer,
  "Buffer.prototype": Buffer.prototype,
  Uint8Array,
  "Uint8Array.prototype": Uint8Array.prototype,
  "TypedArray.prototype": Object.getPrototypeOf(Uint8Array.prototype) as object,
  TypedArray: Object.getPrototypeOf(Uint8Array) as object,
  ArrayBuffer,
  "ArrayBuffer.prototype": ArrayBuffer.prototype,
  "DataView.prototype": DataView.prototype,
  "TextEncoder.prototype": TextEncoder.prototype,
  "TextDecoder.prototype": TextDecoder.prototype,
  "WeakMap.prototype": WeakMap.prototype,
  "WeakSet.prototype": WeakSet.prototype,
  "Map.prototype": Map.prototype,
  "Set.prototype": Set.prototype,
  JSON,
  String,
  "String.prototype": String.prototype,
  "Number.prototype": Number.prototype,
  "Function.prototype": Function.prototype,
  Reflect,
  Array,
  "Array.prototype": Array.prototype,
  Object,
  "Object.prototype": Object.prototype,
  "RegExp.prototype": RegExp.prototype,
  "Symbol.prototype": Symbol.prototype,
  "Error.prototype": Error.prototype,
  Error,
  "Promise.prototype": Promise.prototype,
};

/** Replacing these breaks the recorder or the language itself, and no value passes through. */
const left: ReadonlySet<PropertyKey> = new Set(["__proto__", "prototype", "caller", "arguments"]);

export interface Recording {
  /** Names of the methods and getters that were replaced. */
  readonly patched: readonly string[];
  /** What was called, and everything that went through: receivers, arguments, results. */
  readonly calls: readonly (readonly [name: string, passed: readonly unknown[]])[];
}

const { apply, construct, defineProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;

/** Runs `work` with everything patched, and puts everything back. */
export function recordBuiltIns(work: () => void): Recording {
  const calls: [string, unknown[]][] = [];
  const restorers: (() => void)[] = [];
  const patched: string[] = [];
  let isRecording = false;
  let callCount = 0;

  /** Uses no method: all of them are patched. */
  const wrap = (name: string, original: (...rest: unknown[]) => unknown) =>
    function (this: unknown, ...rest: unknown[]): unknown {
      const result: unknown = new.target
        ? construct(original, rest, new.target)
        : apply(original, this, rest);
      if (isRecording) {
        isRecording = false;
        defineProperty(calls, callCount++, {
          value: [name, [this, rest, result]],
          enumerable: true,
        });
        isRecording = true;
      }
      return result;
    };

  for (const [owner, target] of Object.entries(targets)) {
    for (const key of ownKeys(target)) {
      const name = `${owner}.${String(key)}`;
      const descriptor = getOwnPropertyDescriptor(target, key);
      const replacement = !left.has(key) && descriptor && replace(descriptor, name, wrap);
      if (!replacement || !defineProperty(target, key, replacement)) continue;
      patched.push(name);
      restorers.push(() => defineProperty(target, key, descriptor));
    }
  }
  try {
    isRecording = true;
    work();
  } finally {
    isRecording = false;
    for (let index = restorers.length - 1; index >= 0; index--) restorers[index]?.();
  }
  return { patched, calls };
}

function replace(
  descriptor: PropertyDescriptor,
  name: string,
  wrap: (name: string, original: (...rest: unknown[]) => unknown) => unknown,
): PropertyDescriptor | undefined {
  if (!descriptor.configurable) return undefined;
  const { value, get, set } = descriptor;
  if (typeof value === "function") return { ...descriptor, value: wrap(name, value) };
  if (!get) return undefined;
  return {
    get: wrap(name, get) as () => unknown,
    ...(set && { set: wrap(name, set) as () => void }),
    ...{ configurable: true, enumerable: descriptor.enumerable ?? false },
  };
}
