import { defineConfig } from "tsup";

/** How every package becomes JavaScript; `tsc -b` writes the declarations. */
export const build = (...entry: string[]) =>
  defineConfig({
    entry,
    format: "esm",
    target: "es2022",
    splitting: entry.length > 1, // what entries share is there once
    // With the files of a renamed source goes tsc's record of what it wrote, so that it writes all anew.
    clean: true,
    sourcemap: true,
    dts: false,
    // tsup's default turns node:diagnostics_channel into a bare name, which workers and Deno refuse.
    removeNodeProtocol: false,
    silent: true,
  });
