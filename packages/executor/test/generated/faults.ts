import { GraphQLError } from 'graphql'
import type { SubgraphResult } from '../../src/run/execution.ts'
import type { Intercept } from '../world.ts'
import { hashOf } from './tape.ts'

const keys: ReadonlySet<string> = new Set(['__typename', 'what', 'id', 'sku', 'code'])
/** `_entities`, or its alias in a merged request. */
const entities = /^_(entities|e\d+)$/
const wrong = [null, 7, 'GREY', true, 1.5]

/**
 * Injects faults into responses: leaves of a wrong type, missing entities, and sometimes a subgraph that always fails. The faults depend
 * on the response alone, so both executors get the same.
 */
export function faultsOf(seed: number): Intercept {
  return (subgraph, answer) => {
    if (hashOf(`${seed} ${subgraph} is down`) % 6 === 0) throw new GraphQLError(`${subgraph} is down`)
    return { ...answer, data: withFaults(seed, answer.data, '') } as SubgraphResult
  }
}

/** Every third subgraph fails always, the others never. */
export function outagesOf(seed: number): Intercept {
  return (subgraph, answer) => {
    if (hashOf(`${seed} ${subgraph} is out`) % 3 === 0) throw new GraphQLError(`${subgraph} is out`)
    return answer
  }
}

function withFaults(seed: number, value: unknown, key: string): unknown {
  const hash = hashOf(`${seed} ${key} ${JSON.stringify(value)}`)
  if (Array.isArray(value)) {
    const items = value.map((item) => withFaults(seed, item, key))
    return entities.test(key)
      ? items.map((item) => (hashOf(`${seed} ${JSON.stringify(item)}`) % 9 === 0 ? null : item))
      : items
  }
  if (typeof value !== 'object' || value === null)
    return value === null || keys.has(key) || hash % 13 > 0 ? value : wrong[hash % wrong.length]
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withFaults(seed, inner, name)]))
}
