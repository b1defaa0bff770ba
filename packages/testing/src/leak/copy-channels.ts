import { performance } from "node:perf_hooks";
import { deserialize, serialize } from "node:v8";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { holdersOf, type LeakChannels, untyped } from "./channel.js";

/** A replacer of the kind that logs use to show class instances: it spreads what it meets. */
function spreading(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key]; // before toJSON
  if (typeof original !== "object" || original === null) return value;
  return Array.isArray(original) ? [...original] : { ...original };
}

/** A replacer that also shows hidden properties. */
function uncovering(this: unknown, key: string): unknown {
  const original = (this as Record<string, unknown>)[key];
  if (typeof original !== "object" || original === null) return original;
  return Object.fromEntries(
    Object.getOwnPropertyNames(original).map((name) => [name, Reflect.get(original, name)]),
  );
}

function sent(message: unknown): unknown {
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(message);
    return receiveMessageOnPort(port2);
  } finally {
    port1.close();
  }
}

function marked(detail: unknown): unknown {
  const { name, detail: copy } = performance.mark("leak-probe", { detail });
  performance.clearMarks(name);
  return copy;
}

function enumerated(subject: unknown): unknown[] {
  const found: unknown[] = [];
  for (const key in Object(subject) as object) found.push(key, Reflect.get(subject as object, key));
  return found;
}

/** JSON, spread and its relatives, and structured cloning in its forms. */
export const copyChannels: LeakChannels = {
  "JSON.stringify": [
    (subject) => holdersOf(subject).map((holder) => JSON.stringify(holder)),
    (subject) => JSON.stringify({ subject }, null, 2),
    (subject) => JSON.stringify(JSON.stringify({ subject })),
  ],
  "JSON.stringify with a replacer": [
    (subject) => JSON.stringify(subject, spreading),
    (subject) => JSON.stringify({ subject }, spreading),
    (subject) => JSON.stringify({ subject }, uncovering),
    (subject) => JSON.stringify({ subject }, Object.getOwnPropertyNames(Object(subject))),
  ],
  spread: [
    (subject) => JSON.stringify({ ...(subject as object) }),
    (subject) => ({ ...(subject as object) }),
    (subject) => [...(subject as Iterable<unknown>)],
    (subject) => Array.from(untyped(subject)),
  ],
  "Object.entries": [
    (subject) => Object.entries(subject as object),
    (subject) => Object.values(subject as object),
  ],
  "Object.assign": [(subject) => Object.assign({}, subject)],
  "for-in": [enumerated],
  "property descriptors": [
    (subject) => Object.values(Object.getOwnPropertyDescriptors(Object(subject) as object)),
  ],
  "walk of own keys": [(subject) => subject, (subject) => [subject]],
  structuredClone: [(subject) => structuredClone(subject), (subject) => structuredClone([subject])],
  "v8.serialize": [
    (subject) => serialize(subject),
    (subject) => serialize({ subject }),
    (subject) => deserialize(serialize([subject])),
  ],
  MessageChannel: [(subject) => sent(subject), (subject) => sent({ subject })],
  "performance.mark": [(subject) => marked(subject), (subject) => marked({ subject })],
};
