/** Of the shape that names of regions have; not whether there is such a one. */
export function isRegion(name: string): boolean {
  return /^[a-z]{2,4}(?:-[a-z0-9]{1,20}){1,4}$/.test(name);
}
