import { inspect } from "node:util";
import { deepText } from "./deep-text.js";
import type { LeakEncoding, Needle } from "./encodings.js";
import { NeedleFinder } from "./needle-finder.js";
import { pack } from "./packed.js";

/** What one channel gave, as text that can be searched. */
export interface Haystack {
  readonly channel: string;
  readonly text: string;
}

export interface Hit {
  readonly channel: string;
  readonly canary: number;
  readonly encoding: LeakEncoding;
}

/** Runs a step of a channel; what it throws would reach a log as well. */
export async function outputOf(step: () => unknown): Promise<string> {
  let output: unknown;
  try {
    output = await step();
  } catch (error) {
    output = [inspect(error), error];
  }
  return toText(output); // outside: a subject that is too large must not pass
}

export function toText(output: unknown): string {
  return typeof output === "string" ? output : deepText(output);
}

/** All hits, each channel, canary and encoding once. */
export function search(haystacks: readonly Haystack[], needles: readonly Needle[]): Hit[] {
  // In one piece first: nearly always there is nothing to find, and many channels print the same.
  const texts = new Set(haystacks.map(({ text }) => text));
  const everything = viewsOf([...texts].join("\n"));
  if (!views.some((view) => isAnyIn(everything[view], needles, view))) return [];
  return haystacks.flatMap(({ channel, text }) => {
    const seen = viewsOf(text);
    const found = needles.filter((needle) => seen[needle.view].includes(needle.text));
    const hits = found.map(({ canary, encoding }) => ({ channel, canary, encoding }));
    return [...new Map(hits.map((hit) => [`${hit.canary} ${hit.encoding}`, hit])).values()];
  });
}

const views = ["plain", "packed"] as const;

function isAnyIn(text: string, needles: readonly Needle[], view: Needle["view"]): boolean {
  const sought = needles.filter((needle) => needle.view === view).map((needle) => needle.text);
  return new NeedleFinder(sought).occursIn(text);
}

function viewsOf(plain: string): Record<Needle["view"], string> {
  return { plain, packed: pack(plain) };
}
