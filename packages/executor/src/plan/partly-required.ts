import type { FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql'
import { fragmentsOf, responseNameOf } from './document-fields.ts'
import { entityFieldsOf, fieldKey, withEntityFields } from './entity-fields.ts'
import { mapFetches } from './map-fetches.ts'
import { keysKey, type Needs, needKey } from './requirements.ts'
import { fetchesAt } from './write-conflicts.ts'

/** The names that an entity of a type, or of an interface, must hold to be sent. */
export interface Demand {
  type: string
  names: readonly string[]
}

/** What a fetch sends of entities. */
export type Sending = Pick<FetchNode, 'requires' | 'inputRewrites'> & { demands?: readonly Demand[] }

/** A fetch of entities that may be for some of those at its path only. */
export interface PartialFetch extends FetchNode {
  demands?: readonly Demand[]
  /** What is sent by another fetch: entities that can be are not sent by this one. */
  unless?: Sending
}

/** Fields of one fetch that require the same. */
interface Group {
  fields: { type: string; name: string }[]
  names: ReadonlySet<string>
}

/**
 * Adds to a fetch whose fields require different things a fetch for each group of them. The planner asks all objects at a path for all that
 * is asked of any of them; an object that was reached another way does not hold what the others' fields require, and would not be
 * sent at all, nor be asked for the fields that require nothing. Where every object can be sent whole, nothing more is asked.
 */
export function withPartlyRequired(root: PlanNode, needs: Needs): PlanNode {
  if (needs.fields.size === 0) return root
  const fetches = fetchesAt(root)
  const paths = new Map(fetches.map(({ fetch, path }) => [fetch, path]))
  const documents = fetches.map(({ fetch, path }) => ({
    path,
    document: parse(fetch.operation, { noLocation: true }),
    fetch,
  }))
  return mapFetches(root, (fetch) => {
    const groups = fetch.requires ? groupsOf(fetch, needs) : []
    if (groups.length < 2) return fetch
    const isUnsure = fetch.inputRewrites || waysTo(documents, paths.get(fetch) ?? '') !== 1
    return isUnsure ? { kind: 'Parallel', nodes: partsOf(fetch, groups, needs) } : fetch
  })
}

/** The groups of each type whose fields require different things. */
function groupsOf({ operation, serviceName, inputRewrites }: FetchNode, { selections }: Needs): Group[] {
  const byType = new Map<string, Map<string, Group>>()
  for (const field of entityFieldsOf(parse(operation, { noLocation: true }))) {
    if (field.name === '__typename') continue
    const wanted = selections.get(needKey(serviceName, field.type, field.name)) ?? []
    const names = new Set(wanted.map(({ name }) => name))
    const key = [...names].sort().join(' ')
    const type = inputRewrites ? '' : field.type
    const groups = byType.get(type) ?? new Map<string, Group>()
    const group = groups.get(key) ?? { fields: [], names }
    group.fields.push(field)
    byType.set(type, groups.set(key, group))
  }
  return [...byType.values()].filter(({ size }) => size > 1).flatMap((groups) => [...groups.values()])
}

/** The fetch for what can be sent whole, and for the rest one for each group of its fields that require less. */
function partsOf(fetch: FetchNode, groups: readonly Group[], needs: Needs): PartialFetch[] {
  const demands = groups.flatMap(demandsOf)
  const unless: Sending = { requires: fetch.requires, inputRewrites: fetch.inputRewrites, demands }
  const document = parse(fetch.operation, { noLocation: true })
  const all = new Set(groups.flatMap(({ names }) => [...names]))
  const parts = groups
    .filter(({ names }) => names.size < all.size)
    .map((group): PartialFetch => {
      const others = new Set([...all].filter((name) => !group.names.has(name)))
      return {
        ...fetch,
        ...withEntityFields(document, new Set(group.fields.map(({ type, name }) => fieldKey(type, name)))),
        requires: (fetch.requires ?? []).map((part) => without(part, others, keyNames(fetch, part, needs))),
        demands: demandsOf(group),
        unless,
      }
    })
  return [{ ...fetch, demands } as PartialFetch, ...parts]
}

function demandsOf({ fields, names }: Group): Demand[] {
  return [...new Set(fields.map(({ type }) => type))].map((type) => ({ type, names: [...names] }))
}

/** What is sent without what others require, unless it is part of a key. */
function without(
  part: QueryPlanSelectionNode,
  others: ReadonlySet<string>,
  keys: ReadonlySet<string>,
): QueryPlanSelectionNode {
  if (part.kind !== 'InlineFragment') return part
  const kept = part.selections.filter((one) => one.kind !== 'Field' || keys.has(one.name) || !others.has(one.name))
  return { ...part, selections: kept.map((one) => without(one, others, keys)) }
}

function keyNames({ serviceName }: FetchNode, part: QueryPlanSelectionNode, { keys }: Needs): Set<string> {
  const type = part.kind === 'InlineFragment' ? part.typeCondition : undefined
  const ofType = type === undefined ? [] : (keys.get(keysKey(serviceName, type)) ?? [])
  return new Set(ofType.flatMap((key) => key.map(({ name }) => name)))
}

interface Fetched {
  path: string
  document: DocumentNode
  fetch: FetchNode
}

/** In how many ways objects come to lie at a path. */
function waysTo(fetched: readonly Fetched[], path: string): number {
  let count = 0
  for (const one of fetched) {
    if (one.path === path || !`${path}/`.startsWith(`${one.path}/`)) continue
    const names = path.slice(one.path.length + 1).split('/')
    for (const set of setsOf(one)) count += fieldsAt(set, names, fragmentsOf(one.document))
  }
  return count
}

function setsOf({ document, fetch }: Fetched): SelectionSetNode[] {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)
  const entities = operation?.selectionSet.selections[0]
  const top = fetch.requires && entities?.kind === Kind.FIELD ? entities.selectionSet : operation?.selectionSet
  return top ? [top] : []
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

function fieldsAt({ selections }: SelectionSetNode, names: readonly string[], fragments: Fragments): number {
  return selections.reduce((count, selection) => {
    if (selection.kind === Kind.FIELD) return count + fieldsIn(selection, names, fragments)
    const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
    return count + (part ? fieldsAt(part.selectionSet, names, fragments) : 0)
  }, 0)
}

function fieldsIn(field: FieldNode, [first, ...rest]: readonly string[], fragments: Fragments): number {
  if (responseNameOf(field) !== first) return 0
  if (rest.length === 0) return 1
  return field.selectionSet ? fieldsAt(field.selectionSet, rest, fragments) : 0
}
