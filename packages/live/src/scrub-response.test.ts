import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import { scrubResponse } from "./scrub-response.js";

const key = "sk-canary/abc+DEF=12345&6%7";

interface Given {
  readonly text?: string;
  readonly sent?: readonly string[];
  readonly note?: string;
  readonly response?: ResponseInit;
}

function scrubbed({ text = "", sent = [key], note, response = { status: 400 } }: Given): Response {
  const bytes = new TextEncoder().encode(text);
  const body = { bytes, isWhole: true };
  return scrubResponse(new Response(null, response), body, { sent, isFinal: false, note });
}

const entitiesOf = (text: string, toEntity: (char: string) => string) =>
  text.replace(/[^A-Za-z0-9]/g, toEntity);
const point = (char: string) => char.codePointAt(0) ?? 0;
const hexOf = (char: string) => point(char).toString(16);
const base64 = (text: string) => Buffer.from(text).toString("base64");

test.each([
  ["as it is", key],
  ["in JSON", JSON.stringify(key).slice(1, -1)],
  ["in JSON with escaped slashes", key.replaceAll("/", "\\/")],
  ["in JSON by numbers", entitiesOf(key, (char) => `\\u00${hexOf(char)}`)],
  ["in JSON by numbers, here and there", key.replace("+", "\\u002B").replace("&", "\\u0026")],
  ["in JSON within JSON", JSON.stringify(key.replaceAll("/", "\\/")).slice(1, -1)],
  ["in HTML by hexadecimal numbers", entitiesOf(key, (char) => `&#x${hexOf(char).toUpperCase()};`)],
  ["in HTML by decimal numbers", entitiesOf(key, (char) => `&#${point(char)};`)],
  ["in HTML by name", key.replace("&", "&amp;").replace("/", "&sol;")],
  ["in a URL", encodeURIComponent(key)],
  ["in a URL, in lower case", encodeURIComponent(key).toLowerCase().replace("def", "DEF")],
  ["in a URL within a URL", encodeURIComponent(encodeURIComponent(key))],
  ["as a form", new URLSearchParams({ key }).toString().slice("key=".length)],
  ["in base64", base64(key)],
  ["in base64 without padding", base64(key).replace(/=+$/, "")],
  ["in base64url", Buffer.from(key).toString("base64url")],
  ["in hex", Buffer.from(key).toString("hex")],
  ["in hex, in upper case", Buffer.from(key).toString("hex").toUpperCase()],
])("a key that is repeated %s is redacted", async (_, form) => {
  expect(await scrubbed({ text: `refused <${form}>.` }).text()).toBe("refused <[redacted]>.");
});

test("base64 is found in both alphabets, and as JSON and URLs spell it", async () => {
  const odd = "???>>>~~~???>>>"; // Pz8/Pj4+…
  const plain = base64(odd);
  const spelt = [
    ...[plain, plain.replaceAll("/", "\\/"), encodeURIComponent(plain)],
    ...[plain.replaceAll("+", "-").replaceAll("/", "_"), plain.replaceAll("+", "\\u002b")],
  ];
  for (const text of spelt) {
    expect(await scrubbed({ text: `<${text}>`, sent: [odd] }).text()).toBe("<[redacted]>");
  }
});

test("so it is at each place within base64, as in Basic authentication", async () => {
  for (const before of ["", "u", "us", "use:", "Bearer "]) {
    for (const after of ["", "!", "!!", "!!!"]) {
      for (const part of [key, `${key}8`, `${key}89`]) {
        const text = await scrubbed({ text: base64(before + part + after), sent: [part] }).text();
        expect(text).toContain("[redacted]");
        expect(Buffer.from(text.split("[redacted]").join(""), "base64").toString()).not.toMatch(
          /canary|12345/,
        );
      }
    }
  }
});

test("a key that is the beginning of the newer one leaves nothing of the newer one", async () => {
  const longer = `${key}-of-today`;
  const text = `${key} ${longer}`;
  for (const sent of [
    [key, longer],
    [longer, key],
  ]) {
    expect(await scrubbed({ text, sent }).text()).toBe("[redacted] [redacted]");
  }
});

test("keys of other characters than letters are found, and in no time", async () => {
  const odd = '\\\\\\"%%%&&&\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\';
  const forms = [odd, JSON.stringify(odd), encodeURIComponent(odd), "\\".repeat(200_000)];
  const text = await scrubbed({ text: forms.join(" "), sent: [odd] }).text();
  expect(text.split("[redacted]").length - 1).toBe(3);
});

test("a key of less than eight characters is left: it would be words", async () => {
  const text = '{"error":{"message":"model not found"}}';
  for (const short of ["e", "error", "message"]) {
    expect(await scrubbed({ text, sent: [short] }).text()).toBe(text);
  }
});

test("what holds no key is handed on byte for byte", async () => {
  const bytes = new Uint8Array([0xff, 0xfe, 0, 0xc3, 0x28]);
  const whole = { bytes, isWhole: true };
  const how = { sent: [key], isFinal: false };
  const response = scrubResponse(new Response(null, { status: 400 }), whole, how);
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
});

test.each([
  ["error.message", '{"error":{"message":"bad"}}', '{"error":{"message":"bad (once more)"}}'],
  ["message", '{"message":"bad"}', '{"message":"bad (once more)"}'],
  ["detail", '{"detail":"bad","error":"x"}', '{"detail":"bad (once more)","error":"x"}'],
  ["no JSON", "<p>bad</p>", "<p>bad</p>\nonce more"],
  ["nothing", "", "once more"],
  ["JSON of another shape", '{"detail":["bad"]}', '{"detail":["bad"]}'],
  ["a JSON text", '"bad"', '"bad"'],
  ["JSON null", "null", "null"],
])("a note goes into %s, and JSON stays JSON", async (_, text, expected) => {
  expect(await scrubbed({ text, note: "once more" }).text()).toBe(expected);
});

test("headers keep their number: cookies, each by itself", () => {
  const headers = new Headers([
    ...([
      ["set-cookie", "a=1"],
      ["set-cookie", `key=${key}`],
      ["set-cookie", "d=4"],
    ] as const),
    ...([
      ["content-length", "7"],
      ["content-encoding", "gzip"],
      ["x-echo", `k=${key}`],
    ] as const),
  ] as [string, string][]);
  const response = scrubbed({ response: { status: 403, headers, statusText: `no ${key}` } });
  expect(response.headers.getSetCookie()).toEqual(["a=1", "key=[redacted]", "d=4"]);
  const names = ["x-echo", "content-length", "content-encoding"];
  expect(names.map((name) => response.headers.get(name))).toEqual(["k=[redacted]", null, null]);
  expect(response.statusText).toBe("no [redacted]");
});

test("a status that no response may have is kept all the same", async () => {
  const odd = Object.defineProperty(new Response(null), "status", { value: 999 });
  const body = { bytes: new TextEncoder().encode(`no ${key}`), isWhole: true };
  const response = scrubResponse(odd, body, { sent: [key], isFinal: false });
  expect([response.status, response.ok, await response.text()]).toEqual([
    999,
    false,
    "no [redacted]",
  ]);
});
