import type { LeakChannels } from "./channel.js";
import { isBuiltInPrototype } from "./deep-text.js";

/** What mappers and serialisers call when an object has it. None of them is a way out. */
const serialiserMethods = [
  ...["toJSON", "toBSON", "toObject", "toJS", "toPlainObject", "toPOJO"],
  ...["toPostgres", "toSqlString", "toSQL", "inspect"],
] as const;

/** Read from the subject itself: on the prototype a getter of private fields would throw. */
function inheritedGetters(subject: unknown): unknown[] {
  const found: unknown[] = [];
  let prototype: unknown = Object.getPrototypeOf(Object(subject));
  while (prototype !== null && !isBuiltInPrototype(prototype)) {
    for (const key of Reflect.ownKeys(prototype as object)) {
      const { get } = Reflect.getOwnPropertyDescriptor(prototype as object, key) ?? {};
      if (get) found.push(key, valueOrError(get, subject));
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return found;
}

function valueOrError(get: () => unknown, subject: unknown): unknown {
  try {
    return get.call(subject);
  } catch (error) {
    return error;
  }
}

/** Members that others use without asking, though no print shows them. */
export const memberChannels: LeakChannels = {
  "inherited getters": [inheritedGetters],
  "methods of serialisers": serialiserMethods.map((name) => (subject) => {
    const method = (subject as Readonly<Record<string, unknown>>)[name];
    return typeof method === "function" ? (method.call(subject) as unknown) : "";
  }),
};
