/** A match leaves the whole text in `RegExp.input`, for everybody to read, until the next one. */
export function forgetLastMatch(): void {
  /^/.test("");
}
