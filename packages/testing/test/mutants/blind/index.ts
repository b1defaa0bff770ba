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

/** Mutants of one kind, and the concerns of the suite that should notice them: tried first. */
interface MutantGroup {
  readonly concerns: readonly string[];
  readonly mutants: readonly BlindMutant[];
}

/** Written by one who had not read the suite; the concerns were added when it had run. */
export const mutantGroups: readonly MutantGroup[] = [
  { concerns: ["values", "writing"], mutants: valueMutants },
  { concerns: ["reading", "keys"], mutants: readingMutants },
  { concerns: ["reading"], mutants: secretShapeMutants },
  { concerns: ["compare and set", "writing"], mutants: writingMutants },
  { concerns: ["metadata", "describing"], mutants: metadataMutants },
  { concerns: ["fields"], mutants: fieldMutants },
  {
    concerns: ["deleting and restoring"],
    mutants: [...deletingMutants, ...deletedSecretMutants],
  },
  { concerns: ["listing"], mutants: listingMutants },
  {
    concerns: ["rotating"],
    mutants: [
      ...[rotatingMutants, writtenByRotationMutants, generatingMutants, verifyingMutants].flat(),
    ],
  },
  { concerns: ["versions"], mutants: [...versionMutants, ...versionReadMutants] },
  { concerns: ["reading many"], mutants: batchMutants },
  { concerns: ["reading", "faults"], mutants: errorClassMutants },
  { concerns: ["leaking", "describing"], mutants: [...errorLeakMutants, ...leakMutants] },
  { concerns: ["cancelling"], mutants: cancelMutants },
  { concerns: ["closing"], mutants: closingMutants },
  { concerns: ["health", "closing", "faults"], mutants: healthMutants },
  { concerns: ["auditing"], mutants: auditMutants },
  { concerns: ["declaring"], mutants: capabilityMutants },
  { concerns: ["keys", "arguments"], mutants: argumentMutants },
];

/** Stores that break one promise each. */
export const blindMutants: readonly BlindMutant[] = mutantGroups.flatMap(({ mutants }) => mutants);
