import type { FetchDataRewrite } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'
import { getOwnProperty, isObject, setOwnProperty } from '../lib/own-property.ts'
import { isSubtypeOf } from '../lib/type-condition.ts'
import type { ResultObject } from './execution.ts'

/** Rewrites the input or output data of a fetch in place. */
export type Rewrite = (value: unknown) => void

const fragmentPrefix = '... on '

/** Compiles the planner's rewrites of a fetch, in order; null when there are none. */
export function compileRewrites(
  schema: GraphQLSchema,
  rewrites: readonly FetchDataRewrite[] | undefined,
): Rewrite | null {
  if (!rewrites || rewrites.length === 0) return null
  const all = rewrites.map((rewrite) => compileRewrite(schema, rewrite))
  return (value) => {
    for (const rewrite of all) rewrite(value)
  }
}

function compileRewrite(schema: GraphQLSchema, rewrite: FetchDataRewrite): Rewrite {
  const name = rewrite.path.at(-1)
  if (name === undefined) return () => undefined
  const apply = rewrite.kind === 'ValueSetter' ? setter(name, rewrite.setValueTo) : renamer(name, rewrite.renameKeyTo)
  return rewrite.path
    .slice(0, -1)
    .reduceRight<Rewrite>((next, element) => descend(schema, element, next), forEachObject(apply))
}

function descend(schema: GraphQLSchema, element: string, next: Rewrite): Rewrite {
  if (!element.startsWith(fragmentPrefix)) return forEachObject((value) => next(getOwnProperty(value, element)))
  const condition = element.slice(fragmentPrefix.length)
  return forEachObject((value) => {
    const typename = value['__typename']
    if (!typename || isSubtypeOf(schema, String(typename), condition)) next(value)
  })
}

function forEachObject(apply: (value: ResultObject) => void): Rewrite {
  const rewrite: Rewrite = (value) => {
    if (Array.isArray(value)) for (const item of value) rewrite(item)
    else if (isObject(value)) apply(value)
  }
  return rewrite
}

function setter(name: string, to: unknown): (value: ResultObject) => void {
  return (value) => setOwnProperty(value, name, to)
}

/** Leaves the old name undefined, which merging ignores. */
function renamer(name: string, to: string): (value: ResultObject) => void {
  return (value) => {
    const moved = getOwnProperty(value, name)
    if (moved === undefined) return
    setOwnProperty(value, to, moved)
    setOwnProperty(value, name, undefined)
  }
}
