import { catalogue } from './corpus/catalogue.ts'
import { directives } from './corpus/directives.ts'
import { interfaceObjects } from './corpus/interface-objects.ts'
import { mutations } from './corpus/mutations.ts'
import type { CorpusGraph } from './corpus/operation.ts'

/** Graphs that between them use every directive of federation which the stock gateway loads. */
export const corpus: readonly CorpusGraph[] = [catalogue, directives, interfaceObjects, mutations]
