import { argumentMutants } from "./arguments.js";
import { auditMutants } from "./auditing.js";
import { batchMutants } from "./batches.js";
import { cancelMutants } from "./cancelling.js";
import { capabilityMutants } from "./capabilities.js";
import { closingMutants } from "./closing.js";
import { deletedSecretMutants } from "./deleted-secrets.js";
import { deletingMutants } from "./deleting.js";
import { errorClassMutants } from "./error-classes.js";
import { errorLeakMutants } from "./error-leaks.js";
import { fieldMutants } from "./fields.js";
import { generatingMutants, writtenByRotationMutants } from "./generating.js";
import { healthMutants } from "./health.js";
import { leakMutants } from "./leaks.js";
import { listingMutants } from "./listing.js";
import { metadataMutants } from "./metadata.js";
import type { BlindMutant } from "./mutant.js";
import { readingMutants } from "./reading.js";
import { rotatingMutants } from "./rotating.js";
import { secretShapeMutants } from "./secret-shape.js";
import { valueMutants } from "./values.js";
import { verifyingMutants } from "./verifying.js";
import { versionReadMutants } from "./version-reads.js";
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
  ...deletedSecretMutants,
  ...listingMutants,
  ...rotatingMutants,
  ...writtenByRotationMutants,
  ...generatingMutants,
  ...verifyingMutants,
  ...versionMutants,
  ...versionReadMutants,
  ...batchMutants,
  ...errorClassMutants,
  ...errorLeakMutants,
  ...leakMutants,
  ...cancelMutants,
  ...closingMutants,
  ...healthMutants,
  ...auditMutants,
  ...capabilityMutants,
  ...argumentMutants,
];
