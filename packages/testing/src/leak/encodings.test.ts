import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { needlesOf } from "./encodings.js";
import { search, toText } from "./haystack.js";

const canary = `&"<'ÿ é€😀>>>>> ?????${randomBytes(6).toString("hex")}`;
const bytes = Buffer.from(canary);
const json = JSON.stringify(canary);

/** What a careless program makes of a secret, by a way of its own. */
const spellings: Readonly<Record<string, unknown>> = {
  raw: `before ${canary} after`,
  "JSON-escaped": json,
  "JSON in JSON": JSON.stringify({ body: json }),
  "\\u escapes": [...Array(canary.length).keys()]
    .map((index) => `\\u${canary.charCodeAt(index).toString(16).padStart(4, "0")}`)
    .join(""),
  "\\x escapes": [...Buffer.from("canary-7d41b2")]
    .map((byte) => `\\x${byte.toString(16)}`)
    .join(""),
  "inspect-escaped": inspect({ value: `${canary}\n'"` }),
  "URL-encoded": `https://host.invalid/${encodeURIComponent(canary)}`,
  "form-encoded": new URLSearchParams({ password: canary }).toString(),
  "percent bytes": [...bytes].map((byte) => `%${byte.toString(16).toUpperCase()}`).join(""),
  base64: bytes.toString("base64"),
  base64url: bytes.toString("base64url"),
  hex: bytes.toString("hex"),
  "spaced hex": inspect(bytes),
  "byte list": inspect(new Uint8Array(bytes)),
  "character list": inspect([...canary]),
  "UTF-8 read as Latin-1": bytes.toString("latin1"),
  "UTF-16": Buffer.from(canary, "utf16le"),
  "HTML-escaped": `<b>&amp;&quot;&lt;&#39;ÿ é€😀${"&gt;".repeat(5)} ?????${canary.slice(-12)}</b>`,
  "other case": canary.toUpperCase(),
};

const soughtInstead: Readonly<Record<string, string>> = {
  "\\x escapes": "canary-7d41b2",
  "inspect-escaped": `${canary}\n'"`,
};

const encodingsFound = (output: unknown, sought: readonly (string | Uint8Array)[]) =>
  search([{ channel: "test", text: toText(output) }], needlesOf(sought)).map(
    ({ encoding }) => encoding,
  );

describe("an encoded canary", () => {
  test.each(Object.keys(spellings))("is found as %s", (encoding) => {
    const sought = soughtInstead[encoding] ?? canary;
    expect(encodingsFound(spellings[encoding], [sought])).toContain(encoding);
  });

  test("is found in base64 at every alignment", () => {
    for (const prefix of ["", "u", "us", "use", "user:"]) {
      const text = Buffer.from(`${prefix}${canary}; more`).toString("base64");
      expect(encodingsFound(text, [canary]), prefix).toContain("base64");
      const wrapped = text.replace(/.{19}/g, "$&\r\n");
      expect(encodingsFound(wrapped, [canary]), prefix).toContain("base64");
    }
  });

  test("is found as lists of bytes in every form in which they are printed", () => {
    const array = new Uint8Array(bytes);
    const forms = [
      array.join(","),
      array.join(", "),
      JSON.stringify(bytes),
      JSON.stringify(array),
      JSON.stringify({ ...array }, null, 2),
      inspect(array, { colors: true }),
      inspect(Array.from(array)),
      array.buffer,
      new DataView(array.buffer),
    ];
    for (const form of forms) expect(encodingsFound(form, [canary])).toContain("byte list");
  });

  test("is found as characters under indices", () => {
    for (const form of [JSON.stringify({ ...canary.split("") }), JSON.stringify([...canary])]) {
      expect(encodingsFound(form, [canary])).toContain("character list");
    }
  });

  test("is found when it is bytes that are not text", () => {
    const binary = Uint8Array.of(0xff, 0xfe, 0xc0, 1, 2, 3, 4, 5, 6, 7, 200);
    const forms = {
      base64: Buffer.from(binary).toString("base64"),
      hex: Buffer.from(binary).toString("hex"),
      "spaced hex": inspect(Buffer.from(binary)),
      "byte list": JSON.stringify({ ...binary }),
      "UTF-8 read as Latin-1": binary,
    };
    for (const [encoding, form] of Object.entries(forms)) {
      expect(encodingsFound(form, [binary])).toContain(encoding);
    }
  });

  test("is not found in the text of another one", () => {
    const other = `&"<'ÿ é€😀>>>>> ?????${randomBytes(6).toString("hex")}`;
    expect(encodingsFound([other, Buffer.from(other), inspect({ other })], [canary])).toEqual([]);
  });
});

describe("a long canary", () => {
  const long = randomBytes(3_000).toString("base64");

  test("is found by what is left of it when a printer cuts it", () => {
    expect(encodingsFound(`${long.slice(0, 40)}…`, [long])).toContain("raw");
    expect(encodingsFound(`…${long.slice(-40)}`, [long])).toContain("raw");
    expect(encodingsFound(inspect(Buffer.from(long)), [long])).toContain("spaced hex");
    expect(encodingsFound(inspect(new Uint8Array(Buffer.from(long))), [long])).toContain(
      "byte list",
    );
  });

  test("is found in a print that breaks it at its line ends", () => {
    const pem = `-----BEGIN-----\n${long.slice(0, 64)}\n${long.slice(64, 128)}\n-----END-----\n`;
    expect(encodingsFound(inspect({ a: { pem } }, { breakLength: 20 }), [pem])).toContain("raw");
  });

  test("is not found by a piece that says nothing", () => {
    const indented = `${long.slice(0, 30)}${" ".repeat(60)}`;
    expect(encodingsFound(`${" ".repeat(80)}{}`, [indented])).toEqual([]);
  });
});
