import type { FetchDataRewrite } from '@apollo/query-planner'
import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql'
import { getOwnProperty, isObject, setOwnProperty } from '../lib/own-property.ts'
import type { ResultObject } from './execution.ts'

/** Changes the data of a fetch on its way in or out. */
export type Rewrite = (value: unknown) => void

const fragmentPrefix = '... on '

/** Whether `typename` is `condition` or one of its kinds. */
export function isKindOf(schema: GraphQLSchema, typename: string, condition: string): boolean {
  if (typename === condition) return true
  const type = schema.getType(typename)
  const wanted = schema.getType(condition)
  if (!type || !wanted || !isAbstractType(wanted)) return false
  return (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wanted, type)
}

/** The planner's rewrites of a fetch's input or output, in order. Null when there are none. */
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
  const act = rewrite.kind === 'ValueSetter' ? setter(name, rewrite.setValueTo) : renamer(name, rewrite.renameKeyTo)
  return rewrite.path
    .slice(0, -1)
    .reduceRight<Rewrite>((next, element) => enter(schema, element, next), everyObject(act))
}

function enter(schema: GraphQLSchema, element: string, next: Rewrite): Rewrite {
  if (!element.startsWith(fragmentPrefix)) return everyObject((value) => next(getOwnProperty(value, element)))
  const condition = element.slice(fragmentPrefix.length)
  return everyObject((value) => {
    const typename = value['__typename']
    if (!typename || isKindOf(schema, String(typename), condition)) next(value)
  })
}

function everyObject(act: (value: ResultObject) => void): Rewrite {
  const rewrite: Rewrite = (value) => {
    if (Array.isArray(value)) for (const item of value) rewrite(item)
    else if (isObject(value)) act(value)
  }
  return rewrite
}

function setter(name: string, to: unknown): (value: ResultObject) => void {
  return (value) => setOwnProperty(value, name, to)
}

/** What is renamed is left undefined: a merge passes over it. */
function renamer(name: string, to: string): (value: ResultObject) => void {
  return (value) => {
    const moved = getOwnProperty(value, name)
    if (moved === undefined) return
    setOwnProperty(value, to, moved)
    setOwnProperty(value, name, undefined)
  }
}
