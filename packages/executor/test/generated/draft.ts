import type { Field, Model } from './model.ts'
import type { Tape } from './tape.ts'

/** A subgraph under construction. */
export interface Draft {
  name: string
  model: Model
  /** All fields of the graph so far. Those of earlier subgraphs may be required. */
  fields: Map<string, Field>
  isFirst: boolean
  /** Whether to use features that the stock executor gets wrong. */
  isStockWrong: boolean
  isLacking: boolean
  /** Whether the interface is an `@interfaceObject` in this subgraph. */
  isInterfaceObject: boolean
  /** Whether it is in any subgraph. */
  hasInterfaceObject: boolean
  /** Whether the narrower interface implements the wider one. Then only types can add fields to the wider one. */
  isNested: boolean
  /** The type of the field that all types share, if any. */
  common: string | null
  keys: Map<string, Key>
  /** The types that implement the interface here. */
  implementing: string[]
  /** The members of the union here. */
  members: string[]
  own: Map<string, FieldDraft[]>
  /** Fields that another subgraph overrides. They must not be fetched here. */
  gone: Set<Field>
}

/** A field of one subgraph. */
export interface FieldDraft {
  field: Field
  sdl: string
}

export interface Key {
  /** The key fields. */
  fields: string
  /** The directives. */
  sdl: string
}

/** Types without entities. */
export const leafKinds = [
  'String',
  'Int',
  'Float',
  'Boolean',
  'Color',
  'Blob',
  'Long',
  '[String]',
  '[[Int!]]',
  '[Color!]',
  'W',
  '[W]',
]

/** Picks one item. */
export function pick<T>(tape: Tape, from: readonly T[]): T {
  return from[tape.take(from.length)] as T
}
