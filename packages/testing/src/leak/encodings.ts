import { inspect } from "node:util";
import { byteFragments, textFragments } from "./fragments.js";
import { pack } from "./packed.js";

/** How a piece of a canary may be spelt in what a channel printed. */
export type LeakEncoding =
  | "raw"
  | "JSON-escaped"
  | "JSON in JSON"
  | "\\u escapes"
  | "\\x escapes"
  | "inspect-escaped"
  | "URL-encoded"
  | "form-encoded"
  | "percent bytes"
  | "base64"
  | "base64url"
  | "hex"
  | "spaced hex"
  | "byte list"
  | "character list"
  | "UTF-8 read as Latin-1"
  | "UTF-16"
  | "HTML-escaped"
  | "other case";

/** One text to look for. */
export interface Needle {
  /** Position of the canary in the caller's list. */
  readonly canary: number;
  readonly encoding: LeakEncoding;
  readonly text: string;
  /** `packed`: see {@link pack}. */
  readonly view: "plain" | "packed";
}

type Spelling = readonly [encoding: LeakEncoding, text: string, view?: Needle["view"]];

/** Everything to look for: the spellings of each piece of each canary, without doubles. */
export function needlesOf(canaries: readonly (string | Uint8Array)[]): readonly Needle[] {
  return canaries.flatMap((input, canary) => {
    const text = typeof input === "string" ? input : textOf(input);
    const spellings =
      text === undefined
        ? byteFragments(input as Uint8Array).flatMap((piece) => spellBytes(Buffer.from(piece)))
        : textFragments(text).flatMap((piece) => [
            ...spellText(piece),
            ...spellBytes(Buffer.from(piece)),
          ]);
    const unique = new Map<string, Needle>();
    for (const [encoding, spelt, view = "plain"] of spellings) {
      const id = `${view} ${spelt}`;
      if (!unique.has(id)) unique.set(id, { canary, encoding, text: spelt, view });
    }
    return [...unique.values()];
  });
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function spellText(text: string): Spelling[] {
  const json = jsonEscape(text);
  const wellFormed = Buffer.from(text).toString();
  return [
    ["raw", text],
    ["JSON-escaped", json],
    ["JSON in JSON", jsonEscape(json)],
    ["\\u escapes", escapeUnits(text, "\\u", 4)],
    ["\\u escapes", escapeUnits(text, "\\u", 4).toUpperCase().replaceAll("\\U", "\\u")],
    ["\\u escapes", json.replace(/[^ -~]/g, (unit) => escapeUnits(unit, "\\u", 4))],
    ["\\x escapes", escapeUnits(text, "\\x", 2)],
    ["inspect-escaped", inspectEscape(text)],
    ["inspect-escaped", text.replace(/[^ -~]/g, (unit) => escapeUnits(unit, "\\x", 2))],
    ["URL-encoded", encodeURIComponent(wellFormed)],
    ["URL-encoded", encodeURI(wellFormed)],
    ["URL-encoded", lowerPercent(encodeURIComponent(wellFormed))],
    ["form-encoded", new URLSearchParams([["", wellFormed]]).toString().slice(1)],
    ["byte list", [...text].map((character) => character.codePointAt(0)).join(","), "packed"],
    [
      "byte list",
      text
        .split("")
        .map((unit) => unit.charCodeAt(0))
        .join(","),
      "packed",
    ],
    ...characterLists(text),
    ["UTF-16", Buffer.from(text, "utf16le").toString("latin1")],
    ["UTF-16", Buffer.from(text, "utf16le").swap16().toString("latin1")],
    ["HTML-escaped", htmlEscape(text)],
    ["other case", text.toUpperCase()],
    ["other case", text.toLowerCase()],
  ];
}

function spellBytes(bytes: Buffer): Spelling[] {
  const hex = bytes.toString("hex");
  const pairs = hex.match(/../g) ?? [];
  const base64 = unpaddedBase64(bytes).flatMap((text): Spelling[] => [
    ["base64", text, "packed"],
    ["base64", text],
    ["base64url", text.replaceAll("+", "-").replaceAll("/", "_"), "packed"],
  ]);
  return [
    ...base64,
    ["hex", hex, "packed"],
    ["hex", hex.toUpperCase(), "packed"],
    ["spaced hex", pairs.join(" ")],
    ["spaced hex", pairs.join(":")],
    ["percent bytes", `%${pairs.join("%")}`.toUpperCase()],
    ["byte list", bytes.join(","), "packed"],
    ["UTF-8 read as Latin-1", bytes.toString("latin1")],
  ];
}

const jsonEscape = (text: string) => JSON.stringify(text).slice(1, -1);

const inspectEscape = (text: string) =>
  inspect(text, { maxStringLength: null, breakLength: Number.POSITIVE_INFINITY }).slice(1, -1);

const escapeUnits = (text: string, mark: string, digits: number) =>
  text
    .split("")
    .map((unit) => mark + unit.charCodeAt(0).toString(16).padStart(digits, "0"))
    .join("");

const lowerPercent = (text: string) => text.replace(/%../g, (byte) => byte.toLowerCase());

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const htmlEscape = (text: string) => text.replace(/[&<>"']/g, (mark) => entities[mark] as string);

/** What a spread, an `Array.from` or an index-keyed object of a string looks like. */
function characterLists(text: string): Spelling[] {
  return [[...text], text.split("")].flatMap((characters): Spelling[] => {
    const lists = [
      `"${characters.map(jsonEscape).join('","')}"`,
      characters.map((character) => inspect(character)).join(),
      characters.join(),
    ];
    return lists.map((list) => ["character list", pack(list), "packed"]);
  });
}

/** For each of the three positions in a longer text, the characters that depend on it alone. */
function unpaddedBase64(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const whole = Math.floor(((offset + bytes.length) * 8) / 6);
    return encoded.slice(Math.ceil((offset * 8) / 6), whole);
  });
}
