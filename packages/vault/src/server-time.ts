import type { Reply } from "./connection.js";

/** What the header `Date` leaves out. */
const belowSecondMs = 999;

/**
 * The time by the server's clock at which it made this answer, in milliseconds: to the second as it says,
 * below that as this machine's clock has it. Without the header, which a client of the caller's does not
 * hand out, that clock alone.
 */
export function serverTimeOf({ headers }: Pick<Reply, "headers">): number {
  const now = Date.now();
  const date = Date.parse(headers.date ?? "");
  return Number.isNaN(date) ? now : Math.min(Math.max(now, date), date + belowSecondMs);
}
