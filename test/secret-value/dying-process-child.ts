/** Prints a secret as a program does that dies of it. stdin: how, and the secret's text. */
import assert from "node:assert";
import { text } from "node:stream/consumers";
import { secretValue } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";

interface Input {
  readonly how: string;
  readonly secret: string;
  /** The control: an object that does not guard its text. */
  readonly plain: boolean;
}

const input = JSON.parse(await text(process.stdin)) as Input;
const { how, secret, plain } = input;
const subject = plain ? { value: secret } : secretValue(secret);
const store = MemorySecretStore.from({ "database/password": secret });

console.log(subject, [subject], await store.getSecret("database/password").then(String));
process.emitWarning(Object.assign(new Error("warning"), { subject }));

const deaths: Readonly<Record<string, () => unknown>> = {
  "uncaught value": () => {
    throw subject;
  },
  "uncaught error": () => {
    throw Object.assign(new Error("outer", { cause: subject }), { subject });
  },
  "uncaught error of a store": async () => {
    const refused = new Error(`refused ${plain ? secret : ""}`);
    const generate = () => {
      throw Object.assign(refused, { subject });
    };
    await store.rotateSecret("database/password", { generate }).catch((error: unknown) => {
      throw plain ? refused : error;
    });
  },
  "unhandled rejection": () => void Promise.reject(subject),
  "unhandled rejection of an error": () => void Promise.reject(new AggregateError([subject])),
  "failed assertion": () => assert.deepStrictEqual({ subject }, { subject: secretValue("other") }),
};
await deaths[how]?.();
