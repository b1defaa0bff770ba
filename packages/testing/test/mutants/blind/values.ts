import {
  type PutSecretOptions,
  type SecretInput,
  type SecretValue,
  secretValue,
} from "@llm-orchestrator/secrets-core";
import { AroundMemory, type BlindMutant, codeOf, type MutantStore, storing } from "./mutant.js";

/** For values of a kind only: others stay as they are. */
function storingText(change: (text: string) => SecretInput): MutantStore {
  return storing((value) => {
    const bytes = value.exposeBytes();
    const text = Buffer.from(bytes).toString("utf8");
    return Buffer.from(text).equals(bytes) ? change(text) : value;
  });
}

function storingBinary(change: (bytes: Uint8Array) => SecretInput): MutantStore {
  return storing((value) => {
    const bytes = value.exposeBytes();
    return Buffer.from(Buffer.from(bytes).toString("utf8")).equals(bytes) ? value : change(bytes);
  });
}

function keeps(input: SecretInput) {
  return async (store: MutantStore) => {
    await store.putSecret("demo/value", input);
    return (await store.getSecret("demo/value")).value.equals(secretValue(input));
  };
}

/** A store that takes the caller's value and makes something else of it. */
function putting(change: (value: unknown) => SecretInput): MutantStore {
  return new (class extends AroundMemory {
    override putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
      return super.putSecret(key, change(value), options);
    }
  })();
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

function hasBox(value: unknown): value is SecretValue {
  return typeof value === "object" && value !== null && "expose" in value;
}

function reprinted(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

export const valueMutants: readonly BlindMutant[] = [
  {
    name: "bytes that are not text are kept as the text latin1 makes of them",
    create: () => storingBinary((bytes) => Buffer.from(bytes).toString("latin1")),
    keepsPromise: keeps(Uint8Array.of(0, 255, 128, 10)),
  },
  {
    name: "bytes that are not text come back as their base64 text",
    create: () => storingBinary((bytes) => Buffer.from(bytes).toString("base64")),
    keepsPromise: keeps(Uint8Array.of(0, 255, 128, 10)),
  },
  {
    name: "bytes that are not text are decoded as UTF-8, with U+FFFD for what is not",
    create: () => storingBinary((bytes) => Buffer.from(bytes).toString("utf8")),
    keepsPromise: keeps(Uint8Array.of(0, 255, 128, 10)),
  },
  {
    name: "text is normalised to NFC",
    create: () => storingText((text) => text.normalize("NFC")),
    keepsPromise: keeps("cafe\u0301"),
  },
  {
    name: "a trailing newline of a value is trimmed",
    create: () => storingText((text) => text.replace(/\n$/, "") || text),
    keepsPromise: keeps("-----END KEY-----\n"),
  },
  {
    name: "spaces around a value are trimmed",
    create: () => storingText((text) => text.trim() || text),
    keepsPromise: keeps("  padded  "),
  },
  {
    name: "line ends are rewritten to one newline",
    create: () => storingText((text) => text.replaceAll("\r\n", "\n")),
    keepsPromise: keeps("one\r\ntwo"),
  },
  {
    name: "a byte order mark at the start of a value is dropped",
    create: () => storingText((text) => text.replace(/^\uFEFF/, "") || text),
    keepsPromise: keeps("\uFEFFvalue"),
  },
  {
    name: "characters beyond the basic plane are cut to three bytes",
    create: () => storingText((text) => text.replace(/[\u{10000}-\u{10FFFF}]/gu, "?")),
    keepsPromise: keeps("key \u{1F511}"),
  },
  {
    name: "a value ends at its first NUL",
    create: () => storingText((text) => text.split("\0")[0] || text),
    keepsPromise: keeps("before\0after"),
  },
  {
    name: "a value is cut after 65,535 bytes",
    create: () => storing((value) => value.exposeBytes().slice(0, 65_535)),
    keepsPromise: keeps("x".repeat(65_536)),
  },
  {
    name: "a value that is JSON is parsed and printed anew",
    create: () => storingText(reprinted),
    keepsPromise: keeps('{ "amount": 1.0 }'),
  },
  {
    name: "an empty value is accepted and kept as one space",
    create: () => putting((value) => (value === "" ? " " : (value as SecretInput))),
    keepsPromise: async (store) =>
      (await codeOf(() => store.putSecret("demo/empty", ""))) === "INVALID_SECRET",
  },
  {
    name: "empty bytes are accepted and kept as one zero byte",
    create: () =>
      putting((value) =>
        isBytes(value) && value.length === 0 ? Uint8Array.of(0) : (value as SecretInput),
      ),
    keepsPromise: async (store) =>
      (await codeOf(() => store.putSecret("demo/empty", new Uint8Array()))) === "INVALID_SECRET",
  },
  {
    name: "a value that came from a store is stored as its own printed form",
    create: () => putting((value) => (hasBox(value) ? "[redacted]" : (value as SecretInput))),
    keepsPromise: keeps(secretValue("from another store")),
  },
  {
    name: "a put of an object stores its JSON text and does not refuse it",
    create: () =>
      putting((value) =>
        typeof value === "string" || isBytes(value) || hasBox(value)
          ? value
          : JSON.stringify(value),
      ),
    keepsPromise: async (store) =>
      (await codeOf(() => store.putSecret("demo/object", { a: 1 } as unknown as string))) ===
      "INVALID_SECRET",
  },
  {
    name: "a put of text with a lone surrogate stores U+FFFD and does not refuse it",
    create: () =>
      putting((value) =>
        typeof value === "string" && value !== "" ? Buffer.from(value) : (value as SecretInput),
      ),
    keepsPromise: async (store) =>
      (await codeOf(() => store.putSecret("demo/surrogate", "a\uD800b"))) === "INVALID_SECRET",
  },
];
