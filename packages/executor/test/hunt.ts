import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { type Case, casesOf, drafts } from './generated/cases.ts'
import { minimise } from './generated/minimise.ts'
import { judge, type Verdict } from './generated/verdict.ts'

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    graphs: { type: 'string', default: '100' },
    /** The number of operations per graph. It changes the cases of a seed. */
    operations: { type: 'string', default: '12' },
    /** Run one case only, by its printed name, such as 134.0. */
    only: { type: 'string' },
    /** Print cases without minimising them. */
    whole: { type: 'boolean', default: false },
  },
})

const counts: Record<Verdict['kind'], number> = { equal: 0, refused: 0, wrong: 0 }
let number = 0

/** Compares generated cases with the monolith, and prints each difference as a minimal case. */
async function hunt(): Promise<void> {
  const [onlyGraph] = options.only?.split('.') ?? []
  const property = fc.asyncProperty(drafts(Number(options.operations)), async (draft) => {
    const graph = number++
    if (onlyGraph !== undefined && Number(onlyGraph) !== graph) return
    for (const one of await casesOf(draft)) await judgeCase(one, `${graph}.${one.index}`)
    if (graph % 100 === 99) console.log(summary())
  })
  const run = await fc.check(property, {
    seed: Number(options.seed),
    numRuns: Number(options.graphs),
    endOnFailure: true,
  })
  if (run.failed) throw run.errorInstance
}

async function judgeCase(candidate: Case, name: string): Promise<void> {
  if (options.only?.includes('.') && options.only !== name) return
  const verdict = await judge(candidate.graph, candidate)
  counts[verdict.kind]++
  if (verdict.kind === 'equal') return
  console.log(`\n${verdict.kind}: seed ${options.seed}, case ${name} (${candidate.kind})`)
  await printCase(options.whole ? candidate : await minimise(candidate, verdict.kind))
}

async function printCase(candidate: Case): Promise<void> {
  const { ours, right } = await judge(candidate.graph, candidate)
  for (const { name, sdl } of candidate.graph.subgraphs) console.log(`# ${name}\n${sdl}`)
  console.log(candidate.text, JSON.stringify(candidate.variables))
  console.log(planOf(candidate))
  console.log('ours: ', JSON.stringify(ours))
  console.log('right:', JSON.stringify(right))
}

function planOf({ graph, text }: Case): string {
  try {
    return graph.world.plan(text)
  } catch (error) {
    return String(error)
  }
}

function summary(): string {
  const seconds = Math.round(performance.now() / 1000)
  return `seed ${options.seed}, ${number} graphs, ${seconds} s: ${JSON.stringify(counts)}`
}

await hunt()
console.log(summary())
process.exitCode = counts.wrong > 0 ? 1 : 0
