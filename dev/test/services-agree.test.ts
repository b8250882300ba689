import { buildSchema } from '@tikitu/kit/graphql/schema'
import { compareAtRandom, randomGraph } from '@tikitu/kit/testing/executor/agree'
import { subgraphNames, subgraphSdl } from '@tikitu/schema/sdl'
import { expect, test } from 'vitest'

const runs = Number(process.env.FC_RUNS ?? 150)
const from = Number(process.env.FC_SEED ?? 0)

/** Without what cannot be made at random: sources of subscriptions, and the objects behind ids. */
const withoutSources = (sdl: string) =>
  sdl.replace(/^type Subscription \{[\s\S]*?\n\}/m, '').replace(/^extend type Query \{[\s\S]*?\n\}/m, '')

test.for(subgraphNames)('%s: random operations come to the same in plans as in graphql-js', async (name) => {
  const graph = randomGraph(buildSchema(withoutSources(subgraphSdl(name)), {}))
  const outcomes = []
  for (let seed = from; seed < from + runs; seed++) outcomes.push(await compareAtRandom(graph, seed))
  expect(outcomes.filter((outcome) => typeof outcome === 'object')).toEqual([])
  expect(outcomes.filter((outcome) => outcome === 'equal').length).toBeGreaterThan(runs / 2)
})
