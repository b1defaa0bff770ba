import { SecretError } from "@llm-orchestrator/secrets-core";
import type { Case, Concern } from "./case.js";
import { check, checkValue, rejects } from "./checks.js";
import type { Lab } from "./lab.js";

const kibibyte = 1_024;

/** Texts that formats, shells and encodings like to change. `c` is there to be told apart. */
const oddValues: Readonly<Record<string, (c: string) => string>> = {
  "spaces at both ends": (c) => `  ${c}  `,
  "a newline at the end": (c) => `${c}\n`,
  "carriage returns and tabs": (c) => `${c}\r\n\tsecond line\r`,
  "quotes and backslashes": (c) => `"${c}'\`\\n\\"`,
  "what looks like a shell": (c) => `$HOME \${PATH} #${c} ; rm $(x) %s %d`,
  "what looks like an address": (c) => `postgres://u:${c}@h/%2e%2e?a=1&b=2+3`,
  "what looks like JSON": (c) => `{ "value" : "${c}", "n": 1.0 }`,
  "what looks like a JSON text": (c) => `"${c}"`,
  "what looks like base64": (c) => `${btoa(c)}==`,
  "equals signs": (c) => `a=b==${c}`,
  "accents and other scripts": (c) => `ünïcödé 日本語 עברית ${c}`,
  "a letter with a combining mark": (c) => `e\u0301 is not \u00e9 ${c}`,
  "characters beyond 16 bits": (c) => `🔑${c}𝄞`,
  "a byte order mark": (c) => `\ufeff${c}`,
};

/** As they are: what a lenient reader takes for something else. */
const plainValues = ["null", "true", "0", "-1e400", "[]", "{}", "undefined", " "];

export const values: Concern = {
  title: "values",
  cases: [
    ...Object.entries(oddValues).map(
      ([what, make]): Case => ({
        name: `a value with ${what} comes back exactly`,
        run: (lab) => comesBack(lab, make(lab.value())),
      }),
    ),
    {
      name: "values that look like null, a number or an empty object come back as text",
      run: async (lab) => {
        for (const [index, value] of plainValues.entries()) {
          await comesBack(lab, value, `plain${index}`);
        }
      },
    },
    {
      name: "a value of 64 KiB, or of the store's limit, comes back exactly",
      run: (lab) => {
        const size = Math.min(64 * kibibyte, lab.limits.maxValueBytes);
        return comesBack(lab, lab.value().padEnd(size, "é0").slice(0, sizeInCharacters(size)));
      },
    },
    {
      name: "control characters come back exactly, or are refused as INVALID_SECRET",
      needs: ["write"],
      run: async (lab) => {
        for (const odd of ["\u0000", "\u0001", "\u001b[0m", "\u007f"]) {
          const key = lab.key(`control${odd.charCodeAt(0)}`);
          const value = lab.value() + odd + lab.value();
          const refused = await lab.store.putSecret(key, value).then(
            () => false,
            (error: unknown) => SecretError.isInstance(error) && error.code === "INVALID_SECRET",
          );
          if (refused) await rejects(lab.read(key), "NOT_FOUND", "a value that was refused");
          else checkValue(await lab.read(key), value);
        }
      },
    },
    {
      name: "a value of exactly the limit is kept, one byte more is INVALID_SECRET",
      needs: ["write"],
      bounded: true,
      run: async (lab) => {
        const { maxValueBytes } = lab.limits;
        const key = lab.key("limit");
        const value = lab.value().padEnd(maxValueBytes, "x").slice(0, maxValueBytes);
        await lab.store.putSecret(key, value);
        const tooLarge = { code: "INVALID_SECRET", reason: "too-large" } as const;
        await rejects(lab.store.putSecret(key, `${value}y`), tooLarge, "a value above the limit");
        checkValue(await lab.read(key), value);
      },
    },
    {
      name: "bytes that are not text come back exactly",
      needs: ["binary", "write"],
      run: async (lab) => {
        const key = lab.key("bytes");
        const bytes = Uint8Array.from({ length: 512 }, (_, index) => (index * 7 + 128) % 256);
        await lab.store.putSecret(key, bytes);
        const secret = await lab.read(key);
        checkValue(secret, bytes);
        let text: string | undefined;
        try {
          text = secret.value.expose();
        } catch (error) {
          const fine = SecretError.isInstance(error) && error.code === "INVALID_SECRET";
          check(fine, "expose() of bytes is INVALID_SECRET", "another error");
        }
        check(text === undefined, "expose() of bytes that are no text throws", "it gave a text");
      },
    },
    {
      name: "bytes that are not text are NOT_SUPPORTED, and nothing is written",
      needs: ["write"],
      lacks: ["binary"],
      run: async (lab) => {
        const key = lab.key("bytes");
        const put = lab.store.putSecret(key, Uint8Array.of(0xc3, 0x28, 0xff, 0x00));
        await rejects(put, { code: "NOT_SUPPORTED", reason: "binary" }, "a put of bytes");
        await rejects(lab.read(key), "NOT_FOUND", "what was not written");
      },
    },
  ],
};

async function comesBack(lab: Lab, value: string, name = "odd"): Promise<void> {
  const key = lab.key(name);
  await lab.arrange(key, value);
  checkValue(await lab.read(key), value);
  if (!lab.store.capabilities.write) return;
  const written = lab.key(`${name}-written`);
  checkValue(await lab.store.putSecret(written, value), value);
  checkValue(await lab.read(written), value);
}

/** "é0" has two characters and three bytes, the canary before it one byte each. */
function sizeInCharacters(bytes: number): number {
  const canary = "canary-".length + 18;
  return Math.min(bytes, canary) + Math.floor(Math.max(0, bytes - canary) / 3) * 2;
}
