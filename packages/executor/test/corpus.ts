import { catalogue } from './corpus/catalogue.ts'
import { conditions } from './corpus/conditions.ts'
import { directives } from './corpus/directives.ts'
import { failingTypes, interfaceObjects, nestedInterfaces, partlyRequiring } from './corpus/interface-objects.ts'
import { keys } from './corpus/keys.ts'
import { mutations } from './corpus/mutations.ts'
import { numbers } from './corpus/numbers.ts'
import { objectsInARow } from './corpus/objects-in-a-row.ts'
import type { CorpusGraph } from './corpus/operation.ts'
import { requirements } from './corpus/requirements.ts'
import { requirementsElsewhere } from './corpus/requirements-elsewhere.ts'
import { shapes } from './corpus/shapes.ts'
import { unlikeFields } from './corpus/unlike-fields.ts'
import { vehicles } from './corpus/vehicles.ts'

/** Graphs that together use every federation directive that the stock gateway supports. */
export const corpus: readonly CorpusGraph[] = [
  catalogue,
  directives,
  failingTypes,
  interfaceObjects,
  mutations,
  nestedInterfaces,
  numbers,
  objectsInARow,
  partlyRequiring,
  unlikeFields,
  vehicles,
  ...conditions,
  ...keys,
  ...requirements,
  ...requirementsElsewhere,
  ...shapes,
]
