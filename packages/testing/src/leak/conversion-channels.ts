import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import { join } from "node:path";
import { escape as escapeQuery, stringify as stringifyQuery } from "node:querystring";
import { type LeakChannels, untyped } from "./channel.js";

const hint = (subject: unknown, name: string) =>
  (subject as { [Symbol.toPrimitive](hint: string): unknown })[Symbol.toPrimitive](name);

/** Conversions to text and to the Web's own containers, and errors about wrong arguments. */
export const conversionChannels: LeakChannels = {
  template: [(subject) => `${subject}`, (subject) => `${[subject]}`],
  concatenation: [
    (subject) => (subject as string) + (subject as string),
    (subject) => "".concat(untyped(subject)),
  ],
  "String()": [(subject) => String(subject), (subject) => Symbol(untyped(subject)).description],
  join: [
    (subject) => [subject, subject].join(),
    (subject) => [subject].toString(),
    (subject) => [[subject]].toLocaleString(),
  ],
  "toString()": [
    (subject) => (subject as object).toString(),
    (subject) => (subject as object).toLocaleString(),
    (subject) => Object.prototype.toString.call(subject),
  ],
  "valueOf()": [(subject) => (subject as object).valueOf()],
  "Symbol.toPrimitive": [
    (subject) => hint(subject, "string"),
    (subject) => hint(subject, "number"),
    (subject) => hint(subject, "default"),
  ],
  "number, date, regular expression": [
    (subject) => String(Number(subject)),
    (subject) => String(new Date(untyped(subject))),
    (subject) => String(new RegExp(untyped(subject))),
  ],
  "property key": [(subject) => ({ [untyped(subject)]: 1 })],
  querystring: [
    (subject) => stringifyQuery({ subject: untyped(subject) }),
    (subject) => escapeQuery(untyped(subject)),
    (subject) => stringifyQuery(untyped(subject)),
    (subject) => encodeURIComponent(untyped(subject)),
  ],
  URLSearchParams: [
    (subject) => new URLSearchParams(untyped(subject)),
    (subject) => new URLSearchParams({ subject: untyped(subject) }),
    (subject) => new URLSearchParams([["subject", untyped(subject)]]),
  ],
  URL: [
    (subject) => new URL(untyped(subject)),
    (subject) => new URL(untyped(subject), "https://host.invalid").href,
  ],
  Headers: [
    (subject) => new Headers({ authorization: untyped(subject) }),
    (subject) => new Headers(untyped(subject)),
    (subject) =>
      new Request("https://host.invalid", { headers: { key: untyped(subject) } }).headers,
  ],
  FormData: [
    (subject) => {
      const form = new FormData();
      form.append("subject", untyped(subject));
      return form;
    },
  ],
  "Response and Blob": [
    (subject) => new Response(untyped(subject)).text(),
    (subject) => new Blob([untyped(subject)]).text(),
    (subject) => Response.json({ subject }).text(),
  ],
  "Buffer.from, TextEncoder, btoa": [
    (subject) => Buffer.from(untyped(subject)),
    (subject) => new TextEncoder().encode(untyped(subject)),
    (subject) => btoa(untyped(subject)),
  ],
  "argument errors": [
    (subject) => join(untyped(subject)),
    (subject) => Buffer.alloc(untyped(subject)),
    (subject) => Buffer.concat([untyped(subject)]),
    (subject) => createHash("sha256").update(untyped(subject)),
    (subject) => new EventEmitter().on("subject", untyped(subject)),
  ],
};
