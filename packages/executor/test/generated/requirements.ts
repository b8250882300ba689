import { type Draft, leafKinds, pick } from './draft.ts'
import type { Field, Requirement } from './model.ts'
import type { Tape } from './tape.ts'

const given = [{ n: 2 }, { n: 1 }, { n: 3, c: 'RED' }]

/** Whether a field can be required without a selection that other subgraphs resolve. */
export function isLeaf({ type, name }: Field): boolean {
  return leafKinds.includes(type) && name !== 'both'
}

/** The fields of an entity field that can be required with it. */
export function requirableFields({ fields, name }: Draft, { type }: Field): Field[] {
  // A required field that may not be null takes its whole object with it where it fails, at one service that was not asked for it.
  if (type.endsWith('!')) return []
  const entity = /T\d/.exec(type)?.[0]
  return [...fields.values()].filter(
    (field) => field.owner === entity && field.subgraph !== name && isLeaf(field) && field.requires.length === 0,
  )
}

/** A requirement of a field, with its arguments and selection. */
export function requirement(tape: Tape, draft: Draft, { field, depth }: { field: Field; depth: number }): Requirement {
  const args = field.hasArguments ? pick(tape, given) : {}
  if (field.type.includes('W'))
    return { field, args, inner: ['x', 'y'].slice(0, 1 + tape.take(2)).map((name) => part(draft, name)) }
  const open = depth > 0 ? requirableFields(draft, field) : []
  if (open.length === 0) return { field, args, inner: [] }
  const wanted = [...new Set([pick(tape, open), ...(tape.once(2) ? [pick(tape, open)] : [])])]
  return { field, args, inner: wanted.map((one) => requirement(tape, draft, { field: one, depth: depth - 1 })) }
}

function part({ fields }: Draft, name: string): Requirement {
  return { field: fields.get(`W.${name}`) as Field, args: {}, inner: [] }
}

/** A requirement in SDL. */
export function selectionOf({ field, args, inner }: Requirement): string {
  const texts = Object.entries(args).map(([name, value]) => `${name}: ${value}`)
  const list = texts.length > 0 ? `(${texts.join(', ')})` : ''
  return `${field.name}${list}${inner.length > 0 ? ` { ${inner.map(selectionOf).join(' ')} }` : ''}`
}
