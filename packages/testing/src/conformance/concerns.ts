import { aborting } from "./aborting.js";
import { argumentsOfCalls } from "./arguments.js";
import { auditing } from "./auditing.js";
import { batch } from "./batch.js";
import type { Concern } from "./case.js";
import { closing } from "./closing.js";
import { comparing } from "./comparing.js";
import { concurrency } from "./concurrency.js";
import { declaring } from "./declaring.js";
import { deleting } from "./deleting.js";
import { describing } from "./describing.js";
import { faults } from "./faults.js";
import { fields } from "./fields.js";
import { health } from "./health.js";
import { keys } from "./keys.js";
import { leaking } from "./leaking.js";
import { listing } from "./listing.js";
import { metadata } from "./metadata.js";
import { prototypes } from "./prototypes.js";
import { reading } from "./reading.js";
import { refusing } from "./refusing.js";
import { rotating } from "./rotating.js";
import { values } from "./values.js";
import { versions } from "./versions.js";
import { writing } from "./writing.js";

/** Every concern of the suite, in the order in which it runs. */
export const concerns: readonly Concern[] = [
  ...[declaring, reading, values, keys, fields, batch, writing, metadata, comparing, deleting],
  ...[listing, describing, versions, rotating, refusing, argumentsOfCalls, prototypes, health],
  ...[closing, aborting, concurrency, faults, auditing, leaking],
];
