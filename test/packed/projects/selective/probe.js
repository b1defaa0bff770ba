// Imports one package, then calls it once: `node probe.js <package> <call> [argument]`.
// Says what was loaded by either, and what went wrong.
import { firstCalls } from "./first-calls.js";
import { loadedFiles } from "./loaded-files.js";

const [, , specifier, call, argument] = process.argv;
let imported;
let failure;
try {
  const exported = await import(specifier);
  imported = loadedFiles();
  await firstCalls[call](exported, argument);
} catch ({ code, reason, message }) {
  failure = { code, reason, message };
}
console.log(JSON.stringify({ imported, called: loadedFiles(), failure }));
process.exit();
