// Counts the files of packages that Node has parsed: ours, and those of others.
import { Session } from "node:inspector";

const files = new Set();
const session = new Session();
session.connect();
session.on("Debugger.scriptParsed", ({ params: { url } }) => {
  if (url.includes("/node_modules/")) files.add(url);
});
session.post("Debugger.enable");

export function loadedFiles() {
  const ours = [...files].filter((url) => url.includes("/node_modules/@llm-orchestrator/")).length;
  return { ours, others: files.size - ours };
}
