import { readFileSync } from "node:fs";

const page = readFileSync(new URL("../../docs/writing-a-backend.md", import.meta.url), "utf8");

/** What a reader types, line by line. */
export const commands: readonly string[] = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(
  ([, code = ""]) => code.trim().split("\n"),
);

/** Files of the new package that a section of the page gives, by the section's title. */
export const sections: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const fences = section.matchAll(/^```ts file=(\S+)\n(.*?)^```$/gms);
      const files = [...fences].map(([, path = "", code = ""]) => [path, code] as const);
      return [section.slice(0, section.indexOf("\n")), new Map(files)] as const;
    }),
);
