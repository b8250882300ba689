import type { Field, Model } from './model.ts'
import type { Tape } from './tape.ts'

/** A subgraph that is being made up. */
export interface Draft {
  name: string
  model: Model
  /** All fields of the graph so far; those of earlier subgraphs may be required. */
  fields: Map<string, Field>
  isFirst: boolean
  /** Whether there may be what the stock executor gets wrong. */
  isBeyondStock: boolean
  isLacking: boolean
  /** Whether this subgraph knows the interface as an object, and none of the types. */
  isInterfaceObject: boolean
  /** Whether some subgraph does. */
  hasInterfaceObject: boolean
  /** Whether the narrower interface implements the wider one. Then nothing but types can add fields to the wider one. */
  isNested: boolean
  /** The type of one field, where all types have the same. */
  common: string | null
  keys: Map<string, Key>
  /** The types that implement the interface here. */
  implementing: string[]
  /** The types that the union holds here. */
  members: string[]
  own: Map<string, Drafted[]>
  /** Fields that another subgraph took over: they must not be asked for where they were. */
  gone: Set<Field>
}

/** A field as one subgraph has it. */
export interface Drafted {
  field: Field
  sdl: string
}

export interface Key {
  /** The fields that its keys are made of. */
  fields: string
  /** The directives. */
  sdl: string
}

/** Types that have no objects with keys in them. */
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

/** One of these. */
export function pick<T>(tape: Tape, from: readonly T[]): T {
  return from[tape.take(from.length)] as T
}
