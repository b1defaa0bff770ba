import { test } from "vitest";
import type { CallOptions } from "./calls.js";
import { type Connected, type Connection, type Subject, subjects } from "./subjects.js";
import { type Backend, key, makeWorld, type World } from "./world.js";

export type Way = "plain" | "stream";

/** A client as a case uses it: asked in one of the two ways. */
export interface Asker extends Connected {
  ask(options?: CallOptions): Promise<string>;
}

/** One case, with one subject, in one way, over one store. */
export interface Trial {
  readonly subject: Subject;
  readonly way: Way;
  readonly world: World;
  connect(options?: Partial<Connection>): Promise<Asker>;
}

export interface Scope {
  /** Default: the one with versions. */
  readonly backends?: readonly Backend[];
  readonly ways?: readonly Way[];
  readonly only?: (subject: Subject) => boolean;
}

/** Where versions could matter. */
export const bothBackends: readonly Backend[] = ["memory", "env"];

/** One test for each subject, way and backend. */
export function everyWay(
  title: string,
  run: (trial: Trial) => Promise<unknown>,
  { backends = ["memory"], ways = ["plain", "stream"], only = () => true }: Scope = {},
): void {
  for (const subject of subjects.filter(only)) {
    for (const way of ways) {
      for (const backend of backends) {
        const where = [subject.name, way, ...(backends.length > 1 ? [`over ${backend}`] : [])];
        test(`${title} (${where.join(", ")})`, async () => {
          const world = await makeWorld(backend);
          await run({ subject, way, world, connect: (options) => connect(options) });
          async function connect(options: Partial<Connection> = {}): Promise<Asker> {
            const { store, server } = world;
            const connection = { store, key, url: server.url, ...options };
            const client = await subject.connect(connection);
            return { ...client, ask: (call) => askIn(way, client, call) };
          }
        });
      }
    }
  }
}

/** The whole text of an answer. */
export async function askIn(way: Way, client: Connected, options?: CallOptions): Promise<string> {
  if (way === "plain") return client.plain(options);
  let text = "";
  for await (const part of client.parts(options)) text += part;
  return text;
}

/** What a promise rejects with. */
export async function errorOf(call: Promise<unknown>): Promise<unknown> {
  let answered: unknown;
  try {
    answered = await call;
  } catch (error) {
    return error;
  }
  throw new Error(`the call succeeded with ${typeof answered}`);
}
