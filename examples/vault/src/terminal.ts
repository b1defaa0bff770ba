/** Plain text unless a person is watching. */
const isColoured = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code: number) => (text: string) =>
  isColoured ? `\u001b[${code}m${text}\u001b[0m` : text;

const bold = paint(1);
export const dim = paint(2);

export function heading(text: string): void {
  console.log(`\n${bold(text)}`);
}

/** A row of two columns; the second may be anything, and is printed as Node would. */
export function row(label: string, ...content: unknown[]): void {
  console.log(`  ${label.padEnd(34)}`, ...content);
}
