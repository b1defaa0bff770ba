import type { ServiceName } from "./service-name.js";

/** What a template is filled in with. */
export interface Filling {
  readonly service: ServiceName;
  readonly packageName: string;
  readonly description: string;
}

/** The template is a package that works, with these words where the author's belong. */
function words({ service, packageName, description }: Filling): ReadonlyMap<string, string> {
  return new Map([
    ["@my-scope/secrets-my-service", packageName],
    ["My description.", description],
    ["my-service", service.kebab],
    ["myService", service.camel],
    ["MyService", service.pascal],
    ["MY_SERVICE", service.constant],
    ["My Service", service.title],
  ]);
}

/** All in one pass, longest first: what was filled in is not looked at again. */
const placeholder =
  /@my-scope\/secrets-my-service|My description\.|my-service|myService|MyService|MY_SERVICE|My Service/g;

export function fillIn(text: string, filling: Filling): string {
  const replacements = words(filling);
  return text.replace(placeholder, (word) => replacements.get(word) ?? word);
}
