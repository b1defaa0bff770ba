/** `openai/api_key` is `OPENAI_API_KEY`: upper-cased, and what is not A-Z or 0-9 becomes `_`. */
export function toVariable(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}

/** A variable with this ending names the file that holds the secret. */
export const fileSuffix = "_FILE";

/** `APP_DB_PASSWORD` of `APP_DB_PASSWORD_FILE`; `undefined` for a variable that names no file. */
export function pointedVariable(variable: string, prefix: string): string | undefined {
  const base = variable.slice(0, -fileSuffix.length);
  return variable.endsWith(fileSuffix) && base.length > prefix.length ? base : undefined;
}
