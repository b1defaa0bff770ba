/**
 * One way in which an object may end up as text or in another place. Each step is tried on its
 * own; what it returns or throws is searched.
 */
export type LeakChannel = readonly ((subject: unknown) => unknown)[];

export type LeakChannels = Readonly<Record<string, LeakChannel>>;

/** Depth to which objects are printed. The walk of own keys goes to the end. */
export const printDepth = 8;

class Holder {
  readonly secret: unknown;
  constructor(secret: unknown) {
    this.secret = secret;
  }
}

/** The subject where it usually stands: alone, in objects, collections, a class, far down. */
export function holdersOf(subject: unknown): readonly unknown[] {
  return [
    subject,
    { subject },
    [[subject]],
    { a: { b: { c: { d: subject } } } },
    new Map<unknown, unknown>([
      ["subject", subject],
      [subject, "subject"],
    ]),
    new Set([subject]),
    new Holder(subject),
    new Proxy({ subject }, {}),
  ];
}

/** A subject of any type passed where the types want another one: what JavaScript does all day. */
export const untyped = (subject: unknown) => subject as never;
