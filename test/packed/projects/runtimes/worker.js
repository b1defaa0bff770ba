import { webWork } from "./work.js";

export default { fetch: async (_, env) => Response.json(await webWork(env)) };
