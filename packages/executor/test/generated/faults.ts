import { GraphQLError } from 'graphql'
import type { SubgraphAnswer } from '../../src/run/execution.ts'
import type { Spoil } from '../world.ts'
import { hashOf } from './tape.ts'

const keys: ReadonlySet<string> = new Set(['__typename', 'what', 'id', 'sku', 'code'])
/** Under whichever name they are asked for: merged requests give them others. */
const entities = /^_(entities|e\d+)$/
const wrong = [null, 7, 'GREY', true, 1.5]

/**
 * Makes subgraphs answer wrongly, by what they answer alone, so that whoever asks gets the same: leaves of another type, entities that
 * are not there, and sometimes a subgraph that fails whatever it is asked.
 */
export function faultsOf(seed: number): Spoil {
  return (subgraph, answer) => {
    if (hashOf(`${seed} ${subgraph} is down`) % 6 === 0) throw new GraphQLError(`${subgraph} is down`)
    return { ...answer, data: spoiled(seed, answer.data, '') } as SubgraphAnswer
  }
}

/** Every third subgraph fails whatever it is asked, and the others answer as they should. */
export function outagesOf(seed: number): Spoil {
  return (subgraph, answer) => {
    if (hashOf(`${seed} ${subgraph} is out`) % 3 === 0) throw new GraphQLError(`${subgraph} is out`)
    return answer
  }
}

function spoiled(seed: number, value: unknown, key: string): unknown {
  const hash = hashOf(`${seed} ${key} ${JSON.stringify(value)}`)
  if (Array.isArray(value)) {
    const items = value.map((item) => spoiled(seed, item, key))
    return entities.test(key)
      ? items.map((item) => (hashOf(`${seed} ${JSON.stringify(item)}`) % 9 === 0 ? null : item))
      : items
  }
  if (typeof value !== 'object' || value === null)
    return value === null || keys.has(key) || hash % 13 > 0 ? value : wrong[hash % wrong.length]
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, spoiled(seed, inner, name)]))
}
