import { batchMutants } from "./batches.js";
import { auditMutants, cancelMutants, closingMutants, healthMutants } from "./calls.js";
import { argumentMutants, capabilityMutants } from "./declarations.js";
import { deletingMutants } from "./deleting.js";
import { errorClassMutants } from "./error-classes.js";
import { fieldMutants } from "./fields.js";
import { leakMutants } from "./leaks.js";
import { listingMutants } from "./listing.js";
import { metadataMutants } from "./metadata.js";
import type { BlindMutant } from "./mutant.js";
import { readingMutants } from "./reading.js";
import { rotatingMutants } from "./rotating.js";
import { secretShapeMutants } from "./secret-shape.js";
import { valueMutants } from "./values.js";
import { versionMutants } from "./versions.js";
import { writingMutants } from "./writing.js";

/** Stores that break one promise each, written by one who had not read the suite. */
export const blindMutants: readonly BlindMutant[] = [
  ...valueMutants,
  ...readingMutants,
  ...secretShapeMutants,
  ...writingMutants,
  ...metadataMutants,
  ...fieldMutants,
  ...deletingMutants,
  ...listingMutants,
  ...rotatingMutants,
  ...versionMutants,
  ...batchMutants,
  ...errorClassMutants,
  ...leakMutants,
  ...cancelMutants,
  ...closingMutants,
  ...healthMutants,
  ...auditMutants,
  ...capabilityMutants,
  ...argumentMutants,
];
