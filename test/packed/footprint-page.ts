import { readFileSync } from "node:fs";
import { expect } from "vitest";

/** The text of docs/footprint.md. */
export const footprintPage = readFileSync(
  new URL("../../docs/footprint.md", import.meta.url),
  "utf8",
);

/**
 * A figure that moves with releases of others: a fifth more or less is no news, nor is `slack`.
 * Nothing is something else: 0 has to be 0.
 */
interface About {
  readonly about: number;
  readonly digits: number;
  readonly slack: number;
}

export const aboutCount = (count: number): About => ({ about: count, digits: 0, slack: 2 });

export const aboutMegabytes = (bytes: number): About => ({
  ...{ about: bytes / 1_000_000, digits: 1, slack: 0.1 },
});

export type Cell = string | number | About;

/**
 * Holds a row of the page to what was measured. A failure shows, as expected, the row to paste.
 *
 * @param heading Of the section with the table.
 * @param cells The first is the row's title.
 */
export function expectRow(heading: string, cells: readonly [string, ...Cell[]]): void {
  const documented = rowsOf(heading).find(([title]) => title === cells[0]) ?? [];
  const measured = cells.map((cell, index) => textOf(cell, documented[index]));
  expect(inMarkdown(documented), `${heading}: ${cells[0]}`).toBe(inMarkdown(measured));
}

/** The cells of each row, without the table's head. */
export function rowsOf(heading: string): readonly (readonly string[])[] {
  const [, section = ""] = footprintPage.split(`\n## ${heading}\n`);
  const lines = (section.split("\n## ")[0] as string).split("\n");
  const rows = lines.filter((line) => line.startsWith("| ")).slice(1);
  return rows
    .filter((line) => !line.startsWith("| -"))
    .map((line) => line.split("|").slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

/** What the page says, where that is near enough. */
function textOf(cell: Cell, documented = ""): string {
  if (typeof cell !== "object") return String(cell);
  const { about, digits, slack } = cell;
  if (about === 0) return "0";
  const isNear = Math.abs(Number(documented) - about) <= Math.max(about / 5, slack);
  return Number(documented) > 0 && isNear ? documented : about.toFixed(digits);
}

const inMarkdown = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
